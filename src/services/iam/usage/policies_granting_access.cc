// ListPoliciesGrantingServiceAccess.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
#include <set>

#include <fmt/format.h>

#include "model/iam/ListPoliciesGrantingServiceAccess.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/principals/identity_arns.h"
#include "services/iam/usage/service_access.h"

namespace haar::iam {
namespace {

// A policy and what it lets its holder use; a policy that comes by two ways counts once.
struct Granting {
  GrantingPolicy policy;
  ServiceAccess access;
};

std::vector<Granting> granting_policies(std::vector<GrantingPolicy> policies) {
  std::vector<Granting> out;
  std::set<std::string> seen;
  for (GrantingPolicy& policy : policies) {
    if (!policy.arn.empty() && !seen.insert(policy.arn).second) continue;
    Granting& granting = out.emplace_back();
    granting.access.add(policy.document);
    granting.policy = std::move(policy);
  }
  return out;
}

Result<std::vector<GrantingPolicy>> policies_behind(const Call& call, const std::string& arn) {
  const Subject subject = TRY(find_subject(call, arn));
  if (const auto* user = std::get_if<const UserRecord*>(&subject)) return policies_of(call, **user);
  if (const auto* group = std::get_if<const GroupRecord*>(&subject)) return policies_of(call, **group);
  if (const auto* role = std::get_if<const RoleRecord*>(&subject)) return policies_of(call, **role);
  return errors::InvalidInput("The specified ARN " + arn + " is not of a user, group or role.");
}

PolicyGrantingServiceAccess view_of(const GrantingPolicy& policy) {
  PolicyGrantingServiceAccess view;
  view.PolicyName = policy.name;
  view.PolicyType = policy.arn.empty() ? "INLINE" : "MANAGED";
  if (!policy.arn.empty()) {
    view.PolicyArn = policy.arn;
  } else {
    view.EntityType = policy.entity_type;
    view.EntityName = policy.entity_name;
  }
  return view;
}

// One entry per namespace asked for, in the order asked for. The operation has no MaxItems: pages of 100.
Result<ListPoliciesGrantingServiceAccessResponse> list_policies_granting(
    Call& call, const ListPoliciesGrantingServiceAccessRequest& in) {
  std::string listing = "ListPoliciesGrantingServiceAccess " + in.Arn;
  for (const std::string& prefix : in.ServiceNamespaces) {
    if (data::find_service_name(prefix) == nullptr)
      return errors::InvalidInput("The service namespace " + prefix + " is not valid.");
    listing.append(" ").append(prefix);
  }
  const std::vector<Granting> policies = granting_policies(TRY(policies_behind(call, in.Arn)));
  Page page = TRY(Page::open(call, listing, in.Marker, std::nullopt));
  ListPoliciesGrantingServiceAccessResponse out;
  for (std::size_t i = 0; i < in.ServiceNamespaces.size(); ++i) {
    const std::string& prefix = in.ServiceNamespaces[i];
    const std::string key = fmt::format("{:04}", i);
    if (page.before(key)) continue;
    if (!page.take(key)) break;
    ListPoliciesGrantingServiceAccessEntry& entry = out.PoliciesGrantingServiceAccess.emplace_back();
    entry.ServiceNamespace = prefix;
    entry.Policies.emplace();
    for (const Granting& granting : policies) {
      if (granting.access.allows(prefix)) entry.Policies->push_back(view_of(granting.policy));
    }
  }
  page.close(out);
  return out;
}

// On the user, group or role that is asked about, with its path.
void needs_list_policies_granting_service_access(const Call& call,
                                                 const ListPoliciesGrantingServiceAccessRequest& in, Requirements& needs) {
  needs.need(in.Arn).resource_tags = subject_tags(call, in.Arn);
}

}  // namespace

const api::Operations policy_grants_operations = {
    api::op<ops::ListPoliciesGrantingServiceAccess>(list_policies_granting,
        api::on(needs_list_policies_granting_service_access), api::read_only,
        api::takes("Marker Arn ServiceNamespaces")),
};

}  // namespace haar::iam
