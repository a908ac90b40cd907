// The Condition element.
#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "data/policy_reference.h"
#include "policy/condition.h"
#include "policy/context.h"
#include "policy/date.h"
#include "policy/text.h"
#include "policy/validation/report.h"

namespace haar::policy::validation {
namespace {

using Family = Operator::Family;

constexpr std::string_view kAws = "aws:";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), fold);
  return out;
}

// One operator's block, or one key of it.
struct Block {
  std::string name;  // of the operator, as written
  Operator op;
};

struct Entry {
  const Block& block;
  std::string key;
  Where values;
};

bool starts_with_fold(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && equal_fold(text.substr(0, prefix.size()), prefix);
}

// ---- the key --------------------------------------------------------------------------------------

constexpr std::string_view kTagFamilies[] = {"aws:PrincipalTag", "aws:RequestTag", "aws:ResourceTag"};
// Those that haar gives to requests, and those that AWS has besides.
bool is_global(std::string_view key) {
  if (resolve_key(key).space != KeySpace::other) return true;
  const data::ServiceReference* more = data::find_service_reference("aws");
  return more != nullptr && data::any_line(more->keys, [&](std::string_view line) { return equal_fold(line, key); });
}

// "s3:ExistingObjectTag/<key>" stands for all that begin so.
bool matches_reference(std::string_view line, std::string_view key) {
  const std::size_t open = line.find_first_of("$<");
  if (open == std::string_view::npos) return equal_fold(line, key);
  return starts_with_fold(key, line.substr(0, open));
}

void check_key(const Where& object, std::size_t i, Report& report) {
  const std::string& key = object.node->names[i];
  const std::size_t colon = key.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == key.size()) return report.add_at_key(kKeyFormat, object, i);
  for (const std::string_view family : kTagFamilies) {
    const bool bare = equal_fold(key, family) || (key.size() == family.size() + 1 && starts_with_fold(key, family));
    if (bare) return report.add_at_key(kTagKey, object, i, std::string(family) + "/");
  }
  if (starts_with_fold(key, kAws)) {
    if (!is_global(key)) report.add_at_key(kGlobalKey, object, i, key);
    return;
  }
  // Keys of identity providers have the provider's name before the colon, and are in no list.
  const std::string prefix = lower(std::string_view(key).substr(0, colon));
  const data::ServiceReference* service = data::find_service_reference(prefix);
  if (service == nullptr || service->keys.empty()) return;
  const bool known = data::any_line(service->keys, [&](std::string_view line) { return matches_reference(line, key); });
  if (!known) report.add_at_key(kServiceKey, object, i, key, prefix);
}

void check_duplicates(const Where& object, Report& report) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < object.node->names.size(); ++i) {
    if (!seen.insert(lower(object.node->names[i])).second) report.add_at_key(kDuplicateKeys, object, i, object.node->names[i]);
  }
}

// ---- values by the operator's type --------------------------------------------------------------------

std::string scalar(const json::Node& node) {
  return node.type == json::Type::boolean ? (node.boolean ? "true" : "false") : node.text;
}

bool is_boolean(const std::string& text) { return equal_fold(text, "true") || equal_fold(text, "false"); }

bool is_private(const Cidr& block) {
  static const std::vector<Cidr> all = [] {
    std::vector<Cidr> out;
    for (const char* text : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}) out.push_back(*Cidr::parse(text));
    return out;
  }();
  return std::any_of(all.begin(), all.end(), [&](const Cidr& one) { return one.base.v6 == block.base.v6 &&
      one.contains(block); });
}

void check_address(const Entry& entry, const Where& value, const std::string& text, Report& report) {
  const auto block = parse_ip_block(text);
  if (!block) return report.add(kIpRange, value, entry.block.name);
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(std::string_view(text).substr(0, slash));
  if (slash != std::string::npos && address && *address != block->base) report.add(kImproveIp, value, block->str());
}

void check_private(const Entry& entry, const std::vector<Where>& values, Report& report) {
  if (!equal_fold(entry.key, "aws:SourceIp") || entry.block.op.family != Family::ip_address) return;
  std::size_t inside = 0, all = 0;
  for (const Where& value : values) {
    const auto block = parse_ip_block(scalar(*value.node));
    if (!block) continue;
    ++all;
    if (is_private(*block)) ++inside;
  }
  if (inside == 0) return;
  const bool negated = entry.block.op.negated;
  if (inside == all) report.add(negated ? kPrivateNotIp : kPrivateIp, entry.values);
  else report.add(negated ? kPrivateNotSubset : kPrivateSubset, entry.values);
}

bool is_id(const std::string& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  const std::string_view rest = std::string_view(text).substr(prefix.size());
  const bool letters = std::all_of(rest.begin(), rest.end(), [](char c) {
    return (fold(c) >= 'a' && fold(c) <= 'z') || (c >= '0' && c <= '9');
  });
  return letters && (rest.size() == 8 || rest.size() == 17);
}

