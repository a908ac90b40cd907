#include "policy/pattern.h"

#include <charconv>
#include <cstring>
#include <forward_list>

#include "policy/text.h"

namespace haar::policy {
namespace {

// A piece with its variable replaced by text: what the matcher walks over.
struct Run {
  Piece::Type type;
  const char* chars;
  std::size_t size;
  [[nodiscard]] std::string_view text() const { return {chars, size}; }
  static Run of(Piece::Type type, std::string_view text) { return {type, text.data(), text.size()}; }
};

// Pieces with values, without allocation up to kInline of them.
class Expansion {
 public:
  // false when a variable has no value.
  bool expand(const std::vector<Piece>& pieces, const Context& context) {
    if (pieces.size() > kInline) {
      heap_.resize(pieces.size());
      runs_ = heap_.data();
    }
    for (const Piece& piece : pieces) {
      Run& run = runs_[size_++];
      if (piece.type != Piece::Type::variable) {
        run = Run::of(piece.type, piece.text);
        continue;
      }
      const auto text = variable(piece, context);
      if (!text) return false;
      // What a variable brings is literal: a * in a tag's value is an asterisk.
      run = Run::of(Piece::Type::literal, *text);
    }
    return true;
  }

  [[nodiscard]] const Run* begin() const { return runs_; }
  [[nodiscard]] const Run* end() const { return runs_ + size_; }

 private:
  static constexpr std::size_t kInline = 16;

  std::optional<std::string_view> variable(const Piece& piece, const Context& context) {
    const Value* value = context.find(piece.key);
    // Multi-valued keys cannot be variables.
    if (value != nullptr && value->type == Value::Type::text) return value->text();
    if (value != nullptr && value->type != Value::Type::list) {
      ValueBuffer buffer;
      if (const auto text = value_text(*value, buffer)) return std::string_view(made_.emplace_front(*text));
    }
    if (piece.has_default) return piece.text;
    return {};
  }

