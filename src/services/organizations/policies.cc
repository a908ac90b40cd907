// Policies. https://docs.aws.amazon.com/organizations/latest/APIReference/API_Policy.html
#include "services/organizations/policies.h"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "model/organizations/CreatePolicy.h"
#include "model/organizations/DeletePolicy.h"
#include "model/organizations/DescribePolicy.h"
#include "model/organizations/ListPolicies.h"
#include "model/organizations/UpdatePolicy.h"
#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"

namespace haar::organizations {
namespace {

Error immutable_policy() {
  return invalid_input("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.");
}

// Whether a document that has been parsed has a statement that allows.
bool allows_anything(const std::string& content) {
  const boost::json::value document = boost::json::parse(content);
  const boost::json::value& statements = document.at("Statement");
  const auto allows = [](const boost::json::value& statement) { return statement.at("Effect") == "Allow"; };
  if (statements.is_object()) return allows(statements);
  return std::ranges::any_of(statements.as_array(), allows);
}

// SCPs and RCPs count every character.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
Result<void> check_content(const PolicyType& type, const std::string& content) {
  const auto characters = static_cast<std::size_t>(
      std::count_if(content.begin(), content.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  if (characters > type.characters_max)
    return constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size.");
  TRY(policy::parse(content, type.kind));
  // The one Allow that an RCP may hold is AWS's own.
  if (type.kind == policy::Kind::rcp && allows_anything(content))
    return errors::MalformedPolicyDocumentException(
        "The provided policy document does not meet the requirements of the specified policy type.");
  return {};
}

Result<void> check_name_free(const Call& call, const OrganizationCaller& org_caller, std::string_view type,
                             const std::string& name) {
  const bool taken = !call.txn.find(policies, policy_by_name, store::join(org_caller.organization->id, type, name)).empty();
  const PolicyType* facts = find_policy_type(type);
  if (!taken && (facts == nullptr || facts->full_access_name != name)) return {};
  return errors::DuplicatePolicyException("A policy with the specified name and type already exists.");
}

Policy policy_view(const Call& call, const OrganizationCaller& org_caller, const PolicyRecord& record) {
  Policy view;
  view.PolicySummary = policy_summary(call, org_caller, record);
  view.Content = record.content;
  return view;
}

Result<CreatePolicyResponse> create_policy(Call& call, const CreatePolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  const PolicyType& type = *TRY(need_policy_type(in.Type));
  TRY(check_all_features(org_caller));
  TRY(check_content(type, in.Content));
  TRY(check_name_free(call, org_caller, in.Type, in.Name));
  std::size_t count = 0;
  const store::Key all = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
  // Counting the types apart is only needed when all of them together could be too many.
  if (call.txn.count(policies, all) >= type.policies_max) {
    for (const auto& [key, policy] : call.txn.scan(policies, all)) count += policy.type == in.Type ? 1 : 0;
  }
  if (count >= type.policies_max)
    return constraint("POLICY_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of policies of this type.");
  PolicyRecord record;
  record.id = new_id(call.random(), "p-", 8);
  record.name = in.Name;
  record.description = in.Description;
  record.type = in.Type;
  record.content = in.Content;
  record.tags = TRY(new_tags(in.Tags));
  CreatePolicyResponse out;
  out.Policy = policy_view(call, org_caller, record);
  const store::Key key = policy_key(org_caller, record.id);
  call.txn.put(policies, key, std::move(record));
  return out;
}

Result<UpdatePolicyResponse> update_policy(Call& call, const UpdatePolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  if (type_of_aws_policy(in.PolicyId) != nullptr) return immutable_policy();
  PolicyRecord record = TRY(need_policy(call, org_caller, in.PolicyId));
  if (in.Name && *in.Name != record.name) {
    TRY(check_name_free(call, org_caller, record.type, *in.Name));
    record.name = *in.Name;
  }
  if (in.Description) record.description = *in.Description;
  if (in.Content) {
    const PolicyType& type = *TRY(need_policy_type(record.type));
    TRY(check_content(type, *in.Content));
    record.content = *in.Content;
  }
  UpdatePolicyResponse out;
  out.Policy = policy_view(call, org_caller, record);
  call.txn.put(policies, policy_key(org_caller, in.PolicyId), std::move(record));
  touch(call, org_caller);
  return out;
}

Result<DescribePolicyResponse> describe_policy(Call& call, const DescribePolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  DescribePolicyResponse out;
  out.Policy = policy_view(call, org_caller, TRY(need_policy(call, org_caller, in.PolicyId)));
  return out;
}

Result<wire::Empty> delete_policy(Call& call, const DeletePolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  if (type_of_aws_policy(in.PolicyId) != nullptr) return immutable_policy();
  TRY(need_policy(call, org_caller, in.PolicyId));
  if (!targets_of(call, org_caller, in.PolicyId).empty())
    return errors::PolicyInUseException(
        "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before "
        "performing this operation.");
  call.txn.erase(policies, policy_key(org_caller, in.PolicyId));
  return wire::Empty{};
}

// AWS's own first, the customer's in the order of their ids.
Result<ListPoliciesResponse> list_policies(Call& call, const ListPoliciesRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  Page page = TRY(Page::open(call, "ListPolicies " + in.Filter, in));
  ListPoliciesResponse out;
  out.Policies.emplace();
  // Of the types that haar lacks none can have been made, and AWS has no policy of its own.
  const PolicyType* type = find_policy_type(in.Filter);
  if (type == nullptr) return out;
  if (page.after().empty() && page.take(" ")) out.Policies->push_back(policy_summary(call, org_caller, aws_policy(*type)));
  const store::Key after = page.after().empty() || page.after() == " " ? store::Key{} : store::Key::from_bytes(page.after());
  const store::Key all = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
  for (const auto& [key, policy] : call.txn.scan(policies, all, after)) {
    if (policy.type != in.Filter) continue;
    if (!page.take(key.bytes())) break;
    out.Policies->push_back(policy_summary(call, org_caller, policy));
  }
  page.close(out);
  return out;
}

template <Audience audience>
struct OnPolicy {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    demand_policy(call, needs, audience, in.PolicyId);
  }
};

// The policy's id is not known yet.
void needs_create_policy(const Call& call, const CreatePolicyRequest& in, Requirements& needs) {
  const PolicyType* known = find_policy_type(in.Type);
  const std::string slug = known != nullptr ? std::string(known->slug) : to_lower(in.Type);
  Requirement& need = demand(call, needs, Audience::delegates, arn_of(call, home_of(call), "policy", slug + "/p-*"));
  need.key("organizations:PolicyType", in.Type);
  need.request_tags = tag_map(in.Tags);
  demand_tags(needs, need, need.resource);
}

void needs_list_policies(const Call& call, const ListPoliciesRequest& in, Requirements& needs) {
  demand(call, needs, Audience::administrators, "*").key("organizations:PolicyType", in.Filter);
}

}  // namespace

PolicyRecord aws_policy(const PolicyType& type) {
  PolicyRecord record;
  record.id = type.full_access_id;
  record.name = type.full_access_name;
  record.description = type.full_access_description;
  record.type = type.name;
  record.content = type.full_access_content;
  return record;
}

Result<PolicyRecord> need_policy(const Call& call, const OrganizationCaller& org_caller, std::string_view id) {
  if (const PolicyType* type = type_of_aws_policy(id)) return aws_policy(*type);
  const PolicyRecord* record = find_policy(call, org_caller, id);
  if (record == nullptr) return errors::PolicyNotFoundException("You specified a policy that doesn't exist.");
  return *record;
}

PolicySummary policy_summary(const Call& call, const OrganizationCaller& org_caller, const PolicyRecord& record) {
  PolicySummary view;
  view.Id = record.id;
  view.Arn = policy_arn(call, home_of(org_caller), *find_policy_type(record.type), record.id);
  view.Name = record.name;
  view.Description = record.description;
  view.Type = record.type;
  view.AwsManaged = type_of_aws_policy(record.id) != nullptr;
  return view;
}

Result<void> check_all_features(const OrganizationCaller& org_caller) {
  if (org_caller.organization->feature_set == "ALL") return {};
  return errors::PolicyTypeNotAvailableForOrganizationException(
      "You can't use the specified policy type with the feature set currently enabled for this organization.");
}

const api::Operations policies_operations = {
    api::op<ops::CreatePolicy>(create_policy, api::on(needs_create_policy),
        api::takes("Content Description Name Type Tags")),
    api::op<ops::UpdatePolicy>(update_policy, api::on(OnPolicy<Audience::delegates>{}),
        api::takes("PolicyId Name Description Content")),
    api::op<ops::DescribePolicy>(describe_policy, api::on(OnPolicy<Audience::administrators>{}), api::read_only,
        api::takes("PolicyId")),
    api::op<ops::DeletePolicy>(delete_policy, api::on(OnPolicy<Audience::delegates>{}), api::takes("PolicyId")),
    api::op<ops::ListPolicies>(list_policies, api::on(needs_list_policies), api::read_only,
        api::takes("Filter NextToken MaxResults")),
};

}  // namespace haar::organizations
