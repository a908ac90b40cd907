#include "policy/date.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/clock.h"

namespace haar::policy {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();

struct Case {
  const char* text;
  const char* same;  // the same time as parse_timestamp reads it
};

TEST(Date, FormsOfTheNoteAndOfIam) {
  const Case cases[] = {
      {"2026", "2026-01-01T00:00:00Z"},
      {"2026-11", "2026-11-01T00:00:00Z"},
      {"2026-11-20", "2026-11-20T00:00:00Z"},
      {"2026-11-20T09:12Z", "2026-11-20T09:12:00Z"},
      {"2026-11-20T09:12:40Z", "2026-11-20T09:12:40Z"},
      {"2026-11-20t09:12:40z", "2026-11-20T09:12:40Z"},
      {"2026-11-20T09:12:40", "2026-11-20T09:12:40Z"},
      {"2026-11-20T09:12:40.25+01:30", "2026-11-20T07:42:40.25Z"},
      {"2026-11-20T09:12:40,25-0130", "2026-11-20T10:42:40.25Z"},
      // Taken by IAM: the day before, by an offset of 23 hours.
      {"2016-12-13t2:00:00.593194+23", "2016-12-12T03:00:00.593194Z"},
      {"2016-12-13T21:20:37.593194+00:00", "2016-12-13T21:20:37.593194Z"},
      {"2016-12-13T", "2016-12-13T00:00:00Z"},
      {"2016-12-13T6", "2016-12-13T06:00:00Z"},
      {"2016-12-13T6.5", "2016-12-13T06:30:00Z"},
      {"2016-12-13T6:1.5", "2016-12-13T06:01:30Z"},
      {"2016-2-9T1:2:3", "2016-02-09T01:02:03Z"},
      {"2016-02-29", "2016-02-29T00:00:00Z"},
      {"2000-02-29", "2000-02-29T00:00:00Z"},
      {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
  };
  for (const Case& c : cases) {
    const auto date = parse_date(c.text);
    ASSERT_TRUE(date) << c.text;
    EXPECT_EQ(*date, parse_timestamp(c.same)->micros) << c.text;
  }
}

TEST(Date, EpochSeconds) {
  EXPECT_EQ(parse_date("0"), 0);
  EXPECT_EQ(parse_date("1795165960"), 1'795'165'960'000'000);
  EXPECT_EQ(parse_date("9223372036854775807"), most);
  EXPECT_FALSE(parse_date("9223372036854775808"));
}

TEST(Date, YearsFarAwayAreTheEndsOfTime) {
  // Day 1 of year 1, which IAM takes as "01T": 719,162 days before 1970.
  EXPECT_EQ(parse_date("01T"), -719'162LL * 86'400 * 1'000'000);
  EXPECT_EQ(parse_date("0001-01-01"), parse_date("01T"));
  EXPECT_EQ(parse_date("-0001-12-31T23:59:59Z"), *parse_date("0T") - 1'000'000);
  EXPECT_EQ(parse_date("-292275054"), least);
  EXPECT_EQ(parse_date("292278993-12-31"), most);
  EXPECT_FALSE(parse_date("-292275055"));
  EXPECT_FALSE(parse_date("292278994-01-01"));
}

TEST(Date, WhatIsNone) {
  for (const char* text : {
           // Refused by IAM.
           "sdfdsf", "234-13", "2016-12-13t2:00:00.593194+1", "2016-12-13t2:00:00.1999999999+10:59",
           // No date at all, a field out of its range, something left over.
           "", "x", "-", "T", "T12:00", "2026-13-01", "2026-00-01", "2026-11-31", "2026-11-00", "2100-02-29", "20261120T091240Z",
           "2026-11-20T24:00:00Z", "2026-11-20T09:60Z", "2026-11-20T09:12:60Z", "2026-11-20T09:12:40.Z", "2026-11-20T09:Z",
           "2026-11-20T09:12:40+24", "2026-11-20T09:12:40+01:60", "2026-11-20T09:12:40+01:", "2026-11-20T09:12:40Zx",
           "2026-11-20 09:12:40", "2026-11-20Z", "2026--11", "2026-", "2026-011", "2026-11-020", "--1", "+5 ", " 5", "1e3"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace haar::policy
