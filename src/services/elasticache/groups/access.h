// Who is let in to a replication group: AuthToken with its strategies, and UserGroupIds.
#pragma once

#include "api/kit/call.h"
#include "model/elasticache/CreateReplicationGroup.h"
#include "model/elasticache/ModifyReplicationGroup.h"
#include "services/elasticache/group_view.h"

namespace haar::elasticache {

// Of a new group, whose id and mode of encryption are set.
Result<void> begin_access(api::Call& call, const CreateReplicationGroupMessage& in, GroupRecord& group);
bool asks_for_access(const ModifyReplicationGroupMessage& in);
Result<void> change_access(api::Call& call, const ModifyReplicationGroupMessage& in, GroupRecord& group);
inline bool is_guarded(const GroupRecord& group) { return !group.user_groups.empty() || !group.auth_tokens.empty(); }
// The members of an answer about it.
void show_access(const GroupRecord& group, ReplicationGroup& out);

}  // namespace haar::elasticache
