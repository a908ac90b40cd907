#include "policy/condition.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "policy/date.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

using Family = Operator::Family;

struct Named {
  std::string_view name;
  Operator op;
};

constexpr Operator make(Family family, Comparison comparison = Comparison::equal, bool negated = false,
                        bool wildcards = false, bool ignore_case = false) {
  Operator op;
  op.family = family;
  op.comparison = comparison;
  op.negated = negated;
  op.wildcards = wildcards;
  op.ignore_case = ignore_case;
  return op;
}

constexpr Named kOperators[] = {
    {"StringEquals", make(Family::string)},
    {"StringNotEquals", make(Family::string, Comparison::equal, true)},
    {"StringEqualsIgnoreCase", make(Family::string, Comparison::equal, false, false, true)},
    {"StringNotEqualsIgnoreCase", make(Family::string, Comparison::equal, true, false, true)},
    {"StringLike", make(Family::string, Comparison::equal, false, true)},
    {"StringNotLike", make(Family::string, Comparison::equal, true, true)},
    {"NumericEquals", make(Family::numeric)},
    {"NumericNotEquals", make(Family::numeric, Comparison::equal, true)},
    {"NumericLessThan", make(Family::numeric, Comparison::less)},
    {"NumericLessThanEquals", make(Family::numeric, Comparison::less_or_equal)},
    {"NumericGreaterThan", make(Family::numeric, Comparison::greater)},
    {"NumericGreaterThanEquals", make(Family::numeric, Comparison::greater_or_equal)},
    {"DateEquals", make(Family::date)},
    {"DateNotEquals", make(Family::date, Comparison::equal, true)},
    {"DateLessThan", make(Family::date, Comparison::less)},
    {"DateLessThanEquals", make(Family::date, Comparison::less_or_equal)},
    {"DateGreaterThan", make(Family::date, Comparison::greater)},
    {"DateGreaterThanEquals", make(Family::date, Comparison::greater_or_equal)},
    {"Bool", make(Family::boolean)},
    {"BinaryEquals", make(Family::binary)},
    {"IpAddress", make(Family::ip_address)},
    {"NotIpAddress", make(Family::ip_address, Comparison::equal, true)},
    {"ArnEquals", make(Family::arn)},
    {"ArnLike", make(Family::arn)},  // the two behave alike, wildcards in both
    {"ArnNotEquals", make(Family::arn, Comparison::equal, true)},
    {"ArnNotLike", make(Family::arn, Comparison::equal, true)},
    {"Null", make(Family::null)},
};

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

template <class T>
bool compare(Comparison comparison, const T& value, const T& limit) {
  switch (comparison) {
    case Comparison::equal: return value == limit;
    case Comparison::less: return value < limit;
    case Comparison::less_or_equal: return value <= limit;
    case Comparison::greater: return value > limit;
    case Comparison::greater_or_equal: return value >= limit;
  }
  return false;
}

template <class T>
bool any(const std::vector<T>& limits, Comparison comparison, const T& value) {
  return std::any_of(limits.begin(), limits.end(), [&](const T& limit) { return compare(comparison, value, limit); });
}

std::optional<bool> parse_bool(std::string_view text) {
  if (equal_fold(text, "true")) return true;
  if (equal_fold(text, "false")) return false;
  return {};
}

}  // namespace

std::optional<Operator> parse_operator(std::string_view name) {
  SetOperator set = SetOperator::none;
  if (take_prefix(name, "ForAllValues:")) {
    set = SetOperator::for_all_values;
  } else if (take_prefix(name, "ForAnyValue:")) {
    set = SetOperator::for_any_value;
  }
  constexpr std::string_view kIfExists = "IfExists";
  const bool if_exists = name.ends_with(kIfExists);
  if (if_exists) name.remove_suffix(kIfExists.size());
  for (const Named& entry : kOperators) {
    if (entry.name != name) continue;
    // "You can add IfExists to the end of any condition operator name except the Null condition".
    if (if_exists && entry.op.family == Family::null) return {};
    Operator op = entry.op;
    op.set = set;
    op.if_exists = if_exists;
    return op;
  }
  return {};
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  constexpr std::size_t kWhole = 24, kFraction = 12;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  if (!all_digits(whole) || !all_digits(fraction)) return {};
  while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
  while (fraction.size() > 1 && fraction.back() == '0') fraction.remove_suffix(1);
  if (whole.size() > kWhole || fraction.size() > kFraction) return {};
  Decimal out = 0;
  for (const char c : whole) out = out * 10 + (c - '0');
  for (std::size_t i = 0; i < kFraction; ++i) out = out * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return negative ? -out : out;
}

// A block that spans both families is one of IPv6, in which no client is: a policy that excludes it keeps its sense.
std::optional<Cidr> parse_ip_block(std::string_view text) { return Cidr::parse(text, Cidr::Spanning::ipv6); }

Condition::Condition(Operator op, std::string_view key, const std::vector<std::string>& values, Variables variables)
    : op_(op), key_(resolve_key(key)), key_text_(key) {
  compile(values, variables);
}

