// CreateUserGroup, ModifyUserGroup, DeleteUserGroup, DescribeUserGroups.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CreateUserGroup.h"
#include "model/elasticache/DeleteUserGroup.h"
#include "model/elasticache/DescribeUserGroups.h"
#include "model/elasticache/ModifyUserGroup.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/group_view.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/parameters/config.h"
#include "services/elasticache/tags.h"
#include "services/elasticache/users/users.h"
#include "services/managed/placement.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::size_t id_max = 40, echoed_max = 64;

// The replication groups that go by it.
std::vector<std::string> caches_of(const store::Reader& reader, const store::Key& user_group) {
  std::vector<std::string> out;
  for (const auto& [key, group] : reader.scan(groups, store::prefix_of(user_group.account(), user_group.region()))) {
    if (std::ranges::find(group.user_groups, user_group.part(2)) != group.user_groups.end()) out.push_back(group.id);
  }
  return out;
}

UserGroup to_user_group(const Call& call, const UserGroupRecord& group, std::string_view status = {}) {
  UserGroup out;
  out.UserGroupId = group.id;
  out.Engine = group.engine;
  out.UserIds = group.user_ids;
  out.MinimumEngineVersion = group.engine == engine::redis ? "6.0" : "7.2";
  out.ReplicationGroups = caches_of(call.txn, call.key(group.id));
  out.ServerlessCaches.emplace();
  out.ARN = user_group_arn(call, group.id);
  if (!status.empty()) out.Status = status;
  else out.Status = is_in_force(call.txn, call.key(group.id)) ? "active" : "modifying";
  return out;
}

// Its users as a whole.
Result<void> check_users(const Call& call, const UserGroupRecord& group) {
  if (group.user_ids.size() > users_of_group_max)
    return errors::UserQuotaExceeded(fmt::format("A user group can have at most {} users.", users_of_group_max));
  std::set<std::string> names;
  for (const std::string& id : group.user_ids) {
    const UserRecord* user = find_user(call.txn, call.key(id), id);
    if (user == nullptr || user->deleting) return user_not_found(id);
    // AWS's words for this and for the next two could not be found.
    if (!names.insert(user->name).second)
      return errors::DuplicateUserName(fmt::format("More than one user of the user group has the user name {}.", user->name));
    if (group.engine == engine::redis && user->engine != engine::redis)
      return errors::InvalidParameterValue(fmt::format("User {} is not of the engine of the user group.", id));
    if (group.engine != engine::redis && user->authentication == authentication::none)
      return errors::InvalidParameterValue(fmt::format("User {} must authenticate by password or by IAM.", id));
  }
  if (group.engine == engine::redis && !names.contains(std::string(default_user)))
    return errors::DefaultUserRequired("User group needs to contain a user with the user name default.");
  return {};
}

Result<UserGroupRecord> user_group_named(const Call& call, const std::string& id) {
  const UserGroupRecord* found = call.txn.get(user_groups, call.key(id));
  if (found == nullptr) return user_group_not_found(id);
  return *found;
}

Result<void> check_id(std::string_view id) {
  if (managed::is_identifier(id) && id.size() <= id_max) return {};
  return errors::InvalidParameterValue(fmt::format(
      "The parameter UserGroupId is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
      "letters, digits, and hyphens; must not end with a hyphen or contain two consecutive hyphens; and must not be longer "
      "than {} characters.", id_max));
}

// ---- Create --------------------------------------------------------------------------------------------

Result<UserGroup> create_user_group(Call& call, const CreateUserGroupMessage& in) {
  UserGroupRecord group;
  group.id = to_lower(in.UserGroupId);
  TRY(check_id(group.id));
  group.engine = TRY(read_user_engine(in.Engine));
  if (in.UserIds) {
    for (const std::string& id : *in.UserIds) group.user_ids.push_back(to_lower(id));
  }
  group.tags = TRY(read_tags(in.Tags));
  if (call.txn.get(user_groups, call.key(group.id)) != nullptr)
    return errors::UserGroupAlreadyExists(fmt::format("User group {} already exists.", group.id));
  if (call.txn.count(user_groups, store::prefix_of(call.account(), call.region())) >= user_groups_max) {
    return errors::UserGroupQuotaExceeded(
        fmt::format("The request would exceed the allowed number of user groups: {}.", user_groups_max));
  }
  TRY(check_users(call, group));
  group.created_at = call.now();
  call.txn.put(user_groups, call.key(group.id), group);
  return to_user_group(call, group, "creating");
}

void needs_create_user_group(const Call& call, const CreateUserGroupMessage& in, api::Requirements& needs) {
  const std::string arn = user_group_arn(call, to_lower(in.UserGroupId));
  needs.need(arn).request_tags = api::tag_map(in.Tags);
  for (const std::string& id : in.UserIds.value_or(std::vector<std::string>{})) need_user(call, to_lower(id), needs);
  if (in.Tags && !in.Tags->empty()) needs.need("elasticache:AddTagsToResource", arn).request_tags = api::tag_map(in.Tags);
}

// ---- Modify --------------------------------------------------------------------------------------------

