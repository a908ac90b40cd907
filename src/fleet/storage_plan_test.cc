#include "fleet/storage_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace haar::fleet {
namespace {

using engines::DiskSpace;
using engines::DiskUsage;

constexpr std::uint64_t mib = 1 << 20, gib = 1 << 30;

DiskUsage usage(std::uint64_t bytes, std::uint64_t log = 0) { return {bytes, log, 1000, false, false}; }

TEST(StoragePlan, a_volume_is_full_at_its_limit_and_stopped_a_quarter_beyond) {
  using enum StorageState;
  struct Case {
    StorageState now;
    std::uint64_t used;
    StorageState next;
  };
  for (const Case& c : {
           Case{unknown, 0, room}, Case{unknown, 99, room}, Case{unknown, 100, full}, Case{unknown, 125, over},
           Case{room, 99, room}, Case{room, 100, full}, Case{room, 124, full}, Case{room, 125, over},
           // It has room again only when there is some: not with each row that is deleted.
           Case{full, 99, full}, Case{full, 95, full}, Case{full, 94, room}, Case{full, 125, over},
           // What was stopped comes back as what it is by now (a larger class, room made by hand).
           Case{over, 125, over}, Case{over, 124, full}, Case{over, 96, full}, Case{over, 94, room},
       }) {
    EXPECT_EQ(next_storage_state(c.now, usage(c.used * mib), 100 * mib, 0), c.next)
        << static_cast<int>(c.now) << " with " << c.used;
  }
}

TEST(StoragePlan, the_log_counts_only_beyond_what_it_is_configured_to_be) {
  EXPECT_EQ(counted_bytes(usage(5 * mib, 64 * mib)), 5 * mib);
  EXPECT_EQ(counted_bytes(usage(5 * mib, log_allowance_bytes + 7 * mib)), 12 * mib);
}

TEST(StoragePlan, what_is_beyond_counting_counts_as_over) {
  DiskUsage many = usage(0);
  many.too_many = true;
  EXPECT_EQ(next_storage_state(StorageState::room, many, gib, 0), StorageState::over);
  EXPECT_EQ(next_storage_state(StorageState::room, many, gib, 0), StorageState::over);
}

TEST(StoragePlan, a_slow_disk_changes_nothing_at_first) {
  using enum StorageState;
  DiskUsage slow = usage(0);
  slow.timed_out = true;
  for (const StorageState now : {room, full, over}) {
    EXPECT_EQ(next_storage_state(now, slow, gib, timeouts_until_over - 1), now);
    EXPECT_EQ(next_storage_state(now, slow, gib, timeouts_until_over), over);
  }
  EXPECT_EQ(next_storage_state(unknown, slow, gib, 1), room);
  slow.bytes = 2 * gib;  // so much was counted in time
  EXPECT_EQ(next_storage_state(room, slow, gib, 1), over);
}

TEST(StoragePlan, the_reserve_is_a_part_of_small_disks_and_bounded_on_large_ones) {
  EXPECT_EQ(disk_reserve(200 * mib), 10 * mib);
  EXPECT_EQ(disk_reserve(1000 * gib), 512 * mib);
  EXPECT_TRUE(disk_is_low({9 * mib, 200 * mib}));
  EXPECT_FALSE(disk_is_low({10 * mib, 200 * mib}));
  EXPECT_FALSE(disk_has_room({14 * mib, 200 * mib}));
  EXPECT_TRUE(disk_has_room({15 * mib, 200 * mib}));
}

TEST(StoragePlan, the_engine_that_grew_most_is_stopped_on_a_disk_that_is_low) {
  const std::vector<Growth> grown{{"one", 3 * mib}, {"two", 9 * mib}, {"three", 0}};
  EXPECT_EQ(engine_to_stop({50 * mib, 200 * mib}, std::nullopt, grown), std::nullopt);
  EXPECT_EQ(engine_to_stop({8 * mib, 200 * mib}, std::nullopt, grown), "two");
  // Stopping frees nothing; another one stops only if the disk becomes emptier still.
  EXPECT_EQ(engine_to_stop({8 * mib, 200 * mib}, 8 * mib, grown), std::nullopt);
  EXPECT_EQ(engine_to_stop({6 * mib, 200 * mib}, 8 * mib, grown), "two");
  // Where no engine grew, something else fills the disk.
  EXPECT_EQ(engine_to_stop({8 * mib, 200 * mib}, std::nullopt, std::vector<Growth>{{"one", mib / 2}}), std::nullopt);
  EXPECT_EQ(engine_to_stop({8 * mib, 200 * mib}, std::nullopt, {}), std::nullopt);
}

}  // namespace
}  // namespace haar::fleet
