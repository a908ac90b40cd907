// The organization's own resource policy, by which the management account delegates the management of policies to
// member accounts; and DescribeEffectivePolicy, which is about types of policy that haar does not have.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>

#include "base/arn.h"
#include "model/organizations/DeleteResourcePolicy.h"
#include "model/organizations/DescribeEffectivePolicy.h"
#include "model/organizations/DescribeResourcePolicy.h"
#include "model/organizations/PutResourcePolicy.h"
#include "model/organizations/service.h"
#include "policy/document.h"
#include "policy/pattern.h"
#include "services/organizations/common.h"
#include "services/organizations/operations.h"

namespace haar::organizations {
namespace {

namespace json = boost::json;

// What can be delegated, as the page above lists it.
constexpr std::array delegable_actions{
    "AttachPolicy", "CreatePolicy", "DeletePolicy", "DescribeAccount", "DescribeCreateAccountStatus",
    "DescribeEffectivePolicy", "DescribeHandshake", "DescribeOrganization", "DescribeOrganizationalUnit",
    "DescribePolicy", "DescribeResourcePolicy", "DetachPolicy", "DisablePolicyType", "EnablePolicyType",
    "ListAWSServiceAccessForOrganization", "ListAccounts", "ListAccountsForParent", "ListChildren",
    "ListCreateAccountStatus", "ListDelegatedAdministrators", "ListDelegatedServicesForAccount",
    "ListHandshakesForAccount", "ListHandshakesForOrganization", "ListOrganizationalUnitsForParent", "ListParents",
    "ListPolicies", "ListPoliciesForTarget", "ListRoots", "ListTagsForResource", "ListTargetsForPolicy", "TagResource",
    "UntagResource", "UpdatePolicy"};

Error invalid_document() {
  return invalid_input("INVALID_RESOURCE_POLICY_JSON", "The provided resource policy document is not valid.");
}

std::vector<std::string> texts_of(const json::value* value) {
  std::vector<std::string> texts;
  if (value == nullptr) return texts;
  if (value->is_string()) texts.emplace_back(value->get_string());
  if (value->is_array()) {
    for (const json::value& item : value->get_array()) texts.emplace_back(item.get_string());
  }
  return texts;
}

// A name, or a pattern that means some of the list.
bool is_delegable(std::string_view action) {
  const std::string folded = to_lower(action);
  const policy::Pattern pattern(folded, policy::Wildcards::active, policy::Variables::literal);
  const policy::Context nothing;
  return folded.starts_with("organizations:") && std::ranges::any_of(delegable_actions, [&](const char* name) {
           return pattern.match("organizations:" + to_lower(name), nothing) == policy::Tri::yes;
         });
}

Result<void> check_statement(const json::object& statement) {
  const std::vector<std::string> actions = texts_of(statement.if_contains("Action"));
  if (actions.empty() || !std::ranges::all_of(actions, is_delegable))
    return invalid_input("UNSUPPORTED_ACTION_IN_RESOURCE_POLICY",
                         "The provided resource policy document contains an unsupported action.");
  return {};
}

// Principals are accounts of the organization, or principals of theirs; never everybody.
Result<void> check_principals(const Call& call, const OrganizationCaller& org_caller, const policy::Document& document) {
  for (const policy::PrincipalName& principal : policy::principals_of(document)) {
    std::string account = principal.text;
    if (account.starts_with("arn:")) {
      const std::optional<Arn> arn = Arn::parse(account);
      account = arn ? arn->account : std::string();
    }
    if (principal.space == policy::PrincipalSpace::aws && find_member(call, org_caller, account) != nullptr) continue;
    return invalid_input("INVALID_PRINCIPAL", "The provided resource policy document contains an invalid principal.");
  }
  return {};
}

// The text to keep, once it is checked: AWS shows an account that is named by its bare id as the ARN that means the same.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
Result<std::string> stored_content(const Call& call, const std::string& content) {
  const std::shared_ptr<const policy::Document> document = TRY(policy::parse(content, policy::Kind::resource));
  return policy::map_principals(*document, [&](std::string_view text) {
    return text.starts_with("arn:") ? std::string(text) : make_arn(call.partition(), "iam", "", AccountId(text), "root");
  });
}

Result<void> check_document(const Call& call, const OrganizationCaller& org_caller, const std::string& content) {
  const Result<std::shared_ptr<const policy::Document>> document = policy::parse(content, policy::Kind::resource);
  if (!document.ok()) return invalid_document();
  const json::value text = json::parse(content);
  const json::value& statements = text.at("Statement");
  if (statements.is_object()) TRY(check_statement(statements.get_object()));
  if (statements.is_array()) {
    for (const json::value& statement : statements.get_array()) TRY(check_statement(statement.get_object()));
  }
  return check_principals(call, org_caller, **document);
}

ResourcePolicy resource_policy_view(const Call& call, const OrganizationCaller& org_caller, const ResourcePolicyRecord& record) {
  ResourcePolicy view;
  view.ResourcePolicySummary.emplace();
  view.ResourcePolicySummary->Id = record.id;
  view.ResourcePolicySummary->Arn = target_arn(call, home_of(org_caller), record.id);
  view.Content = record.content;
  return view;
}

Result<PutResourcePolicyResponse> put_resource_policy(Call& call, const PutResourcePolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(check_document(call, org_caller, in.Content));
  ResourcePolicyRecord record;
  if (org_caller.delegation != nullptr) {
    if (in.Tags && !in.Tags->empty())
      return invalid_input("UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED",
                           "You can't add tags while you update a resource policy; use TagResource.");
    record = *org_caller.delegation;
  } else {
    record.id = new_id(call.random(), "rp-", 8);
    record.tags = TRY(new_tags(in.Tags));
  }
  record.content = TRY(stored_content(call, in.Content));
  PutResourcePolicyResponse out;
  out.ResourcePolicy = resource_policy_view(call, org_caller, record);
  call.txn.put(resource_policies, key_in(org_caller, "resource-policy"), std::move(record));
  return out;
}

Error no_resource_policy() {
  return errors::ResourcePolicyNotFoundException(
      "We can't find a resource policy request with the parameter that you specified.");
}

Result<DescribeResourcePolicyResponse> describe_resource_policy(Call& call, const wire::Empty&) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  if (org_caller.delegation == nullptr) return no_resource_policy();
  DescribeResourcePolicyResponse out;
  out.ResourcePolicy = resource_policy_view(call, org_caller, *org_caller.delegation);
  return out;
}

Result<wire::Empty> delete_resource_policy(Call& call, const wire::Empty&) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  if (org_caller.delegation == nullptr) return no_resource_policy();
  call.txn.erase(resource_policies, key_in(org_caller, "resource-policy"));
  return wire::Empty{};
}

