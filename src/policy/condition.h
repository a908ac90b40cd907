// The Condition element: operators, compiled and evaluated.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip_address.h"
#include "policy/context.h"
#include "policy/pattern.h"

namespace haar::policy {

enum class SetOperator : std::uint8_t { none, for_all_values, for_any_value };

enum class Comparison : std::uint8_t { equal, less, less_or_equal, greater, greater_or_equal };

// What an operator's name says.
struct Operator {
  enum class Family : std::uint8_t { string, numeric, date, boolean, binary, ip_address, arn, null };
  Family family = Family::string;
  Comparison comparison = Comparison::equal;
  bool negated = false;
  bool wildcards = false;    // StringLike
  bool ignore_case = false;  // StringEqualsIgnoreCase
  bool if_exists = false;
  SetOperator set = SetOperator::none;
};
// "ForAnyValue:StringNotLikeIfExists"; nullopt for a name AWS does not have. Names are matched exactly.
std::optional<Operator> parse_operator(std::string_view name);

// An integer or decimal of up to 24 digits before and 12 after the point, exactly; anything else is no number.
__extension__ typedef __int128 Decimal;  // scaled by 10^12
std::optional<Decimal> parse_decimal(std::string_view text);

// "10.0.0.0/8", "2001:db8::1"; without a prefix it is one address. ::ffff:a.b.c.d is a.b.c.d.
std::optional<Cidr> parse_ip_block(std::string_view text);

class Condition {
 public:
  // A value of the policy that its operator cannot read makes the condition never match.
  Condition(Operator op, std::string_view key, const std::vector<std::string>& values, Variables variables);

  [[nodiscard]] bool matches(const Context& context) const;

  [[nodiscard]] const KeyRef& key() const { return key_; }
  [[nodiscard]] const std::string& key_as_written() const { return key_text_; }
  [[nodiscard]] const Operator& op() const { return op_; }
  // Variables of the values, for missing keys.
  [[nodiscard]] std::vector<KeyRef> variables() const;

  // By family: patterns of strings, patterns of ARNs, numbers, dates in microseconds, blocks, bytes; none for Bool and Null.
  using Values = std::variant<std::monostate, std::vector<Pattern>, std::vector<ArnPattern>, std::vector<Decimal>,
                              std::vector<std::int64_t>, std::vector<Cidr>, std::vector<std::string>>;
  [[nodiscard]] const Values& values() const { return values_; }
  [[nodiscard]] bool is_readable() const { return !unreadable_; }

 private:
  void compile(const std::vector<std::string>& values, Variables variables);
  [[nodiscard]] bool test(const Value& value, const Context& context) const;
  [[nodiscard]] bool test_text(std::string_view text, const Context& context) const;
  [[nodiscard]] bool test_strings(std::string_view text, const Context& context) const;
  [[nodiscard]] bool test_arns(std::string_view text, const Context& context) const;

  Operator op_;
  KeyRef key_;
  std::string key_text_;
  Values values_;
  bool true_listed_ = false, false_listed_ = false;  // Bool and Null
  bool unreadable_ = false;
};

}  // namespace haar::policy
