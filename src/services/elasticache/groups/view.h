// Replication groups as AWS shows them, and what policies may ask of one.
#pragma once

#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "model/elasticache/CreateReplicationGroup.h"
#include "services/elasticache/group_view.h"

namespace haar::elasticache {

ReplicationGroup to_group(const api::Call& call, const GroupView& group);
// The permission on one group, with its tags.
api::Requirement& need_group(const api::Call& call, const std::string& id, api::Requirements& needs);

}  // namespace haar::elasticache
