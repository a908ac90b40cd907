#include "services/managed/maintenance_windows.h"

#include <gtest/gtest.h>

namespace haar::managed {
namespace {

TEST(Windows, lengths_go_over_midnight_and_over_sunday) {
  EXPECT_EQ(daily_window_minutes("04:15-04:45"), 30);
  EXPECT_EQ(daily_window_minutes("23:45-00:15"), 30);
  EXPECT_EQ(weekly_window_minutes("sun:04:00-sun:05:00"), 60);
  EXPECT_EQ(weekly_window_minutes("Sun:23:45-Mon:00:15"), 30);
  EXPECT_EQ(weekly_window_minutes("mon:00:00-tue:00:00"), 24 * 60);
}

TEST(Windows, what_is_not_one) {
  for (const char* text : {"", "4:15-04:45", "24:00-01:00", "04:60-05:00", "04:15-04:45 ", "04:15/04:45", "aa:bb-cc:dd"})
    EXPECT_FALSE(daily_window_minutes(text)) << text;
  for (const char* text : {"", "sun:04:00", "son:04:00-sun:05:00", "sun:24:00-mon:01:00", "sun-04:00-sun-05:00"})
    EXPECT_FALSE(weekly_window_minutes(text)) << text;
}

TEST(Windows, the_next_one_opens_on_its_day_and_an_open_one_is_now) {
  const Timestamp monday_noon = *parse_timestamp("2026-11-30T12:00:00Z");
  const auto next = [](const char* window, Timestamp now) { return format_iso8601(next_weekly_window(window, now)); };
  EXPECT_EQ(next("tue:03:00-tue:03:30", monday_noon), "2026-12-01T03:00:00Z");
  EXPECT_EQ(next("mon:03:00-mon:03:30", monday_noon), "2026-12-07T03:00:00Z");
  EXPECT_EQ(next("mon:11:45-mon:12:15", monday_noon), "2026-11-30T12:00:00Z");
  EXPECT_EQ(next("mon:11:30-mon:12:00", monday_noon), "2026-12-07T11:30:00Z");
  EXPECT_EQ(next("Sun:23:45-Mon:12:30", monday_noon), "2026-11-30T12:00:00Z");
}

TEST(Windows, random_ones_are_well_formed_and_as_long_as_asked) {
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(daily_window_minutes(random_daily_window(system_random(), 30)), 30);
    EXPECT_EQ(weekly_window_minutes(random_weekly_window(system_random(), 60)), 60);
  }
}

}  // namespace
}  // namespace haar::managed
