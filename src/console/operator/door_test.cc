// A link opens once, in its time; a session ends; nothing else opens.
#include "console/operator/door.h"

#include <gtest/gtest.h>

namespace haar::console {
namespace {

const Timestamp now = Timestamp::from_seconds(1'700'000'000);

TEST(Door, ALinkOpensOnce) {
  OperatorDoor door(system_random(), "");
  const std::string link = door.new_link(now);
  const std::optional<std::string> cookie = door.open_by_link(link, now);
  ASSERT_TRUE(cookie);
  EXPECT_TRUE(door.is_open(*cookie, now));
  EXPECT_FALSE(door.is_open(link, now));
  EXPECT_FALSE(door.open_by_link(link, now));
  EXPECT_FALSE(door.open_by_link(*cookie, now));
}

TEST(Door, WhatIsTooOldIsGoodForNothing) {
  OperatorDoor door(system_random(), "");
  EXPECT_FALSE(door.open_by_link(door.new_link(now), now.plus_seconds(operator_link_seconds)));
  const std::string cookie = *door.open_by_link(door.new_link(now), now);
  EXPECT_TRUE(door.is_open(cookie, now.plus_seconds(operator_session_seconds - 1)));
  EXPECT_FALSE(door.is_open(cookie, now.plus_seconds(operator_session_seconds)));
}

TEST(Door, WithoutAPasswordNoneOpensIt) {
  OperatorDoor door(system_random(), "");
  EXPECT_FALSE(door.open_by_password("", now));
  EXPECT_FALSE(door.open_by_password("x", now));
  OperatorDoor other(system_random(), "secret");
  EXPECT_FALSE(other.open_by_password("Secret", now));
  EXPECT_TRUE(other.open_by_password("secret", now));
}

TEST(Door, OnlySoManyLinksAreGoodAtOnce) {
  OperatorDoor door(system_random(), "");
  const std::string first = door.new_link(now);
  for (std::size_t i = 0; i < operator_links_max; ++i) door.new_link(now.plus_seconds(1));
  EXPECT_FALSE(door.open_by_link(first, now));
}

TEST(Door, AClosedSessionIsOver) {
  OperatorDoor door(system_random(), "");
  const std::string cookie = *door.open_by_link(door.new_link(now), now);
  door.close(cookie);
  EXPECT_FALSE(door.is_open(cookie, now));
}

}  // namespace
}  // namespace haar::console