void Condition::compile(const std::vector<std::string>& values, Variables variables) {
  // Reads every value with `read`; one that it cannot read spoils the condition.
  const auto each = [&](auto list, const auto& read) {
    for (const std::string& text : values) {
      if (auto value = read(text)) {
        list.push_back(std::move(*value));
      } else {
        unreadable_ = true;
      }
    }
    values_ = std::move(list);
  };
  switch (op_.family) {
    case Family::string: {
      std::vector<Pattern> list;
      const auto wildcards = op_.wildcards ? Wildcards::active : Wildcards::literal;
      for (const std::string& text : values) list.emplace_back(text, wildcards, variables);
      values_ = std::move(list);
      break;
    }
    case Family::arn: {
      std::vector<ArnPattern> list;
      for (const std::string& text : values) list.emplace_back(text, variables);
      values_ = std::move(list);
      break;
    }
    case Family::numeric: each(std::vector<Decimal>(), parse_decimal); break;
    case Family::date: each(std::vector<std::int64_t>(), parse_date); break;
    case Family::ip_address: each(std::vector<Cidr>(), parse_ip_block); break;
    case Family::binary: each(std::vector<std::string>(), [](const std::string& text) { return from_base64(text); }); break;
    case Family::boolean:
    case Family::null:
      for (const std::string& text : values) {
        const auto value = parse_bool(text);
        true_listed_ = true_listed_ || value == true;
        false_listed_ = false_listed_ || value == false;
        unreadable_ = unreadable_ || !value;
      }
      break;
  }
}

bool Condition::matches(const Context& context) const {
  const Value* value = context.find(key_);
  if (op_.family == Family::null) {
    if (unreadable_) return false;
    return value == nullptr ? true_listed_ : false_listed_;
  }
  if (value == nullptr) {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    if (op_.if_exists || op_.set == SetOperator::for_all_values) return true;
    return op_.set == SetOperator::none && op_.negated;
  }
  if (unreadable_) return false;
  if (value->type != Value::Type::list) return test(*value, context);
  // A multi-valued key needs a set operator; without one nothing matches, negated or not.
  if (op_.set == SetOperator::none) return false;
  const auto one = [&](std::string_view text) { return test_text(text, context); };
  const auto list = value->list();
  return op_.set == SetOperator::for_all_values ? std::all_of(list.begin(), list.end(), one)
                                                : std::any_of(list.begin(), list.end(), one);
}

bool Condition::test(const Value& value, const Context& context) const {
  // Typed values need no text on their way to an operator of their own type.
  if (op_.family == Family::boolean && value.type == Value::Type::boolean) {
    return value.boolean() ? true_listed_ : false_listed_;
  }
  if (op_.family == Family::date && value.type == Value::Type::time) {
    return any(std::get<std::vector<std::int64_t>>(values_), op_.comparison, value.number()) != op_.negated;
  }
  ValueBuffer buffer;
  const auto text = value_text(value, buffer);
  return text && test_text(*text, context);
}

bool Condition::test_strings(std::string_view text, const Context& context) const {
  for (const Pattern& pattern : std::get<std::vector<Pattern>>(values_)) {
    if ((op_.ignore_case ? pattern.match_fold(text, context) : pattern.match(text, context)) == Tri::yes) return true;
  }
  return false;
}

bool Condition::test_arns(std::string_view text, const Context& context) const {
  const ArnView arn(text);
  for (const ArnPattern& pattern : std::get<std::vector<ArnPattern>>(values_)) {
    if (pattern.match(arn, context) == Tri::yes) return true;
  }
  return false;
}

// One value against the policy's list. The list is an OR; a negated operator wants none of it. A value that
// the operator cannot read matches neither way.
bool Condition::test_text(std::string_view text, const Context& context) const {
  switch (op_.family) {
    case Family::string: return test_strings(text, context) != op_.negated;
    case Family::arn: return test_arns(text, context) != op_.negated;
    case Family::numeric: {
      const auto number = parse_decimal(text);
      return number && any(std::get<std::vector<Decimal>>(values_), op_.comparison, *number) != op_.negated;
    }
    case Family::date: {
      const auto date = parse_date(text);
      return date && any(std::get<std::vector<std::int64_t>>(values_), op_.comparison, *date) != op_.negated;
    }
    case Family::ip_address: {
      const auto one = parse_ip_block(text);
      if (!one) return false;
      const auto& list = std::get<std::vector<Cidr>>(values_);
      return std::any_of(list.begin(), list.end(), [&](const Cidr& c) { return c.contains(*one); }) != op_.negated;
    }
    case Family::binary: {
      const auto bytes = from_base64(text);
      const auto& list = std::get<std::vector<std::string>>(values_);
      return bytes && std::find(list.begin(), list.end(), *bytes) != list.end();
    }
    case Family::boolean: {
      const auto value = parse_bool(text);
      return value && (*value ? true_listed_ : false_listed_);
    }
    case Family::null: break;
  }
  return false;
}

std::vector<KeyRef> Condition::variables() const {
  std::vector<KeyRef> out;
  if (const auto* patterns = std::get_if<std::vector<Pattern>>(&values_)) {
    for (const Pattern& pattern : *patterns) {
      for (const Piece& piece : pattern.pieces()) {
        if (piece.type == Piece::Type::variable) out.push_back(piece.key);
      }
    }
  }
  if (const auto* arns = std::get_if<std::vector<ArnPattern>>(&values_)) {
    for (const ArnPattern& arn : *arns) {
      const auto more = arn.variables();
      out.insert(out.end(), more.begin(), more.end());
    }
  }
  return out;
}

}  // namespace haar::policy
