#include "services/iam/usage/service_access.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/encoding.h"
#include "policy/json.h"

namespace haar::iam {
namespace {

using policy::json::Node;
using policy::json::texts;
using policy::json::Type;

// "iam" of "iam:Get*"; "" of "*", which is every service's.
std::string prefix_of_action(std::string_view action) {
  const std::size_t colon = action.find(':');
  return colon == std::string_view::npos ? std::string() : to_lower(action.substr(0, colon));
}

bool is_every_action(std::string_view action) {
  const std::size_t colon = action.find(':');
  const std::string_view name = colon == std::string_view::npos ? action : action.substr(colon + 1);
  return name.find_first_not_of('*') == std::string_view::npos;
}

std::size_t position_of(std::string_view prefix) {
  const auto all = data::service_names();
  const data::ServiceName* found = data::find_service_name(prefix);
  return found == nullptr ? all.size() : static_cast<std::size_t>(found - all.data());
}

// The services that these actions are of. `whole`: only where they are all the actions of the service.
std::vector<bool> services_named(const std::vector<std::string_view>& actions, bool whole) {
  std::vector<bool> named(data::service_names().size());
  for (const std::string_view action : actions) {
    if (whole && !is_every_action(action)) continue;
    const std::string prefix = prefix_of_action(action);
    const std::size_t at = position_of(prefix);
    if (prefix.empty() || prefix == "*") named.assign(named.size(), true);
    else if (at < named.size()) named[at] = true;
  }
  return named;
}

bool has_every_resource(const Node& statement) {
  const std::vector<std::string_view> resources = texts(statement.member("Resource"));
  return std::ranges::find(resources, "*") != resources.end();
}

void unite(std::vector<bool>& into, const std::vector<bool>& more) {
  for (std::size_t i = 0; i < into.size(); ++i) into[i] = into[i] || more[i];
}

void add_statement(const Node& statement, std::vector<bool>& allowed, std::vector<bool>& denied) {
  const Node* effect = statement.member("Effect");
  if (effect == nullptr) return;
  const bool allow = effect->text == "Allow";
  if (!allow && (statement.member("Condition") != nullptr || !has_every_resource(statement))) return;
  std::vector<bool> named;
  if (const Node* not_action = statement.member("NotAction")) {
    // What is left of a service: something for an Allow, all of it for a Deny.
    named = services_named(texts(not_action), allow);
    named.flip();
  } else {
    named = services_named(texts(statement.member("Action")), !allow);
  }
  unite(allow ? allowed : denied, named);
}

}  // namespace

ServiceAccess::ServiceAccess() : allowed_(data::service_names().size()), denied_(data::service_names().size()) {}

void ServiceAccess::add(std::string_view document) {
  const std::optional<Node> root = policy::json::read(document);
  if (!root) return;
  const Node* statements = root->member("Statement");
  if (statements == nullptr) return;
  if (statements->type == Type::object) return add_statement(*statements, allowed_, denied_);
  for (const Node& statement : statements->items) add_statement(statement, allowed_, denied_);
}

bool ServiceAccess::allows(std::string_view prefix) const {
  const std::size_t at = position_of(prefix);
  return at < allowed_.size() && allowed_[at] && !denied_[at];
}

std::vector<const data::ServiceName*> ServiceAccess::services() const {
  std::vector<const data::ServiceName*> out;
  for (std::size_t i = 0; i < allowed_.size(); ++i) {
    if (allowed_[i] && !denied_[i]) out.push_back(&data::service_names()[i]);
  }
  return out;
}

void ServiceAccess::restrict_to(const ServiceAccess& other) {
  for (std::size_t i = 0; i < allowed_.size(); ++i) {
    allowed_[i] = allowed_[i] && other.allowed_[i];
    denied_[i] = denied_[i] || other.denied_[i];
  }
}

ServiceAccess ServiceAccess::everything() {
  ServiceAccess all;
  all.allowed_.assign(all.allowed_.size(), true);
  return all;
}

}  // namespace haar::iam
