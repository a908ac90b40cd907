#include "base/duration.h"

#include <charconv>

namespace haar {

std::optional<std::int64_t> parse_duration(std::string_view text) {
  constexpr std::int64_t number_max = 1'000'000'000;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || number <= 0 || number > number_max) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (unit.empty() || unit == "s") return number;
  if (unit == "m") return number * 60;
  if (unit == "h") return number * 3600;
  if (unit == "d") return number * 86400;
  return std::nullopt;
}

}  // namespace haar
