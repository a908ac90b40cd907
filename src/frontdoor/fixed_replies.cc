#include "frontdoor/fixed_replies.h"

#include <algorithm>

namespace haar::frontdoor {

MatchedLine match_line(std::string_view bytes, const FixedReplies& replies) {
  const std::size_t end = bytes.substr(0, request_line_max).find('\n');
  std::string_view line = bytes.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (end == std::string_view::npos) {
    const bool beginning = bytes.size() < request_line_max &&
                           std::any_of(replies.begin(), replies.end(),
                                       [&](const auto& reply) { return std::string_view(reply.first).starts_with(line); });
    return {beginning ? MatchedLine::Kind::incomplete : MatchedLine::Kind::other, 0, nullptr};
  }
  const auto known = replies.find(std::string(line));
  if (known == replies.end()) return {MatchedLine::Kind::other, 0, nullptr};
  return {MatchedLine::Kind::known, end + 1, &known->second};
}

}  // namespace haar::frontdoor
