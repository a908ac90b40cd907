// What a denial says to the caller, and a decision to people.
#include <fmt/format.h>

#include "policy/decide.h"
#include "policy/text.h"

namespace haar::policy {
namespace {

// "an identity-based policy", as AWS's texts call the types.
std::string_view with_article(PolicyType type) {
  switch (type) {
    case PolicyType::identity: return "an identity-based policy";
    case PolicyType::boundary: return "a permissions boundary";
    case PolicyType::session: return "a session policy";
    case PolicyType::resource: return "a resource-based policy";
    case PolicyType::trust: return "the role trust policy";
    case PolicyType::scp: return "a service control policy";
    case PolicyType::rcp: return "a resource control policy";
    case PolicyType::endpoint: return "a VPC endpoint policy";
    case PolicyType::none: break;
  }
  return "a policy";
}

std::string_view bare(PolicyType type) {
  if (type == PolicyType::trust) return "role trust policy";
  const std::string_view text = with_article(type);
  return text.substr(text.find(' ') + 1);
}

// Where the resource is "*" most services leave it out; IAM and Organizations show it.
bool shows_star(std::string_view action) {
  return action.size() > 4 && (equal_fold(action.substr(0, 4), "iam:") ||
                               (action.size() > 14 && equal_fold(action.substr(0, 14), "organizations:")));
}

std::string why(const Request& request, const Decision& decision) {
  if (decision.effect == Effect::explicit_deny) {
    return fmt::format(" with an explicit deny in {}", with_article(decision.by));
  }
  if (decision.by == PolicyType::none) return "";
  return fmt::format(" because no {} allows the {} action", bare(decision.by), request.action);
}

}  // namespace

std::string access_denied_message(const Request& request, const Decision& decision) {
  // The callers of AssumeRoleWithWebIdentity and AssumeRoleWithSAML have no ARN to be called by.
  if (request.principal.type == PrincipalType::federated) return fmt::format("Not authorized to perform {}", request.action);
  const std::string_view who =
      request.principal.type == PrincipalType::anonymous ? std::string_view("anonymous") : request.principal.arn;
  std::string out = fmt::format("User: {} is not authorized to perform: {}", who, request.action);
  if (!request.resource.empty() && (request.resource != "*" || shows_star(request.action))) {
    out += fmt::format(" on resource: {}", request.resource);
  }
  return out + why(request, decision);
}

std::string explain(const Decision& decision) {
  std::string out;
  switch (decision.reason) {
    case Reason::allowed_by_identity:
    case Reason::allowed_by_resource: out = fmt::format("allowed by {}", with_article(decision.by)); break;
    case Reason::allowed_root: return "allowed: the root user of the resource's account";
    case Reason::always_allowed: return "allowed: this action needs no permission";
    case Reason::denied_by_statement: out = fmt::format("denied by {}", with_article(decision.by)); break;
    case Reason::not_allowed: return fmt::format("denied: no {} allows it", bare(decision.by));
    case Reason::action_too_long: return "denied: no action has a name that long";
  }
  if (decision.deciding.source == nullptr) return out;
  out += fmt::format(" ({}", decision.deciding.source->source_id);
  if (!decision.deciding.sid.empty()) out += fmt::format(", statement {}", decision.deciding.sid);
  return out + fmt::format(", line {}, column {})", decision.deciding.start.line, decision.deciding.start.column);
}

}  // namespace haar::policy
