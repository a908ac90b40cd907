#include "services/rds/monitoring/sampling.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

TEST(CpuPercent, IsAPartOfTheWholeMachine) {
  const auto at = [](double cpu, int seconds) {
    return CpuMark{cpu, std::chrono::steady_clock::time_point(std::chrono::seconds(seconds))};
  };
  EXPECT_DOUBLE_EQ(cpu_percent(at(10, 0), at(15, 10), 2).value(), 25.0);
  EXPECT_DOUBLE_EQ(cpu_percent(at(10, 0), at(10, 10), 2).value(), 0.0);
  EXPECT_DOUBLE_EQ(cpu_percent(at(10, 0), at(99, 10), 2).value(), 100.0);
  EXPECT_FALSE(cpu_percent(at(10, 0), at(5, 10), 2).has_value());  // another process
  EXPECT_FALSE(cpu_percent(at(10, 5), at(15, 5), 2).has_value());
}

}  // namespace
}  // namespace haar::rds
