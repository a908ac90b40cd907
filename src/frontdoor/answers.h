// Lines that the front door answers itself, for text protocols in which the client speaks first: memcached's
// configuration endpoint. Whoever says anything else is handed over, his words unread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace haar::frontdoor {

// A line, without its end, and the whole reply.
using Answers = std::map<std::string, std::string>;

// No line is longer; what is longer is no line of these.
inline constexpr std::size_t answer_line_max = 128;

struct Heard {
  enum class What : std::uint8_t {
    more,   // the beginning of such a line, or nothing yet
    known,  // such a line: `length` bytes with its end, to be answered with `reply`
    other,
  };
  What what = What::more;
  std::size_t length = 0;
  const std::string* reply = nullptr;
};

// What the bytes that a client has sent so far are. Lines end in "\r\n" or "\n".
Heard hear(std::string_view bytes, const Answers& answers);

}  // namespace haar::frontdoor