  std::array<Run, kInline> inline_;
  std::vector<Run> heap_;
  Run* runs_ = inline_.data();
  std::size_t size_ = 0;
  std::forward_list<std::string> made_;
};

bool same(std::string_view a, std::string_view b, bool ignore_case) {
  return ignore_case ? equal_fold(a, b) : a == b;
}

// The bytes of the character that text starts with; text is not empty.
std::size_t character(std::string_view text) {
  std::size_t n = 1;
  while (n < text.size() && n < 4 && (static_cast<unsigned char>(text[n]) & 0xC0) == 0x80) ++n;
  return n;
}

// Takes one piece off the front of text, or says that it is not there.
bool take(const Run& run, std::string_view& text, bool ignore_case) {
  if (run.type == Piece::Type::one) {
    if (text.empty()) return false;
    text.remove_prefix(character(text));
    return true;
  }
  if (text.size() < run.size || !same(text.substr(0, run.size), run.text(), ignore_case)) return false;
  text.remove_prefix(run.size);
  return true;
}

// Backtracks only to the last star: an earlier one never needs more than it took (each star's shortest fit
// leaves the most for the rest), so the time is at most length of text x length of pattern.
bool glob(const Run* run, const Run* end, std::string_view text, bool ignore_case) {
  const Run* star = nullptr;
  std::string_view star_text;
  while (run != end || !text.empty()) {
    if (run != end && run->type == Piece::Type::star) {
      star = run++;
      star_text = text;
      if (run == end) return true;
      continue;
    }
    if (run != end && take(*run, text, ignore_case)) {
      ++run;
      continue;
    }
    if (star == nullptr || star_text.empty()) return false;
    star_text.remove_prefix(character(star_text));
    text = star_text;
    run = star + 1;
  }
  return true;
}

void add_literal(std::vector<Piece>& pieces, std::string_view text) {
  if (text.empty()) return;
  if (pieces.empty() || pieces.back().type != Piece::Type::literal) pieces.emplace_back();
  pieces.back().text.append(text);
}

// "aws:username" or "aws:username, 'default'" between the braces.
Piece variable_piece(std::string_view inside) {
  Piece piece;
  piece.type = Piece::Type::variable;
  const std::size_t comma = inside.find(", '");
  if (comma != std::string_view::npos && inside.ends_with('\'') && inside.size() >= comma + 4) {
    piece.has_default = true;
    piece.text = inside.substr(comma + 3, inside.size() - comma - 4);
    inside = inside.substr(0, comma);
  }
  piece.key = resolve_key(inside);
  return piece;
}

// Where the variable that starts at text[0..2) = "${" ends (past the brace); npos if it does not. A brace
// inside the quotes of a default belongs to the default.
std::size_t variable_end(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (text[i] == '}' && !quoted) return i + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> value_text(const Value& value, ValueBuffer& buffer) {
  switch (value.type) {
    case Value::Type::text: return value.text();
    case Value::Type::boolean: return value.boolean() ? "true" : "false";
    case Value::Type::number: {
      const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.number());
      return std::string_view(buffer.data(), static_cast<std::size_t>(done.ptr - buffer.data()));
    }
    case Value::Type::time: {
      const std::string text = format_iso8601(Timestamp{value.number()});
      const std::size_t size = std::min(text.size(), buffer.size());
      std::memcpy(buffer.data(), text.data(), size);
      return std::string_view(buffer.data(), size);
    }
    case Value::Type::list: break;
  }
  return {};
}

std::vector<Piece> split_pieces(std::string_view text, Wildcards wildcards, Variables variables) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    if (variables == Variables::active && text.starts_with("${")) {
      const std::size_t end = variable_end(text);
      if (end != std::string_view::npos) {
        const std::string_view inside = text.substr(2, end - 3);
        // ${*}, ${?} and ${$} are the characters themselves.
        if (inside == "*" || inside == "?" || inside == "$") {
          add_literal(pieces, inside);
        } else {
          pieces.push_back(variable_piece(inside));
        }
        text.remove_prefix(end);
        continue;
      }
    }
    const char c = text.front();
    if (wildcards == Wildcards::active && (c == '*' || c == '?')) {
      const auto type = c == '*' ? Piece::Type::star : Piece::Type::one;
      if (type == Piece::Type::one || pieces.empty() || pieces.back().type != type) pieces.emplace_back().type = type;
    } else {
      add_literal(pieces, text.substr(0, 1));
    }
    text.remove_prefix(1);
  }
  return pieces;
}

Pattern::Pattern(std::string_view text, Wildcards wildcards, Variables variables)
    : Pattern(split_pieces(text, wildcards, variables)) {}

Pattern::Pattern(std::vector<Piece> pieces) : shape_(Shape::pieces), pieces_(std::move(pieces)) {
  using Type = Piece::Type;
  for (const Piece& piece : pieces_) variables_ = variables_ || piece.type == Type::variable;
  const std::size_t n = pieces_.size();
  if (n == 0) {
    shape_ = Shape::exact;
  } else if (n == 1 && pieces_[0].type == Type::star) {
    shape_ = Shape::any;
  } else if (n == 1 && pieces_[0].type == Type::literal) {
    shape_ = Shape::exact;
    literal_ = pieces_[0].text;
  } else if (n == 2 && pieces_[0].type == Type::literal && pieces_[1].type == Type::star) {
    shape_ = Shape::prefix;
    literal_ = pieces_[0].text;
  } else if (n == 2 && pieces_[0].type == Type::star && pieces_[1].type == Type::literal) {
    shape_ = Shape::suffix;
    literal_ = pieces_[1].text;
  }
}

Tri Pattern::match_pieces(std::string_view text, const Context& context, bool fold) const {
  Expansion expansion;
  if (!expansion.expand(pieces_, context)) return Tri::unresolved;
  return glob(expansion.begin(), expansion.end(), text, fold) ? Tri::yes : Tri::no;
}

void ArnView::split() const {
  state_ = State::other;
  std::string_view rest = text_;
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t at = rest.find(':');
    if (at == std::string_view::npos) return;
    parts_[i] = rest.substr(0, at);
    rest.remove_prefix(at + 1);
  }
  parts_[5] = rest;
  state_ = State::arn;
}

