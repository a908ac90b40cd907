#include "services/cloudtrail/delivery/trail_plan.h"

#include <gtest/gtest.h>

namespace haar::cloudtrail {
namespace {

using enum TrailStep;

const Timestamp start = Timestamp::from_seconds(1'800'000'000);

class TrailPlan : public ::testing::Test {
 protected:
  TrailPlan() {
    trail_.logging = true;
    trail_.started_at = start;
    trail_.intervals = {{start, {}}};
    state_.next_delivery = start.plus_seconds(delivery_seconds);
  }
  void validate() {
    trail_.validation = true;
    trail_.validates_since = start;
  }
  void stop_at(Timestamp time) {
    trail_.logging = false;
    trail_.stopped_at = trail_.intervals.back().to = time;
  }
  [[nodiscard]] TrailStep at(std::int64_t seconds) const { return next_step(trail_, &state_, start.plus_seconds(seconds)); }

  TrailRecord trail_;
  TrailStateRecord state_;
};

TEST_F(TrailPlan, BeginsWhenItFirstLogs) {
  EXPECT_EQ(next_step(trail_, nullptr, start), begin);
  EXPECT_EQ(next_step(TrailRecord{}, nullptr, start), none);
}

TEST_F(TrailPlan, DeliversEveryFiveMinutes) {
  EXPECT_EQ(at(299), none);
  EXPECT_EQ(at(300), deliver);
  EXPECT_EQ(next_look(trail_, state_), start.plus_seconds(300));
}

TEST_F(TrailPlan, GoesOnWithADeliveryThatWasBegunAtOnce) {
  state_.cut = 7;
  EXPECT_EQ(at(1), deliver);
  stop_at(start.plus_seconds(1));
  EXPECT_EQ(at(2), deliver) << "though it has stopped meanwhile";
}

TEST_F(TrailPlan, AfterItHasStoppedItDeliversWhatItLoggedBefore) {
  stop_at(start.plus_seconds(100));
  EXPECT_EQ(at(300), deliver);
  state_.through = start.plus_seconds(300);
  EXPECT_EQ(at(100'000), none);
  EXPECT_EQ(next_look(trail_, state_), std::nullopt);
}

TEST_F(TrailPlan, DigestsEveryHourWhatIsToBeValidated) {
  state_.next_delivery = start.plus_seconds(1'000'000);
  EXPECT_EQ(at(100'000), none);
  validate();
  EXPECT_EQ(at(3599), none);
  EXPECT_EQ(at(3600), digest);
  EXPECT_EQ(next_look(trail_, state_), start.plus_seconds(3600));
  const DigestSpan first = next_digest(trail_, state_, start.plus_seconds(3700));
  EXPECT_EQ(first.start, start);
  EXPECT_EQ(first.end, start.plus_seconds(3600));
  state_.digest_end = first.end;
  EXPECT_EQ(at(3700), none);
  EXPECT_EQ(at(7200), digest);
}

TEST_F(TrailPlan, OneDigestStandsForMoreThanADayThatHadNone) {
  validate();
  const DigestSpan span = next_digest(trail_, state_, start.plus_seconds(100 * 3600 + 5));
  EXPECT_EQ(span.start, start);
  EXPECT_EQ(span.end, start.plus_seconds(100 * 3600));
}

TEST_F(TrailPlan, TheLastHourOfAStoppedTrailHasItsDigest) {
  validate();
  stop_at(start.plus_seconds(100));
  state_.through = start.plus_seconds(300);
  EXPECT_EQ(next_look(trail_, state_), start.plus_seconds(3600));
  EXPECT_EQ(at(3600), digest);
  state_.digest_end = start.plus_seconds(3600);
  EXPECT_EQ(at(100'000), none);
}

}  // namespace
}  // namespace haar::cloudtrail
