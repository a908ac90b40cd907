#include "auth/attempts.h"

#include <gtest/gtest.h>

namespace haar::auth {
namespace {

const Timestamp start = Timestamp::from_seconds(1'800'000'000);

// Each with an id of its own.
void fail(Attempts& attempts, const std::string& name, Timestamp now) {
  static int last = 0;
  attempts.failed(name, std::to_string(++last), now);
}

TEST(Attempts, WhoIsWrongFiveTimesWaits) {
  Attempts attempts;
  for (std::size_t i = 0; i < attempts_max; ++i) {
    EXPECT_TRUE(attempts.may_try("ana", "next", start));
    fail(attempts, "ana", start);
  }
  EXPECT_FALSE(attempts.may_try("ana", "next", start.plus_seconds(attempts_pause_seconds - 1)));
  EXPECT_TRUE(attempts.may_try("bob", "next", start));
  EXPECT_TRUE(attempts.may_try("ana", "next", start.plus_seconds(attempts_pause_seconds)));
}

// Transactions run again after a conflict, all of a batch in turn: each says the second time what it said the first.
TEST(Attempts, AnAttemptThatRunsAgainCountsOnce) {
  Attempts attempts;
  const auto run = [&](int requests) {
    std::string said;
    for (int i = 0; i < requests; ++i) {
      const std::string id = "request-" + std::to_string(i);
      const bool may = attempts.may_try("ana", id, start);
      if (may) attempts.failed("ana", id, start);
      said += may ? 'w' : 't';  // wrong, throttled
    }
    return said;
  };
  EXPECT_EQ(run(3), "www");
  EXPECT_EQ(run(3), "www");
  EXPECT_TRUE(attempts.may_try("ana", "fourth", start)) << "three were wrong, not six";
  EXPECT_EQ(run(7), "wwwwwtt");
  EXPECT_EQ(run(7), "wwwwwtt");
  EXPECT_FALSE(attempts.may_try("ana", "another", start));
}

TEST(Attempts, ASuccessForgives) {
  Attempts attempts;
  for (std::size_t i = 1; i < attempts_max; ++i) fail(attempts, "ana", start);
  attempts.succeeded("ana");
  fail(attempts, "ana", start);
  EXPECT_TRUE(attempts.may_try("ana", "next", start));
}

TEST(Attempts, ThePauseCountsFromTheLastFailure) {
  Attempts attempts;
  for (std::size_t i = 0; i < attempts_max; ++i) fail(attempts, "ana", start.plus_seconds(static_cast<std::int64_t>(i) * 60));
  EXPECT_FALSE(attempts.may_try("ana", "next", start.plus_seconds(4 * 60 + attempts_pause_seconds - 1)));
  EXPECT_TRUE(attempts.may_try("ana", "next", start.plus_seconds(4 * 60 + attempts_pause_seconds)));
}

TEST(Attempts, NamesAreBounded) {
  Attempts attempts;
  for (std::size_t i = 0; i < 2 * attempts_names_max; ++i) fail(attempts, std::to_string(i), start);
  for (std::size_t i = 0; i < attempts_max; ++i) fail(attempts, "ana", start);
  EXPECT_FALSE(attempts.may_try("ana", "next", start));
}

}  // namespace
}  // namespace haar::auth
