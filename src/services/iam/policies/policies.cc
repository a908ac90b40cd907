// Customer managed policies. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
#include "model/iam/CreatePolicy.h"
#include "model/iam/DeletePolicy.h"
#include "model/iam/GetPolicy.h"
#include "model/iam/ListPolicies.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/managed_policies.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

Policy aws_policy_view(const Call& call, const AwsPolicy& policy) {
  Policy view;
  view.PolicyName = policy.name;
  view.PolicyId = policy.id;
  view.Arn = policy.arn;
  view.Path = policy.path;
  view.DefaultVersionId = policy.version_id;
  view.AttachmentCount = static_cast<std::int32_t>(attachment_count(call.txn, call.account(), policy.arn));
  view.PermissionsBoundaryUsageCount = static_cast<std::int32_t>(boundary_count(call.txn, call.account(), policy.arn));
  view.IsAttachable = true;
  view.CreateDate = Timestamp::from_seconds(policy.created);
  view.UpdateDate = Timestamp::from_seconds(policy.updated);
  return view;
}

Policy policy_view(const Call& call, const PolicyRecord& policy) {
  Policy view;
  view.PolicyName = policy.name;
  view.PolicyId = policy.unique_id;
  view.Arn = arn_of(call, policy);
  view.Path = policy.path;
  view.DefaultVersionId = policy.default_version_id;
  view.AttachmentCount = static_cast<std::int32_t>(attachment_count(call.txn, call.account(), *view.Arn));
  view.PermissionsBoundaryUsageCount = static_cast<std::int32_t>(boundary_count(call.txn, call.account(), *view.Arn));
  view.IsAttachable = true;
  view.CreateDate = policy.created;
  view.UpdateDate = policy.updated;
  return view;
}

Result<CreatePolicyResponse> create_policy(Call& call, const CreatePolicyRequest& in) {
  if (call.txn.get(policies, entity_key(call.account(), in.PolicyName)) != nullptr)
    return errors::EntityAlreadyExists("A policy called " + in.PolicyName +
                                       " already exists. Duplicate names are not allowed.");
  TRY(policy::parse(in.PolicyDocument, policy::Kind::managed));
  if (policy::counted_size(in.PolicyDocument) > managed_policy_characters_max)
    return over_quota("PolicySize", managed_policy_characters_max);
  if (call.txn.count(policies, store::prefix_of(call.account(), store::global)) >= policies_max)
    return over_quota("PoliciesPerAccount", policies_max);
  PolicyRecord record;
  record.name = in.PolicyName;
  record.path = in.Path.value_or("/");
  record.unique_id = iam_unique_id(call.random(), "ANPA");
  record.created = record.updated = call.now();
  record.description = in.Description.value_or("");
  if (in.Tags) TRY(add_tags(record.tags, *in.Tags, TagCase::sensitive));
  record.default_version_id = "v1";
  record.versions.push_back({"v1", in.PolicyDocument, call.now()});
  CreatePolicyResponse out;
  out.Policy = policy_view(call, record);
  out.Policy->Tags = tag_view_if_any(record.tags);
  save(call, policies, std::move(record));
  return out;
}

Result<GetPolicyResponse> get_policy(Call& call, const GetPolicyRequest& in) {
  TRY(check_policy_arn(in.PolicyArn));
  const FoundPolicy found = find_policy(call.txn, call.partition(), call.account(), in.PolicyArn);
  if (!found) return policy_not_found(in.PolicyArn);
  GetPolicyResponse out;
  if (found.aws != nullptr) {
    out.Policy = aws_policy_view(call, *found.aws);
    out.Policy->Tags.emplace();
  } else {
    out.Policy = policy_view(call, *found.customer);
    if (!found.customer->description.empty()) out.Policy->Description = found.customer->description;
    out.Policy->Tags = tag_view(found.customer->tags);
  }
  return out;
}

// Which policies ListPolicies shows.
struct Filter {
  std::string path_prefix;
  bool only_attached = false;
  std::string usage;

  [[nodiscard]] bool shows_usage(std::size_t attached, std::size_t bounding) const {
    if (usage == "PermissionsBoundary") return bounding > 0;
    if (usage == "PermissionsPolicy") return attached > 0 || (!only_attached && bounding == 0);
    return !only_attached || attached + bounding > 0;
  }
  [[nodiscard]] bool shows(const Policy& view) const {
    return shows_usage(static_cast<std::size_t>(*view.AttachmentCount),
                       static_cast<std::size_t>(*view.PermissionsBoundaryUsageCount));
  }
};

