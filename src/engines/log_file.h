// The logs of engines: cut into parts, each bounded, and the parts read. haar opens a log and the engine writes to it by a
// descriptor: it says what is in it and how long it is, and can name no other file.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace haar::engines {

// Of the parts that were cut off a log.
inline constexpr std::int64_t log_parts_kept_seconds = 3 * 24 * 3600;
inline constexpr std::uint64_t log_parts_kept_bytes_max = std::uint64_t{32} << 20;

// A log is cut when its hour is over, and when it is longer than `longest` bytes: its last `longest` bytes become
// <path>.<begun>, the minute in which it was begun, and it starts anew. The engine holds its log by a descriptor, so the file
// is copied and cut, not renamed; lines of that very moment may be lost, and so is what is more than `longest` in a minute.
// Of the parts, what is too old or too much goes. `now`: seconds since 1970.
void rotate_log(const std::string& path, off_t longest, std::int64_t now);

struct LogPart {
  std::string path;
  std::int64_t begun = 0;           // seconds since 1970, a full minute
  std::int64_t written_millis = 0;  // since 1970
  std::uint64_t bytes = 0;
};
// The oldest first, the one that is being written last. None if there is no log.
std::vector<LogPart> log_parts(const std::string& path);

// At most `most` bytes of a part, from `from` on; fewer, or none, where it ends.
Result<std::string> read_log_part(const LogPart& part, std::uint64_t from, std::size_t most);

}  // namespace haar::engines
