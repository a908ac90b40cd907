#include "frontdoor/answers.h"

#include <algorithm>

namespace haar::frontdoor {

Heard hear(std::string_view bytes, const Answers& answers) {
  const std::size_t end = bytes.substr(0, answer_line_max).find('\n');
  std::string_view line = bytes.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (end == std::string_view::npos) {
    const bool beginning = bytes.size() < answer_line_max &&
                           std::any_of(answers.begin(), answers.end(),
                                       [&](const auto& answer) { return std::string_view(answer.first).starts_with(line); });
    return {beginning ? Heard::What::more : Heard::What::other, 0, nullptr};
  }
  const auto known = answers.find(std::string(line));
  if (known == answers.end()) return {Heard::What::other, 0, nullptr};
  return {Heard::What::known, end + 1, &known->second};
}

}  // namespace haar::frontdoor
