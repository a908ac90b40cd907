#include "policy/service_rules.h"

#include <algorithm>
#include <span>

#include "policy/pattern.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

constexpr std::string_view linked_path = "/aws-service-role/", reserved = "/aws-reserved/";

// The actions that change a managed policy.
constexpr std::string_view policy_changes[] = {"CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion",
                                               "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy"};
// The actions that change what a role may do or who it is. Its description and its tags anyone may change who is allowed to.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html
constexpr std::string_view role_changes[] = {
    "AttachRolePolicy", "DeleteRole",        "DeleteRolePermissionsBoundary", "DeleteRolePolicy",
    "DetachRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy",        "UpdateAssumeRolePolicy"};

// "iam:DeleteRole" -> whether the list has DeleteRole.
bool is_one_of(std::string_view action, std::span<const std::string_view> names) {
  constexpr std::string_view prefix = "iam:";
  if (action.size() <= prefix.size() || !equal_fold(action.substr(0, prefix.size()), prefix)) return false;
  const std::string_view name = action.substr(prefix.size());
  return std::ranges::any_of(names, [name](std::string_view one) { return equal_fold(one, name); });
}

// What stands after "policy" or "role" of an ARN of IAM: "/service-role/x", path and name; empty for other resources.
std::string_view named_of(const ArnView& arn, std::string_view kind) {
  const std::string_view* parts = arn.parts();
  if (parts == nullptr || parts[2] != "iam" || !parts[5].starts_with(kind)) return {};
  const std::string_view rest = parts[5].substr(kind.size());
  return rest.starts_with('/') ? rest : std::string_view();
}

bool is_account(std::string_view text) {
  return text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_protected_path(std::string_view role_path) {
  return role_path.starts_with(linked_path) || role_path.starts_with(reserved);
}

// AWS's text, also of Identity Center's roles: https://github.com/rebuy-de/aws-nuke/issues/441
ServiceRule protected_role(std::string_view role_name) {
  return {"UnmodifiableEntity", "Cannot perform the operation on the protected role '" + std::string(role_name) +
                                    "' - this role is only modifiable by AWS"};
}

// The first text is AWS's: https://github.com/tilfin/aws-iam-policy-tool/pull/9. What it says of the other, which holds the
// roles of IAM Identity Center, was not found:
// https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
std::optional<ServiceRule> reserved_path(std::string_view role_path) {
  if (role_path.starts_with(linked_path))
    return ServiceRule{"InvalidInput", "Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles"};
  if (role_path.starts_with(reserved))
    return ServiceRule{"InvalidInput", "Path prefix '/aws-reserved/' can only be used for roles that AWS makes"};
  return std::nullopt;
}

std::optional<ServiceRule> service_rule(std::string_view action, std::string_view resource) {
  const ArnView arn(resource);
  const std::string_view role = named_of(arn, "role");
  if (!role.empty()) {
    if (equal_fold(action, "iam:CreateRole")) return reserved_path(role);
    if (is_one_of(action, role_changes) && is_protected_path(role))
      return protected_role(role.substr(role.rfind('/') + 1));
    return std::nullopt;
  }
  // The server refuses these by the owner: nobody's policies allow it.
  if (owner_of(action, resource, "") == "aws")
    return ServiceRule{"AccessDenied", "AWS managed policies are changed by AWS alone"};
  return std::nullopt;
}

std::string_view owner_of(std::string_view action, std::string_view resource, std::string_view caller_account) {
  const ArnView arn(resource);
  const std::string_view* parts = arn.parts();
  if (parts == nullptr) return caller_account;
  const std::string_view account = parts[4];
  if (is_account(account)) return account;
  // Some services have ARNs of AWS's own, with a word in the account's place: they are for everybody.
  if (parts[2] != "iam" || account.empty() || account.find_first_of("*?") != std::string_view::npos) return caller_account;
  if (account != "aws") return account;
  return !named_of(arn, "policy").empty() && is_one_of(action, policy_changes) ? account : caller_account;
}

}  // namespace haar::policy