ArnPattern::ArnPattern(std::string_view text, Variables variables) {
  if (text == "*") {
    shape_ = Shape::everything;
    return;
  }
  // Colons inside ${…} are not the pattern's, so the split works on pieces.
  std::array<std::vector<Piece>, 6> parts;
  std::size_t part = 0;
  bool early_variable = false;
  for (Piece& piece : split_pieces(text, Wildcards::active, variables)) {
    if (piece.type == Piece::Type::variable && part < 5) early_variable = true;
    if (piece.type != Piece::Type::literal) {
      parts[part].push_back(std::move(piece));
      continue;
    }
    std::string_view rest = piece.text;
    for (std::size_t colon = 0; part < 5 && (colon = rest.find(':')) != std::string_view::npos; ++part) {
      add_literal(parts[part], rest.substr(0, colon));
      rest.remove_prefix(colon + 1);
    }
    add_literal(parts[part], rest);
  }
  if (early_variable) {
    shape_ = Shape::late;
    whole_ = Pattern(text, Wildcards::active, variables);
    return;
  }
  if (part < 5) return;  // fewer than six components: no ARN is like it
  for (std::size_t i = 0; i < parts.size(); ++i) parts_[i] = Pattern(std::move(parts[i]));
  while (first_part_ < 5 && parts_[first_part_].is_exact()) head_.append(parts_[first_part_++].literal()).append(":");
  const Pattern& next = parts_[first_part_];
  const bool last = first_part_ == 5;
  if (!next.pieces().empty() && next.pieces()[0].type == Piece::Type::literal) head_.append(next.pieces()[0].text);
  shape_ = last && next.is_exact()                       ? Shape::exact
           : last && (next.is_prefix() || next.is_any()) ? Shape::prefix
                                                         : Shape::parts;
}

Tri ArnPattern::match_parts(const ArnView& arn, const Context& context) const {
  const std::string_view* parts = arn.parts();
  if (parts == nullptr) return Tri::no;
  for (std::size_t i = 5; i-- > first_part_;) {
    if (parts_[i].match(parts[i], context) != Tri::yes) return Tri::no;
  }
  return parts_[5].match(parts[5], context);
}

Tri ArnPattern::match_late(const ArnView& arn, const Context& context) const {
  const std::string_view* values = arn.parts();
  if (values == nullptr) return Tri::no;
  Expansion expansion;
  if (!expansion.expand(whole_.pieces(), context)) return Tri::unresolved;
  std::array<std::vector<Run>, 6> parts;
  std::size_t part = 0;
  for (const Run& run : expansion) {
    std::string_view rest = run.text();
    if (run.type == Piece::Type::literal) {
      for (std::size_t colon = 0; part < 5 && (colon = rest.find(':')) != std::string_view::npos; ++part) {
        parts[part].push_back(Run::of(Piece::Type::literal, rest.substr(0, colon)));
        rest.remove_prefix(colon + 1);
      }
    }
    parts[part].push_back(Run::of(run.type, rest));
  }
  if (part < 5) return Tri::no;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!glob(parts[i].data(), parts[i].data() + parts[i].size(), values[i], false)) return Tri::no;
  }
  return Tri::yes;
}

bool Pattern::resolves(const Context& context) const {
  Expansion expansion;
  return !variables_ || expansion.expand(pieces_, context);
}

bool ArnPattern::resolves(const Context& context) const {
  return shape_ == Shape::late ? whole_.resolves(context) : parts_[5].resolves(context);
}

std::vector<KeyRef> ArnPattern::variables() const {
  std::vector<KeyRef> out;
  const auto add = [&out](const Pattern& pattern) {
    for (const Piece& piece : pattern.pieces()) {
      if (piece.type == Piece::Type::variable) out.push_back(piece.key);
    }
  };
  for (const Pattern& part : parts_) add(part);
  add(whole_);
  return out;
}

}  // namespace haar::policy
