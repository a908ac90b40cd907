// The condition keys that policies ask for: what has to be supplied to the policy simulator.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
#include <algorithm>

#include "base/encoding.h"
#include "model/iam/GetContextKeysForCustomPolicy.h"
#include "model/iam/GetContextKeysForPrincipalPolicy.h"
#include "services/iam/operations.h"
#include "services/iam/policies/policy_source.h"

namespace haar::iam {
namespace {

// In order of appearance, as AWS's examples show them, in the spelling that came first.
void add_keys(const policy::Attached& attached, std::vector<std::string>& keys) {
  for (std::string& key : policy::context_keys_of(*attached.document)) {
    const auto same = [folded = to_lower(key)](const std::string& known) { return to_lower(known) == folded; };
    if (std::ranges::none_of(keys, same)) keys.push_back(std::move(key));
  }
}

Result<GetContextKeysForPolicyResponse> of_custom_policy(Call&, const GetContextKeysForCustomPolicyRequest& in) {
  GetContextKeysForPolicyResponse out;
  out.ContextKeyNames.emplace();
  const auto given = TRY(given_policies(in.PolicyInputList, "PolicyInputList", policy::Kind::identity));
  for (const policy::Attached& attached : given) add_keys(attached, *out.ContextKeyNames);
  return out;
}

Result<GetContextKeysForPolicyResponse> of_principal_policy(Call& call,
                                                            const GetContextKeysForPrincipalPolicyRequest& in) {
  GetContextKeysForPolicyResponse out;
  out.ContextKeyNames.emplace();
  const PolicySource source = TRY(find_policy_source(call, in.PolicySourceArn));
  for (const policy::Attached& attached : source.identity->attached()) add_keys(attached, *out.ContextKeyNames);
  if (in.PolicyInputList) {
    const auto given = TRY(given_policies(*in.PolicyInputList, "PolicyInputList", policy::Kind::identity));
    for (const policy::Attached& attached : given) add_keys(attached, *out.ContextKeyNames);
  }
  return out;
}

void needs_get_context_keys_for_principal_policy(const Call& call, const GetContextKeysForPrincipalPolicyRequest& in,
                                                 Requirements& needs) {
  need_policy_source(call, in.PolicySourceArn, needs);
}

}  // namespace

const api::Operations context_keys_operations = {
    api::op<ops::GetContextKeysForCustomPolicy>(of_custom_policy, api::any_resource, api::read_only,
        api::takes("PolicyInputList")),
    api::op<ops::GetContextKeysForPrincipalPolicy>(of_principal_policy,
        api::on(needs_get_context_keys_for_principal_policy), api::read_only,
        api::takes("PolicySourceArn PolicyInputList")),
};

}  // namespace haar::iam
