#include "base/clock.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

namespace haar {
namespace {

std::tm utc(std::int64_t seconds) {
  std::time_t t = seconds;
  std::tm out{};
  gmtime_r(&t, &out);
  return out;
}

std::int64_t floor_seconds(Timestamp t) {
  std::int64_t s = t.micros / 1'000'000;
  return t.micros % 1'000'000 < 0 ? s - 1 : s;
}

void put_digits(char* at, unsigned number, std::size_t count) {
  for (std::size_t i = count; i > 0; number /= 10) at[--i] = static_cast<char>('0' + number % 10);
}

// `form` with the digits of year, month, day, hour, minute and second at the places that are named.
std::string fill(Timestamp t, std::string_view form, const std::array<std::size_t, 6>& places) {
  const std::int64_t seconds = floor_seconds(t);
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
  const std::chrono::year_month_day date(day);
  const auto rest = static_cast<unsigned>(seconds - std::int64_t{day.time_since_epoch().count()} * 86'400);
  std::string out(form);
  put_digits(&out[places[0]], static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(&out[places[1]], static_cast<unsigned>(date.month()), 2);
  put_digits(&out[places[2]], static_cast<unsigned>(date.day()), 2);
  put_digits(&out[places[3]], rest / 3600, 2);
  put_digits(&out[places[4]], rest / 60 % 60, 2);
  put_digits(&out[places[5]], rest % 60, 2);
  return out;
}

bool digits(std::string_view text, std::size_t at, std::size_t count, int& out) {
  if (at + count > text.size()) return false;
  out = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  return true;
}

struct Calendar {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
  std::int64_t micros = 0, offset_seconds = 0;
};

std::optional<Timestamp> to_timestamp(const Calendar& c) {
  static constexpr std::array<int, 12> month_days{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (c.month < 1 || c.month > 12 || c.day < 1 || c.hour > 23 || c.minute > 59 || c.second > 60) return {};
  const bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
  const int days = c.month == 2 && !leap ? 28 : month_days[static_cast<std::size_t>(c.month - 1)];
  if (c.day > days) return {};
  const std::chrono::year_month_day day{std::chrono::year(c.year), std::chrono::month(static_cast<unsigned>(c.month)),
                                        std::chrono::day(static_cast<unsigned>(c.day))};
  const std::int64_t midnight = std::int64_t{std::chrono::sys_days(day).time_since_epoch().count()} * 86'400;
  const std::int64_t seconds = midnight + c.hour * 3600 + c.minute * 60 + c.second;
  return Timestamp{(seconds - c.offset_seconds) * 1'000'000 + c.micros};
}

// ".123456" at `at`; digits beyond microseconds are cut.
bool read_fraction(std::string_view text, std::size_t& at, std::int64_t& micros) {
  if (at >= text.size() || text[at] != '.') return true;
  std::int64_t scale = 100'000;
  const std::size_t start = ++at;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
    micros += (text[at] - '0') * scale;
    scale /= 10;
  }
  return at > start;
}

// "", "Z", "+01:00" or "-0130" up to the end of the text.
bool read_zone(std::string_view text, std::size_t at, std::int64_t& offset_seconds) {
  std::string_view zone = text.substr(at);
  if (zone.empty() || zone == "Z" || zone == "z") return true;
  if (zone[0] != '+' && zone[0] != '-') return false;
  int hours = 0, minutes = 0;
  if (!digits(zone, 1, 2, hours)) return false;
  const std::size_t minute_at = zone.size() > 3 && zone[3] == ':' ? 4 : 3;
  if (zone.size() != minute_at + 2 || !digits(zone, minute_at, 2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  offset_seconds = (hours * 3600 + minutes * 60) * (zone[0] == '-' ? -1 : 1);
  return true;
}

std::optional<Timestamp> parse_extended(std::string_view text) {
  Calendar c;
  if (!digits(text, 0, 4, c.year)) return {};
  if (text.size() == 4) return to_timestamp(c);
  if (text[4] != '-' || !digits(text, 5, 2, c.month)) return {};
  if (text.size() == 7) return to_timestamp(c);
  if (text[7] != '-' || !digits(text, 8, 2, c.day)) return {};
  if (text.size() == 10) return to_timestamp(c);
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return {};
  if (!digits(text, 11, 2, c.hour) || text.size() < 16 || text[13] != ':') return {};
  if (!digits(text, 14, 2, c.minute)) return {};
  std::size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    if (!digits(text, 17, 2, c.second)) return {};
    at = 19;
    if (!read_fraction(text, at, c.micros)) return {};
  }
  if (!read_zone(text, at, c.offset_seconds)) return {};
  return to_timestamp(c);
}

std::optional<Timestamp> parse_basic(std::string_view text) {
  Calendar c;
  if (!digits(text, 0, 4, c.year) || !digits(text, 4, 2, c.month) || !digits(text, 6, 2, c.day)) return {};
  if (text.size() == 8) return to_timestamp(c);
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return {};
  if (!digits(text, 9, 2, c.hour) || !digits(text, 11, 2, c.minute) || !digits(text, 13, 2, c.second)) return {};
  return to_timestamp(c);
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  static constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 25 || text[3] != ',') return {};
  Calendar c;
  const std::size_t month_at = months.find(text.substr(8, 3));
  if (month_at == std::string_view::npos || month_at % 3 != 0) return {};
  c.month = static_cast<int>(month_at / 3) + 1;
  if (!digits(text, 5, 2, c.day) || !digits(text, 12, 4, c.year) || !digits(text, 17, 2, c.hour)) return {};
  if (!digits(text, 20, 2, c.minute) || !digits(text, 23, 2, c.second)) return {};
  std::size_t at = 25;
  if (!read_fraction(text, at, c.micros)) return {};
  return text.substr(at) == " GMT" || text.substr(at) == " UTC" ? to_timestamp(c) : std::nullopt;
}

// The years 1 to 9999: what the written forms can show.
constexpr std::int64_t epoch_min = -62'135'596'800, epoch_max = 253'402'300'799;

// "1576540098" and "1576540098.123" exactly; with an exponent, as near as a double is.
std::optional<Timestamp> parse_epoch(std::string_view text) {
  const char* const stop = text.data() + text.size();
  if (text.find_first_of("eE") != std::string_view::npos) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), stop, seconds);
    if (error != std::errc{} || end != stop) return {};
    if (!(seconds >= static_cast<double>(epoch_min) && seconds <= static_cast<double>(epoch_max))) return {};
    return Timestamp{static_cast<std::int64_t>(seconds * 1e6 + (seconds < 0 ? -0.5 : 0.5))};
  }
  std::int64_t seconds = 0, micros = 0;
  const auto [end, error] = std::from_chars(text.data(), stop, seconds);
  if (error != std::errc{} || seconds < epoch_min || seconds > epoch_max) return {};
  std::size_t at = static_cast<std::size_t>(end - text.data());
  if (!read_fraction(text, at, micros) || at != text.size()) return {};
  return Timestamp{seconds * 1'000'000 + (text[0] == '-' ? -micros : micros)};
}

}  // namespace

