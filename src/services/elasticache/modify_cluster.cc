// ModifyCacheCluster. It takes effect at once, but for what a parameter group says of the next start.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html
#include <fmt/format.h>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/ModifyCacheCluster.h"
#include "model/elasticache/service.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/parameters/groups.h"
#include "services/elasticache/snapshots/automatic.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/elasticache/placement.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

using api::Call;

// The groups are the cluster's, and those of the interfaces that its nodes have; what is placed later gets them too.
Result<void> change_groups(Call& call, ClusterView& cluster, const std::vector<std::string>& ids) {
  const SubnetGroupRecord* group = call.txn.get(subnet_groups, call.key(cluster.wanted.subnet_group));
  if (group == nullptr)
    return errors::InvalidVPCNetworkStateFault("The cache subnet group of the cluster does not exist any more.");
  cluster.wanted.security_group_ids = TRY(resolve_security_groups(call, *group, ids));
  for (const NodeView& node : cluster.nodes) {
    if (!node.seen.interface_id.empty())
      TRY(set_interface_groups(call, node.seen.interface_id, cluster.wanted.security_group_ids));
  }
  return {};
}

Result<ModifyCacheClusterResult> modify_cache_cluster(Call& call, const ModifyCacheClusterMessage& in) {
  const std::string id = to_lower(in.CacheClusterId);
  if (in.PreferredMaintenanceWindow) TRY(check_maintenance_window(*in.PreferredMaintenanceWindow));
  std::optional<ClusterView> cluster = find_cluster(call.txn, call.key(id));
  if (!cluster) return errors::CacheClusterNotFound(fmt::format("CacheCluster not found: {}", id.substr(0, 255)));
  // AWS's page has the code and no text: this one is made as that of DeleteCacheCluster.
  if (status_with_snapshots(call, *cluster) != status::available)
    return errors::InvalidCacheClusterState(fmt::format("Cache cluster {} is not in a valid state to be modified.", id));
  if (in.SecurityGroupIds && !in.SecurityGroupIds->empty()) TRY(change_groups(call, *cluster, *in.SecurityGroupIds));
  ClusterRecord& wanted = cluster->wanted;
  if (in.CacheParameterGroupName) {
    const std::string family = family_of(wanted.engine, wanted.engine_version);
    wanted.parameter_group = TRY(choose_parameter_group(call, family, in.CacheParameterGroupName));
    ++wanted.generation;
  }
  TRY(check_retention(in.SnapshotRetentionLimit));
  if (in.SnapshotWindow) TRY(check_snapshot_window(*in.SnapshotWindow));
  if ((in.SnapshotWindow || in.SnapshotRetentionLimit) && wanted.engine == engine::memcached)
    return errors::InvalidParameterCombination("The snapshot feature is not supported for Memcached clusters.");
  wanted.snapshot_retention_days = in.SnapshotRetentionLimit.value_or(wanted.snapshot_retention_days);
  wanted.snapshot_window = in.SnapshotWindow.value_or(wanted.snapshot_window);
  if (in.SnapshotWindow || in.SnapshotRetentionLimit) schedule_automatic(call, call.key(id), wanted);
  wanted.maintenance_window = to_lower(in.PreferredMaintenanceWindow.value_or(wanted.maintenance_window));
  wanted.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(wanted.auto_minor_version_upgrade);
  call.txn.put(clusters, call.key(id), wanted);
  ModifyCacheClusterResult out;
  out.CacheCluster = to_cluster(call, *cluster, Nodes::hidden);
  return out;
}

void needs_modify_cache_cluster(const Call& call, const ModifyCacheClusterMessage& in, api::Requirements& needs) {
  const std::string id = to_lower(in.CacheClusterId);
  api::Requirement& need = needs.need(cluster_arn(call, id));
  if (const ClusterRecord* record = call.txn.get(clusters, call.key(id))) need.resource_tags = record->tags;
  if (in.CacheNodeType) need.key("elasticache:CacheNodeType", *in.CacheNodeType);
  if (in.CacheParameterGroupName) {
    need.key("elasticache:CacheParameterGroupName", *in.CacheParameterGroupName);
    need_parameter_group(call, to_lower(*in.CacheParameterGroupName), needs);
  }
  if (in.EngineVersion) need.key("elasticache:EngineVersion", *in.EngineVersion);
  if (in.AZMode) need.key("elasticache:MultiAZEnabled", *in.AZMode == "cross-az" ? "true" : "false");
  if (in.AuthToken) need.key("elasticache:AuthTokenEnabled", "true");
  if (in.SnapshotRetentionLimit) need.key("elasticache:SnapshotRetentionLimit", std::to_string(*in.SnapshotRetentionLimit));
}

}  // namespace

const api::Operations& modify_cluster_operations() {
  static const api::Operations rows = {
      api::op<ops::ModifyCacheCluster>(modify_cache_cluster, api::on(needs_modify_cache_cluster),
          api::takes("CacheClusterId SecurityGroupIds PreferredMaintenanceWindow CacheParameterGroupName "
                     "SnapshotRetentionLimit SnapshotWindow AutoMinorVersionUpgrade"),
          api::without_effect("ApplyImmediately", "haar changes all of these at once")),
  };
  return rows;
}

}  // namespace haar::elasticache
