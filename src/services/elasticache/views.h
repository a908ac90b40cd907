// Records as AWS shows them: pure functions of the records.
#pragma once

#include <optional>
#include <vector>

#include "api/kit/call.h"
#include "model/elasticache/CreateCacheCluster.h"
#include "model/elasticache/DescribeCacheSubnetGroups.h"
#include "services/elasticache/cluster_view.h"

namespace haar::elasticache {

std::vector<Tag> to_tags(const Tags& tags);
// Later values win; InvalidParameterValue for AWS's own prefix and for lengths, TagQuotaPerResourceExceeded
// for more than 50. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
Result<Tags> read_tags(const std::optional<std::vector<Tag>>& tags);
Result<void> check_tag_count(const Tags& tags);

enum class Nodes { hidden, shown };
CacheCluster to_cluster(const api::Call& call, const ClusterView& cluster, Nodes nodes);
CacheSubnetGroup to_subnet_group(const api::Call& call, const SubnetGroupRecord& record);

}  // namespace haar::elasticache
