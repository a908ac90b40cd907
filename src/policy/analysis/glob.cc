#include "policy/analysis/glob.h"

#include <algorithm>

#include "policy/text.h"

namespace haar::policy::analysis {
namespace {

bool is_text(Symbol s) { return s == kAnyText || s == kSegmentText; }
bool is_character(Symbol s) { return s < kAnyText; }

Symbol fold_symbol(Symbol s) { return s < 0x80 ? static_cast<Symbol>(fold(static_cast<char>(s))) : s; }

bool same(Symbol a, Symbol b, bool ignore_case) { return ignore_case ? fold_symbol(a) == fold_symbol(b) : a == b; }

// Two texts of any kind in a row are one.
void add(std::vector<Symbol>& out, Symbol s) {
  if (is_text(s) && !out.empty() && out.back() == s) return;
  out.push_back(s);
}

void add_pieces(const std::vector<Piece>& pieces, bool segment, Variables& variables, Glob& out) {
  for (const Piece& piece : pieces) {
    switch (piece.type) {
      case Piece::Type::literal:
        for (const Symbol s : characters(piece.text)) out.symbols.push_back(s);
        break;
      case Piece::Type::star: add(out.symbols, segment ? kSegmentText : kAnyText); break;
      case Piece::Type::one: out.symbols.push_back(segment ? kSegmentCharacter : kAnyCharacter); break;
      case Piece::Type::variable:
        if (const auto text = variables.value ? variables.value(piece) : std::nullopt) {
          for (const Symbol s : characters(*text)) out.symbols.push_back(s);
        } else {
          out.symbols.push_back(variables.symbol_of(piece));
          out.has_variables = true;
        }
        break;
    }
  }
}

// Whether `outer`'s symbol takes this symbol of `inner`, as one step.
bool takes(Symbol outer, Symbol inner, bool ignore_case) {
  switch (outer) {
    case kAnyText: return true;
    case kSegmentText: return inner != ':' && inner != kAnyText && inner != kAnyCharacter && inner < kFirstVariable;
    case kAnyCharacter: return is_character(inner) || inner == kAnyCharacter || inner == kSegmentCharacter;
    case kSegmentCharacter: return (is_character(inner) && inner != ':') || inner == kSegmentCharacter;
    default: break;
  }
  if (!is_character(outer)) return outer == inner;
  return is_character(inner) && same(outer, inner, ignore_case);
}

// Sets of places in the pattern: patterns are short, and stars of two kinds make backtracking intricate.
bool match(const std::vector<Symbol>& pattern, const std::vector<Symbol>& text, bool ignore_case) {
  std::vector<char> now(pattern.size() + 1, 0), next(pattern.size() + 1, 0);
  const auto close = [&pattern](std::vector<char>& set) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (set[i] != 0 && is_text(pattern[i])) set[i + 1] = 1;
    }
  };
  now[0] = 1;
  close(now);
  for (const Symbol s : text) {
    std::fill(next.begin(), next.end(), 0);
    bool alive = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (now[i] == 0 || !takes(pattern[i], s, ignore_case)) continue;
      next[is_text(pattern[i]) ? i : i + 1] = 1;
      alive = true;
    }
    if (!alive) return false;
    close(next);
    std::swap(now, next);
  }
  return now[pattern.size()] != 0;
}

}  // namespace

Symbol Variables::symbol_of(const Piece& variable) {
  const auto same_variable = [&variable](const Piece& known) {
    return known.has_default == variable.has_default && known.text == variable.text &&
           known.key.space == variable.key.space && known.key.global == variable.key.global &&
           equal_fold(known.key.name, variable.key.name);
  };
  const auto at = std::find_if(all_.begin(), all_.end(), same_variable);
  const auto number = static_cast<Symbol>(at - all_.begin());
  if (at == all_.end()) all_.push_back(variable);
  return kFirstVariable + number;
}

std::vector<Symbol> characters(std::string_view text) {
  std::vector<Symbol> out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    Symbol s = more == 3 ? lead & 0x07U : more == 2 ? lead & 0x0FU : more == 1 ? lead & 0x1FU : lead;
    std::size_t n = 1;
    while (n <= more && i + n < text.size() && (static_cast<unsigned char>(text[i + n]) & 0xC0) == 0x80) {
      s = s << 6 | (static_cast<unsigned char>(text[i + n++]) & 0x3FU);
    }
    out.push_back(n == more + 1 && s < kAnyText ? s : lead);
    i += n;
  }
  return out;
}

