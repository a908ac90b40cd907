// Members of replication groups: cache clusters of one node, named after the group.
#pragma once

#include <string>
#include <vector>

#include "api/kit/call.h"
#include "base/result.h"
#include "services/elasticache/group_view.h"
#include "services/elasticache/placement.h"

namespace haar::elasticache {

// "A cluster with cluster mode disabled can have one shard, with up to five replicas."
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
inline constexpr std::size_t members_max = 6;

Error group_not_found(std::string_view id);
Result<GroupView> group_named(const api::Call& call, std::string_view id);
// Whether a change takes it as it is: available.
Result<void> check_available(const api::Call& call, const GroupView& group);

// Whether `more` nodes fit into what a customer may have.
Result<void> check_node_quota(const api::Call& call, std::size_t more);
// Writes down so many more members, with the first free numbers. `wish`: where their nodes go.
Result<void> add_members(api::Call& call, const GroupRecord& group, std::size_t count, const ZoneWish& wish);
// They are removed, with what they run.
void remove_member(api::Call& call, const ClusterView& member);

}  // namespace haar::elasticache
