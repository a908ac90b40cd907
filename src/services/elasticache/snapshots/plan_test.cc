#include "services/elasticache/snapshots/plan.h"

#include <gtest/gtest.h>

#include "services/elasticache/snapshots/automatic.h"

namespace haar::elasticache {
namespace {

TEST(CacheSnapshotPlan, every_situation_has_its_step) {
  SnapshotRecord wanted;
  SnapshotStateRecord seen;
  const SnapshotObserved away{false, true}, there{true, true}, gone{false, false};
  EXPECT_EQ(plan_snapshot(wanted, seen, away), std::nullopt) << "it is waited for";
  EXPECT_EQ(plan_snapshot(wanted, seen, there), SnapshotStep::take);
  EXPECT_EQ(status_of(wanted, seen), "creating");
  EXPECT_TRUE(is_being_taken(wanted, seen));
  seen.given_up = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, there), std::nullopt);
  EXPECT_EQ(status_of(wanted, seen), "failed");
  EXPECT_FALSE(is_being_taken(wanted, seen));
  seen.given_up = false;
  wanted.copy_of = "other";
  EXPECT_EQ(plan_snapshot(wanted, seen, gone), SnapshotStep::copy);
  EXPECT_EQ(status_of(wanted, seen), "copying");
  seen.done = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, there), std::nullopt);
  EXPECT_EQ(status_of(wanted, seen), "available");
  wanted.deletes_source = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, away), SnapshotStep::delete_source);
  EXPECT_EQ(plan_snapshot(wanted, seen, gone), std::nullopt);
  wanted.deleting = true;
  EXPECT_EQ(plan_snapshot(wanted, seen, there), SnapshotStep::remove);
  EXPECT_EQ(status_of(wanted, seen), "deleting");
}

TEST(CacheSnapshotPlan, a_daily_window_opens_today_or_tomorrow) {
  constexpr std::int64_t midnight = 20'000LL * 24 * 3600, minute = 60;
  const auto opens = [](std::string_view window, std::int64_t now) {
    return next_daily_window(window, Timestamp{now * 1'000'000}).micros / 1'000'000;
  };
  EXPECT_EQ(opens("03:30-04:30", midnight), midnight + 210 * minute);
  EXPECT_EQ(opens("03:30-04:30", midnight + 210 * minute - 1), midnight + 210 * minute);
  EXPECT_EQ(opens("03:30-04:30", midnight + 210 * minute), midnight + (24 * 60 + 210) * minute) << "this one was taken";
  EXPECT_EQ(opens("00:00-01:00", midnight + 1), midnight + 24 * 60 * minute);
}

TEST(CacheSnapshotPlan, a_window_has_a_key_of_its_own) {
  const store::Key cluster = store::key_of(AccountId("111122223333"), "us-east-1", "demo");
  EXPECT_FALSE(is_schedule(cluster));
  EXPECT_TRUE(is_schedule(schedule_key(cluster)));
  EXPECT_EQ(cluster_of_schedule(schedule_key(cluster)), cluster);
}

}  // namespace
}  // namespace haar::elasticache
