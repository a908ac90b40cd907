// Instance profiles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_InstanceProfile.html
#include "services/iam/principals/instance_profiles.h"

#include <algorithm>

#include "model/iam/AddRoleToInstanceProfile.h"
#include "model/iam/CreateInstanceProfile.h"
#include "model/iam/DeleteInstanceProfile.h"
#include "model/iam/GetInstanceProfile.h"
#include "model/iam/ListInstanceProfileTags.h"
#include "model/iam/ListInstanceProfiles.h"
#include "model/iam/ListInstanceProfilesForRole.h"
#include "model/iam/RemoveRoleFromInstanceProfile.h"
#include "model/iam/TagInstanceProfile.h"
#include "model/iam/UntagInstanceProfile.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/listing.h"
#include "services/iam/principals/tag_pages.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

constexpr std::size_t roles_per_profile_max = 1;

std::string profile_arn(const Call& call, std::string_view path, std::string_view name) {
  return entity_arn(call.partition(), call.account(), "instance-profile", path, name);
}

const InstanceProfileRecord* find_profile(const Call& call, std::string_view name) {
  return call.txn.get(instance_profiles, entity_key(call.account(), name));
}

Result<const InstanceProfileRecord*> need_profile(const Call& call, std::string_view name) {
  const InstanceProfileRecord* profile = find_profile(call, name);
  if (profile == nullptr) return errors::NoSuchEntity("Instance Profile " + std::string(name) + " cannot be found.");
  return profile;
}

void save_profile(Call& call, InstanceProfileRecord profile) {
  const store::Key key = entity_key(call.account(), profile.name);
  call.txn.put(instance_profiles, key, std::move(profile));
}

Result<CreateInstanceProfileResponse> create_instance_profile(Call& call, const CreateInstanceProfileRequest& in) {
  if (find_profile(call, in.InstanceProfileName) != nullptr)
    return errors::EntityAlreadyExists("Instance Profile " + in.InstanceProfileName + " already exists.");
  if (call.txn.count(instance_profiles, store::prefix_of(call.account(), store::global)) >= instance_profiles_max)
    return over_quota("InstanceProfilesPerAccount", instance_profiles_max);
  InstanceProfileRecord profile;
  profile.name = in.InstanceProfileName;
  profile.path = in.Path.value_or("/");
  profile.unique_id = iam_unique_id(call.random(), "AIPA");
  profile.created = call.now();
  if (in.Tags) TRY(add_tags(profile.tags, *in.Tags, TagCase::sensitive));
  CreateInstanceProfileResponse out;
  out.InstanceProfile = instance_profile_view(call, profile, true);
  save_profile(call, std::move(profile));
  return out;
}

Result<GetInstanceProfileResponse> get_instance_profile(Call& call, const GetInstanceProfileRequest& in) {
  GetInstanceProfileResponse out;
  out.InstanceProfile = instance_profile_view(call, *TRY(need_profile(call, in.InstanceProfileName)), true);
  return out;
}

Result<ListInstanceProfilesResponse> list_instance_profiles(Call& call, const ListInstanceProfilesRequest& in) {
  return list_by_path<ListInstanceProfilesResponse>(
      call, "ListInstanceProfiles", instance_profiles, in,
      [&](ListInstanceProfilesResponse& out, const InstanceProfileRecord& profile) {
        out.InstanceProfiles.push_back(instance_profile_view(call, profile, false));
      });
}

Result<ListInstanceProfilesForRoleResponse> list_profiles_for_role(Call& call,
                                                                   const ListInstanceProfilesForRoleRequest& in) {
  const RoleRecord& role = *TRY(need_entity<Roles>(call, in.RoleName));
  Page page = TRY(Page::open(call, "ListInstanceProfilesForRole " + role.unique_id, in));
  ListInstanceProfilesForRoleResponse out;
  for (const auto& [key, profile] :
       call.txn.find(instance_profiles, instance_profile_by_role, store::join(role.unique_id))) {
    if (page.before(key.bytes())) continue;
    if (!page.take(key.bytes())) break;
    out.InstanceProfiles.push_back(instance_profile_view(call, profile, false));
  }
  page.close(out);
  return out;
}

