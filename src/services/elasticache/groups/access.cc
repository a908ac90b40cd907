#include "services/elasticache/groups/access.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "model/elasticache/service.h"
#include "services/elasticache/users/records.h"
#include "services/elasticache/users/secrets.h"
#include "services/elasticache/users/users.h"

namespace haar::elasticache {
namespace {

// "The replication group supports the last two AUTH tokens."
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
constexpr std::size_t tokens_max = 2;
constexpr std::string_view token_signs = "!&#$^<>-";
constexpr std::size_t echoed_max = 64;

Error combination(std::string message) { return errors::InvalidParameterCombination(std::move(message)); }

Result<void> check_token(std::string_view token) {
  const auto permitted = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || token_signs.find(c) != token_signs.npos;
  };
  if (token.size() >= secret_min && token.size() <= secret_max && std::ranges::all_of(token, permitted)) return {};
  return errors::InvalidParameterValue("Invalid AuthToken provided.");
}

Result<void> check_encrypted(const GroupRecord& group, std::string_view what) {
  if (group.transit_mode.empty())
    return combination(fmt::format("{} requires encryption-in-transit to be enabled on the replication group.", what));
  if (group.transit_mode == transit::preferred)
    return combination("Transit encryption preferred is not supported with redis access control.");
  return {};
}

std::string sealed(const api::Call& call, const GroupRecord& group, const std::string& token) {
  return seal_secret(call.env.keyring, token_secrets, call.key(group.id), token);
}

void note_tokens(const api::Call& call, GroupRecord& group, std::vector<std::string> tokens, bool optional) {
  group.auth_tokens = std::move(tokens);
  group.auth_optional = optional;
  ++group.auth_generation;
  group.auth_changed_at = call.now();
}

Result<void> add_user_groups(const api::Call& call, const std::vector<std::string>& ids, GroupRecord& group) {
  TRY(check_encrypted(group, "User group based access control"));
  for (const std::string& given : ids) {
    const std::string id = to_lower(given);
    const UserGroupRecord* found = call.txn.get(user_groups, call.key(id));
    if (found == nullptr) return user_group_not_found(id);
    TRY(check_fits(call, *found, group.engine));
    if (std::ranges::find(group.user_groups, id) == group.user_groups.end()) group.user_groups.push_back(id);
  }
  // AWS's words could not be found.
  if (group.user_groups.size() > 1) return combination("Only one user group can be associated with a replication group.");
  return {};
}

Result<void> remove_user_groups(const ModifyReplicationGroupMessage& in, GroupRecord& group) {
  if (in.RemoveUserGroups.value_or(false)) group.user_groups.clear();
  if (!in.UserGroupIdsToRemove) return {};
  for (const std::string& given : *in.UserGroupIdsToRemove) {
    if (std::erase(group.user_groups, to_lower(given)) == 0) {
      return errors::InvalidParameterValue(fmt::format("User group {} is not associated with replication group {}.",
                                                       given.substr(0, echoed_max), group.id));
    }
  }
  return {};
}

// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
Result<void> change_token(const api::Call& call, const ModifyReplicationGroupMessage& in, GroupRecord& group) {
  const std::string strategy = in.AuthTokenUpdateStrategy.value_or("ROTATE");
  if (strategy == "DELETE") {
    // "DELETE - allowed only when transitioning to RBAC". AWS's words could not be found.
    if (in.AuthToken) return combination("AuthToken cannot be specified with the auth token update strategy DELETE.");
    if (group.user_groups.empty())
      return combination("The auth token update strategy DELETE is only supported when a user group is associated.");
    note_tokens(call, group, {}, false);
    return {};
  }
  if (strategy != "ROTATE" && strategy != "SET") {
    return errors::InvalidParameterValue(fmt::format(
        "Invalid auth token update strategy: {}. Valid values are: SET, ROTATE, DELETE.", strategy.substr(0, echoed_max)));
  }
  if (!in.AuthToken) return combination("AuthTokenUpdateStrategy must be specified with AuthToken.");
  if (group.transit_mode.empty())
    return combination("The AUTH token modification is only supported when encryption-in-transit is enabled.");
  TRY(check_encrypted(group, "AUTH"));
  TRY(check_token(*in.AuthToken));
  if (!group.user_groups.empty())
    return combination("The AUTH token cannot be modified while a user group is associated with the replication group.");
  std::vector<std::string> tokens;
  const bool first = group.auth_tokens.empty();
  if (strategy == "ROTATE") tokens = group.auth_tokens;
  tokens.push_back(sealed(call, group, *in.AuthToken));
  if (tokens.size() > tokens_max) tokens.erase(tokens.begin());
  note_tokens(call, group, std::move(tokens), strategy == "ROTATE" && first);
  return {};
}

}  // namespace

Result<void> begin_access(api::Call& call, const CreateReplicationGroupMessage& in, GroupRecord& group) {
  const bool grouped = in.UserGroupIds && !in.UserGroupIds->empty();
  if (in.AuthToken) {
    if (grouped) return combination("AuthToken and UserGroupIds cannot both be specified.");
    TRY(check_encrypted(group, "AUTH"));
    TRY(check_token(*in.AuthToken));
    note_tokens(call, group, {sealed(call, group, *in.AuthToken)}, false);
  }
  return grouped ? add_user_groups(call, *in.UserGroupIds, group) : Result<void>();
}

bool asks_for_access(const ModifyReplicationGroupMessage& in) {
  return in.AuthToken || in.AuthTokenUpdateStrategy || in.UserGroupIdsToAdd || in.UserGroupIdsToRemove || in.RemoveUserGroups;
}

Result<void> change_access(api::Call& call, const ModifyReplicationGroupMessage& in, GroupRecord& group) {
  if (!asks_for_access(in)) return {};
  const bool token = in.AuthToken || in.AuthTokenUpdateStrategy;
  TRY(remove_user_groups(in, group));
  if (in.UserGroupIdsToAdd) TRY(add_user_groups(call, *in.UserGroupIdsToAdd, group));
  if (token) TRY(change_token(call, in, group));
  // AWS's words could not be found.
  if (!group.user_groups.empty() && !group.auth_tokens.empty())
    return combination("To associate a user group, delete the AUTH token with the auth token update strategy DELETE.");
  ++group.generation;
  return {};
}

void show_access(const GroupRecord& record, ReplicationGroup& out) {
  out.AuthTokenEnabled = !record.auth_tokens.empty();
  if (record.auth_changed_at != Timestamp{}) out.AuthTokenLastModifiedDate = record.auth_changed_at;
  out.UserGroupIds = record.user_groups;
}

}  // namespace haar::elasticache
