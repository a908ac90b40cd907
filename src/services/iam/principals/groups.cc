// Groups and who is in them. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Group.html
#include <algorithm>

#include "model/iam/AddUserToGroup.h"
#include "model/iam/CreateGroup.h"
#include "model/iam/DeleteGroup.h"
#include "model/iam/GetGroup.h"
#include "model/iam/ListGroups.h"
#include "model/iam/ListGroupsForUser.h"
#include "model/iam/RemoveUserFromGroup.h"
#include "model/iam/UpdateGroup.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/listing.h"
#include "services/iam/principals/entities.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

Result<CreateGroupResponse> create_group(Call& call, const CreateGroupRequest& in) {
  if (find_entity<Groups>(call, in.GroupName) != nullptr)
    return errors::EntityAlreadyExists("Group with name " + in.GroupName + " already exists.");
  if (call.txn.count(groups, store::prefix_of(call.account(), store::global)) >= groups_max)
    return over_quota("GroupsPerAccount", groups_max);
  GroupRecord group;
  group.name = in.GroupName;
  group.path = in.Path.value_or("/");
  group.unique_id = iam_unique_id(call.random(), "AGPA");
  group.created = call.now();
  CreateGroupResponse out;
  out.Group = group_view(call, group);
  save(call, groups, std::move(group));
  return out;
}

Result<GetGroupResponse> get_group(Call& call, const GetGroupRequest& in) {
  const GroupRecord& group = *TRY(need_entity<Groups>(call, in.GroupName));
  Page page = TRY(Page::open(call, "GetGroup " + group.unique_id, in));
  GetGroupResponse out;
  out.Group = group_view(call, group);
  for (const auto& [key, user] : call.txn.find(users, user_by_group, store::join(group.unique_id),
                                               store::Key::from_bytes(page.after()))) {
    if (!page.take(key.bytes())) break;
    out.Users.push_back(user_view(call, user, Detail::listed));
  }
  page.close(out);
  return out;
}

Result<ListGroupsResponse> list_groups(Call& call, const ListGroupsRequest& in) {
  return list_by_path<ListGroupsResponse>(
      call, "ListGroups", groups, in,
      [&](ListGroupsResponse& out, const GroupRecord& group) {
        out.Groups.push_back(group_view(call, group));
      });
}

Result<wire::Empty> update_group(Call& call, const UpdateGroupRequest& in) {
  GroupRecord group = TRY(edit_entity<Groups>(call, in.GroupName));
  const store::Key old_key = entity_key(call.account(), group.name);
  if (in.NewGroupName) {
    const store::Key new_key = entity_key(call.account(), *in.NewGroupName);
    // Names are told apart without their case, so another spelling of the own name is taken too: by its owner.
    if (*in.NewGroupName != group.name && call.txn.get(groups, new_key) != nullptr)
      return errors::EntityAlreadyExists("Group with name " + *in.NewGroupName + " already exists.");
    if (new_key != old_key) call.txn.erase(groups, old_key);
    group.name = *in.NewGroupName;
  }
  if (in.NewPath) group.path = *in.NewPath;
  save(call, groups, std::move(group));
  return wire::Empty{};
}

Result<wire::Empty> delete_group(Call& call, const DeleteGroupRequest& in) {
  const GroupRecord& group = *TRY(need_entity<Groups>(call, in.GroupName));
  if (!call.txn.find(users, user_by_group, group.unique_id).empty())
    return errors::DeleteConflict("Cannot delete entity, must remove users from group first.");
  if (!group.attached_arns.empty())
    return errors::DeleteConflict("Cannot delete entity, must detach all policies first.");
  if (!group.inline_policies.empty())
    return errors::DeleteConflict("Cannot delete entity, must delete policies first.");
  call.txn.erase(groups, entity_key(call.account(), group.name));
  return wire::Empty{};
}

