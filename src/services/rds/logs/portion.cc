#include "services/rds/logs/portion.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/rds/service.h"

namespace haar::rds {

std::string_view first_lines(std::string_view text, std::size_t lines, bool text_goes_on) {
  std::size_t end = 0;
  for (std::size_t taken = 0; taken < lines; ++taken) {
    const std::size_t newline = text.find('\n', end);
    if (newline == std::string_view::npos) {
      // Half a line at the end of what was read is the beginning of the next portion, unless it is all there is.
      const bool half = text_goes_on && end > 0;
      return half ? text.substr(0, end) : text;
    }
    end = newline + 1;
  }
  return text.substr(0, end);
}

std::string_view last_lines(std::string_view text, std::size_t lines) {
  std::size_t begin = text.size();
  for (std::size_t taken = 0; taken < lines && begin > 0; ++taken) {
    const std::size_t newline = begin < 2 ? std::string_view::npos : text.rfind('\n', begin - 2);
    begin = newline == std::string_view::npos ? 0 : newline + 1;
  }
  return text.substr(begin);
}

std::string marker_at(std::uint64_t offset) { return fmt::format("0:{}", offset); }

Result<std::uint64_t> offset_of(std::string_view marker) {
  const std::string_view text = marker.starts_with("0:") ? marker.substr(2) : marker;
  std::uint64_t out = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  constexpr std::uint64_t offset_max = std::uint64_t{1} << 40;
  if (!text.empty() && problem == std::errc() && end == text.data() + text.size() && out <= offset_max) return out;
  // AWS's text could not be found.
  return errors::InvalidParameterValue(fmt::format("Invalid marker: {}", marker.substr(0, 64)));
}

Result<Portion> portion_of(const engines::LogPart& part, const std::optional<std::string>& marker,
                           const std::optional<std::int32_t>& lines) {
  const std::size_t wanted =
      lines && *lines > 0 ? std::min<std::size_t>(static_cast<std::size_t>(*lines), portion_lines_max) : portion_lines_max;
  Portion out;
  if (marker) {
    const std::uint64_t from = TRY(offset_of(*marker));
    const std::string read = TRY(engines::read_log_part(part, from, portion_bytes_max));
    const bool goes_on = read.size() == portion_bytes_max;
    out.text = first_lines(read, wanted, goes_on);
    out.end = from + out.text.size();
    out.more = out.text.size() < read.size() || goes_on;
    return out;
  }
  const std::uint64_t from = part.bytes > portion_bytes_max ? part.bytes - portion_bytes_max : 0;
  const std::string read = TRY(engines::read_log_part(part, from, portion_bytes_max));
  out.text = last_lines(read, wanted);
  out.end = from + read.size();
  return out;
}

}  // namespace haar::rds
