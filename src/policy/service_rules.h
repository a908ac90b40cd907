// What IAM keeps to itself whatever policies say: AWS's own policies and AWS's own roles. No policy decides about these, so
// decide() does not know them; handlers apply them once the call is allowed, and `haar decide` tells them beside a decision.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace haar::policy {

// A refusal, as the service answers it.
struct ServiceRule {
  std::string code, message;
};

// The rule that refuses this action on this resource; nullopt: there is none. `action`: "iam:DeleteRole".
std::optional<ServiceRule> service_rule(std::string_view action, std::string_view resource);

// The account that owns what an action is on. AWS's managed policies are the caller's own for whoever reads or attaches them
// and AWS's ("aws") for whoever would change them, so that no policy of the caller's gives that away. Other ARNs say their
// account; one that says none is in the caller's.
std::string_view owner_of(std::string_view action, std::string_view resource, std::string_view caller_account);

// Whether only AWS changes the roles of this path: service-linked roles, and those of IAM Identity Center.
bool is_protected_path(std::string_view role_path);
ServiceRule protected_role(std::string_view role_name);
// The refusal to make a role under this path; nullopt: customers may.
std::optional<ServiceRule> reserved_path(std::string_view role_path);

}  // namespace haar::policy
