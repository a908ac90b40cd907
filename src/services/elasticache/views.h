// Records as AWS shows them: pure functions of the records.
#pragma once

#include <optional>
#include <vector>

#include "api/kit/call.h"
#include "model/elasticache/CreateCacheCluster.h"
#include "model/elasticache/DescribeCacheSubnetGroups.h"
#include "services/elasticache/cluster_view.h"

namespace haar::elasticache {

// By its name or its address, as endpoints are shown here.
Endpoint to_endpoint(const api::Call& call, const std::string& name, const std::string& address, std::int32_t port);
Endpoint node_endpoint(const api::Call& call, const ClusterRecord& cluster, const NodeView& node);
enum class Nodes { hidden, shown };
// Its status, with what is known of its engines at this moment.
std::string shown_status(const api::Call& call, const ClusterView& cluster);
CacheCluster to_cluster(const api::Call& call, const ClusterView& cluster, Nodes nodes);
CacheSubnetGroup to_subnet_group(const api::Call& call, const SubnetGroupRecord& record);

}  // namespace haar::elasticache