Result<UserGroup> modify_user_group(Call& call, const ModifyUserGroupMessage& in) {
  const std::string id = to_lower(in.UserGroupId);
  UserGroupRecord group = TRY(user_group_named(call, id));
  if (!in.UserIdsToAdd && !in.UserIdsToRemove && !in.Engine)
    return errors::InvalidParameterCombination("No modifications were requested");
  if (!is_in_force(call.txn, call.key(id)))
    return errors::InvalidUserGroupState(fmt::format("User group {} is not in active state.", id));
  for (const std::string& given : in.UserIdsToRemove.value_or(std::vector<std::string>{})) {
    if (std::erase(group.user_ids, to_lower(given)) == 0) {
      return errors::InvalidParameterValue(
          fmt::format("User {} is not in user group {}.", given.substr(0, echoed_max), id));
    }
  }
  for (const std::string& given : in.UserIdsToAdd.value_or(std::vector<std::string>{})) {
    const std::string user = to_lower(given);
    if (std::ranges::find(group.user_ids, user) != group.user_ids.end()) {
      return errors::InvalidParameterValue(
          fmt::format("User {} is already in user group {}.", user.substr(0, echoed_max), id));
    }
    group.user_ids.push_back(user);
  }
  if (in.Engine) group.engine = TRY(read_user_engine(*in.Engine));
  TRY(check_users(call, group));
  ++group.generation;
  call.txn.put(user_groups, call.key(id), group);
  return to_user_group(call, group);
}

void needs_modify_user_group(const Call& call, const ModifyUserGroupMessage& in, api::Requirements& needs) {
  need_user_group(call, to_lower(in.UserGroupId), needs);
  for (const auto* ids : {&in.UserIdsToAdd, &in.UserIdsToRemove}) {
    for (const std::string& id : ids->value_or(std::vector<std::string>{})) need_user(call, to_lower(id), needs);
  }
}

// ---- Delete --------------------------------------------------------------------------------------------

Result<UserGroup> delete_user_group(Call& call, const DeleteUserGroupMessage& in) {
  const std::string id = to_lower(in.UserGroupId);
  const UserGroupRecord group = TRY(user_group_named(call, id));
  // AWS's words could not be found.
  if (!caches_of(call.txn, call.key(id)).empty()) {
    return errors::InvalidUserGroupState(
        fmt::format("User group {} is associated with replication groups and cannot be deleted.", id));
  }
  auto out = to_user_group(call, group, "deleting");
  call.txn.erase(user_groups, call.key(id));
  return out;
}

void needs_delete_user_group(const Call& call, const DeleteUserGroupMessage& in, api::Requirements& needs) {
  need_user_group(call, to_lower(in.UserGroupId), needs);
}

// ---- Describe ------------------------------------------------------------------------------------------

Result<DescribeUserGroupsResult> describe_user_groups(Call& call, const DescribeUserGroupsMessage& in) {
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxRecords));
  DescribeUserGroupsResult out;
  out.UserGroups.emplace();
  if (in.UserGroupId) {
    out.UserGroups->push_back(to_user_group(call, TRY(user_group_named(call, to_lower(*in.UserGroupId)))));
    return out;
  }
  TRY(managed::list_records(
      call, page_rules, "DescribeUserGroups", size, in.Marker, user_groups, api::any_record,
      [&](const UserGroupRecord& group) { out.UserGroups->push_back(to_user_group(call, group)); }, out));
  return out;
}

void needs_describe_user_groups(const Call& call, const DescribeUserGroupsMessage& in, api::Requirements& needs) {
  need_user_group(call, in.UserGroupId ? to_lower(*in.UserGroupId) : "*", needs);
}

}  // namespace

Error user_group_not_found(std::string_view id) {
  return errors::UserGroupNotFound(fmt::format("User group {} not found.", id.substr(0, echoed_max)));
}

std::string user_group_arn(const Call& call, std::string_view id) {
  return call.arn("elasticache", fmt::format("usergroup:{}", id));
}

api::Requirement& need_user_group(const Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(user_group_arn(call, id));
  if (const UserGroupRecord* record = call.txn.get(user_groups, call.key(id))) need.resource_tags = record->tags;
  return need;
}

// A cache of Redis takes groups of Redis only.
Result<void> check_fits(const Call&, const UserGroupRecord& group, std::string_view cache_engine) {
  if (cache_engine != engine::redis || group.engine == engine::redis) return {};
  // AWS's words could not be found.
  return errors::InvalidParameterCombination(
      fmt::format("User group {} of engine {} cannot be associated with a replication group of engine {}.", group.id,
                  group.engine, cache_engine));
}

std::vector<store::Key> clusters_of_user_group(const store::Reader& reader, const store::Key& user_group) {
  std::vector<store::Key> out;
  for (const std::string& id : caches_of(reader, user_group)) {
    for (const auto& [key, member] :
         reader.find(clusters, clusters_by_group, store::join(user_group.account(), user_group.region(), id)))
      out.push_back(key);
  }
  return out;
}

bool is_in_force(const store::Reader& reader, const store::Key& user_group) {
  return std::ranges::all_of(clusters_of_user_group(reader, user_group), [&](const store::Key& key) {
    const ClusterView member = *find_cluster(reader, key);
    return member.wanted.deleting || !member.seen.given_up.empty() ||
           std::ranges::all_of(member.nodes, [&](const NodeView& node) { return goes_by_access(member, node); });
  });
}

constinit const managed::TaggedKind user_group_tags{"usergroup", not_present<errors::UserGroupNotFound>,
                                                    &api::tagged_records<user_groups>};

const api::Operations& user_groups_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateUserGroup>(create_user_group, api::on(needs_create_user_group),
          api::takes("UserGroupId Engine UserIds Tags")),
      api::op<ops::ModifyUserGroup>(modify_user_group, api::on(needs_modify_user_group),
          api::takes("UserGroupId UserIdsToAdd UserIdsToRemove Engine")),
      api::op<ops::DeleteUserGroup>(delete_user_group, api::on(needs_delete_user_group), api::takes("UserGroupId")),
      api::op<ops::DescribeUserGroups>(describe_user_groups, api::on(needs_describe_user_groups), api::read_only,
          api::takes("UserGroupId MaxRecords Marker")),
  };
  return rows;
}

}  // namespace haar::elasticache
