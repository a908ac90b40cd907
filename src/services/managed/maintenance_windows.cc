#include "services/managed/maintenance_windows.h"

#include <fmt/format.h>

#include <array>

#include "base/encoding.h"

namespace haar::managed {
namespace {

constexpr int day = 24 * 60;
constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::uint32_t below(Random& random, std::uint32_t limit) {
  std::array<std::uint8_t, 4> b{};
  random.fill(b);
  return (std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3]) % limit;
}

int random_start(Random& random) { return 3 * 60 + static_cast<int>(below(random, 8 * 60)); }

// Minutes of the day as "hh:mm".
std::string clock_text(int minutes) { return fmt::format("{:02}:{:02}", minutes / 60 % 24, minutes % 60); }

std::optional<int> digits(std::string_view two, int limit) {
  if (two[0] < '0' || two[0] > '9' || two[1] < '0' || two[1] > '9') return std::nullopt;
  const int value = (two[0] - '0') * 10 + (two[1] - '0');
  if (value >= limit) return std::nullopt;
  return value;
}

// "hh:mm" -> minutes of the day.
std::optional<int> clock_minutes(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = digits(text.substr(0, 2), 24), minutes = digits(text.substr(3, 2), 60);
  if (!hours || !minutes) return std::nullopt;
  return *hours * 60 + *minutes;
}

// "ddd:hh:mm" -> minutes of the week.
std::optional<int> week_minutes(std::string_view text) {
  if (text.size() != 9 || text[3] != ':') return std::nullopt;
  const std::string name = to_lower(text.substr(0, 3));
  const auto time = clock_minutes(text.substr(4));
  for (std::size_t i = 0; time && i < day_names.size(); ++i) {
    if (day_names[i] == name) return static_cast<int>(i) * day + *time;
  }
  return std::nullopt;
}

std::optional<int> between(std::optional<int> from, std::optional<int> to, int cycle) {
  if (!from || !to) return std::nullopt;
  return (*to - *from + cycle) % cycle;
}

}  // namespace

std::string random_daily_window(Random& random, int minutes) {
  const int start = random_start(random);
  return clock_text(start) + "-" + clock_text(start + minutes);
}

std::string random_weekly_window(Random& random, int minutes) {
  const std::string_view name = day_names[below(random, day_names.size())];
  const int start = random_start(random);
  return fmt::format("{}:{}-{}:{}", name, clock_text(start), name, clock_text(start + minutes));
}

Timestamp next_weekly_window(std::string_view text, Timestamp now) {
  constexpr std::int64_t week_seconds = std::int64_t{7} * day * 60;
  constexpr std::int64_t first_monday = std::int64_t{4} * day * 60;  // 1970-01-05
  const std::int64_t opens = week_minutes(text.substr(0, 9)).value_or(0) * std::int64_t{60};
  const std::int64_t length = weekly_window_minutes(text).value_or(0) * std::int64_t{60};
  const std::int64_t since = ((now.seconds() - first_monday - opens) % week_seconds + week_seconds) % week_seconds;
  return since < length ? now : Timestamp::from_seconds(now.seconds() - since + week_seconds);
}

std::optional<int> daily_window_minutes(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  return between(clock_minutes(text.substr(0, 5)), clock_minutes(text.substr(6)), day);
}

std::optional<int> weekly_window_minutes(std::string_view text) {
  if (text.size() != 19 || text[9] != '-') return std::nullopt;
  return between(week_minutes(text.substr(0, 9)), week_minutes(text.substr(10)), 7 * day);
}

}  // namespace haar::managed
