#include "base/go_on.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace haar {
namespace {

TEST(GoOn, what_a_turn_throws_ends_nothing) {
  int turns = 0;
  EXPECT_TRUE(go_on("test", [&] { ++turns; }));
  EXPECT_FALSE(go_on("test", [&] {
    ++turns;
    throw std::runtime_error("broken");
  }));
  EXPECT_FALSE(go_on("test", [&] {
    ++turns;
    throw 7;
  }));
  EXPECT_EQ(turns, 3);
}

}  // namespace
}  // namespace haar
