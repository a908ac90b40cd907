// CreateSnapshot, CopySnapshot, DescribeSnapshots, DeleteSnapshot.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CopySnapshot.h"
#include "model/elasticache/CreateSnapshot.h"
#include "model/elasticache/DeleteSnapshot.h"
#include "model/elasticache/DescribeSnapshots.h"
#include "model/elasticache/service.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/groups/members.h"
#include "services/elasticache/names.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/snapshots/plan.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/elasticache/tags.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::uint64_t mib = 1 << 20;

Error not_found(std::string_view name) {
  return errors::SnapshotNotFoundFault(fmt::format("Snapshot {} not found.", name.substr(0, 255)));
}

SnapshotStateRecord state_of(const Call& call, const std::string& name) {
  const SnapshotStateRecord* found = call.txn.get(snapshot_states, call.key(name));
  return found == nullptr ? SnapshotStateRecord{} : *found;
}

NodeSnapshot node_view(const SnapshotRecord& record, const SnapshotStateRecord& seen) {
  NodeSnapshot out;
  if (!record.group.empty()) {
    out.CacheClusterId = record.cluster;
    out.NodeGroupId = only_node_group;
  }
  out.CacheNodeId = "0001";
  out.CacheNodeCreateTime = record.cluster_created_at;
  if (seen.done) {
    out.CacheSize = fmt::format("{} MB", std::max<std::uint64_t>((seen.bytes + mib - 1) / mib, 1));
    out.SnapshotCreateTime = seen.taken_at;
  }
  return out;
}

Snapshot view_of(const Call& call, const SnapshotRecord& record) {
  const SnapshotStateRecord seen = state_of(call, record.name);
  Snapshot out;
  out.SnapshotName = record.name;
  out.SnapshotStatus = status_of(record, seen);
  out.SnapshotSource = record.automated ? "automated" : "manual";
  out.CacheNodeType = record.node_type;
  out.Engine = record.engine;
  out.EngineVersion = full_version(record.engine, record.engine_version);
  if (record.group.empty()) {
    out.CacheClusterId = record.cluster;
    out.NumCacheNodes = 1;
    out.PreferredAvailabilityZone = record.zone;
    out.CacheClusterCreateTime = record.cluster_created_at;
  } else {
    out.ReplicationGroupId = record.group;
    out.ReplicationGroupDescription = record.group_description;
    out.NumNodeGroups = 1;
    out.AutomaticFailover = record.automatic_failover ? "enabled" : "disabled";
  }
  out.PreferredMaintenanceWindow = record.maintenance_window;
  out.Port = record.port;
  out.CacheParameterGroupName = record.parameter_group;
  out.CacheSubnetGroupName = record.subnet_group;
  out.VpcId = record.vpc_id;
  out.AutoMinorVersionUpgrade = record.auto_minor_version_upgrade;
  out.SnapshotRetentionLimit = record.retention_days;
  out.SnapshotWindow = record.snapshot_window;
  out.NodeSnapshots = std::vector<NodeSnapshot>{node_view(record, seen)};
  out.ARN = call.arn("elasticache", "snapshot:" + record.name);
  out.DataTiering = "disabled";
  return out;
}

// ---- CreateSnapshot -----------------------------------------------------------------------------------

// The cluster whose data are wanted: the one that is named, or the primary of the group.
Result<ClusterView> source_of(const Call& call, const CreateSnapshotMessage& in) {
  if (in.CacheClusterId.has_value() == in.ReplicationGroupId.has_value())
    return errors::InvalidParameterCombination("Exactly one of CacheClusterId and ReplicationGroupId must be specified.");
  if (in.ReplicationGroupId) {
    const GroupView group = TRY(group_named(call, to_lower(*in.ReplicationGroupId)));
    const ClusterView* primary = group.member(group.primary());
    if (status_with_snapshots(call, group) != status::available || primary == nullptr)
      return errors::InvalidReplicationGroupState(
          fmt::format("Replication group {} is not in a valid state to be snapshotted.", group.wanted.id));
    return *primary;
  }
  const std::string id = to_lower(*in.CacheClusterId);
  std::optional<ClusterView> cluster = find_cluster(call.txn, call.key(id));
  if (!cluster) return errors::CacheClusterNotFound(fmt::format("CacheCluster not found: {}", id.substr(0, 255)));
  return std::move(*cluster);
}

