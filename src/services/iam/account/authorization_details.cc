// GetAccountAuthorizationDetails: everything about permissions in the account, by pages across all kinds.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
#include <algorithm>

#include "model/iam/GetAccountAuthorizationDetails.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/managed_policies.h"
#include "services/iam/principals/instance_profiles.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

using Out = GetAccountAuthorizationDetailsResponse;

std::vector<PolicyDetail> inline_views(const std::vector<InlinePolicyRecord>& policies) {
  std::vector<PolicyDetail> views;
  for (const InlinePolicyRecord& policy : policies) views.push_back({policy.name, encoded_document(policy.document)});
  return views;
}

std::vector<AttachedPolicy> attached_views(const std::vector<std::string>& arns) {
  std::vector<AttachedPolicy> views;
  for (const std::string& arn : arns) views.push_back({arn.substr(arn.rfind('/') + 1), arn});
  return views;
}

// What users, groups and roles have in common.
template <class Record, class View>
void fill_entity(const Call& call, const Record& record, View& view) {
  view.Path = record.path;
  view.Arn = arn_of(call, record);
  view.CreateDate = record.created;
  view.AttachedManagedPolicies = attached_views(record.attached_arns);
  if constexpr (requires { record.boundary_arn; }) view.PermissionsBoundary = boundary_view(record.boundary_arn);
  if constexpr (requires { record.tags; }) view.Tags = tag_view(record.tags);
}

void add_view(const Call& call, const UserRecord& user, Out& out) {
  UserDetail& view = out.UserDetailList->emplace_back();
  fill_entity(call, user, view);
  view.UserName = user.name;
  view.UserId = user.unique_id;
  if (!user.inline_policies.empty()) view.UserPolicyList = inline_views(user.inline_policies);
  view.GroupList.emplace();
  for (const std::string& id : user.group_ids) {
    for (const auto& [key, group] : call.txn.find(groups, group_by_id, store::join(id)))
      view.GroupList->push_back(group.name);
  }
}

void add_view(const Call& call, const GroupRecord& group, Out& out) {
  GroupDetail& view = out.GroupDetailList->emplace_back();
  fill_entity(call, group, view);
  view.GroupName = group.name;
  view.GroupId = group.unique_id;
  view.GroupPolicyList = inline_views(group.inline_policies);
}

void add_view(const Call& call, const RoleRecord& role, Out& out) {
  RoleDetail& view = out.RoleDetailList->emplace_back();
  fill_entity(call, role, view);
  const Role shown = role_view(call, role, Detail::full);
  view.RoleName = role.name;
  view.RoleId = role.unique_id;
  view.AssumeRolePolicyDocument = shown.AssumeRolePolicyDocument;
  view.RoleLastUsed = shown.RoleLastUsed;
  view.RolePolicyList = inline_views(role.inline_policies);
  view.InstanceProfileList.emplace();
  for (const auto& [key, profile] :
       call.txn.find(instance_profiles, instance_profile_by_role, store::join(role.unique_id)))
    view.InstanceProfileList->push_back(instance_profile_view(call, profile, false));
}

void fill_counts(const Call& call, ManagedPolicyDetail& view) {
  view.AttachmentCount = static_cast<std::int32_t>(attachment_count(call.txn, call.account(), *view.Arn));
  view.PermissionsBoundaryUsageCount = static_cast<std::int32_t>(boundary_count(call.txn, call.account(), *view.Arn));
  view.IsAttachable = true;
}

void add_view(const Call& call, const PolicyRecord& policy, Out& out) {
  ManagedPolicyDetail& view = out.Policies->emplace_back();
  view.PolicyName = policy.name;
  view.PolicyId = policy.unique_id;
  view.Arn = arn_of(call, policy);
  view.Path = policy.path;
  view.DefaultVersionId = policy.default_version_id;
  fill_counts(call, view);
  if (!policy.description.empty()) view.Description = policy.description;
  view.CreateDate = policy.created;
  view.UpdateDate = policy.updated;
  view.PolicyVersionList.emplace();
  // The newest version first, as ListPolicyVersions shows them.
  for (auto version = policy.versions.rbegin(); version != policy.versions.rend(); ++version) {
    PolicyVersion& shown = view.PolicyVersionList->emplace_back();
    shown.Document = encoded_document(version->document);
    shown.VersionId = version->id;
    shown.IsDefaultVersion = version->id == policy.default_version_id;
    shown.CreateDate = version->created;
  }
}

