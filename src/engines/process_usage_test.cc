#include "engines/process_usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace haar::engines {
namespace {

TEST(ProcessUsage, TicksOfAProcessWhoseNameHasBrackets) {
  const std::string after = " S 1 2 3 4 5 6 7 8 9 10 100 20 3 4 20 0 1 0";
  EXPECT_EQ(ticks_in("17 (postgres)" + after).value(), 127u);
  EXPECT_EQ(ticks_in("17 (a) b (c)" + after).value(), 127u);
  for (const char* bad : {"", "17 postgres S 1", "17 (x) S 1 2 3", "17 (x) S 1 2 3 4 5 6 7 8 9 10 a b c d"})
    EXPECT_FALSE(ticks_in(bad).has_value()) << bad;
}

TEST(ProcessUsage, ThisProcess) {
  const auto before = usage_of(::getpid());
  ASSERT_TRUE(before.has_value());
  EXPECT_GT(before->memory_bytes, 0u);
  // Until the kernel counts it: processor time, and nothing else, ends this.
  volatile std::uint64_t work = 0;
  while (usage_of(::getpid())->cpu_seconds <= before->cpu_seconds) {
    for (int i = 0; i < 1'000'000; ++i) work = work + 1;
  }
}

TEST(ProcessUsage, NoProcess) { EXPECT_FALSE(usage_of(1 << 30).has_value()); }

}  // namespace
}  // namespace haar::engines
