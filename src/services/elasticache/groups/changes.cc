// ModifyReplicationGroup, IncreaseReplicaCount, DecreaseReplicaCount, TestFailover, ListAllowedNodeTypeModifications.
#include <fmt/format.h>

#include <algorithm>

#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/DecreaseReplicaCount.h"
#include "model/elasticache/IncreaseReplicaCount.h"
#include "model/elasticache/ListAllowedNodeTypeModifications.h"
#include "model/elasticache/ModifyReplicationGroup.h"
#include "model/elasticache/TestFailover.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/groups/members.h"
#include "services/elasticache/groups/view.h"
#include "services/elasticache/names.h"
#include "services/elasticache/node_types.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/parameters/groups.h"
#include "services/elasticache/snapshots/automatic.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/elasticache/placement.h"
#include "services/elasticache/transit/modes.h"

namespace haar::elasticache {
namespace {

using api::Call;

// "A customer can use this operation to test automatic failover on up to 15 shards in any rolling 24-hour period."
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html
constexpr std::size_t failovers_a_day_max = 15;
constexpr std::int64_t day_micros = std::int64_t{24} * 3600 * 1'000'000;

template <class Output>
Output show(const Call& call, const std::string& id) {
  Output out;
  out.ReplicationGroup = to_group(call, *find_group(call.txn, call.key(id)));
  return out;
}

Result<void> check_node_group(const std::string& id) {
  if (id == only_node_group) return {};
  return errors::NodeGroupNotFoundFault(fmt::format("Node group {} not found.", id.substr(0, 64)));
}

// ---- ModifyReplicationGroup ----------------------------------------------------------------------------

Result<void> check_built(const GroupRecord& group, const ModifyReplicationGroupMessage& in) {
  if (in.Engine && *in.Engine != group.engine) return not_built("Changing the engine is");
  const std::string version = in.EngineVersion.value_or(group.engine_version);
  if (version != group.engine_version && version != full_version(group.engine, group.engine_version))
    return not_built("Changing the engine version is");
  if (in.IpDiscovery && *in.IpDiscovery != "ipv4") return not_built("IP discovery other than ipv4 is");
  if (in.ClusterMode && *in.ClusterMode != "disabled") return not_built("Cluster mode enabled or compatible is");
  return {};
}

// A replica becomes the primary: with automatic failover that is ElastiCache's to choose.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.PromoteReplica.html
Result<void> change_primary(const GroupView& group, bool automatic_failover, const std::string& wanted, GroupRecord& out) {
  const std::string id = to_lower(wanted);
  const ClusterView* member = group.member(id);
  if (member == nullptr || member->wanted.deleting)
    return errors::InvalidParameterValue(
        fmt::format("Cache cluster {} is not a member of replication group {}.", id.substr(0, 64), out.id));
  if (id == group.primary()) return {};
  // AWS's words could not be found.
  if (automatic_failover)
    return errors::InvalidParameterCombination("The primary cluster cannot be changed while automatic failover is enabled.");
  out.switch_to = id;
  ++out.switch_asked;
  return {};
}

Result<void> change_failover(const GroupView& group, const ModifyReplicationGroupMessage& in, GroupRecord& out) {
  out.automatic_failover = in.AutomaticFailoverEnabled.value_or(out.automatic_failover);
  out.multi_az = in.MultiAZEnabled.value_or(out.multi_az);
  if (out.automatic_failover && group.lasting().size() < 2) {
    return errors::InvalidParameterCombination(
        "When using automatic failover, there must be at least 2 cache clusters in the replication group.");
  }
  // AWS's words could not be found.
  if (out.multi_az && !out.automatic_failover)
    return errors::InvalidParameterCombination("Multi-AZ requires automatic failover to be enabled.");
  return {};
}

// Rules of the new groups are in force when the call is answered; the interfaces show them.
Result<void> change_security_groups(Call& call, const GroupView& group, const std::vector<std::string>& wanted,
                                    GroupRecord& out) {
  const SubnetGroupRecord subnets = TRY(resolve_subnet_group(call, out.subnet_group));
  out.security_group_ids = TRY(resolve_security_groups(call, subnets, wanted));
  for (const ClusterView& member : group.members) {
    for (const NodeView& node : member.nodes) {
      if (!node.seen.interface_id.empty()) TRY(set_interface_groups(call, node.seen.interface_id, out.security_group_ids));
    }
  }
  return {};
}

// What members have of their group.
void change_members(Call& call, const GroupView& group, const GroupRecord& to) {
  for (const ClusterView& member : group.members) {
    ClusterRecord changed = member.wanted;
    changed.security_group_ids = to.security_group_ids;
    changed.maintenance_window = to.maintenance_window;
    const bool rescheduled = changed.snapshot_window != to.snapshot_window ||
                             changed.snapshot_retention_days != to.snapshot_retention_days;
    changed.snapshot_window = to.snapshot_window;
    changed.snapshot_retention_days = to.snapshot_retention_days;
    if (rescheduled) schedule_automatic(call, call.key(changed.id), changed);
    changed.auto_minor_version_upgrade = to.auto_minor_version_upgrade;
    if (changed.parameter_group != to.parameter_group || changed.node_type != to.node_type) ++changed.generation;
    changed.node_type = to.node_type;
    changed.parameter_group = to.parameter_group;
    changed.transit_mode = to.transit_mode;
    call.txn.put(clusters, call.key(member.wanted.id), std::move(changed));
  }
}

bool asks_for_nothing(const ModifyReplicationGroupMessage& in) {
  return !in.ReplicationGroupDescription && !in.PrimaryClusterId && !in.AutomaticFailoverEnabled && !in.MultiAZEnabled &&
         !in.SecurityGroupIds && !in.PreferredMaintenanceWindow && !in.CacheParameterGroupName && !in.EngineVersion &&
         !in.AutoMinorVersionUpgrade && !in.SnapshotRetentionLimit && !in.SnapshotWindow && !in.CacheNodeType &&
         !in.IpDiscovery && !in.TransitEncryptionEnabled && !in.TransitEncryptionMode && !in.ClusterMode && !in.Engine;
}

Result<ModifyReplicationGroupResult> modify_replication_group(Call& call, const ModifyReplicationGroupMessage& in) {
  const std::string id = to_lower(in.ReplicationGroupId);
  const GroupView group = TRY(group_named(call, id));
  if (asks_for_nothing(in)) return errors::InvalidParameterCombination("No modifications were requested");
  TRY(check_available(call, group));
  if (in.NodeGroupId) TRY(check_node_group(*in.NodeGroupId));
  TRY(check_built(group.wanted, in));
  GroupRecord changed = group.wanted;
  TRY(change_failover(group, in, changed));
  if (in.PrimaryClusterId) TRY(change_primary(group, changed.automatic_failover, *in.PrimaryClusterId, changed));
  if (in.SecurityGroupIds) TRY(change_security_groups(call, group, *in.SecurityGroupIds, changed));
  changed.description = in.ReplicationGroupDescription.value_or(changed.description);
  if (in.PreferredMaintenanceWindow) {
    TRY(check_maintenance_window(*in.PreferredMaintenanceWindow));
    changed.maintenance_window = to_lower(*in.PreferredMaintenanceWindow);
  }
  if (in.CacheNodeType) {
    TRY(node_memory_mb(*in.CacheNodeType));
    changed.node_type = *in.CacheNodeType;
  }
  if (in.CacheParameterGroupName) {
    const std::string family = family_of(changed.engine, changed.engine_version);
    changed.parameter_group = TRY(choose_parameter_group(call, family, in.CacheParameterGroupName));
  }
  if (in.SnapshotWindow) {
    TRY(check_snapshot_window(*in.SnapshotWindow));
    changed.snapshot_window = *in.SnapshotWindow;
  }
  TRY(check_retention(in.SnapshotRetentionLimit));
  changed.snapshot_retention_days = in.SnapshotRetentionLimit.value_or(changed.snapshot_retention_days);
  changed.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(changed.auto_minor_version_upgrade);
  if (in.TransitEncryptionEnabled || in.TransitEncryptionMode) {
    const TransitWish wish{in.TransitEncryptionEnabled, in.TransitEncryptionMode, false};
    changed.transit_mode = TRY(transit_after(changed.transit_mode, wish));
    TRY(check_certificates(call, changed.transit_mode));
  }
  if (changed.switch_asked != group.wanted.switch_asked || changed.transit_mode != group.wanted.transit_mode)
    ++changed.generation;
  change_members(call, group, changed);
  call.txn.put(groups, call.key(id), std::move(changed));
  return show<ModifyReplicationGroupResult>(call, id);
}

void needs_modify_replication_group(const Call& call, const ModifyReplicationGroupMessage& in, api::Requirements& needs) {
  api::Requirement& group = need_group(call, to_lower(in.ReplicationGroupId), needs);
  const auto yes_or_no = [](bool value) { return value ? "true" : "false"; };
  if (in.AutomaticFailoverEnabled) group.key("elasticache:AutomaticFailoverEnabled", yes_or_no(*in.AutomaticFailoverEnabled));
  if (in.MultiAZEnabled) group.key("elasticache:MultiAZEnabled", yes_or_no(*in.MultiAZEnabled));
  if (in.TransitEncryptionEnabled) group.key("elasticache:TransitEncryptionEnabled", yes_or_no(*in.TransitEncryptionEnabled));
  if (in.AuthToken) group.key("elasticache:AuthTokenEnabled", "true");
  if (in.CacheNodeType) group.key("elasticache:CacheNodeType", *in.CacheNodeType);
  if (in.EngineVersion) group.key("elasticache:EngineVersion", *in.EngineVersion);
  if (in.ClusterMode) group.key("elasticache:ClusterModeEnabled", yes_or_no(*in.ClusterMode == "enabled"));
  if (in.SnapshotRetentionLimit) group.key("elasticache:SnapshotRetentionLimit", std::to_string(*in.SnapshotRetentionLimit));
  if (in.Durability) group.key("elasticache:Durability", *in.Durability);
  if (in.CacheParameterGroupName) {
    group.key("elasticache:CacheParameterGroupName", *in.CacheParameterGroupName);
    need_parameter_group(call, to_lower(*in.CacheParameterGroupName), needs);
  }
}

// ---- replicas, more and fewer ----------------------------------------------------------------------------

// What both calls say about a number of replicas.
template <class Input>
Result<std::optional<std::int32_t>> replicas_wanted(const Input& in) {
  if (!in.ApplyImmediately)
    return errors::InvalidParameterValue("ApplyImmediately must be true: false is not currently supported.");
  if (!in.ReplicaConfiguration || in.ReplicaConfiguration->empty()) return in.NewReplicaCount;
  if (in.NewReplicaCount)
    return errors::InvalidParameterCombination("NewReplicaCount and ReplicaConfiguration cannot both be specified.");
  if (in.ReplicaConfiguration->size() > 1)
    return errors::InvalidParameterValue("A replication group with cluster mode disabled has one node group.");
  TRY(check_node_group(in.ReplicaConfiguration->front().NodeGroupId));
  return std::optional<std::int32_t>(in.ReplicaConfiguration->front().NewReplicaCount);
}

Error no_change() { return errors::NoOperationFault("The operation was not performed because no changes were required."); }

Result<IncreaseReplicaCountResult> increase_replica_count(Call& call, const IncreaseReplicaCountMessage& in) {
  const std::string id = to_lower(in.ReplicationGroupId);
  const GroupView group = TRY(group_named(call, id));
  const std::optional<std::int32_t> wanted = TRY(replicas_wanted(in));
  if (!wanted) return errors::InvalidParameterCombination("NewReplicaCount or ReplicaConfiguration must be specified.");
  TRY(check_available(call, group));
  const auto now = static_cast<std::int32_t>(group.lasting().size()) - 1;
  if (*wanted == now) return no_change();
  if (*wanted < now || *wanted >= static_cast<std::int32_t>(members_max)) {
    return errors::InvalidParameterValue(
        fmt::format("NewReplicaCount must be between {} and {}.", now + 1, members_max - 1));
  }
  const auto more = static_cast<std::size_t>(*wanted - now);
  TRY(check_node_quota(call, more));
  ZoneWish wish{std::nullopt, std::nullopt, true};
  // One zone for each replica, those that are there first.
  const bool configured = in.ReplicaConfiguration && !in.ReplicaConfiguration->empty();
  if (configured && in.ReplicaConfiguration->front().PreferredAvailabilityZones) {
    const std::vector<std::string>& zones = *in.ReplicaConfiguration->front().PreferredAvailabilityZones;
    if (zones.size() < more)
      return errors::InvalidParameterValue("PreferredAvailabilityZones must name a zone for each replica.");
    wish.zones = std::vector<std::string>(zones.end() - static_cast<std::ptrdiff_t>(more), zones.end());
  }
  GroupRecord changed = group.wanted;
  ++changed.generation;
  TRY(add_members(call, changed, more, wish));
  call.txn.put(groups, call.key(id), std::move(changed));
  return show<IncreaseReplicaCountResult>(call, id);
}

// Those named, or the last ones; never the primary.
Result<std::vector<const ClusterView*>> replicas_to_go(const GroupView& group, const DecreaseReplicaCountMessage& in,
                                                       const std::optional<std::int32_t>& wanted) {
  std::vector<const ClusterView*> out;
  const std::vector<const ClusterView*> members = group.lasting();
  if (in.ReplicasToRemove && !in.ReplicasToRemove->empty()) {
    for (const std::string& name : *in.ReplicasToRemove) {
      const ClusterView* member = group.member(to_lower(name));
      if (member == nullptr || member->wanted.deleting)
        return errors::InvalidParameterValue(
            fmt::format("Cache cluster {} is not a replica of the replication group.", name.substr(0, 64)));
      if (member->wanted.id == group.primary())
        return errors::InvalidParameterValue(
            fmt::format("Cache cluster {} is the primary and cannot be removed.", member->wanted.id));
      if (std::ranges::find(out, member) == out.end()) out.push_back(member);
    }
    return out;
  }
  const std::size_t keep = static_cast<std::size_t>(std::max(*wanted, 0)) + 1;
  for (auto member = members.rbegin(); member != members.rend() && members.size() - out.size() > keep; ++member) {
    if ((*member)->wanted.id != group.primary()) out.push_back(*member);
  }
  return out;
}

Result<DecreaseReplicaCountResult> decrease_replica_count(Call& call, const DecreaseReplicaCountMessage& in) {
  const std::string id = to_lower(in.ReplicationGroupId);
  const GroupView group = TRY(group_named(call, id));
  const std::optional<std::int32_t> wanted = TRY(replicas_wanted(in));
  const bool names = in.ReplicasToRemove && !in.ReplicasToRemove->empty();
  if (names == wanted.has_value())
    return errors::InvalidParameterCombination("Either a number of replicas or ReplicasToRemove must be specified.");
  TRY(check_available(call, group));
  const auto now = static_cast<std::int32_t>(group.lasting().size()) - 1;
  if (wanted && *wanted == now) return no_change();
  if (wanted && (*wanted > now || *wanted < 0))
    return errors::InvalidParameterValue(fmt::format("NewReplicaCount must be between 0 and {}.", now - 1));
  const std::vector<const ClusterView*> going = TRY(replicas_to_go(group, in, wanted));
  if (group.wanted.automatic_failover && group.lasting().size() - going.size() < 2) {
    return errors::InvalidParameterCombination(
        "When using automatic failover, there must be at least 2 cache clusters in the replication group.");
  }
  GroupRecord changed = group.wanted;
  ++changed.generation;
  for (const ClusterView* member : going) remove_member(call, *member);
  call.txn.put(groups, call.key(id), std::move(changed));
  return show<DecreaseReplicaCountResult>(call, id);
}

template <class Input>
void needs_replica_count(const Call& call, const Input& in, api::Requirements& needs) {
  api::Requirement& need = need_group(call, to_lower(in.ReplicationGroupId), needs);
  if (in.NewReplicaCount) need.key("elasticache:ReplicasPerNodeGroup", std::to_string(*in.NewReplicaCount));
}

// ---- TestFailover ----------------------------------------------------------------------------------------

std::size_t failovers_of_last_day(const Call& call) {
  std::size_t count = 0;
  for (const auto& [key, group] : call.txn.scan(groups, store::prefix_of(call.account(), call.region()))) {
    count += static_cast<std::size_t>(std::ranges::count_if(
        group.failovers_asked_at, [&](Timestamp at) { return at.micros > call.now().micros - day_micros; }));
  }
  return count;
}

Result<TestFailoverResult> test_failover(Call& call, const TestFailoverMessage& in) {
  const std::string id = to_lower(in.ReplicationGroupId);
  const GroupView group = TRY(group_named(call, id));
  TRY(check_node_group(in.NodeGroupId));
  TRY(check_available(call, group));
  // AWS's words could not be found.
  if (!group.wanted.automatic_failover)
    return errors::InvalidReplicationGroupState(
        fmt::format("Automatic failover is not enabled for replication group {}.", id));
  if (failovers_of_last_day(call) >= failovers_a_day_max) {
    return errors::APICallRateForCustomerExceeded(fmt::format(
        "Automatic failover can be tested on up to {} node groups in any rolling 24-hour period.", failovers_a_day_max));
  }
  GroupRecord changed = group.wanted;
  ++changed.failover_asked;
  ++changed.generation;
  std::erase_if(changed.failovers_asked_at, [&](Timestamp at) { return at.micros <= call.now().micros - day_micros; });
  changed.failovers_asked_at.push_back(call.now());
  call.txn.put(groups, call.key(id), std::move(changed));
  return show<TestFailoverResult>(call, id);
}

void needs_test_failover(const Call& call, const TestFailoverMessage& in, api::Requirements& needs) {
  need_group(call, to_lower(in.ReplicationGroupId), needs);
}

// ---- ListAllowedNodeTypeModifications ----------------------------------------------------------------------

// A node keeps its data when its memory changes; memcached's nodes keep their type.
Result<AllowedNodeTypeModificationsMessage> list_allowed(Call& call, const ListAllowedNodeTypeModificationsMessage& in) {
  if (in.ReplicationGroupId.has_value() == in.CacheClusterId.has_value())
    return errors::InvalidParameterCombination("Exactly one of CacheClusterId and ReplicationGroupId must be specified.");
  std::string type;
  if (in.ReplicationGroupId) {
    type = TRY(group_named(call, to_lower(*in.ReplicationGroupId))).wanted.node_type;
  } else {
    const ClusterRecord* cluster = call.txn.get(clusters, call.key(to_lower(*in.CacheClusterId)));
    if (cluster == nullptr)
      return errors::CacheClusterNotFound(fmt::format("CacheCluster not found: {}", in.CacheClusterId->substr(0, 255)));
    if (cluster->engine == engine::redis) type = cluster->node_type;
  }
  OtherNodeTypes others = other_node_types(type);
  AllowedNodeTypeModificationsMessage out;
  out.ScaleUpModifications = std::move(others.larger);
  out.ScaleDownModifications = std::move(others.smaller);
  return out;
}

void needs_list_allowed(const Call& call, const ListAllowedNodeTypeModificationsMessage& in, api::Requirements& needs) {
  if (in.ReplicationGroupId) need_group(call, to_lower(*in.ReplicationGroupId), needs);
  const std::string cluster = to_lower(in.CacheClusterId.value_or(in.ReplicationGroupId ? "" : "*"));
  if (cluster.empty()) return;
  api::Requirement& need = needs.need(cluster_arn(call, cluster));
  if (const ClusterRecord* record = call.txn.get(clusters, call.key(cluster))) need.resource_tags = record->tags;
}

}  // namespace

const api::Operations& group_changes_operations() {
  static const api::Operations rows = {
      api::op<ops::ModifyReplicationGroup>(modify_replication_group, api::on(needs_modify_replication_group),
          api::takes("ReplicationGroupId ReplicationGroupDescription PrimaryClusterId AutomaticFailoverEnabled "
                     "MultiAZEnabled NodeGroupId SecurityGroupIds PreferredMaintenanceWindow CacheParameterGroupName "
                     "Engine EngineVersion AutoMinorVersionUpgrade SnapshotRetentionLimit SnapshotWindow CacheNodeType "
                     "IpDiscovery ClusterMode TransitEncryptionEnabled TransitEncryptionMode"),
          api::without_effect("ApplyImmediately", "what can be changed is changed at once")),
      api::op<ops::IncreaseReplicaCount>(increase_replica_count,
          api::on(needs_replica_count<IncreaseReplicaCountMessage>),
          api::takes("ReplicationGroupId NewReplicaCount ReplicaConfiguration ApplyImmediately")),
      api::op<ops::DecreaseReplicaCount>(decrease_replica_count,
          api::on(needs_replica_count<DecreaseReplicaCountMessage>),
          api::takes("ReplicationGroupId NewReplicaCount ReplicaConfiguration ReplicasToRemove ApplyImmediately")),
      api::op<ops::TestFailover>(test_failover, api::on(needs_test_failover), api::takes("ReplicationGroupId NodeGroupId")),
      api::op<ops::ListAllowedNodeTypeModifications>(list_allowed, api::on(needs_list_allowed), api::read_only,
          api::takes("CacheClusterId ReplicationGroupId")),
  };
  return rows;
}

}  // namespace haar::elasticache
