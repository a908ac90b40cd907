#include "control/retention.h"

#include <gtest/gtest.h>

#include <memory>

#include "api/kit/idempotency.h"
#include "fleet/test_queue.h"
#include "fleet/timers.h"
#include "services/iam/operations.h"
#include "services/ec2/service.h"
#include "services/iam/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/records.h"
#include "services/organizations/service.h"
#include "services/secretsmanager/service.h"
#include "store/memory_backend.h"

namespace haar::control {
namespace {

const AccountId account("111122223333");
constexpr std::int64_t hour = 3600, day = 24 * hour;

std::vector<const store::SpaceBase*> spaces() {
  std::vector<const store::SpaceBase*> all = events::log_spaces();
  all.insert(all.end(), {&fleet::timers, &api::idempotency_records});
  for (const auto& some : {iam::manifest().spaces, organizations::manifest().spaces, ec2::manifest().spaces,
                           secretsmanager::manifest().spaces})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

class RetentionTest : public ::testing::Test {
 protected:
  RetentionTest() {
    reconciler_.add(retention_);
    reconciler_.add(timers_);
    db_->watch([this](Revision, const std::vector<store::Changed>& changes) { reconciler_.changed(changes); });
    reconciler_.start();
  }

  template <class Fn>
  void write(Fn fn) {
    const auto work = [&](store::Txn& txn) {
      fn(txn);
      return store::Keep::commit;
    };
    ASSERT_EQ(db_->submit_and_wait(work), store::Outcome::committed);
  }
  // As `haar advance` does.
  void advance(std::int64_t seconds) {
    line_.clock.advance_seconds(seconds);
    timers_.clock_moved();
    line_.run_due();
  }
  void put_answer(const std::string& token, Timestamp created) {
    write([&](store::Txn& txn) {
      txn.put(api::idempotency_records, store::key_of(account, Region("us-east-1"), token), {"", "", "", created});
    });
  }
  template <class R>
  std::size_t count(const store::KeySpace<R>& space) {
    return store::Reader(db_->snapshot()).count(space, {});
  }

  fleet::TestLine line_;
  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), spaces()).value();
  events::Log log_{*db_, line_.clock};
  fleet::Reconciler reconciler_{line_.runtime(), *db_};
  Retention retention_{*db_, log_, line_.clock, retained_records()};
  fleet::Timers timers_{*db_, line_.clock, reconciler_};
};

TEST_F(RetentionTest, what_is_over_goes_when_the_clock_is_moved) {
  line_.run_due();
  put_answer("old", line_.clock.now().plus_seconds(-hour));
  put_answer("young", line_.clock.now());
  advance(day - hour);
  EXPECT_EQ(count(api::idempotency_records), 2U);
  advance(hour);
  EXPECT_EQ(count(api::idempotency_records), 1U);
  advance(90 * day);
  EXPECT_EQ(count(api::idempotency_records), 0U);
}

// By itself, as time passes; and there is one timer, however often it has fired.
TEST_F(RetentionTest, looks_every_hour) {
  put_answer("a", line_.clock.now());
  for (std::int64_t hours = 0; hours <= 24; ++hours) {
    EXPECT_EQ(count(api::idempotency_records), 1U) << hours;
    line_.pass(std::chrono::hours(1));
    EXPECT_EQ(count(fleet::timers), 1U) << hours;
  }
  line_.pass(std::chrono::hours(1));
  EXPECT_EQ(count(api::idempotency_records), 0U);
}

TEST_F(RetentionTest, takes_more_than_one_transaction_where_there_is_more) {
  const Timestamp created = line_.clock.now();
  write([&](store::Txn& txn) {
    for (std::size_t i = 0; i < forgotten_at_once_max; ++i)
      txn.put(api::idempotency_records, store::key_of(account, Region("us-east-1"), std::to_string(i)), {"", "", "", created});
  });
  put_answer("another", line_.clock.now());
  advance(25 * hour);
  EXPECT_EQ(count(api::idempotency_records), 0U);
}

// What an organization's requests and invitations show is theirs as long as AWS shows it.
TEST_F(RetentionTest, keeps_what_is_in_progress) {
  const store::Key key = store::key_of(account, store::global, "o-1", "car-1");
  organizations::AccountRequestRecord request;
  request.state = "IN_PROGRESS";
  request.requested = line_.clock.now();
  write([&](store::Txn& txn) { txn.put(organizations::account_requests, key, request); });
  advance(91 * day);
  EXPECT_EQ(count(organizations::account_requests), 1U);
  request.state = "SUCCEEDED";
  request.completed = line_.clock.now();
  write([&](store::Txn& txn) { txn.put(organizations::account_requests, key, request); });
  advance(89 * day);
  EXPECT_EQ(count(organizations::account_requests), 1U);
  advance(2 * day);
  EXPECT_EQ(count(organizations::account_requests), 0U);
}

TEST_F(RetentionTest, events_beyond_their_retention_go) {
  line_.run_due();
  events::EventRecord event;
  event.time = line_.clock.now();
  event.account = account.value;
  log_.record(event);
  log_.flush_now();
  const auto rows = [&] { return db_->log_usage(events::event_blocks)->rows; };
  advance(89 * day);
  EXPECT_EQ(rows(), 1U);
  advance(2 * day);
  EXPECT_EQ(rows(), 0U);
}

}  // namespace
}  // namespace haar::control
