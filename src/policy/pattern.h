// Patterns of policies, compiled once: wildcards, policy variables, ARNs compared segment by segment.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/context.h"

namespace haar::policy {

enum class Tri : std::uint8_t {
  no,
  yes,
  unresolved,  // a variable of the pattern has no value: the pattern matches nothing
};

enum class Wildcards : bool { literal, active };   // are * and ? wildcards
enum class Variables : bool { literal, active };   // is ${key} a variable (only under Version 2012-10-17)

struct Piece {
  enum class Type : std::uint8_t { literal, star, one, variable };
  Type type = Type::literal;
  std::string text;  // the literal, or a variable's default
  bool has_default = false;
  KeyRef key;
};

class Pattern {
 public:
  Pattern() = default;
  Pattern(std::string_view text, Wildcards wildcards, Variables variables);
  explicit Pattern(std::vector<Piece> pieces);

  // `?` is one UTF-8 character. The context is only read where the pattern has variables.
  [[nodiscard]] Tri match(std::string_view text, const Context& context) const {
    switch (shape_) {
      case Shape::any: return Tri::yes;
      case Shape::exact: return text == literal_ ? Tri::yes : Tri::no;
      case Shape::prefix: return text.starts_with(literal_) ? Tri::yes : Tri::no;
      case Shape::suffix: return text.ends_with(literal_) ? Tri::yes : Tri::no;
      case Shape::pieces: break;
    }
    return match_pieces(text, context, false);
  }
  // As match, ASCII letters of either case being equal.
  [[nodiscard]] Tri match_fold(std::string_view text, const Context& context) const {
    return match_pieces(text, context, true);
  }

  // Whether every variable has a value (or a default).
  [[nodiscard]] bool resolves(const Context& context) const;

  [[nodiscard]] bool is_any() const { return shape_ == Shape::any; }
  [[nodiscard]] bool is_exact() const { return shape_ == Shape::exact; }
  [[nodiscard]] bool is_prefix() const { return shape_ == Shape::prefix; }
  [[nodiscard]] const std::string& literal() const { return literal_; }
  [[nodiscard]] bool has_variables() const { return variables_; }
  [[nodiscard]] const std::vector<Piece>& pieces() const { return pieces_; }

 private:
  enum class Shape : std::uint8_t { any, exact, prefix, suffix, pieces };

  [[nodiscard]] Tri match_pieces(std::string_view text, const Context& context, bool fold) const;

  Shape shape_ = Shape::exact;
  bool variables_ = false;
  std::string literal_;
  std::vector<Piece> pieces_;
};

// An ARN's six components; the sixth may hold colons. Split when first asked: most patterns decide without.
class ArnView {
 public:
  explicit ArnView(std::string_view text) : text_(text) {}
  [[nodiscard]] std::string_view text() const { return text_; }
  // nullptr for anything with fewer than five colons.
  [[nodiscard]] const std::string_view* parts() const {
    if (state_ == State::unknown) split();
    return state_ == State::arn ? parts_.data() : nullptr;
  }

 private:
  enum class State : std::uint8_t { unknown, arn, other };
  void split() const;

  std::string_view text_;
  mutable State state_ = State::unknown;
  mutable std::array<std::string_view, 6> parts_;
};

// Matches component by component, so that a * never swallows a colon before the sixth.
class ArnPattern {
 public:
  ArnPattern() = default;
  ArnPattern(std::string_view text, Variables variables);

  [[nodiscard]] bool is_everything() const { return shape_ == Shape::everything; }
  [[nodiscard]] Tri match(const ArnView& arn, const Context& context) const {
    switch (shape_) {
      case Shape::nothing: return Tri::no;
      case Shape::everything: return Tri::yes;
      case Shape::exact: return arn.text() == head_ ? Tri::yes : Tri::no;
      case Shape::prefix: return arn.text().starts_with(head_) ? Tri::yes : Tri::no;
      case Shape::parts: return arn.text().starts_with(head_) ? match_parts(arn, context) : Tri::no;
      case Shape::late: break;
    }
    return match_late(arn, context);
  }
  [[nodiscard]] bool resolves(const Context& context) const;
  [[nodiscard]] const std::array<Pattern, 6>& parts() const { return parts_; }
  // The variables of the pattern, for missing keys.
  [[nodiscard]] std::vector<KeyRef> variables() const;

 private:
  // late: a variable stands before the fifth colon, so the components are known only once it has its value.
  // prefix: one star at the very end, in the sixth component.
  enum class Shape : std::uint8_t { nothing, everything, exact, prefix, parts, late };

  [[nodiscard]] Tri match_parts(const ArnView& arn, const Context& context) const;
  [[nodiscard]] Tri match_late(const ArnView& arn, const Context& context) const;

  Shape shape_ = Shape::nothing;
  std::uint8_t first_part_ = 0;  // components before it lie within head_
  std::string head_;             // the text up to the first wildcard or variable
  std::array<Pattern, 6> parts_;
  Pattern whole_;
};

// A single value as text: "true", "42", "2026-11-20T09:12:40Z"; nullopt for a list. The text may point into buffer.
using ValueBuffer = std::array<char, 40>;
std::optional<std::string_view> value_text(const Value& value, ValueBuffer& buffer);

// "${" … "}" split into pieces; adjacent stars and literals are merged.
std::vector<Piece> split_pieces(std::string_view text, Wildcards wildcards, Variables variables);

}  // namespace haar::policy
