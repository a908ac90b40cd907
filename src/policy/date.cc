#include "policy/date.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace haar::policy {
namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t second = 1'000'000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;  // microseconds
constexpr std::int64_t year_min = -292'275'054, year_max = 292'278'993;  // the years of a signed 64-bit count of milliseconds
constexpr std::size_t year_digits_max = 9, fraction_digits_max = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::int64_t bounded(Wide micros) {
  constexpr Wide low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(micros, low, high));
}

// Days from 1970-01-01, in the Gregorian calendar before its time too. `m` is 1 to 12.
std::int64_t days_of(std::int64_t y, std::int64_t m, std::int64_t d) {
  // A year that begins in March has its leap day at the end; 400 of them have 146,097 days.
  const std::int64_t shifted = m <= 2 ? y - 1 : y;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
  const std::int64_t of_era = shifted - era * 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

std::int64_t days_in(std::int64_t y, std::int64_t m) {
  constexpr std::int64_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
  return m == 2 && leap ? 29 : days[m - 1];
}

// Reads a text from the left. A part that does not fit makes the whole unreadable.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<std::int64_t> read() {
    const Wide date = read_date();
    std::int64_t time = 0;
    if (take("Tt")) {
      if (!rest_.empty() && is_digit(rest_.front())) time = read_time();
      time -= read_offset();
    }
    if (bad_ || !rest_.empty()) return std::nullopt;
    return bounded(date * day + time);
  }

 private:
  // Whether one of `characters` comes next; it is consumed.
  bool take(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view take_digits(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    while (count < most && count < rest_.size() && is_digit(rest_[count])) ++count;
    const std::string_view digits = rest_.substr(0, count);
    rest_.remove_prefix(digits.size());
    if (digits.size() < least) bad_ = true;
    return digits;
  }

  std::int64_t number(std::size_t least, std::size_t most, std::int64_t low, std::int64_t high) {
    std::int64_t value = 0;
    for (const char c : take_digits(least, most)) value = value * 10 + (c - '0');
    if (value < low || value > high) bad_ = true;
    return bad_ ? low : value;
  }

  std::int64_t read_date() {
    const bool negative = take("-");
    std::int64_t y = number(1, year_digits_max, 0, negative ? -year_min : year_max);
    if (negative) y = -y;
    const std::int64_t m = take("-") ? number(1, 2, 1, 12) : 1;
    // A day without a month cannot come: both begin with a hyphen.
    const std::int64_t d = take("-") ? number(1, 2, 1, days_in(y, m)) : 1;
    return days_of(y, m, d);
  }

  // Of a unit that has `micros` microseconds.
  std::int64_t read_fraction(std::int64_t micros) {
    std::int64_t value = 0, scale = 1;
    for (const char c : take_digits(1, fraction_digits_max)) {
      value = value * 10 + (c - '0');
      scale *= 10;
    }
    return static_cast<std::int64_t>(static_cast<Wide>(value) * micros / scale);
  }

  std::int64_t read_time() {
    std::int64_t time = number(1, 2, 0, 23) * hour;
    if (take(".,")) return time + read_fraction(hour);
    if (!take(":")) return time;
    time += number(1, 2, 0, 59) * minute;
    if (take(".,")) return time + read_fraction(minute);
    if (!take(":")) return time;
    time += number(1, 2, 0, 59) * second;
    return take(".,") ? time + read_fraction(second) : time;
  }

  std::int64_t read_offset() {
    if (take("Zz")) return 0;
    const bool west = !rest_.empty() && rest_.front() == '-';
    if (!take("+-")) return 0;
    std::int64_t offset = number(2, 2, 0, 23) * hour;
    const bool colon = take(":");
    if (colon || !rest_.empty()) offset += number(2, 2, 0, 59) * minute;
    return west ? -offset : offset;
  }

  std::string_view rest_;
  bool bad_ = false;
};

}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
  if (!digits || text.size() == 4) return Reader(text).read();
  std::int64_t seconds = 0;
  const auto done = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (done.ec != std::errc{}) return std::nullopt;
  return bounded(static_cast<Wide>(seconds) * second);
}

}  // namespace haar::policy
