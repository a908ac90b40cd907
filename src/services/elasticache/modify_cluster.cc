// ModifyCacheCluster. It takes effect at once, but for what a parameter group says of the next start: a node keeps its data when
// its memory changes.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/ModifyCacheCluster.h"
#include "model/elasticache/service.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/groups/members.h"
#include "services/elasticache/names.h"
#include "services/elasticache/node_types.h"
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

Result<void> change_node_type(ClusterRecord& wanted, const std::string& type) {
  TRY(node_memory_mb(type));
  if (type == wanted.node_type) return {};
  // AWS's words could not be found.
  if (wanted.engine == engine::memcached)
    return errors::InvalidParameterCombination("The node type of a Memcached cluster cannot be changed.");
  wanted.node_type = type;
  ++wanted.generation;
  return {};
}

// More of memcached's nodes, with the first free numbers.
Result<void> add_nodes(Call& call, ClusterView& cluster, std::size_t count,
                       const std::optional<std::vector<std::string>>& zones) {
  TRY(check_node_quota(call, count));
  const SubnetGroupRecord subnets = TRY(resolve_subnet_group(call, cluster.wanted.subnet_group));
  std::vector<NodeRecord> placed = TRY(place_nodes(call, subnets, count, {std::nullopt, zones, false}));
  std::size_t number = 0;
  for (NodeRecord& node : placed) {
    while (call.txn.get(nodes, call.key(cluster.wanted.id, node_id(number))) != nullptr) ++number;
    node.id = node_id(number);
    call.txn.put(nodes, call.key(cluster.wanted.id, node.id), node);
  }
  return {};
}

Result<void> remove_nodes(Call& call, const ClusterView& cluster, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const auto node = std::ranges::find_if(cluster.nodes, [&](const NodeView& one) { return one.wanted.id == id; });
    if (node == cluster.nodes.end())
      return errors::InvalidParameterValue(fmt::format("Invalid cache node id: {}", id.substr(0, 64)));
    NodeRecord changed = node->wanted;
    changed.deleting = true;
    ++changed.generation;
    call.txn.put(nodes, call.key(cluster.wanted.id, id), changed);
  }
  return {};
}

// AWS's words for numbers that do not fit could not be found; the codes are those of the reference.
Result<void> change_node_count(Call& call, ClusterView& cluster, const ModifyCacheClusterMessage& in) {
  constexpr std::int32_t nodes_of_cluster_max = 40;
  const auto now = static_cast<std::int32_t>(cluster.nodes.size());
  const std::int32_t wanted = *in.NumCacheNodes;
  const std::vector<std::string> going = in.CacheNodeIdsToRemove.value_or(std::vector<std::string>{});
  if (wanted == now && going.empty()) return {};
  if (cluster.wanted.engine != engine::memcached)
    return errors::InvalidParameterValue("NumCacheNodes should be 1 if engine is redis");
  if (wanted < 1)
    return errors::InvalidParameterValue(fmt::format("Invalid value {} for NumCacheNodes. Must be at least 1.", wanted));
  if (wanted > nodes_of_cluster_max) {
    return errors::NodeQuotaForClusterExceeded(fmt::format(
        "The request cannot be processed because it would exceed the allowed number of cache nodes in a single cluster: {}.",
        nodes_of_cluster_max));
  }
  const std::set<std::string> each(going.begin(), going.end());
  const std::int32_t left = now - static_cast<std::int32_t>(std::min<std::size_t>(each.size(), nodes_of_cluster_max));
  if (each.size() != going.size() || (wanted != left && (!going.empty() || wanted < now)))
    return errors::InvalidParameterCombination("The number of CacheNodeIdsToRemove must be the number of nodes that are to go.");
  ++cluster.wanted.node_lists;
  ++cluster.wanted.generation;
  if (wanted > now) return add_nodes(call, cluster, static_cast<std::size_t>(wanted - now), in.NewAvailabilityZones);
  return remove_nodes(call, cluster, going);
}

// Another name of the same program: nothing has to be started anew.
Result<void> change_version(const Call& call, ClusterRecord& wanted, const std::string& asked) {
  if (asked == wanted.engine_version || asked == full_version(wanted.engine, wanted.engine_version)) return {};
  const auto& catalog = call.env.part<engines::Catalog>();
  const EngineVersion from = TRY(choose_version(catalog, wanted.engine, wanted.engine_version));
  const EngineVersion to = TRY(choose_version(catalog, wanted.engine, asked));
  if (to.family != from.family || to.program.path != from.program.path)
    return not_built("Changing to an engine version that another program runs is");
  wanted.engine_version = to.version;
  ++wanted.generation;
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
  if (in.CacheNodeType) TRY(change_node_type(wanted, *in.CacheNodeType));
  if (in.EngineVersion) TRY(change_version(call, wanted, *in.EngineVersion));
  if (in.NumCacheNodes) TRY(change_node_count(call, *cluster, in));
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
  out.CacheCluster = to_cluster(call, *find_cluster(call.txn, call.key(id)), Nodes::hidden);
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
                     "SnapshotRetentionLimit SnapshotWindow AutoMinorVersionUpgrade CacheNodeType EngineVersion "
                     "NumCacheNodes CacheNodeIdsToRemove NewAvailabilityZones"),
          api::without_effect("ApplyImmediately", "haar changes all of these at once")),
  };
  return rows;
}

}  // namespace haar::elasticache
