#include "events/blocks.h"
#include "events/retention.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "events/blocks.h"
#include "events/test_events.h"

namespace haar::events {
namespace {

class Retention : public TestLog {
 protected:
  // One block each, `gap` milliseconds apart; each names a resource of its own.
  void fill(int count, std::int64_t gap, const std::string& account = ana, const std::string& region = "us-east-1") {
    for (int i = 0; i < count; ++i) {
      EventRecord event = test_event(std::to_string(i), at(i * gap), account, region);
      event.request_parameters = R"({"userName":"u)" + std::to_string(i) + "\"}";
      record_and_flush({event});
    }
  }
  bool swept(std::int64_t seconds_later, const Bounds& bounds) {
    return sweep(*db_, clock_.now().plus_seconds(seconds_later), bounds).value();
  }
  std::uint64_t bytes() { return db_->log_usage(event_blocks)->bytes + db_->log_usage(event_lookups)->bytes; }
};

TEST_F(Retention, ByAgeTakesBlocksAndAllTheyAreFoundBy) {
  fill(10, 10'000);
  fill(10, 10'000, bo, "eu-west-1");
  EXPECT_TRUE(swept(100, {.seconds_max = 50}));
  EXPECT_EQ(found({.account = ana}), (Names{"9", "8", "7", "6", "5"}));
  EXPECT_EQ(found({.account = bo}), (Names{"9", "8", "7", "6", "5"}));
  EXPECT_TRUE(swept(1000, {.seconds_max = 50}));
  EXPECT_EQ(rows(event_blocks), 0u);
  EXPECT_EQ(rows(event_lookups), 0u) << "nothing is left of what they were found by";
}

TEST_F(Retention, BySizeTakesTheOldestOfAllAccounts) {
  fill(50, 2000);
  fill(50, 2000, bo);
  const std::uint64_t before = bytes();
  EXPECT_TRUE(swept(100, {.bytes_max = before / 2}));
  EXPECT_LE(bytes(), before / 2);
  EXPECT_GT(bytes(), before / 4) << "not much more than must be";
  const Names left = found({.account = ana, .limit = 100});
  EXPECT_EQ(left.front(), "49");
  EXPECT_EQ(found({.account = bo, .limit = 100}), left) << "of each as far back";
}

TEST_F(Retention, ByCountOfRows) {
  fill(50, 2000);
  EXPECT_TRUE(swept(100, {.rows_max = 100}));
  EXPECT_LE(rows(event_blocks) + rows(event_lookups), 100u);
  EXPECT_GT(rows(event_blocks), 5u);
}

TEST_F(Retention, GoesInStepsThatAreBounded) {
  fill(100, 10);
  const Bounds tight{.seconds_max = 1, .steps_max = 2};
  EXPECT_FALSE(swept(1000, tight)) << "there is more";
  EXPECT_EQ(rows(event_blocks), 100u - 2 * blocks_a_step);
  int sweeps = 1;
  while (sweeps < 100 && !swept(1000, tight)) ++sweeps;
  EXPECT_EQ(rows(event_blocks), 0u);
  EXPECT_EQ(rows(event_lookups), 0u);
  EXPECT_GE(sweeps, 3);
}

TEST_F(Retention, TakesLookupsThatAnotherVersionLeftBehind) {
  fill(1, 1);
  const BlockName name{ana, "us-east-1", at(-86'400'000), 7};
  db_->submit_and_wait([&](store::Txn& txn) {
    txn.append(event_lookups, name.lookup_key({Attribute::resource_name, "gone"}), LookupRecord{{0, 1}});
    return store::Keep::commit;
  });
  EXPECT_EQ(found({.account = ana, .region = "us-east-1", .conditions = {{Attribute::resource_name, "gone"}}}), Names{})
      << "a lookup without its block finds nothing";
  EXPECT_TRUE(swept(2 * 86'400, {.seconds_max = 86'400}));
  EXPECT_EQ(rows(event_lookups), 0u);
}

// The operator's `advance` moves the clock: the next look at it sweeps.
TEST_F(Retention, IsDueByTheClock) {
  fill(3, 1);
  log_->start();
  clock_.advance_seconds(Bounds{}.seconds_max + 3600);
  for (int waits = 0; waits < 300 && rows(event_blocks) > 0; ++waits) {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, std::chrono::milliseconds(100));
  }
  EXPECT_EQ(rows(event_blocks), 0u);
}

}  // namespace
}  // namespace haar::events