Result<CreateSnapshotResult> create_snapshot(Call& call, const CreateSnapshotMessage& in) {
  const ClusterView cluster = TRY(source_of(call, in));
  if (cluster.wanted.engine == engine::memcached)
    return errors::SnapshotFeatureNotSupportedFault("The snapshot feature is not supported for Memcached clusters.");
  if (shown_status(call, cluster) != status::available)
    return errors::InvalidCacheClusterState(
        fmt::format("Cache cluster {} is not in a valid state to be snapshotted.", cluster.wanted.id));
  TRY(check_new_snapshot(call, in.SnapshotName));
  SnapshotRecord record = snapshot_of(call, cluster, in.SnapshotName);
  record.tags = TRY(read_tags(in.Tags));
  call.txn.put(snapshots, call.key(record.name), record);
  CreateSnapshotResult out;
  out.Snapshot = view_of(call, record);
  return out;
}

void need_new(const Call& call, const std::string& name, const api::TagMap& tags, api::Requirements& needs) {
  const std::string arn = call.arn("elasticache", "snapshot:" + name);
  needs.need(arn).request_tags = tags;
  if (!tags.empty()) needs.need("elasticache:AddTagsToResource", arn).request_tags = tags;
}

void needs_create_snapshot(const Call& call, const CreateSnapshotMessage& in, api::Requirements& needs) {
  need_new(call, in.SnapshotName, api::tag_map(in.Tags), needs);
  if (in.CacheClusterId) {
    const std::string id = to_lower(*in.CacheClusterId);
    api::Requirement& need = needs.need(cluster_arn(call, id));
    if (const ClusterRecord* record = call.txn.get(clusters, call.key(id))) need.resource_tags = record->tags;
  }
  if (in.ReplicationGroupId) {
    const std::string id = to_lower(*in.ReplicationGroupId);
    api::Requirement& need = needs.need(group_arn(call, id));
    if (const GroupRecord* record = call.txn.get(groups, call.key(id))) need.resource_tags = record->tags;
  }
}

// ---- CopySnapshot -------------------------------------------------------------------------------------

Result<CopySnapshotResult> copy_snapshot(Call& call, const CopySnapshotMessage& in) {
  SnapshotRecord record = TRY(restorable_snapshot(call, in.SourceSnapshotName));
  TRY(check_new_snapshot(call, in.TargetSnapshotName));
  record.copy_of = record.resource_id;
  record.resource_id = new_resource_id(call.random(), "snapshot");
  record.name = in.TargetSnapshotName;
  record.automated = record.deletes_source = false;
  record.created_at = call.now();
  record.tags = TRY(read_tags(in.Tags));
  call.txn.put(snapshots, call.key(record.name), record);
  CopySnapshotResult out;
  out.Snapshot = view_of(call, record);
  return out;
}

void needs_copy_snapshot(const Call& call, const CopySnapshotMessage& in, api::Requirements& needs) {
  need_snapshot(call, in.SourceSnapshotName, needs);
  need_new(call, in.TargetSnapshotName, api::tag_map(in.Tags), needs);
}

// ---- DescribeSnapshots --------------------------------------------------------------------------------

bool is_asked(const SnapshotRecord& record, const DescribeSnapshotsMessage& in) {
  if (in.ReplicationGroupId && record.group != to_lower(*in.ReplicationGroupId)) return false;
  if (in.CacheClusterId && record.cluster != to_lower(*in.CacheClusterId)) return false;
  if (in.SnapshotSource == "system") return record.automated;
  return in.SnapshotSource != "user" || !record.automated;
}

