// iam:PassRole and iam:CreateServiceLinkedRole of identity policies: whom they let into which services.
#include <algorithm>

#include "policy/analysis/glob.h"
#include "policy/text.h"
#include "policy/validation/report.h"

namespace haar::policy::validation {

const RiskyAction kPassRole{
    "iam:passrole",
    {"PASS_ROLE_WITH_NOT_RESOURCE", S,
     "Using the iam:PassRole action with NotResource can be overly permissive because it can allow iam:PassRole permissions on "
     "multiple resources. We recommend that you specify resource ARNs instead."},
    {"PASS_ROLE_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", S,
     "Using an action with a wildcard (*) and NotResource can be overly permissive because it can allow iam:PassRole "
     "permissions on "
     "multiple resources. We recommend that you specify resource ARNs instead."},
    {"PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE", S,
     "Using NotAction with NotResource can be overly permissive because it can allow iam:PassRole permissions on multiple "
     "resources.. We recommend that you specify resource ARNs instead."},
    {"PASS_ROLE_WITH_STAR_IN_RESOURCE", S,
     "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive because it allows iam:PassRole "
     "permissions on multiple resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition "
     "key "
     "to your statement."},
    {"PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", S,
     "Using wildcards (*) in the action and the resource can be overly permissive because it allows iam:PassRole permissions "
     "on all "
     "resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement."},
    {"PASS_ROLE_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", S,
     "Using a resource with wildcards (*) and NotAction can be overly permissive because it allows iam:PassRole permissions on "
     "all "
     "resources. We recommend that you specify resource ARNs or add the iam:PassedToService condition key to your statement."}};

const RiskyAction kCreateSlr{
    "iam:createservicelinkedrole",
    {"CREATE_SLR_WITH_NOT_RESOURCE", W,
     "Using the iam:CreateServiceLinkedRole action with NotResource can allow creation of unintended service-linked roles for "
     "multiple resources. We recommend that you specify resource ARNs instead."},
    {"CREATE_SLR_WITH_STAR_IN_ACTION_AND_NOT_RESOURCE", W,
     "Using an action with a wildcard(*) and NotResource can allow creation of unintended service-linked roles because it can "
     "allow "
     "iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify resource ARNs instead."},
    {"CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE", W,
     "Using NotAction with NotResource can allow creation of unintended service-linked roles because it allows "
     "iam:CreateServiceLinkedRole permissions on multiple resources. We recommend that you specify resource ARNs instead."},
    {"CREATE_SLR_WITH_STAR_IN_RESOURCE", W,
     "Using the iam:CreateServiceLinkedRole action with wildcards (*) in the resource can allow creation of unintended "
     "service-linked roles. We recommend that you specify resource ARNs instead."},
    {"CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE", W,
     "Using wildcards (*) in the action and the resource can allow creation of unintended service-linked roles because it allows "
     "iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify resource ARNs instead."},
    {"CREATE_SLR_WITH_STAR_IN_RESOURCE_AND_NOT_ACTION", W,
     "Using a resource with wildcards (*) and NotAction can allow creation of unintended service-linked roles because it allows "
     "iam:CreateServiceLinkedRole permissions on all resources. We recommend that you specify resource ARNs instead."}};

namespace {

enum class Reach : std::uint8_t { none, exact, wildcard };

// How the statement's actions come to this one.
Reach reach_of(const Statement& statement, std::string_view action) {
  Reach out = Reach::none;
  for (const Where& one : statement.actions.each()) {
    std::string text = one.node->text;
    std::transform(text.begin(), text.end(), text.begin(), fold);
    if (text == action) return Reach::exact;
    if (analysis::matches(analysis::wildcard_glob(text), action)) out = Reach::wildcard;
  }
  return out;
}

// "*", or an ARN whose role is one: AWS takes names that begin with a service's own text for named roles.
bool is_star(const std::string& resource) { return resource == "*" || resource.ends_with(":role/*") || resource.ends_with(":*"); }

void check(const Statement& statement, const RiskyAction& risky, Report& report) {
  const Reach reach = reach_of(statement, risky.action);
  if (statement.not_action ? reach != Reach::none : reach == Reach::none) return;
  const std::vector<Where> both{statement.actions, statement.resources};
  if (statement.not_resource) {
    const Check& which = statement.not_action       ? risky.not_action_not_resource
                         : reach == Reach::wildcard ? risky.star_not_resource
                                                    : risky.not_resource;
    return report.add_all(which, both);
  }
  const auto resources = statement.resources.each();
  const bool star = std::any_of(resources.begin(), resources.end(), [](const Where& r) { return is_star(r.node->text); });
  if (!star) return;
  const Check& which = statement.not_action       ? risky.star_resource_not_action
                       : reach == Reach::wildcard ? risky.star_both
                                                  : risky.star_resource;
  report.add_all(which, both);
}

}  // namespace

void check_risky_actions(const Statement& statement, Report& report) {
  if (!statement.allows || statement.actions.node == nullptr || statement.resources.node == nullptr) return;
  if (!statement.has_passed_to_service) check(statement, kPassRole, report);
  check(statement, kCreateSlr, report);
}

}  // namespace haar::policy::validation
