// What each type of policy asks for beyond the common grammar.
#include <algorithm>

#include "policy/decide.h"
#include "policy/grammar.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

bool is_alphanumeric(std::string_view sid) {
  return std::all_of(sid.begin(), sid.end(), [](char c) {
    return (fold(c) >= 'a' && fold(c) <= 'z') || (c >= '0' && c <= '9');
  });
}

bool is_star(const json::Node* principal) {
  if (principal == nullptr) return false;
  return principal->type == json::Type::string && principal->text == "*";
}

bool is_sts(std::string_view action) {
  return action.size() > 4 && equal_fold(action.substr(0, 4), "sts:");
}

// "AWS", "Service", "Federated" (and for resource policies "CanonicalUser") with one text or a list.
Result<void> check_principal_shape(const json::Node& principal, Kind kind) {
  if (principal.type == json::Type::string) {
    if (principal.text == "*") return {};
    return malformed(kind, "Invalid principal in policy: \"AWS\":" + json::quote(principal.text));
  }
  if (principal.type != json::Type::object) return malformed(kind, "Syntax errors in policy.");
  if (principal.items.empty()) return malformed(kind, "Missing required field Principal cannot be empty!");
  for (std::size_t i = 0; i < principal.items.size(); ++i) {
    const std::string& name = principal.names[i];
    const bool known = name == "AWS" || name == "Service" || name == "Federated" ||
                       (name == "CanonicalUser" && kind != Kind::trust);
    if (!known) return malformed(kind, "Invalid principal in policy: " + json::quote(name));
    std::vector<std::string> texts;
    if (!read_strings(principal.items[i], texts)) return malformed(kind, "Syntax errors in policy.");
    // A refusal of the real service, quoted in a public Terraform module.
    if (texts.empty()) return malformed(kind, "The passed in policy has a statement with no principals!");
  }
  return {};
}

}  // namespace

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
Result<void> check_identity(const RawDocument& document, Kind kind) {
  for (const RawStatement& statement : document.statements) {
    // hashicorp/terraform#13449
    if (statement.principal != nullptr) return malformed(kind, "Policy document should not specify a principal.");
    if (!is_alphanumeric(statement.sid)) {
      return malformed(kind,
                       "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
                       "expression [0-9A-Za-z]*");
    }
    if (statement.actions.empty()) return malformed(kind, "Policy statement must contain actions.");
    // A statement without resources is told of its actions first, where they are wrong too.
    if (statement.resources.empty()) {
      TRY(check_actions(statement, kind));
      return malformed(kind, "Policy statement must contain resources.");
    }
  }
  for (const RawStatement& statement : document.statements) TRY(check_resources(statement, kind));
  for (const RawStatement& statement : document.statements) TRY(check_actions(statement, kind));
  return {};
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-custom.html
Result<void> check_trust(const RawDocument& document) {
  constexpr Kind kind = Kind::trust;
  for (const RawStatement& statement : document.statements) {
    if (statement.not_principal) {
      return malformed(kind, statement.effect == "Allow" ? "Allow with NotPrincipal is not allowed."
                                                         : "AssumeRole policy must not contain NotPrincipal field.");
    }
    if (statement.principal == nullptr) return malformed(kind, "Missing required field Principal");
    if (is_star(statement.principal)) {
      // aws/aws-cdk#5746
      return malformed(kind, "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".");
    }
    TRY(check_principal_shape(*statement.principal, kind));
    if (statement.actions.empty()) return malformed(kind, "Missing required field Action");
    TRY(check_actions(statement, kind));
    if (!std::all_of(statement.actions.begin(), statement.actions.end(), is_sts)) {
      return malformed(kind, "AssumeRole policy may only specify STS AssumeRole actions.");
    }
    if (statement.has_resource) {
      return malformed(kind, statement.not_resource ? "AssumeRole policy must not contain resources."
                                                    : "Has prohibited field Resource");
    }
  }
  return {};
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
Result<void> check_resource_policy(const RawDocument& document, Kind kind) {
  for (const RawStatement& statement : document.statements) {
    if (statement.principal == nullptr) return malformed(kind, "Missing required field Principal");
    if (statement.not_principal && statement.effect == "Allow") {
      return malformed(kind, "Allow with NotPrincipal is not allowed.");
    }
    TRY(check_principal_shape(*statement.principal, kind));
    if (statement.actions.empty()) return malformed(kind, "Missing required field Action");
    if (statement.resources.empty()) return malformed(kind, "Missing required field Resource");
    TRY(check_resources(statement, kind));
    TRY(check_actions(statement, kind));
  }
  return {};
}

// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html and
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
Result<void> check_organization_policy(const RawDocument& document, Kind kind) {
  for (const RawStatement& statement : document.statements) {
    if (statement.actions.empty() || statement.resources.empty()) return malformed(kind, "");
    TRY(check_resources(statement, kind));
    TRY(check_actions(statement, kind));
    if (kind == Kind::scp) {
      if (statement.principal != nullptr) return malformed(kind, "");
      continue;
    }
    const bool all_actions = std::find(statement.actions.begin(), statement.actions.end(), "*") != statement.actions.end();
    const bool all_resources = statement.resources == std::vector<std::string>{"*"} && !statement.not_resource;
    if (statement.not_principal || statement.not_action || !is_star(statement.principal)) return malformed(kind, "");
    // Customers may only write Deny; the one Allow there is, is RCPFullAWSAccess.
    const bool full_access = statement.effect == "Allow" && all_actions && all_resources && statement.condition == nullptr;
    if (full_access) continue;
    // "You cannot use * in the Action element of a customer managed RCP and have to specify the abbreviation for the
    // service"; which has to be one of those that support RCPs.
    const bool covered = std::all_of(statement.actions.begin(), statement.actions.end(),
                                     [](const std::string& action) { return supports_rcp(action.substr(0, action.find(':'))); });
    if (statement.effect == "Allow" || !covered) return malformed(kind, "");
  }
  return {};
}

}  // namespace haar::policy