// AWS's words: "system" of automated ones, "user" of manual ones.
Result<DescribeSnapshotsListMessage> describe_snapshots(Call& call, const DescribeSnapshotsMessage& in) {
  constexpr api::PageRules rules = page_rules;
  const std::size_t page = TRY(api::page_size(rules, in.MaxRecords));
  if (in.SnapshotSource && *in.SnapshotSource != "system" && *in.SnapshotSource != "user")
    return errors::InvalidParameterValue(fmt::format("Invalid snapshot source: {}", in.SnapshotSource->substr(0, 64)));
  DescribeSnapshotsListMessage out;
  out.Snapshots.emplace();
  if (in.SnapshotName) {
    const SnapshotRecord* record = call.txn.get(snapshots, call.key(*in.SnapshotName));
    if (record == nullptr) return not_found(*in.SnapshotName);
    if (is_asked(*record, in)) out.Snapshots->push_back(view_of(call, *record));
    return out;
  }
  const std::string listing = fmt::format("DescribeSnapshots {} {} {}", in.ReplicationGroupId.value_or(""),
                                          in.CacheClusterId.value_or(""), in.SnapshotSource.value_or(""));
  TRY(managed::list_records(
      call, rules, listing, page, in.Marker, snapshots, [&](const SnapshotRecord& record) { return is_asked(record, in); },
      [&](const SnapshotRecord& record) { out.Snapshots->push_back(view_of(call, record)); }, out));
  return out;
}

void needs_describe_snapshots(const Call& call, const DescribeSnapshotsMessage& in, api::Requirements& needs) {
  need_snapshot(call, in.SnapshotName.value_or("*"), needs);
}

api::AwaitedKeys in_transition(const Call& call, const DescribeSnapshotsListMessage& out) {
  for (const Snapshot& one : *out.Snapshots) {
    if (one.SnapshotStatus != "available" && one.SnapshotStatus != "failed") return {call.key(*one.SnapshotName)};
  }
  return {};
}

// ---- DeleteSnapshot -----------------------------------------------------------------------------------

// A cache that begins with it has it until it is available.
bool is_restored_now(const Call& call, const SnapshotRecord& snapshot) {
  for (const auto& [key, cluster] : call.txn.scan(clusters, store::prefix_of(call.account(), call.region()))) {
    if (cluster.restored_from != snapshot.resource_id || cluster.deleting) continue;
    const ClusterStateRecord* seen = call.txn.get(cluster_states, key);
    if (seen == nullptr || (!seen->made && seen->given_up.empty())) return true;
  }
  return false;
}

Result<DeleteSnapshotResult> delete_snapshot(Call& call, const DeleteSnapshotMessage& in) {
  const SnapshotRecord* found = call.txn.get(snapshots, call.key(in.SnapshotName));
  if (found == nullptr) return not_found(in.SnapshotName);
  SnapshotRecord record = *found;
  const std::string_view status = status_of(record, state_of(call, record.name));
  if ((status != "available" && status != "failed") || is_restored_now(call, record))
    return errors::InvalidSnapshotState(fmt::format("Snapshot {} is not in a valid state to be deleted.", record.name));
  record.deleting = true;
  call.txn.put(snapshots, call.key(record.name), record);
  DeleteSnapshotResult out;
  out.Snapshot = view_of(call, record);
  return out;
}

void needs_delete_snapshot(const Call& call, const DeleteSnapshotMessage& in, api::Requirements& needs) {
  need_snapshot(call, in.SnapshotName, needs);
}

}  // namespace

const api::Operations& snapshots_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateSnapshot>(create_snapshot, api::on(needs_create_snapshot),
          api::takes("ReplicationGroupId CacheClusterId SnapshotName Tags")),
      api::op<ops::CopySnapshot>(copy_snapshot, api::on(needs_copy_snapshot),
          api::takes("SourceSnapshotName TargetSnapshotName Tags")),
      api::op<ops::DescribeSnapshots>(describe_snapshots, api::on(needs_describe_snapshots), api::read_only,
          api::in_transition(in_transition),
          api::takes("ReplicationGroupId CacheClusterId SnapshotName SnapshotSource MaxRecords Marker"),
          api::without_effect("ShowNodeGroupConfig", "a cache with one shard has no configuration of shards")),
      api::op<ops::DeleteSnapshot>(delete_snapshot, api::on(needs_delete_snapshot), api::takes("SnapshotName")),
  };
  return rows;
}

}  // namespace haar::elasticache
