#include "services/secretsmanager/public_policy.h"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace haar::secretsmanager {
namespace {

namespace json = boost::json;

bool is_star(const json::value& value) {
  if (value.is_string()) return value.get_string() == "*";
  return value.is_array() && std::ranges::any_of(value.get_array(), is_star);
}

PolicyAudience audience_of(const json::object& statement) {
  const json::value* effect = statement.if_contains("Effect");
  if (effect == nullptr || !effect->is_string() || effect->get_string() != "Allow") return PolicyAudience::named;
  const json::value* principal = statement.if_contains("Principal");
  if (principal == nullptr) return PolicyAudience::unknown;
  const json::object* spaces = principal->if_object();
  const json::value* aws = spaces == nullptr ? nullptr : spaces->if_contains("AWS");
  const bool all = is_star(*principal) || (aws != nullptr && is_star(*aws));
  if (all) return statement.contains("Condition") ? PolicyAudience::unknown : PolicyAudience::everyone;
  const bool known = spaces != nullptr && std::ranges::all_of(*spaces, [](const auto& space) {
    return space.key() == "AWS" || space.key() == "Service";
  });
  return known ? PolicyAudience::named : PolicyAudience::unknown;
}

}  // namespace

PolicyAudience audience_of(const std::string& document) {
  boost::system::error_code fault;
  const json::value text = json::parse(document, fault);
  if (fault || !text.is_object()) return PolicyAudience::unknown;
  const json::value* statements = text.get_object().if_contains("Statement");
  if (statements == nullptr) return PolicyAudience::unknown;
  if (statements->is_object()) return audience_of(statements->get_object());
  if (!statements->is_array()) return PolicyAudience::unknown;
  PolicyAudience all = PolicyAudience::named;
  for (const json::value& statement : statements->get_array()) {
    const PolicyAudience one = statement.is_object() ? audience_of(statement.get_object()) : PolicyAudience::unknown;
    if (one == PolicyAudience::everyone) return one;
    if (one == PolicyAudience::unknown) all = one;
  }
  return all;
}

}  // namespace haar::secretsmanager
