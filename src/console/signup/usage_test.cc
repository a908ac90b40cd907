// Which hours count, and at which prices.
#include "console/signup/usage.h"

#include <gtest/gtest.h>

namespace haar::console {
namespace {

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

TEST(Usage, OnlyHoursOfThisMonthCount) {
  const Timestamp now = at("2026-11-30T12:00:00Z");
  EXPECT_EQ(month_begin(now), at("2026-11-01T00:00:00Z"));
  EXPECT_DOUBLE_EQ(hours_in_month(at("2026-11-30T10:00:00Z"), now, now), 2);
  EXPECT_DOUBLE_EQ(hours_in_month(at("2026-10-01T00:00:00Z"), now, now), 29 * 24 + 12);
  EXPECT_DOUBLE_EQ(hours_in_month(at("2026-10-01T00:00:00Z"), at("2026-10-02T00:00:00Z"), now), 0);
  EXPECT_DOUBLE_EQ(hours_in_month(at("2026-11-30T11:00:00Z"), at("2027-01-01T00:00:00Z"), now), 1);
}

TEST(Usage, PricesAreZeroUnlessTheyAreSet) {
  EXPECT_EQ(read_prices("")->instance_hour, 0);
  const Prices prices = *read_prices("instance-hour=0.05,storage-gib-month=0.1");
  EXPECT_DOUBLE_EQ(prices.instance_hour, 0.05);
  EXPECT_DOUBLE_EQ(prices.node_hour, 0);
  EXPECT_DOUBLE_EQ(prices.storage_gib_month, 0.1);
  for (const char* bad : {"x=1", "instance-hour", "instance-hour=", "instance-hour=-1", "instance-hour=nan", "instance-hour=1x",
                          "instance-hour=1e99"})
    EXPECT_FALSE(read_prices(bad).ok()) << bad;
}

}  // namespace
}  // namespace haar::console
