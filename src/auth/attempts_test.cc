#include "auth/attempts.h"

#include <gtest/gtest.h>

namespace haar::auth {
namespace {

const Timestamp start = Timestamp::from_seconds(1'800'000'000);

TEST(Attempts, WhoIsWrongFiveTimesWaits) {
  Attempts attempts;
  for (int i = 0; i < attempts_max; ++i) {
    EXPECT_TRUE(attempts.may_try("ana", start));
    attempts.failed("ana", start);
  }
  EXPECT_FALSE(attempts.may_try("ana", start.plus_seconds(attempts_pause_seconds - 1)));
  EXPECT_TRUE(attempts.may_try("bob", start));
  EXPECT_TRUE(attempts.may_try("ana", start.plus_seconds(attempts_pause_seconds)));
}

TEST(Attempts, ASuccessForgives) {
  Attempts attempts;
  for (int i = 1; i < attempts_max; ++i) attempts.failed("ana", start);
  attempts.succeeded("ana");
  attempts.failed("ana", start);
  EXPECT_TRUE(attempts.may_try("ana", start));
}

TEST(Attempts, ThePauseCountsFromTheLastFailure) {
  Attempts attempts;
  for (int i = 0; i < attempts_max; ++i) attempts.failed("ana", start.plus_seconds(i * 60));
  EXPECT_FALSE(attempts.may_try("ana", start.plus_seconds(4 * 60 + attempts_pause_seconds - 1)));
  EXPECT_TRUE(attempts.may_try("ana", start.plus_seconds(4 * 60 + attempts_pause_seconds)));
}

TEST(Attempts, NamesAreBounded) {
  Attempts attempts;
  for (std::size_t i = 0; i < 2 * attempts_names_max; ++i) attempts.failed(std::to_string(i), start);
  for (int i = 0; i < attempts_max; ++i) attempts.failed("ana", start);
  EXPECT_FALSE(attempts.may_try("ana", start));
}

}  // namespace
}  // namespace haar::auth
