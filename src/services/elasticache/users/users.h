// What the operations on users and on user groups share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/result.h"
#include "services/elasticache/users/records.h"

namespace haar::elasticache {

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
inline constexpr std::size_t users_max = 1000, user_groups_max = 100, users_of_group_max = 100;

Error user_not_found(std::string_view id);
Error user_group_not_found(std::string_view id);
// "redis", "valkey", as callers write it. Error InvalidParameterValue.
Result<std::string> read_user_engine(std::string_view given);
std::string user_arn(const api::Call& call, std::string_view id);
std::string user_group_arn(const api::Call& call, std::string_view id);
api::Requirement& need_user(const api::Call& call, const std::string& id, api::Requirements& needs);
api::Requirement& need_user_group(const api::Call& call, const std::string& id, api::Requirements& needs);

// Whether a cache of this engine can go by this user group.
Result<void> check_fits(const api::Call& call, const UserGroupRecord& group, std::string_view cache_engine);
// Every cache of the user group goes by it.
bool is_in_force(const store::Reader& reader, const store::Key& user_group);
// The clusters, members of replication groups, that go by the user group.
std::vector<store::Key> clusters_of_user_group(const store::Reader& reader, const store::Key& user_group);
// The groups of a user are to be given to caches anew.
void touch_groups_of(api::Call& call, std::string_view user);

}  // namespace haar::elasticache
