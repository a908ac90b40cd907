#include "engines/postgres_wal.h"

#include <gtest/gtest.h>

namespace haar::engines::postgres {
namespace {

constexpr std::uint64_t mb = 1 << 20;

TEST(PostgresWal, places_are_read) {
  EXPECT_EQ(parse_lsn("0/3000028"), 0x3000028U);
  EXPECT_EQ(parse_lsn("1A/F"), (std::uint64_t{0x1A} << 32) | 0xF);
  for (const char* bad : {"", "0", "/", "0/", "/1", "0/G", "0/123456789", "0/1 ", "0/1/2", "-1/0"})
    EXPECT_FALSE(parse_lsn(bad)) << bad;
}

TEST(PostgresWal, names_and_numbers_of_segments_agree) {
  // 1024 segments of 4 MB in each 4 GB.
  EXPECT_EQ(parse_segment("000000010000000000000003", 4 * mb), (Segment{1, 3}));
  EXPECT_EQ(parse_segment("0000000200000001000003FF", 4 * mb), (Segment{2, 1024 + 1023}));
  EXPECT_FALSE(parse_segment("000000020000000100000400", 4 * mb));
  for (const std::uint64_t size : {mb, 4 * mb, 16 * mb, 1024 * mb}) {
    for (const std::uint64_t number : std::initializer_list<std::uint64_t>{0, 1, 255, 4096, 70'000})
      EXPECT_EQ(parse_segment(segment_name({7, number}, size), size), (Segment{7, number}));
  }
}

TEST(PostgresWal, nothing_else_is_a_segment) {
  for (const char* bad : {"", "00000001000000000000000", "00000001000000000000000g", "00000001000000000000000a",
                          "000000000000000000000003", "000000010000000000000003.partial", "../../../../../etc/passwd"})
    EXPECT_FALSE(parse_segment(bad, 4 * mb)) << bad;
  EXPECT_FALSE(parse_segment("000000010000000000000003", 3 * mb));
  EXPECT_TRUE(is_history("00000002.history"));
  for (const char* bad : {"0000002.history", "00000002.histories", "0000000x.history"}) EXPECT_FALSE(is_history(bad)) << bad;
}

}  // namespace
}  // namespace haar::engines::postgres
