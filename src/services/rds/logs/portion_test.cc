#include "services/rds/logs/portion.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

TEST(Portion, TheFirstLines) {
  EXPECT_EQ(first_lines("a\nb\nc\n", 2, false), "a\nb\n");
  EXPECT_EQ(first_lines("a\nb\nc", 9, false), "a\nb\nc");
  EXPECT_EQ(first_lines("a\nb\nc", 9, true), "a\nb\n");  // the line goes on where nobody has read yet
  EXPECT_EQ(first_lines("one line that is longer than a portion", 9, true), "one line that is longer than a portion");
  EXPECT_EQ(first_lines("", 9, false), "");
}

TEST(Portion, TheLastLines) {
  EXPECT_EQ(last_lines("a\nb\nc\n", 2), "b\nc\n");
  EXPECT_EQ(last_lines("a\nb\nc", 1), "c");
  EXPECT_EQ(last_lines("a\nb\n", 9), "a\nb\n");
  EXPECT_EQ(last_lines("\n\n", 1), "\n");
  EXPECT_EQ(last_lines("", 9), "");
}

TEST(Portion, Markers) {
  EXPECT_EQ(offset_of("0").value(), 0u);
  EXPECT_EQ(offset_of(marker_at(4711)).value(), 4711u);
  for (const char* bad : {"", "x", "0:", "-1", "1x", "99999999999999999999", "1:1"}) EXPECT_FALSE(offset_of(bad).ok()) << bad;
}

}  // namespace
}  // namespace haar::rds
