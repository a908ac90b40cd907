#include "main/connect/connect_target.h"

#include "model/elasticache/DescribeCacheClusters.h"
#include "model/elasticache/DescribeCacheSubnetGroups.h"
#include "model/elasticache/ModifyCacheCluster.h"
#include "model/rds/DescribeDBClusters.h"
#include "model/rds/DescribeDBSubnetGroups.h"
#include "model/rds/ModifyDBCluster.h"

namespace haar::main {
namespace {

Error not_there(const std::string& what, const std::string& id) { return {"NotFound", "there is no " + what + " " + id}; }

template <class T>
std::optional<T> first_of(const std::optional<std::vector<T>>& list) {
  if (!list || list->empty()) return std::nullopt;
  return list->front();
}

}  // namespace

Result<ConnectTarget> find_cluster(const AwsClient& aws, const std::string& id) {
  rds::DescribeDBClustersMessage ask;
  ask.DBClusterIdentifier = id;
  const auto answer = TRY(aws.call<rds::ops::DescribeDBClusters>(ask));
  const auto found = first_of(answer.DBClusters);
  if (!found) return not_there("DB cluster", id);
  ConnectTarget target{ConnectTarget::Kind::cluster, id, {}, found->Port.value_or(0), {}};
  if (found->VpcSecurityGroups) {
    for (const auto& group : *found->VpcSecurityGroups) target.groups.push_back(group.VpcSecurityGroupId.value_or(""));
  }
  rds::DescribeDBSubnetGroupsMessage subnets;
  subnets.DBSubnetGroupName = found->DBSubnetGroup;
  const auto groups = TRY(aws.call<rds::ops::DescribeDBSubnetGroups>(subnets));
  if (const auto group = first_of(groups.DBSubnetGroups)) target.vpc = group->VpcId.value_or("");
  return target;
}

Result<ConnectTarget> find_cache(const AwsClient& aws, const std::string& id) {
  elasticache::DescribeCacheClustersMessage ask;
  ask.CacheClusterId = id;
  ask.ShowCacheNodeInfo = true;
  const auto answer = TRY(aws.call<elasticache::ops::DescribeCacheClusters>(ask));
  const auto found = first_of(answer.CacheClusters);
  if (!found) return not_there("cache", id);
  ConnectTarget target{ConnectTarget::Kind::cache, id, {}, 0, {}};
  if (found->ConfigurationEndpoint) target.port = found->ConfigurationEndpoint->Port.value_or(0);
  else if (const auto node = first_of(found->CacheNodes); node && node->Endpoint) target.port = node->Endpoint->Port.value_or(0);
  if (found->SecurityGroups) {
    for (const auto& group : *found->SecurityGroups) target.groups.push_back(group.SecurityGroupId.value_or(""));
  }
  elasticache::DescribeCacheSubnetGroupsMessage subnets;
  subnets.CacheSubnetGroupName = found->CacheSubnetGroupName;
  const auto groups = TRY(aws.call<elasticache::ops::DescribeCacheSubnetGroups>(subnets));
  if (const auto group = first_of(groups.CacheSubnetGroups)) target.vpc = group->VpcId.value_or("");
  return target;
}

Result<void> attach_to(const AwsClient& aws, const ConnectTarget& target, const std::string& group) {
  std::vector<std::string> groups = target.groups;
  groups.push_back(group);
  if (target.kind == ConnectTarget::Kind::cluster) {
    rds::ModifyDBClusterMessage change;
    change.DBClusterIdentifier = target.id;
    change.VpcSecurityGroupIds = std::move(groups);
    TRY(aws.call<rds::ops::ModifyDBCluster>(change));
    return {};
  }
  elasticache::ModifyCacheClusterMessage change;
  change.CacheClusterId = target.id;
  change.SecurityGroupIds = std::move(groups);
  change.ApplyImmediately = true;
  TRY(aws.call<elasticache::ops::ModifyCacheCluster>(change));
  return {};
}

}  // namespace haar::main