// Keys of the listing: customer policies in order of their names, then AWS's in order of their ARNs.
constexpr std::string_view local_key = "l/", aws_key = "w/";

// False when the page is full.
bool list_local(const Call& call, const Filter& filter, Page& page, std::vector<Policy>& out) {
  store::Key after;
  if (page.after().starts_with(local_key))
    after = entity_key(call.account(), std::string_view(page.after()).substr(local_key.size()));
  for (const auto& [key, record] : call.txn.scan(policies, store::prefix_of(call.account(), store::global), after)) {
    if (!record.path.starts_with(filter.path_prefix)) continue;
    Policy view = policy_view(call, record);
    if (!filter.shows(view)) continue;
    if (!page.take(std::string(local_key) + to_lower(record.name))) return false;
    out.push_back(std::move(view));
  }
  return true;
}

void list_aws(const Call& call, const Filter& filter, Page& page, std::vector<Policy>& out) {
  constexpr std::size_t common = std::string_view("arn:aws:iam::aws:policy/").size();
  for (const AwsPolicy& policy : data::managed_policies()) {
    const std::string key = std::string(aws_key).append(policy.arn.substr(common));
    if (page.before(key) || !policy.path.starts_with(filter.path_prefix)) continue;
    Policy view = aws_policy_view(call, policy);
    if (!filter.shows(view)) continue;
    if (!page.take(key)) return;
    out.push_back(std::move(view));
  }
}

Result<ListPoliciesResponse> list_policies(Call& call, const ListPoliciesRequest& in) {
  const Filter filter{in.PathPrefix.value_or("/"), in.OnlyAttached.value_or(false), in.PolicyUsageFilter.value_or("")};
  const std::string scope = in.Scope.value_or("All");
  Page page = TRY(Page::open(call, "ListPolicies " + scope + " " + filter.path_prefix + " " + filter.usage +
                                       (filter.only_attached ? " attached" : ""), in));
  ListPoliciesResponse out;
  out.Policies.emplace();
  const bool room = scope == "AWS" || page.after().starts_with(aws_key) || list_local(call, filter, page, *out.Policies);
  if (room && scope != "Local") list_aws(call, filter, page, *out.Policies);
  page.close(out);
  return out;
}

Result<wire::Empty> delete_policy(Call& call, const DeletePolicyRequest& in) {
  const PolicyRecord& record = *TRY(need_customer_policy(call, in.PolicyArn));
  if (attachment_count(call.txn, call.account(), in.PolicyArn) + boundary_count(call.txn, call.account(), in.PolicyArn) > 0)
    return errors::DeleteConflict("Cannot delete a policy attached to entities.");
  if (record.versions.size() > 1)
    return errors::DeleteConflict("This policy has more than one version. Before you delete a policy, you must delete the "
                                  "policy's versions. The default version is deleted with the policy.");
  call.txn.erase(policies, entity_key(call.account(), record.name));
  return wire::Empty{};
}

void needs_create_policy(const Call& call, const CreatePolicyRequest& in, Requirements& needs) {
  Requirement& need =
      needs.need(entity_arn(call.partition(), call.account(), "policy", in.Path.value_or("/"), in.PolicyName));
  need.shown = "policy " + in.PolicyName;
  need.request_tags = tag_map(in.Tags);
  const std::string arn = need.resource;
  need_tags_at_creation("iam:TagPolicy", arn, tag_map(in.Tags), needs);
}

void needs_list_policies(const Call&, const ListPoliciesRequest& in, Requirements& needs) {
  needs.need("*").shown = "policy path " + in.PathPrefix.value_or("/");
}

void needs_get_policy(const Call& call, const GetPolicyRequest& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs);
}

void needs_delete_policy(const Call& call, const DeletePolicyRequest& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs);
}

}  // namespace

const api::Operations policies_operations = {
    api::op<ops::CreatePolicy>(create_policy, api::on(needs_create_policy),
        api::takes("PolicyName Path PolicyDocument Description Tags")),
    api::op<ops::GetPolicy>(get_policy, api::on(needs_get_policy), api::read_only, api::takes("PolicyArn")),
    api::op<ops::ListPolicies>(list_policies, api::on(needs_list_policies), api::read_only,
        api::takes("Scope OnlyAttached PathPrefix PolicyUsageFilter Marker MaxItems")),
    api::op<ops::DeletePolicy>(delete_policy, api::on(needs_delete_policy), api::takes("PolicyArn")),
};

}  // namespace haar::iam
