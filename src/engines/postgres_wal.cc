#include "engines/postgres_wal.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace haar::engines::postgres {
namespace {

constexpr std::uint64_t bytes_per_log = std::uint64_t{1} << 32;  // the middle part of a name counts these
constexpr std::size_t digits = 8, entries_max = 1'000'000;

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t out = 0;
  if (text.empty() || text.size() > digits) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_upper_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F'); });
}

}  // namespace

std::optional<std::uint64_t> parse_lsn(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto high = parse_hex(text.substr(0, slash)), low = parse_hex(text.substr(slash + 1));
  if (!high || !low) return std::nullopt;
  return (*high << 32) | *low;
}

bool is_segment_size(std::uint64_t size) {
  return size >= (std::uint64_t{1} << 20) && size <= (std::uint64_t{1} << 30) && (size & (size - 1)) == 0;
}

std::optional<Segment> parse_segment(std::string_view name, std::uint64_t size) {
  if (name.size() != 3 * digits || !is_upper_hex(name) || !is_segment_size(size)) return std::nullopt;
  const auto timeline = parse_hex(name.substr(0, digits)), log = parse_hex(name.substr(digits, digits)),
             rest = parse_hex(name.substr(2 * digits));
  const std::uint64_t per_log = bytes_per_log / size;
  if (!timeline || !log || !rest || *timeline == 0 || *rest >= per_log) return std::nullopt;
  return Segment{static_cast<std::uint32_t>(*timeline), *log * per_log + *rest};
}

std::string segment_name(const Segment& segment, std::uint64_t size) {
  const std::uint64_t per_log = bytes_per_log / size;
  return fmt::format("{:08X}{:08X}{:08X}", segment.timeline, segment.number / per_log, segment.number % per_log);
}

bool is_history(std::string_view name) {
  constexpr std::string_view ending = ".history";
  return name.size() == digits + ending.size() && name.ends_with(ending) && is_upper_hex(name.substr(0, digits));
}

LogFolder list_log(const std::string& folder, std::uint64_t segment_size) {
  LogFolder out;
  std::error_code error;
  std::size_t entries = 0;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end && entries < entries_max;
       at.increment(error), ++entries) {
    const std::string name = at->path().filename().string();
    if (const auto segment = parse_segment(name, segment_size)) out.segments.push_back(*segment);
    if (is_history(name)) out.histories.push_back(name);
  }
  std::ranges::sort(out.segments, {}, [](const Segment& one) { return std::pair(one.number, one.timeline); });
  return out;
}

}  // namespace haar::engines::postgres
