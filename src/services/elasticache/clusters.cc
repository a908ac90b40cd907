// CreateCacheCluster, DescribeCacheClusters, DeleteCacheCluster. A create or delete only writes down what is
// wanted; fleet/cluster_kind makes it so, interfaces and addresses included: forty nodes' do not
// fit into one transaction.
#include <fmt/format.h>

#include "api/kit/engine_notice.h"
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CreateCacheCluster.h"
#include "model/elasticache/DeleteCacheCluster.h"
#include "model/elasticache/DescribeCacheClusters.h"
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
#include "services/elasticache/tags.h"
#include "services/elasticache/views.h"
#include "services/managed/maintenance_windows.h"

namespace haar::elasticache {
namespace {

using api::Call;

// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html (NumCacheNodes)
constexpr std::int32_t nodes_of_cluster_max = 40;
constexpr std::int32_t redis_port = 6379, memcached_port = 11211;
constexpr int maintenance_minutes = 60, snapshot_minutes = 60;

// ---- CreateCacheCluster ----------------------------------------------------------------------------

// What redis does not have and what memcached does not have.
Result<void> check_engine_members(const CreateCacheClusterMessage& in, const EngineVersion& version) {
  const std::int32_t count = in.NumCacheNodes.value_or(1);
  if (count < 1)
    return errors::InvalidParameterValue(fmt::format("Invalid value {} for NumCacheNodes. Must be at least 1.", count));
  if (version.engine == engine::redis) {
    if (count > 1)
      return errors::InvalidParameterValue("NumCacheNodes should be 1 if engine is redis");
    if (in.AZMode && *in.AZMode != "single-az")
      return errors::InvalidParameterCombination("Multiple availability zones are only supported for Memcached clusters.");
    if (in.PreferredAvailabilityZones && !in.PreferredAvailabilityZones->empty())
      return errors::InvalidParameterCombination("PreferredAvailabilityZones is only supported for Memcached clusters.");
    if (in.SnapshotWindow) TRY(check_snapshot_window(*in.SnapshotWindow));
    return check_retention(in.SnapshotRetentionLimit);
  }
  if (count > nodes_of_cluster_max) {
    return errors::NodeQuotaForClusterExceeded(fmt::format(
        "The request cannot be processed because it would exceed the allowed number of cache nodes in a single cluster: {}.",
        nodes_of_cluster_max));
  }
  if (in.AZMode && *in.AZMode == "cross-az" && count < 2)
    return errors::InvalidParameterCombination("The cross-az mode needs at least two cache nodes.");
  if (in.SnapshotRetentionLimit || in.SnapshotWindow || in.SnapshotName)
    return errors::InvalidParameterCombination("The snapshot feature is not supported for Memcached clusters.");
  return {};
}

Result<void> check_new_cluster(const CreateCacheClusterMessage& in) {
  if (in.CacheSecurityGroupNames && !in.CacheSecurityGroupNames->empty())
    return errors::InvalidParameterValue(
        "Use of cache security groups is not permitted in this API version for your account.");
  TRY(check_cluster_id(in.CacheClusterId));
  if (!in.CacheNodeType || in.CacheNodeType->empty())
    return errors::InvalidParameterValue("The parameter CacheNodeType must be provided and must not be null.");
  TRY(node_memory_mb(*in.CacheNodeType));
  if (in.NetworkType && *in.NetworkType != "ipv4") return not_built("Network types other than ipv4 are");
  if (in.IpDiscovery && *in.IpDiscovery != "ipv4") return not_built("IP discovery other than ipv4 is");
  if (in.PreferredAvailabilityZone && in.PreferredAvailabilityZones && !in.PreferredAvailabilityZones->empty())
    return errors::InvalidParameterCombination(
        "PreferredAvailabilityZone and PreferredAvailabilityZones cannot both be specified.");
  if (in.Port) TRY(check_port(*in.Port));
  if (in.PreferredMaintenanceWindow) TRY(check_maintenance_window(*in.PreferredMaintenanceWindow));
  return {};
}

Result<CreateCacheClusterResult> create_cache_cluster(Call& call, const CreateCacheClusterMessage& in) {
  api::say_what_engines_lack(call);
  TRY(check_new_cluster(in));
  const std::string id = to_lower(in.CacheClusterId);
  const EngineVersion version =
      TRY(choose_version(call.env.part<engines::Catalog>(), in.Engine.value_or(""), in.EngineVersion.value_or("")));
  TRY(check_engine_members(in, version));
  ClusterRecord record;
  record.parameter_group = TRY(choose_parameter_group(call, version.family, in.CacheParameterGroupName));
  record.tags = TRY(read_tags(in.Tags));
  if (call.txn.get(clusters, call.key(id)) != nullptr)
    return errors::CacheClusterAlreadyExists("Cache cluster already exists");
  const auto count = static_cast<std::size_t>(in.NumCacheNodes.value_or(1));
  TRY(check_node_quota(call, count));
  TRY(elasticache_caller(call));

  const SubnetGroupRecord group = TRY(resolve_subnet_group(call, in.CacheSubnetGroupName));
  record.security_group_ids = TRY(resolve_security_groups(call, group, in.SecurityGroupIds));
  const std::vector<NodeRecord> placed = TRY(place_nodes(
      call, group, count, {in.PreferredAvailabilityZone, in.PreferredAvailabilityZones, in.AZMode == "cross-az"}));
  record.id = id;
  record.resource_id = new_resource_id(call.random(), id);
  record.engine = version.engine;
  record.engine_version = version.version;
  record.node_type = *in.CacheNodeType;
  record.port = in.Port.value_or(version.engine == engine::redis ? redis_port : memcached_port);
  record.subnet_group = group.name;
  record.vpc_id = group.vpc_id;
  record.maintenance_window = to_lower(
      in.PreferredMaintenanceWindow.value_or(managed::random_weekly_window(call.random(), maintenance_minutes)));
  if (version.engine == engine::redis) record.snapshot_window = managed::random_daily_window(call.random(), snapshot_minutes);
  record.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(true);
  record.created_at = call.now();
  record.snapshot_retention_days = in.SnapshotRetentionLimit.value_or(0);
  if (in.SnapshotWindow) record.snapshot_window = *in.SnapshotWindow;
  if (in.SnapshotName) record.restored_from = TRY(restorable_snapshot(call, *in.SnapshotName)).resource_id;
  schedule_automatic(call, call.key(id), record);
  domain_label(call);
  call.txn.put(clusters, call.key(id), record);
  for (const NodeRecord& node : placed) call.txn.put(nodes, call.key(id, node.id), node);
  CreateCacheClusterResult out;
  out.CacheCluster = to_cluster(call, *find_cluster(call.txn, call.key(id)), Nodes::hidden);
  return out;
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
void needs_create_cache_cluster(const Call& call, const CreateCacheClusterMessage& in, api::Requirements& needs) {
  const std::string arn = cluster_arn(call, to_lower(in.CacheClusterId));
  const std::string engine = in.Engine.value_or("");
  std::string parameter_group = to_lower(in.CacheParameterGroupName.value_or(""));
  if (parameter_group.empty()) parameter_group = "default." + family_of(engine, in.EngineVersion.value_or(""));
  const api::TagMap tags = api::tag_map(in.Tags);

  api::Requirement& cluster = needs.need(arn);
  cluster.request_tags = tags;
  cluster.key("elasticache:EngineType", engine).key("elasticache:CacheParameterGroupName", parameter_group);
  cluster.key("elasticache:AuthTokenEnabled", in.AuthToken ? "true" : "false");
  cluster.key("elasticache:MultiAZEnabled", in.AZMode == "cross-az" ? "true" : "false");
  if (in.CacheNodeType) cluster.key("elasticache:CacheNodeType", *in.CacheNodeType);
  if (in.EngineVersion) cluster.key("elasticache:EngineVersion", *in.EngineVersion);
  if (in.SnapshotRetentionLimit)
    cluster.key("elasticache:SnapshotRetentionLimit", std::to_string(*in.SnapshotRetentionLimit));
  if (in.SnapshotName) need_snapshot(call, *in.SnapshotName, needs);
  need_parameter_group(call, parameter_group, needs);
  const std::string group_name = to_lower(in.CacheSubnetGroupName.value_or("default"));
  api::Requirement& group = needs.need(subnet_group_arn(call, group_name));
  if (const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(group_name))) group.resource_tags = record->tags;
  // Tags at creation need their own permission.
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html
  if (!tags.empty()) needs.need("elasticache:AddTagsToResource", arn).request_tags = tags;
}

// ---- DescribeCacheClusters ---------------------------------------------------------------------------

Error cluster_not_found(std::string_view id) {
  return errors::CacheClusterNotFound(fmt::format("CacheCluster not found: {}", id.substr(0, 255)));
}

Result<CacheClusterMessage> describe_cache_clusters(Call& call, const DescribeCacheClustersMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  const Nodes with = in.ShowCacheNodeInfo.value_or(false) ? Nodes::shown : Nodes::hidden;
  CacheClusterMessage out;
  out.CacheClusters.emplace();
  if (in.CacheClusterId) {
    const std::string id = to_lower(*in.CacheClusterId);
    const std::optional<ClusterView> cluster = find_cluster(call.txn, call.key(id));
    if (!cluster) return cluster_not_found(id);
    out.CacheClusters->push_back(to_cluster(call, *cluster, with));
    return out;
  }
  const bool members_too = !in.ShowCacheClustersNotInReplicationGroups.value_or(false);
  TRY(managed::list_records(
      call, page_rules, "DescribeCacheClusters", page, in.Marker, clusters,
      [&](const ClusterRecord& record) { return members_too || record.replication_group.empty(); },
      [&](const ClusterRecord& record) {
        out.CacheClusters->push_back(to_cluster(call, *find_cluster(call.txn, call.key(record.id)), with));
      },
      out));
  return out;
}

void need_cluster(const Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(cluster_arn(call, id));
  if (const ClusterRecord* record = call.txn.get(clusters, call.key(id))) need.resource_tags = record->tags;
}

void needs_describe_cache_clusters(const Call& call, const DescribeCacheClustersMessage& in, api::Requirements& needs) {
  need_cluster(call, in.CacheClusterId ? to_lower(*in.CacheClusterId) : "*", needs);
}

api::AwaitedKeys in_transition(const Call& call, const CacheClusterMessage& out) {
  for (const CacheCluster& cluster : *out.CacheClusters) {
    if (cluster.CacheClusterStatus == status::creating || cluster.CacheClusterStatus == status::deleting)
      return {call.key(*cluster.CacheClusterId)};
  }
  return {};
}

// ---- DeleteCacheCluster --------------------------------------------------------------------------------

Result<void> check_member_may_go(const Call& call, const ClusterRecord& cluster) {
  if (cluster.replication_group.empty()) return {};
  const GroupView group = TRY(group_named(call, cluster.replication_group));
  if (group.lasting().size() == 1) {
    return errors::InvalidCacheClusterState(
        "Cannot delete the cache cluster since it is the only member of a replication group. Delete the replication group "
        "instead.");
  }
  if (cluster.id == group.primary()) {
    return errors::InvalidCacheClusterState(fmt::format(
        "Cache cluster {} is serving as primary for replication group {} and cannot be deleted.", cluster.id, group.wanted.id));
  }
  if (group.wanted.automatic_failover && group.lasting().size() == 2) {
    return errors::InvalidCacheClusterState(fmt::format(
        "Cannot delete the cache cluster because it is the only read replica for replication group {} which has autofailover "
        "enabled or pending. You can disable autofailover and then delete this cache cluster. Alternatively, to delete the "
        "entire replication group, use DeleteReplicationGroup.",
        group.wanted.id));
  }
  return {};
}

Result<DeleteCacheClusterResult> delete_cache_cluster(Call& call, const DeleteCacheClusterMessage& in) {
  const std::string id = to_lower(in.CacheClusterId);
  std::optional<ClusterView> cluster = find_cluster(call.txn, call.key(id));
  if (!cluster) return cluster_not_found(id);
  if (in.FinalSnapshotIdentifier) {
    if (cluster->wanted.engine == engine::memcached)
      return errors::SnapshotFeatureNotSupportedFault("The snapshot feature is not supported for Memcached clusters.");
  }
  const std::string_view now = status_with_snapshots(call, *cluster);
  if (now == status::creating || now == status::deleting || now == status::snapshotting) {
    return errors::InvalidCacheClusterState(
        fmt::format("Cache cluster {} is not in a valid state to be deleted.", id));
  }
  TRY(check_member_may_go(call, cluster->wanted));
  DeleteCacheClusterResult out;
  if (in.FinalSnapshotIdentifier) {
    TRY(want_final_snapshot(call, *cluster, *in.FinalSnapshotIdentifier));
    out.CacheCluster = to_cluster(call, *cluster, Nodes::hidden);
    return out;
  }
  cluster->wanted.deleting = true;
  ++cluster->wanted.generation;
  call.txn.put(clusters, call.key(id), cluster->wanted);
  out.CacheCluster = to_cluster(call, *cluster, Nodes::hidden);
  return out;
}

void needs_delete_cache_cluster(const Call& call, const DeleteCacheClusterMessage& in, api::Requirements& needs) {
  need_cluster(call, to_lower(in.CacheClusterId), needs);
  if (in.FinalSnapshotIdentifier) needs.need(call.arn("elasticache", "snapshot:" + *in.FinalSnapshotIdentifier));
}

}  // namespace

// AWS tags clusters only while they can be used.
constinit const managed::TaggedKind cluster_tags{
    "cluster", not_present<errors::CacheClusterNotFound>,
    &api::tagged_records<clusters, [](const Call& call, const store::Key& key, const ClusterRecord&) {
      return status_of(*find_cluster(call.txn, key)) == status::available;
    }>};

const api::Operations& clusters_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateCacheCluster>(create_cache_cluster, api::on(needs_create_cache_cluster),
          api::takes("CacheClusterId AZMode PreferredAvailabilityZone PreferredAvailabilityZones NumCacheNodes "
                     "CacheNodeType Engine EngineVersion CacheParameterGroupName CacheSubnetGroupName "
                     "SecurityGroupIds Tags PreferredMaintenanceWindow Port AutoMinorVersionUpgrade "
                     "SnapshotRetentionLimit SnapshotWindow SnapshotName NetworkType IpDiscovery CacheSecurityGroupNames")),
      api::op<ops::DescribeCacheClusters>(describe_cache_clusters, api::on(needs_describe_cache_clusters),
          api::read_only, api::in_transition(in_transition),
          api::takes("CacheClusterId MaxRecords Marker ShowCacheNodeInfo ShowCacheClustersNotInReplicationGroups")),
      api::op<ops::DeleteCacheCluster>(delete_cache_cluster, api::on(needs_delete_cache_cluster),
          api::takes("CacheClusterId FinalSnapshotIdentifier")),
  };
  return rows;
}

}  // namespace haar::elasticache
