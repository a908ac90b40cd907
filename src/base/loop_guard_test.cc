#include "base/loop_guard.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "base/thread.h"

namespace haar {
namespace {

// Anything thrown, of whatever type, leaves the thread going on.
TEST(LoopGuard, a_turn_that_throws_does_not_end_the_thread) {
  int turns = 0, thrown = 0;
  Thread("test", [&] {
    LoopGuard guard("test");
    for (int i = 0; i < 6; ++i) {
      const bool good = guard.turn([&] {
        ++turns;
        if (i == 1) throw std::runtime_error("no");
        if (i == 3) throw 7;
      });
      if (!good) ++thrown;
      guard.rest();
    }
  }).join();
  EXPECT_EQ(turns, 6);
  EXPECT_EQ(thrown, 2);
}

TEST(LoopGuard, rests_longer_each_time_and_not_at_all_when_all_is_well) {
  LoopGuard guard("test");
  const auto round = [&](bool good) {
    guard.turn([] {});
    guard.turn([&] {
      if (!good) throw std::runtime_error("no");
    });
    guard.turn([] {});
    const auto pause = guard.pause();
    guard.rest();
    return pause.count();
  };
  EXPECT_EQ(round(true), 0);
  EXPECT_EQ(round(false), 1) << "one of the round's turns threw";
  EXPECT_EQ(round(false), 2);
  EXPECT_EQ(round(false), 4);
  EXPECT_EQ(round(true), 0);
  EXPECT_EQ(round(false), 1);
}

}  // namespace
}  // namespace haar
