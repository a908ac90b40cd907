// Is there a text that matches some patterns and not others? Exact, by the product of their automata.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/analysis/glob.h"

namespace haar::policy::analysis {

enum class Answer : std::uint8_t {
  no,
  yes,
  unknown,  // given up: the question is too large, or beyond the procedure
};

// What one question may cost, over all of its parts. Questions about AWS's managed policies need a hundredth of it.
struct Budget {
  static constexpr std::uint64_t kSteps = 6'000'000;  // steps of automata and of the search, some nanoseconds each
  std::uint64_t left = kSteps;
  bool spend(std::uint64_t steps) {
    if (left < steps) return false;
    left -= steps;
    return true;
  }
};

using Globs = std::vector<const Glob*>;

// A text is wanted that matches one of each list of `all` and none of `none`. Variables of `all` may be any text, and what
// has variables in `none` forbids only what is sure to be forbidden whatever their values: the answer "no" is certain then,
// and "yes" has to be tried.
struct TextQuestion {
  std::vector<Globs> all;  // one list at least
  Globs none;
  std::vector<std::string> wishes;  // texts to try first
};

struct TextAnswer {
  Answer answer = Answer::no;
  std::string text;
};

TextAnswer find_text(const TextQuestion& question, Budget& budget);

}  // namespace haar::policy::analysis