void append_character(std::string& out, Symbol c) {
  const auto byte = [&out](Symbol b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) return byte(c);
  if (c < 0x800) {
    byte(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
  }
  byte(0x80 | (c & 0x3F));
}

Glob literal_glob(std::string_view text) { return {characters(text), false, false}; }

Glob wildcard_glob(std::string_view text) {
  Glob out;
  for (const Symbol s : characters(text)) add(out.symbols, s == '*' ? kAnyText : s == '?' ? kAnyCharacter : s);
  return out;
}

Glob action_glob(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return wildcard_glob(text);
  Glob out;
  for (const Symbol s : characters(text)) add(out.symbols, s == '*' ? kSegmentText : s == '?' ? kSegmentCharacter : s);
  return out;
}

Glob glob_of(const std::vector<Piece>& pieces, Variables& variables) {
  Glob out;
  add_pieces(pieces, false, variables, out);
  return out;
}

std::optional<Glob> glob_of(const ArnPattern& pattern, Variables& variables) {
  Glob out;
  if (pattern.is_everything()) {
    out.symbols.push_back(kAnyText);
    return out;
  }
  const auto& parts = pattern.parts();
  const bool none = std::all_of(parts.begin(), parts.end(), [](const Pattern& p) { return p.pieces().empty(); });
  if (none) {  // fewer than six components, or a variable too early
    if (pattern.variables().empty()) return {};
    out.symbols.push_back(variables.opaque());
    out.has_variables = true;
    return out;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) out.symbols.push_back(':');
    add_pieces(parts[i].pieces(), i != 5, variables, out);
  }
  return out;
}

const Glob& arn_glob() {
  static const Glob all{{'a', 'r', 'n', ':', kSegmentText, ':', kSegmentText, ':', kSegmentText, ':', kSegmentText, ':',
      kAnyText},
                        false, false};
  return all;
}

Glob with_variables_free(const Glob& glob) {
  Glob out;
  out.fold = glob.fold;
  for (const Symbol s : glob.symbols) add(out.symbols, s >= kFirstVariable ? kAnyText : s);
  return out;
}

bool matches(const Glob& glob, const std::vector<Symbol>& text) { return match(glob.symbols, text, glob.fold); }
bool matches(const Glob& glob, std::string_view text) { return matches(glob, characters(text)); }

bool surely_covers(const Glob& outer, const Glob& inner) {
  if (inner.fold && !outer.fold) {
    const auto letter = [](Symbol s) { return s < 0x80 && ((s | 0x20) >= 'a' && (s | 0x20) <= 'z'); };
    if (std::any_of(inner.symbols.begin(), inner.symbols.end(), letter)) return false;
  }
  // The usual ones, without the sets of places.
  if (outer.symbols.size() == 1 && outer.symbols[0] == kAnyText) return true;
  if (outer.symbols == inner.symbols && (outer.fold || !inner.fold)) return true;
  return match(outer.symbols, inner.symbols, outer.fold);
}

bool surely_apart(const Glob& a, const Glob& b) {
  const bool ignore_case = a.fold || b.fold;
  const std::size_t shorter = std::min(a.symbols.size(), b.symbols.size());
  for (std::size_t i = 0; i < shorter; ++i) {
    const Symbol x = a.symbols[i], y = b.symbols[i];
    if (!is_character(x) || !is_character(y)) break;
    if (!same(x, y, ignore_case)) return true;
  }
  for (std::size_t i = 1; i <= shorter; ++i) {
    const Symbol x = a.symbols[a.symbols.size() - i], y = b.symbols[b.symbols.size() - i];
    if (!is_character(x) || !is_character(y)) return false;
    if (!same(x, y, ignore_case)) return true;
  }
  return false;
}

bool is_plain(const Glob& glob) {
  return !glob.fold && std::all_of(glob.symbols.begin(), glob.symbols.end(), is_character);
}

}  // namespace haar::policy::analysis
