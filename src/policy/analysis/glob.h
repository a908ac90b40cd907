// Patterns of policies as sequences of symbols, for questions about all the texts that they match.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/pattern.h"

namespace haar::policy::analysis {

// A code point, or one of those below.
using Symbol = std::uint32_t;
inline constexpr Symbol kAnyText = 0x110000;         // "*"
inline constexpr Symbol kAnyCharacter = 0x110001;    // "?"
inline constexpr Symbol kSegmentText = 0x110002;     // "*" before an ARN's fifth colon: no colon
inline constexpr Symbol kSegmentCharacter = 0x110003;
// A policy variable: this plus its number among the Variables.
inline constexpr Symbol kFirstVariable = 0x120000;
inline constexpr Symbol kFirstOpaque = 0x40000000;

// The variables of the policies that are looked at together; one with the same key and default has one number.
class Variables {
 public:
  Symbol symbol_of(const Piece& variable);
  // Of a pattern that cannot be read without its values: like no other symbol.
  Symbol opaque() { return kFirstOpaque + opaque_++; }
  [[nodiscard]] const std::vector<Piece>& all() const { return all_; }
  // The text to read in its place, where one was chosen.
  std::function<std::optional<std::string>(const Piece&)> value;

 private:
  std::vector<Piece> all_;
  Symbol opaque_ = 0;
};

struct Glob {
  std::vector<Symbol> symbols;
  bool fold = false;          // ASCII letters of either case are equal
  bool has_variables = false;

  bool operator==(const Glob&) const = default;
};

// The characters of a text; bytes that are no UTF-8 stand for themselves.
std::vector<Symbol> characters(std::string_view text);
void append_character(std::string& out, Symbol character);

Glob literal_glob(std::string_view text);
Glob wildcard_glob(std::string_view text);
// Of a pattern in lower case: actions have one colon, so that its wildcards take none but for "*" itself.
Glob action_glob(std::string_view text);
Glob glob_of(const std::vector<Piece>& pieces, Variables& variables);
// nullopt: no text matches. A pattern with a variable before the fifth colon, where it may bring colons, is one opaque symbol.
std::optional<Glob> glob_of(const ArnPattern& pattern, Variables& variables);
// All of the ARNs; with "*", all that a request can name as its resource.
const Glob& arn_glob();

// Without the variables: as texts of any kind (more matches) or as nothing at all (nullopt: fewer).
Glob with_variables_free(const Glob& glob);

// Whether the text is matched; a variable matches nothing.
bool matches(const Glob& glob, const std::vector<Symbol>& text);
bool matches(const Glob& glob, std::string_view text);

// Whether it is certain at a glance that all that `inner` matches, `outer` matches too: `outer` matches the symbols of
// `inner`, whose wildcards only wildcards take and whose variables only the same variable or a wildcard takes. "No" is no answer.
bool surely_covers(const Glob& outer, const Glob& inner);
// Whether it is certain at a glance that no text matches both: their first or last characters differ.
bool surely_apart(const Glob& a, const Glob& b);
// Whether the glob is the one text that it has, without wildcards and variables.
bool is_plain(const Glob& glob);

}  // namespace haar::policy::analysis
