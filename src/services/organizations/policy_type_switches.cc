// Policy types, on and off. https://docs.aws.amazon.com/organizations/latest/APIReference/API_EnablePolicyType.html
#include "model/organizations/DisablePolicyType.h"
#include "model/organizations/EnablePolicyType.h"
#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/policies.h"

namespace haar::organizations {
namespace {

Result<void> need_root(const OrganizationCaller& org_caller, const std::string& root_id) {
  if (org_caller.organization->root_id == root_id) return {};
  return errors::RootNotFoundException("You specified a root that doesn't exist.");
}

// AWS's policy that allows everything is attached to every root, OU and account (Attachments in records.h).
Result<EnablePolicyTypeResponse> enable_policy_type(Call& call, const EnablePolicyTypeRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  TRY(need_root(org_caller, in.RootId));
  const PolicyType& type = *TRY(need_policy_type(in.PolicyType));
  TRY(check_all_features(org_caller));
  OrganizationRecord organization = *org_caller.organization;
  PolicyTypeState& state = organization.*type.state;
  if (state.enabled) return errors::PolicyTypeAlreadyEnabledException("The specified policy type is already enabled.");
  state.enabled = true;
  ++state.epoch;
  EnablePolicyTypeResponse out;
  out.Root = root_view(call, org_caller, organization);
  touch(call.txn, call.random(), org_caller.management, std::move(organization));
  return out;
}

// Everything of the type is detached, and stays so when it is enabled again.
// https://docs.aws.amazon.com/organizations/latest/userguide/enable-policy-type.html
Result<DisablePolicyTypeResponse> disable_policy_type(Call& call, const DisablePolicyTypeRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  TRY(need_root(org_caller, in.RootId));
  const PolicyType& type = *TRY(need_policy_type(in.PolicyType));
  OrganizationRecord organization = *org_caller.organization;
  PolicyTypeState& state = organization.*type.state;
  if (!state.enabled)
    return errors::PolicyTypeNotEnabledException("This operation can be performed only for enabled policy types.");
  state.enabled = false;
  DisablePolicyTypeResponse out;
  out.Root = root_view(call, org_caller, organization);
  touch(call.txn, call.random(), org_caller.management, std::move(organization));
  return out;
}

struct OnRoot {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    demand_target(call, needs, Audience::delegates, in.RootId).key("organizations:PolicyType", in.PolicyType);
  }
};

}  // namespace

Root root_view(const Call& call, const OrganizationCaller& org_caller, const OrganizationRecord& organization) {
  Root root;
  root.Id = organization.root_id;
  root.Arn = arn_of(call, home_of(org_caller), "root", organization.root_id);
  root.Name = find_node(call, org_caller, organization.root_id)->name;
  root.PolicyTypes.emplace();
  for (const PolicyType* type : policy_types()) {
    if ((organization.*type->state).enabled) root.PolicyTypes->push_back({std::string(type->name), "ENABLED"});
  }
  return root;
}

const api::Operations policy_types_operations = {
    api::op<ops::EnablePolicyType>(enable_policy_type, api::on(OnRoot{}), api::takes("RootId PolicyType")),
    api::op<ops::DisablePolicyType>(disable_policy_type, api::on(OnRoot{}), api::takes("RootId PolicyType")),
};

}  // namespace haar::organizations
