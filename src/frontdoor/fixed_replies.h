// Lines to which the front door itself replies, for text protocols in which the client speaks first: memcached's
// configuration endpoint. Whoever says anything else is handed over, what he said unread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace haar::frontdoor {

// A line, without its end, and the whole reply.
using FixedReplies = std::map<std::string, std::string>;

// No line is longer; what is longer is none of these.
inline constexpr std::size_t request_line_max = 128;

struct MatchedLine {
  enum class Kind : std::uint8_t {
    incomplete,  // the beginning of such a line, or nothing yet
    known,       // such a line: `length` bytes with its end, to which `reply` is the reply
    other,
  };
  Kind kind = Kind::incomplete;
  std::size_t length = 0;
  const std::string* reply = nullptr;
};

// What the bytes that a client has sent so far are. Lines end in "\r\n" or "\n".
MatchedLine match_line(std::string_view bytes, const FixedReplies& replies);

}  // namespace haar::frontdoor