// Of tag policies, backup policies and their like. haar has none, so no account has an effective one, and AWS says
// just this of an account without.
Result<DescribeEffectivePolicyResponse> describe_effective_policy(Call& call, const DescribeEffectivePolicyRequest& in) {
  const std::string target = in.TargetId.value_or(call.account().value);
  const bool own = target == call.account().value;
  const OrganizationCaller org_caller = TRY(enter(call, own ? Audience::members : Audience::administrators));
  if (find_member(call, org_caller, target) == nullptr)
    return errors::TargetNotFoundException("You specified a target that doesn't exist.");
  return errors::EffectivePolicyNotFoundException(
      "If you ran this action on the management account, this policy type is not enabled. If you ran the action on a "
      "member account, the account doesn't have an effective policy of this type. Contact the administrator of your "
      "organization about attaching a policy of this type to the account.");
}

void needs_put_resource_policy(const Call& call, const PutResourcePolicyRequest& in, Requirements& needs) {
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  const bool exists = org_caller && org_caller->delegation != nullptr;
  Requirement& need = demand_target(call, needs, Audience::management, exists ? org_caller->delegation->id : "rp-*");
  need.request_tags = tag_map(in.Tags);
  demand_tags(needs, need, need.resource);
}

void needs_describe_effective_policy(const Call& call, const DescribeEffectivePolicyRequest& in, Requirements& needs) {
  demand_target(call, needs, Audience::administrators, in.TargetId.value_or(call.account().value))
      .key("organizations:PolicyType", in.PolicyType);
}

}  // namespace

const api::Operations resource_policy_operations = {
    api::op<ops::PutResourcePolicy>(put_resource_policy, api::on(needs_put_resource_policy),
        api::takes("Content Tags")),
    api::op<ops::DescribeResourcePolicy>(describe_resource_policy, api::on(anything<Audience::administrators>),
                                         api::read_only),
    api::op<ops::DeleteResourcePolicy>(delete_resource_policy, api::on(anything<Audience::management>)),
    api::op<ops::DescribeEffectivePolicy>(describe_effective_policy, api::on(needs_describe_effective_policy),
        api::read_only, api::takes("PolicyType TargetId")),
};

}  // namespace haar::organizations
