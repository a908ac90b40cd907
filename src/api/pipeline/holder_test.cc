#include "api/pipeline/holder.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace haar::api {
namespace {

// A held reply is asked again when something was committed, and answered once.
TEST(Holder, AsksAgainAfterACommitUntilAnswered) {
  std::atomic<bool> over{false};
  std::atomic<int> answers{0};
  std::promise<bool> answered;
  {
    Holder holder;
    ASSERT_TRUE(holder.hold([&](bool last) {
      if (!over && !last) return false;
      ++answers;
      answered.set_value(last);
      return true;
    }));
    over = true;
    holder.wake();
    EXPECT_FALSE(answered.get_future().get());  // before its deadline
  }
  EXPECT_EQ(answers, 1);
}

// Nothing is left unanswered: at the deadline, and when the server stops, the last attempt is made.
TEST(Holder, MakesALastAttemptWhenItStops) {
  std::atomic<int> last_attempts{0};
  {
    Holder holder;
    for (int i = 0; i < 10; ++i) {
      ASSERT_TRUE(holder.hold([&](bool last) {
        if (last) ++last_attempts;
        return last;
      }));
    }
  }
  EXPECT_EQ(last_attempts, 10);
}

TEST(Holder, IsBounded) {
  Holder holder;
  std::size_t held = 0;
  while (held < held_max + 1 && holder.hold([](bool last) { return last; })) ++held;
  EXPECT_LE(held, held_max);
}

}  // namespace
}  // namespace haar::api
