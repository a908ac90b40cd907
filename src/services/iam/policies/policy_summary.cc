#include "services/iam/policies/policy_summary.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/encoding.h"
#include "data/service_names.h"
#include "policy/json.h"

namespace haar::iam {
namespace {

using policy::json::Node;
using policy::json::texts;
using policy::json::Type;

// "a", "a and b", "a, b and c"
std::string joined(const std::vector<std::string>& parts, std::string_view last = " and ") {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out.append(i == 0 ? "" : i + 1 == parts.size() ? last : std::string_view(", ")).append(parts[i]);
  return out;
}

std::string service_title(const std::string& prefix) {
  const data::ServiceName* known = data::find_service_name(to_lower(prefix));
  return known != nullptr ? std::string(known->name) + " (" + prefix + ")" : prefix;
}

// "all actions of Amazon S3 (s3)", "the actions GetObject and PutObject of Amazon S3 (s3)"
std::string actions_text(const std::vector<std::string_view>& actions) {
  std::vector<std::string> services;
  std::map<std::string, std::vector<std::string>> names;
  for (const std::string_view action : actions) {
    const std::size_t colon = action.find(':');
    if (colon == std::string_view::npos) return "all actions of all services";
    const std::string service(action.substr(0, colon));
    if (!names.contains(service)) services.push_back(service);
    names[service].emplace_back(action.substr(colon + 1));
  }
  std::vector<std::string> parts;
  for (const std::string& service : services) {
    const std::vector<std::string>& of = names[service];
    const bool all = std::find(of.begin(), of.end(), "*") != of.end();
    parts.push_back((all ? std::string("all actions") : (of.size() == 1 ? "the action " : "the actions ") + joined(of)) +
                    " of " + service_title(service));
  }
  return joined(parts, ", and ");
}

std::string list_text(const std::vector<std::string_view>& items) {
  return joined({items.begin(), items.end()});
}

std::string resources_text(const Node& statement) {
  const std::vector<std::string_view> resources = texts(statement.member("Resource"));
  const std::vector<std::string_view> others = texts(statement.member("NotResource"));
  if (!others.empty()) return "all resources except " + list_text(others);
  for (const std::string_view resource : resources) {
    if (resource == "*") return "all resources";
  }
  return (resources.size() == 1 ? "the resource " : "the resources ") + list_text(resources);
}

// "when aws:RequestedRegion StringEquals us-east-1 or us-west-2"
std::string conditions_text(const Node* condition) {
  if (condition == nullptr) return {};
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < condition->names.size(); ++i) {
    const Node& keys = condition->items[i];
    for (std::size_t j = 0; j < keys.names.size(); ++j) {
      const std::vector<std::string_view> values = texts(&keys.items[j]);
      parts.push_back(keys.names[j] + " " + condition->names[i] + " " + joined({values.begin(), values.end()}, " or "));
    }
  }
  return parts.empty() ? std::string() : ", only when " + joined(parts);
}

std::string statement_text(const Node& statement) {
  const Node* effect = statement.member("Effect");
  const bool allows = effect != nullptr && effect->text == "Allow";
  const std::vector<std::string_view> others = texts(statement.member("NotAction"));
  const std::string actions =
      others.empty() ? actions_text(texts(statement.member("Action"))) : "everything except " + actions_text(others);
  return std::string(allows ? "Allows " : "Denies ") + actions + " on " + resources_text(statement) +
         conditions_text(statement.member("Condition")) + ".";
}

}  // namespace

std::string summarize_policy(std::string_view document) {
  std::string out;
  const std::optional<Node> root = policy::json::read(document);
  const Node* statements = root ? root->member("Statement") : nullptr;
  if (statements == nullptr) return out;
  if (statements->type == Type::object) return statement_text(*statements);
  for (const Node& statement : statements->items) out.append(out.empty() ? "" : "\n").append(statement_text(statement));
  return out;
}

}  // namespace haar::iam
