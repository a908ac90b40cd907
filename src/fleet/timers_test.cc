// This build still reads every version of the timers' record that was ever written.
#include "fleet/timers.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::fleet {
namespace {

TEST(Timers, one_is_read_as_it_was_written) {
  const Result<void> read = store::check_goldens<TimerRecord>({{1, TimerRecord{"rds", "a key"}}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::fleet