Result<wire::Empty> delete_instance_profile(Call& call, const DeleteInstanceProfileRequest& in) {
  const InstanceProfileRecord& profile = *TRY(need_profile(call, in.InstanceProfileName));
  if (!profile.role_ids.empty())
    return errors::DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  call.txn.erase(instance_profiles, entity_key(call.account(), profile.name));
  return wire::Empty{};
}

Result<wire::Empty> add_role(Call& call, const AddRoleToInstanceProfileRequest& in) {
  InstanceProfileRecord profile = *TRY(need_profile(call, in.InstanceProfileName));
  const RoleRecord role = TRY(edit_entity<Roles>(call, in.RoleName));
  if (profile.role_ids.size() >= roles_per_profile_max)
    return over_quota("InstanceSessionsPerInstanceProfile", roles_per_profile_max);
  profile.role_ids.push_back(role.unique_id);
  save_profile(call, std::move(profile));
  return wire::Empty{};
}

// AWS's words for a role that is not in the profile are not on its pages; the code is.
Result<wire::Empty> remove_role(Call& call, const RemoveRoleFromInstanceProfileRequest& in) {
  InstanceProfileRecord profile = *TRY(need_profile(call, in.InstanceProfileName));
  const RoleRecord role = TRY(edit_entity<Roles>(call, in.RoleName));
  if (std::erase(profile.role_ids, role.unique_id) == 0)
    return errors::NoSuchEntity("Role " + in.RoleName + " in the instance profile " + in.InstanceProfileName +
                                " cannot be found.");
  save_profile(call, std::move(profile));
  return wire::Empty{};
}

Result<wire::Empty> tag_instance_profile(Call& call, const TagInstanceProfileRequest& in) {
  InstanceProfileRecord profile = *TRY(need_profile(call, in.InstanceProfileName));
  TRY(add_tags(profile.tags, in.Tags, TagCase::sensitive));
  save_profile(call, std::move(profile));
  return wire::Empty{};
}

Result<wire::Empty> untag_instance_profile(Call& call, const UntagInstanceProfileRequest& in) {
  InstanceProfileRecord profile = *TRY(need_profile(call, in.InstanceProfileName));
  remove_tags(profile.tags, in.TagKeys, TagCase::sensitive);
  save_profile(call, std::move(profile));
  return wire::Empty{};
}

Result<ListInstanceProfileTagsResponse> list_profile_tags(Call& call, const ListInstanceProfileTagsRequest& in) {
  const InstanceProfileRecord& profile = *TRY(need_profile(call, in.InstanceProfileName));
  Page page = TRY(Page::open(call, "ListInstanceProfileTags " + profile.unique_id, in));
  ListInstanceProfileTagsResponse out;
  show_tags(page, profile.tags, out);
  return out;
}

// ---- resolvers ----------------------------------------------------------------------------------

Requirement& need_on_profile(const Call& call, const std::string& name, Requirements& needs) {
  const InstanceProfileRecord* profile = find_profile(call, name);
  Requirement& need = needs.need(profile_arn(call, profile != nullptr ? profile->path : "/",
                                             profile != nullptr ? profile->name : name));
  need.shown = "instance profile " + name;
  if (profile != nullptr) need.resource_tags = tag_map(profile->tags);
  return need;
}

struct OnProfile {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    Requirement& need = need_on_profile(call, in.InstanceProfileName, needs);
    if constexpr (requires { in.Tags; }) need.request_tags = tag_map(in.Tags);
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};
constexpr OnProfile on_profile;