void check_string(const Entry& entry, const Where& value, const std::string& text, Report& report) {
  const Operator& op = entry.block.op;
  const bool wild = text.find_first_of("*?") != std::string::npos && text.find("${*}") == std::string::npos &&
                    text.find("${?}") == std::string::npos;
  if (wild && !op.wildcards) report.add(kWildcardWithoutLike, value);
  if (wild || text.find("${") != std::string::npos) return;
  if (equal_fold(entry.key, "aws:SourceVpc") && !is_id(text, "vpc-")) report.add(kVpcFormat, value);
  if (equal_fold(entry.key, "aws:SourceVpce") && !is_id(text, "vpce-")) report.add(kVpceFormat, value);
}

void check_date(const Where& value, const std::string& text, Report& report) {
  if (!parse_date(text)) return report.add(kMismatchDate, value);
  constexpr std::size_t kYear = 4;
  if (text.size() > kYear && text.find_first_not_of("0123456789") == std::string::npos) report.add(kDateValue, value, text);
}

void check_value(const Entry& entry, const Where& value, bool variables, Report& report) {
  const std::string text = scalar(*value.node);
  const Operator& op = entry.block.op;
  const bool textual = op.family == Family::string || op.family == Family::arn;
  if (value.is_text() && text.find("${") != std::string::npos) {
    if (!textual) return report.add(kVariableOperator, value);
    check_variables(value, true, variables, report);
  }
  switch (op.family) {
    case Family::string: return check_string(entry, value, text, report);
    case Family::ip_address: return check_address(entry, value, text, report);
    case Family::date: return check_date(value, text, report);
    case Family::numeric:
      if (!parse_decimal(text)) report.add(kMismatchNumber, value, entry.block.name);
      return;
    case Family::boolean:
    case Family::null:
      if (!is_boolean(text)) report.add(kMismatchBoolean, value, entry.block.name);
      return;
    case Family::binary:
      if (!from_base64(text)) report.add(kMismatchString, value, entry.block.name);
      return;
    case Family::arn: return;
  }
}

void check_empty(const Entry& entry, Report& report) {
  const Operator& op = entry.block.op;
  const Check& which = op.set == SetOperator::for_all_values  ? kEmptyForAll
                       : op.set == SetOperator::for_any_value ? kEmptyForAny
                       : op.if_exists                         ? kEmptyIfExists
                                                              : kEmptyValues;
  report.add(which, entry.values, entry.key);
}

// A key of which haar knows whether its values are lists: global ones, and those of the services in the reference.
bool is_known_key(const std::string& key) {
  if (resolve_key(key).space != KeySpace::other) return true;
  const data::ServiceReference* service = data::find_service_reference(lower(key.substr(0, key.find(':'))));
  return service != nullptr && data::any_line(service->keys, [&](std::string_view line) { return matches_reference(line, key); });
}

void check_qualifier(const Entry& entry, const Where& object, std::size_t i, Report& report) {
  const Operator& op = entry.block.op;
  if (op.family == Family::null || !is_known_key(entry.key)) return;
  const bool list = is_multivalued(entry.key);
  if (list && op.set == SetOperator::none) report.add_at_key(kMissingQualifier, object, i, entry.key);
  if (!list && op.set == SetOperator::for_all_values) report.add_at_key(kForAllSingle, object, i, entry.key);
}

void check_entry(const Block& block, const Where& object, std::size_t i, bool variables, Report& report) {
  const Entry entry{block, object.node->names[i], object.value(i)};
  check_key(object, i, report);
  check_qualifier(entry, object, i, report);
  const std::vector<Where> values = entry.values.each();
  if (values.empty()) return check_empty(entry, report);
  if (block.op.family == Family::boolean && values.size() > 1) report.add(kMultipleBoolean, entry.values);
  for (const Where& value : values) {
    const json::Type type = value.node->type;
    if (type == json::Type::object || type == json::Type::array || type == json::Type::null) {
      report.add(kDataType, value, "String");
    } else {
      check_value(entry, value, variables, report);
    }
  }
  check_private(entry, values, report);
}

std::optional<Operator> read_operator(const Where& condition, std::size_t i, Report& report) {
  const std::string& name = condition.node->names[i];
  auto op = parse_operator(name);
  if (!op) {
    if (name.ends_with("NullIfExists")) report.add_at_key(kNullIfExists, condition, i);
    else report.add_at_key(kOperator, condition, i, name);
    return {};
  }
  if (op->family == Family::null && op->set != SetOperator::none) report.add_at_key(kNullQualifier, condition, i);
  return op;
}

}  // namespace

void check_conditions(const Statement& statement, bool variables, Report& report) {
  const Where& condition = statement.condition;
  if (condition.node == nullptr) return;
  if (condition.node->type != json::Type::object) return report.add(kDataType, condition, "Object");
  if (condition.node->items.empty()) return report.add(kEmptyCondition, condition);
  for (std::size_t i = 0; i < condition.node->items.size(); ++i) {
    const Where object = condition.value(i);
    const auto op = read_operator(condition, i, report);
    if (!op) continue;
    if (object.node->type != json::Type::object) {
      report.add(kDataType, object, "Object");
      continue;
    }
    if (object.node->items.empty()) report.add(kEmptyCondition, object);
    check_duplicates(object, report);
    const Block block{condition.node->names[i], *op};
    for (std::size_t k = 0; k < object.node->items.size(); ++k) check_entry(block, object, k, variables, report);
  }
}

}  // namespace haar::policy::validation