void add_view(const Call& call, const AwsPolicy& policy, Out& out) {
  ManagedPolicyDetail& view = out.Policies->emplace_back();
  view.PolicyName = policy.name;
  view.PolicyId = policy.id;
  view.Arn = policy.arn;
  view.Path = policy.path;
  view.DefaultVersionId = policy.version_id;
  fill_counts(call, view);
  view.CreateDate = Timestamp::from_seconds(policy.created);
  view.UpdateDate = Timestamp::from_seconds(policy.updated);
  PolicyVersion& shown = view.PolicyVersionList.emplace().emplace_back();
  shown.Document = encoded_document(policy.document);
  shown.VersionId = policy.version_id;
  shown.IsDefaultVersion = true;
  shown.CreateDate = Timestamp::from_seconds(policy.updated);
}

// One kind of a listing of all kinds. Keys begin with the kind's letter, so that a marker resumes within it.
template <class Record>
bool list_kind(const Call& call, const store::KeySpace<Record>& space, char letter, Page& page, Out& out) {
  store::Key after;
  if (!page.after().empty()) {
    if (page.after()[0] > letter) return true;
    if (page.after()[0] == letter) after = entity_key(call.account(), std::string_view(page.after()).substr(1));
  }
  for (const auto& [key, record] : call.txn.scan(space, store::prefix_of(call.account(), store::global), after)) {
    if (!page.take(letter + to_lower(record.name))) return false;
    add_view(call, record, out);
  }
  return true;
}

// Of AWS's policies, those that are attached. AWS's page does not say so: that unused ones are left out is what users of
// the real service tell, and that to be but a boundary is no use is what PMapper met: github.com/nccgroup/PMapper/issues/121
bool list_aws_policies(const Call& call, char letter, Page& page, Out& out) {
  for (const AwsPolicy& policy : data::managed_policies()) {
    const std::string key = letter + std::string(policy.arn);
    if (page.before(key)) continue;
    if (attachment_count(call.txn, call.account(), policy.arn) == 0) continue;
    if (!page.take(key)) return false;
    add_view(call, policy, out);
  }
  return true;
}

Result<Out> get_details(Call& call, const GetAccountAuthorizationDetailsRequest& in) {
  std::string listing = "GetAccountAuthorizationDetails";
  if (in.Filter) {
    std::vector<std::string> kinds = *in.Filter;
    std::ranges::sort(kinds);
    for (const std::string& kind : kinds) listing.append(" ").append(kind);
  }
  const auto wanted = [&](std::string_view kind) {
    return !in.Filter || in.Filter->empty() || std::ranges::find(*in.Filter, kind) != in.Filter->end();
  };
  Page page = TRY(Page::open(call, listing, in));
  Out out;
  out.UserDetailList.emplace();
  out.GroupDetailList.emplace();
  out.RoleDetailList.emplace();
  out.Policies.emplace();
  [[maybe_unused]] const bool all = (!wanted("User") || list_kind(call, users, 'a', page, out)) &&
                                    (!wanted("Group") || list_kind(call, groups, 'b', page, out)) &&
                                    (!wanted("Role") || list_kind(call, roles, 'c', page, out)) &&
                                    (!wanted("LocalManagedPolicy") || list_kind(call, policies, 'd', page, out)) &&
                                    (!wanted("AWSManagedPolicy") || list_aws_policies(call, 'e', page, out));
  page.close(out);
  return out;
}

}  // namespace

const api::Operations authorization_details_operations = {
    api::op<ops::GetAccountAuthorizationDetails>(get_details, api::any_resource, api::read_only,
        api::takes("Filter MaxItems Marker")),
};

}  // namespace haar::iam
