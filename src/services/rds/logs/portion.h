// A portion of a log file, as DownloadDBLogFilePortion cuts it: whole lines, from a marker on or the last ones.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DownloadDBLogFilePortion.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "engines/log_file.h"

namespace haar::rds {

inline constexpr std::size_t portion_bytes_max = std::size_t{1} << 20;
inline constexpr std::size_t portion_lines_max = 10'000;

struct Portion {
  std::string text;
  std::uint64_t end = 0;  // where the next one begins
  bool more = false;      // there is something from there on
};

// With a marker: from there on. Without: the last lines. A line longer than a portion is cut.
Result<Portion> portion_of(const engines::LogPart& part, const std::optional<std::string>& marker,
                           const std::optional<std::int32_t>& lines);

// "0" is the beginning; what an answer gave is good for the same file.
Result<std::uint64_t> offset_of(std::string_view marker);
std::string marker_at(std::uint64_t offset);

// Of `text`: as many whole lines as are asked for, from its beginning or of its end. Pure.
std::string_view first_lines(std::string_view text, std::size_t lines, bool text_goes_on);
std::string_view last_lines(std::string_view text, std::size_t lines);

}  // namespace haar::rds
