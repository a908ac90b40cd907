#include "services/managed/placement.h"

#include <gtest/gtest.h>

namespace haar::managed {
namespace {

TEST(Identifiers, begin_with_a_letter_and_have_no_hyphen_at_the_end_nor_two_in_a_row) {
  for (const char* good : {"a", "A1", "my-db-1"}) EXPECT_TRUE(is_identifier(good)) << good;
  for (const char* bad : {"", "1a", "-a", "a-", "a--b", "a_b", "a b", "ä"}) EXPECT_FALSE(is_identifier(bad)) << bad;
}

}  // namespace
}  // namespace haar::managed