void needs_create_instance_profile(const Call& call, const CreateInstanceProfileRequest& in, Requirements& needs) {
  const std::string arn = profile_arn(call, in.Path.value_or("/"), in.InstanceProfileName);
  needs.need(arn).request_tags = tag_map(in.Tags);
  need_tags_at_creation("iam:TagInstanceProfile", arn, tag_map(in.Tags), needs);
}

void needs_list_instance_profiles(const Call& call, const ListInstanceProfilesRequest& in, Requirements& needs) {
  needs.need("*").shown = profile_arn(call, in.PathPrefix.value_or("/"), "");
}

// "The caller of this operation must be granted the PassRole permission on the IAM role": to EC2, for any
// instance of the account.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
void needs_add_role_to_instance_profile(const Call& call, const AddRoleToInstanceProfileRequest& in, Requirements& needs) {
  need_on_profile(call, in.InstanceProfileName, needs);
  const RoleRecord* role = find_entity<Roles>(call, in.RoleName);
  Requirement& pass = needs.need("iam:PassRole", role != nullptr ? arn_of(call, *role)
                                                                 : entity_arn(call.partition(), call.account(), "role",
                                                                              "/", in.RoleName));
  if (role != nullptr) pass.resource_tags = tag_map(role->tags);
  pass.key("iam:PassedToService", "ec2.amazonaws.com");
  pass.key("iam:AssociatedResourceArn", "arn:" + std::string(call.partition().value) + ":ec2:*:" +
                                            call.account().value + ":instance/*");
}

}  // namespace

InstanceProfile instance_profile_view(const Call& call, const InstanceProfileRecord& profile, bool tags) {
  InstanceProfile view;
  view.Path = profile.path;
  view.InstanceProfileName = profile.name;
  view.InstanceProfileId = profile.unique_id;
  view.Arn = profile_arn(call, profile.path, profile.name);
  view.CreateDate = profile.created;
  for (const std::string& id : profile.role_ids) {
    for (const auto& [key, role] : call.txn.find(roles, role_by_id, store::join(id)))
      view.Roles.push_back(role_view(call, role, Detail::contained));
  }
  if (tags) view.Tags = tag_view_if_any(profile.tags);
  return view;
}

const api::Operations instance_profiles_operations = {
    api::op<ops::CreateInstanceProfile>(create_instance_profile, api::on(needs_create_instance_profile),
        api::takes("InstanceProfileName Path Tags")),
    api::op<ops::GetInstanceProfile>(get_instance_profile, api::on(on_profile), api::read_only,
        api::takes("InstanceProfileName")),
    api::op<ops::ListInstanceProfiles>(list_instance_profiles, api::on(needs_list_instance_profiles), api::read_only,
        api::takes("PathPrefix Marker MaxItems")),
    api::op<ops::ListInstanceProfilesForRole>(list_profiles_for_role, api::on(entity_resource), api::read_only,
        api::takes("RoleName Marker MaxItems")),
    api::op<ops::DeleteInstanceProfile>(delete_instance_profile, api::on(on_profile),
        api::takes("InstanceProfileName")),
    api::op<ops::AddRoleToInstanceProfile>(add_role, api::on(needs_add_role_to_instance_profile),
        api::takes("InstanceProfileName RoleName")),
    api::op<ops::RemoveRoleFromInstanceProfile>(remove_role, api::on(on_profile),
        api::takes("InstanceProfileName RoleName")),
    api::op<ops::TagInstanceProfile>(tag_instance_profile, api::on(on_profile),
        api::takes("InstanceProfileName Tags")),
    api::op<ops::UntagInstanceProfile>(untag_instance_profile, api::on(on_profile),
        api::takes("InstanceProfileName TagKeys")),
    api::op<ops::ListInstanceProfileTags>(list_profile_tags, api::on(on_profile), api::read_only,
        api::takes("InstanceProfileName Marker MaxItems")),
};

}  // namespace haar::iam
