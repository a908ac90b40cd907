#include "policy/cache.h"

#include <gtest/gtest.h>

namespace haar::policy {
namespace {

TEST(DocumentCache, ParsesOnceAndKeepsNoErrors) {
  DocumentCache cache;
  const char* good = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  EXPECT_FALSE(cache.get("a", "{}", Kind::managed));
  const auto first = cache.get("a", good, Kind::managed);
  ASSERT_TRUE(first);
  const auto second = cache.get("a", "not read any more", Kind::managed);
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
}

}  // namespace
}  // namespace haar::policy
