#include "services/rds/storage_limits.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

constexpr std::uint64_t gib = 1 << 30;

TEST(StorageLimits, every_class_has_its_storage) {
  EXPECT_EQ(storage_limit_bytes("db.t3.medium"), 15 * gib / 2);
  EXPECT_EQ(storage_limit_bytes("db.r5.large"), 31 * gib);
  EXPECT_EQ(storage_limit_bytes("db.r6g.large"), 32 * gib);
  EXPECT_EQ(storage_limit_bytes("db.x2g.16xlarge"), 1829 * gib);
}

TEST(StorageLimits, later_families_have_the_storage_of_their_size) {
  EXPECT_EQ(storage_limit_bytes("db.r8g.large"), 32 * gib);
  EXPECT_EQ(storage_limit_bytes("db.r7i.24xlarge"), 1500 * gib);
  EXPECT_EQ(storage_limit_bytes("db.r6i.32xlarge"), 2048 * gib);
  EXPECT_EQ(storage_limit_bytes("db.r8g.48xlarge"), 3072 * gib);
}

TEST(StorageLimits, an_unknown_class_has_the_least) {
  EXPECT_EQ(storage_limit_bytes("db.unheard.of"), 15 * gib / 2);
  EXPECT_EQ(storage_limit_bytes(""), 15 * gib / 2);
  EXPECT_EQ(storage_limit_bytes("db.r8g.medium"), 15 * gib / 2);
}

}  // namespace
}  // namespace haar::rds