std::string format_iso8601(Timestamp t) {
  return fill(t, "0000-00-00T00:00:00Z", {0, 5, 8, 11, 14, 17});
}

std::string format_iso8601_millis(Timestamp t) {
  std::string out = format_iso8601(t);
  out.back() = '.';
  out.append("000Z");
  put_digits(&out[out.size() - 4], static_cast<unsigned>((t.micros - floor_seconds(t) * 1'000'000) / 1000), 3);
  return out;
}

std::string format_basic(Timestamp t) { return fill(t, "00000000T000000Z", {0, 4, 6, 9, 11, 13}); }

std::string format_basic_date(Timestamp t) { return format_basic(t).substr(0, 8); }

std::string format_http_date(Timestamp t) {
  static constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::tm tm = utc(floor_seconds(t));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[static_cast<std::size_t>(tm.tm_wday)], tm.tm_mday,
                     months[static_cast<std::size_t>(tm.tm_mon)], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  if (text.empty() || text.size() > 64) return {};
  if (text.size() > 3 && text[3] == ',') return parse_http_date(text);
  if (text.size() == 16 && text[8] == 'T') return parse_basic(text);
  const std::size_t dash = text.find('-', 1);
  if (dash == 4) return parse_extended(text);
  return parse_epoch(text);
}

Timestamp SystemClock::wall() const {
  std::timespec ts{};
  clock_gettime(CLOCK_REALTIME, &ts);
  return {static_cast<std::int64_t>(ts.tv_sec) * 1'000'000 + ts.tv_nsec / 1000};
}

Timestamp SystemClock::now() const { return wall().plus_seconds(offset_seconds()); }

}  // namespace haar