Result<wire::Empty> add_user_to_group(Call& call, const AddUserToGroupRequest& in) {
  UserRecord user = TRY(edit_entity<Users>(call, in.UserName));
  const GroupRecord& group = *TRY(need_entity<Groups>(call, in.GroupName));
  if (std::ranges::find(user.group_ids, group.unique_id) != user.group_ids.end()) return wire::Empty{};
  if (user.group_ids.size() >= groups_per_user_max) return over_quota("GroupsPerUser", groups_per_user_max);
  user.group_ids.push_back(group.unique_id);
  save(call, users, std::move(user));
  return wire::Empty{};
}

// Taking out a user who is not in the group succeeds, as on AWS.
Result<wire::Empty> remove_user_from_group(Call& call, const RemoveUserFromGroupRequest& in) {
  UserRecord user = TRY(edit_entity<Users>(call, in.UserName));
  const GroupRecord& group = *TRY(need_entity<Groups>(call, in.GroupName));
  if (std::erase(user.group_ids, group.unique_id) > 0) save(call, users, std::move(user));
  return wire::Empty{};
}

Result<ListGroupsForUserResponse> list_groups_for_user(Call& call, const ListGroupsForUserRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  Page page = TRY(Page::open(call, "ListGroupsForUser " + user.unique_id, in));
  std::vector<const GroupRecord*> found;
  for (const std::string& id : user.group_ids) {
    for (const auto& [key, group] : call.txn.find(groups, group_by_id, id)) found.push_back(&group);
  }
  std::ranges::sort(found, {}, [](const GroupRecord* group) { return to_lower(group->name); });
  ListGroupsForUserResponse out;
  for (const GroupRecord* group : found) {
    const std::string key = to_lower(group->name);
    if (page.before(key)) continue;
    if (!page.take(key)) break;
    out.Groups.push_back(group_view(call, *group));
  }
  page.close(out);
  return out;
}

void needs_create_group(const Call& call, const CreateGroupRequest& in, Requirements& needs) {
  need_new_entity<Groups>(call, in, needs);
}

// A renamed or moved group must be allowed under both names.
void needs_update_group(const Call& call, const UpdateGroupRequest& in, Requirements& needs) {
  const GroupRecord* group = find_entity<Groups>(call, in.GroupName);
  const std::string old_arn = need_on_entity<Groups>(call, in.GroupName, needs).resource;
  const std::string path = in.NewPath.value_or(group != nullptr ? group->path : "/");
  const std::string name = in.NewGroupName.value_or(group != nullptr ? group->name : in.GroupName);
  const std::string new_arn = entity_arn(call.partition(), call.account(), "group", path, name);
  if (new_arn != old_arn) needs.need(new_arn);
}

// Membership is a permission on the group alone.
template <class Input>
void needs_change_membership(const Call& call, const Input& in, Requirements& needs) {
  need_on_entity<Groups>(call, in.GroupName, needs);
}

}  // namespace

const api::Operations groups_operations = {
    api::op<ops::CreateGroup>(create_group, api::on(needs_create_group), api::takes("Path GroupName")),
    api::op<ops::GetGroup>(get_group, api::on(entity_resource), api::read_only,
        api::takes("GroupName Marker MaxItems")),
    api::op<ops::ListGroups>(list_groups, api::on(need_listing<Groups, ListGroupsRequest>), api::read_only,
        api::takes("PathPrefix Marker MaxItems")),
    api::op<ops::UpdateGroup>(update_group, api::on(needs_update_group),
        api::takes("GroupName NewPath NewGroupName")),
    api::op<ops::DeleteGroup>(delete_group, api::on(entity_resource), api::takes("GroupName")),
    api::op<ops::AddUserToGroup>(add_user_to_group, api::on(needs_change_membership<AddUserToGroupRequest>),
        api::takes("GroupName UserName")),
    api::op<ops::RemoveUserFromGroup>(remove_user_from_group,
        api::on(needs_change_membership<RemoveUserFromGroupRequest>), api::takes("GroupName UserName")),
    api::op<ops::ListGroupsForUser>(list_groups_for_user, api::on(entity_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
};

}  // namespace haar::iam
