// CreateReplicationGroup, DescribeReplicationGroups, DeleteReplicationGroup, with cluster mode disabled. A call only writes
// down what is wanted; the members' kind makes them, the groups' kind gives them their roles.
#include <fmt/format.h>

#include "api/kit/engine_notice.h"
#include "api/kit/row.h"
#include "base/encoding.h"
#include "model/elasticache/CreateReplicationGroup.h"
#include "model/elasticache/DeleteReplicationGroup.h"
#include "model/elasticache/DescribeReplicationGroups.h"
#include "services/elasticache/describe.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/groups/members.h"
#include "services/elasticache/groups/view.h"
#include "services/elasticache/names.h"
#include "services/elasticache/node_types.h"
#include "services/elasticache/operations.h"
#include "services/elasticache/parameters/groups.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/elasticache/placement.h"
#include "services/elasticache/tags.h"
#include "services/elasticache/transit/modes.h"
#include "services/managed/maintenance_windows.h"

namespace haar::elasticache {
namespace {

using api::Call;

constexpr std::int32_t redis_port = 6379;
constexpr int maintenance_minutes = 60, snapshot_minutes = 60;

// ---- CreateReplicationGroup --------------------------------------------------------------------------

// What a group can be on AWS, and cannot be here yet.
Result<void> check_built(const CreateReplicationGroupMessage& in) {
  if (in.ClusterMode && *in.ClusterMode != "disabled") return not_built("Cluster mode enabled or compatible is");
  if (in.NumNodeGroups.value_or(1) > 1) return not_built("Cluster mode enabled (a NumNodeGroups above 1) is");
  if (in.AtRestEncryptionEnabled.value_or(false)) return not_built("Encryption at rest is");
  if (in.NetworkType && *in.NetworkType != "ipv4") return not_built("Network types other than ipv4 are");
  if (in.IpDiscovery && *in.IpDiscovery != "ipv4") return not_built("IP discovery other than ipv4 is");
  return {};
}

Result<std::size_t> members_wanted(const CreateReplicationGroupMessage& in) {
  if (in.NumCacheClusters && in.ReplicasPerNodeGroup)
    return errors::InvalidParameterCombination("NumCacheClusters and ReplicasPerNodeGroup cannot both be specified.");
  const std::int32_t count = in.ReplicasPerNodeGroup ? *in.ReplicasPerNodeGroup + 1 : in.NumCacheClusters.value_or(1);
  if (count < 1 || count > static_cast<std::int32_t>(members_max)) {
    return errors::InvalidParameterValue(
        fmt::format("The number of cache clusters in a replication group must be between 1 and {}.", members_max));
  }
  return static_cast<std::size_t>(count);
}

Result<void> check_failover(bool automatic_failover, bool multi_az, std::size_t members) {
  if (automatic_failover && members < 2) {
    return errors::InvalidParameterCombination(
        "When using automatic failover, there must be at least 2 cache clusters in the replication group.");
  }
  // AWS's words could not be found.
  if (multi_az && !automatic_failover)
    return errors::InvalidParameterCombination("Multi-AZ requires automatic failover to be enabled.");
  return {};
}

Result<void> check_new_group(const CreateReplicationGroupMessage& in) {
  TRY(check_group_id(in.ReplicationGroupId));
  if (in.CacheSecurityGroupNames && !in.CacheSecurityGroupNames->empty())
    return errors::InvalidParameterValue(
        "Use of cache security groups is not permitted in this API version for your account.");
  TRY(check_built(in));
  if (in.ReplicationGroupDescription.empty())
    return errors::InvalidParameterValue("The parameter ReplicationGroupDescription must be provided and must not be blank.");
  if (in.Port) TRY(check_port(*in.Port));
  if (in.PreferredMaintenanceWindow) TRY(check_maintenance_window(*in.PreferredMaintenanceWindow));
  if (in.SnapshotWindow) TRY(check_snapshot_window(*in.SnapshotWindow));
  return check_retention(in.SnapshotRetentionLimit);
}

// What a group that is made from nothing is.
Result<GroupRecord> plan_new(Call& call, const CreateReplicationGroupMessage& in) {
  if (!in.CacheNodeType || in.CacheNodeType->empty())
    return errors::InvalidParameterValue("The parameter CacheNodeType must be provided and must not be null.");
  TRY(node_memory_mb(*in.CacheNodeType));
  const std::string engine = in.Engine && !in.Engine->empty() ? *in.Engine : std::string(engine::redis);
  if (engine == engine::memcached)
    return errors::InvalidParameterValue("Replication groups are not supported for engine memcached.");
  const EngineVersion version =
      TRY(choose_version(call.env.part<engines::Catalog>(), engine, in.EngineVersion.value_or("")));
  GroupRecord out;
  out.engine = version.engine;
  out.engine_version = version.version;
  out.node_type = *in.CacheNodeType;
  out.parameter_group = TRY(choose_parameter_group(call, version.family, in.CacheParameterGroupName));
  out.port = in.Port.value_or(redis_port);
  const SubnetGroupRecord subnets = TRY(resolve_subnet_group(call, in.CacheSubnetGroupName));
  out.subnet_group = subnets.name;
  out.vpc_id = subnets.vpc_id;
  out.security_group_ids = TRY(resolve_security_groups(call, subnets, in.SecurityGroupIds));
  out.maintenance_window = to_lower(
      in.PreferredMaintenanceWindow.value_or(managed::random_weekly_window(call.random(), maintenance_minutes)));
  out.snapshot_window = in.SnapshotWindow.value_or(managed::random_daily_window(call.random(), snapshot_minutes));
  out.snapshot_retention_days = in.SnapshotRetentionLimit.value_or(0);
  out.auto_minor_version_upgrade = in.AutoMinorVersionUpgrade.value_or(true);
  return out;
}

// A group of a cluster that is there is what that is; it keeps its data and becomes the primary.
Result<GroupRecord> plan_from(Call& call, const CreateReplicationGroupMessage& in, const std::string& transit_mode) {
  const std::string id = to_lower(*in.PrimaryClusterId);
  if (in.NumCacheClusters.value_or(1) > 1 || in.ReplicasPerNodeGroup.value_or(0) > 0)
    return errors::InvalidParameterCombination("PrimaryClusterId cannot be specified together with a number of cache clusters.");
  const std::optional<ClusterView> found = find_cluster(call.txn, call.key(id));
  if (!found) return errors::CacheClusterNotFound(fmt::format("CacheCluster not found: {}", id.substr(0, 255)));
  const ClusterRecord& primary = found->wanted;
  if (primary.engine != engine::redis)
    return errors::InvalidParameterValue("Replication groups are not supported for engine memcached.");
  if (status_of(*found) != status::available || !primary.replication_group.empty()) {
    return errors::InvalidCacheClusterState(
        fmt::format("Cache cluster {} is not in a valid state to be a primary.", primary.id));
  }
  GroupRecord out;
  out.engine = primary.engine;
  out.engine_version = primary.engine_version;
  out.node_type = primary.node_type;
  out.parameter_group = primary.parameter_group;
  out.port = primary.port;
  out.subnet_group = primary.subnet_group;
  out.vpc_id = primary.vpc_id;
  out.security_group_ids = primary.security_group_ids;
  out.maintenance_window = primary.maintenance_window;
  out.snapshot_window = primary.snapshot_window;
  out.auto_minor_version_upgrade = primary.auto_minor_version_upgrade;
  out.first_primary = primary.id;
  ClusterRecord member = primary;
  member.replication_group = to_lower(in.ReplicationGroupId);
  member.transit_mode = transit_mode;
  ++member.generation;
  call.txn.put(clusters, call.key(primary.id), std::move(member));
  return out;
}

// The first primary's node has a snapshot's data.
Result<void> begin_with(Call& call, const std::string& primary, const std::string& snapshot) {
  ClusterRecord changed = *call.txn.get(clusters, call.key(primary));
  changed.restored_from = TRY(restorable_snapshot(call, snapshot)).resource_id;
  call.txn.put(clusters, call.key(primary), std::move(changed));
  return {};
}

Result<CreateReplicationGroupResult> create_replication_group(Call& call, const CreateReplicationGroupMessage& in) {
  api::say_what_engines_lack(call);
  TRY(check_new_group(in));
  const std::string id = to_lower(in.ReplicationGroupId);
  const std::size_t count = TRY(members_wanted(in));
  const bool automatic_failover = in.AutomaticFailoverEnabled.value_or(false), multi_az = in.MultiAZEnabled.value_or(false);
  TRY(check_failover(automatic_failover, multi_az, count));
  const Tags tags = TRY(read_tags(in.Tags));
  if (call.txn.get(groups, call.key(id)) != nullptr)
    return errors::ReplicationGroupAlreadyExists(fmt::format("Replication group {} already exists.", id));
  const bool from_cluster = in.PrimaryClusterId && !in.PrimaryClusterId->empty();
  if (!from_cluster) TRY(check_node_quota(call, count));
  TRY(elasticache_caller(call));
  const std::string transit_mode = TRY(transit_of_new({in.TransitEncryptionEnabled, in.TransitEncryptionMode, false}));
  TRY(check_certificates(call, transit_mode));
  GroupRecord record = from_cluster ? TRY(plan_from(call, in, transit_mode)) : TRY(plan_new(call, in));
  record.id = id;
  record.resource_id = new_resource_id(call.random(), id);
  record.description = in.ReplicationGroupDescription;
  record.automatic_failover = automatic_failover;
  record.multi_az = multi_az;
  record.transit_mode = transit_mode;
  record.tags = tags;
  record.created_at = call.now();
  if (!from_cluster) {
    if (call.txn.get(clusters, call.key(member_id(id, 1))) != nullptr)
      return errors::CacheClusterAlreadyExists("Cache cluster already exists");
    record.first_primary = member_id(id, 1);
    TRY(add_members(call, record, count, {std::nullopt, in.PreferredCacheClusterAZs, true}));
    if (in.SnapshotName) TRY(begin_with(call, record.first_primary, *in.SnapshotName));
  }
  domain_label(call);
  call.txn.put(groups, call.key(id), record);
  CreateReplicationGroupResult out;
  out.ReplicationGroup = to_group(call, *find_group(call.txn, call.key(id)));
  return out;
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
void needs_create_replication_group(const Call& call, const CreateReplicationGroupMessage& in, api::Requirements& needs) {
  const std::string arn = group_arn(call, to_lower(in.ReplicationGroupId)), engine = in.Engine.value_or("redis");
  std::string parameter_group = to_lower(in.CacheParameterGroupName.value_or(""));
  if (parameter_group.empty()) parameter_group = "default." + family_of(engine, in.EngineVersion.value_or(""));
  const api::TagMap tags = api::tag_map(in.Tags);
  const auto yes_or_no = [](const auto& value) { return value.value_or(false) ? "true" : "false"; };
  api::Requirement& group = needs.need(arn);
  group.request_tags = tags;
  group.key("elasticache:EngineType", engine).key("elasticache:CacheParameterGroupName", parameter_group);
  group.key("elasticache:AutomaticFailoverEnabled", yes_or_no(in.AutomaticFailoverEnabled));
  group.key("elasticache:MultiAZEnabled", yes_or_no(in.MultiAZEnabled));
  group.key("elasticache:AtRestEncryptionEnabled", yes_or_no(in.AtRestEncryptionEnabled));
  group.key("elasticache:TransitEncryptionEnabled", yes_or_no(in.TransitEncryptionEnabled));
  group.key("elasticache:AuthTokenEnabled", in.AuthToken ? "true" : "false");
  group.key("elasticache:ClusterModeEnabled", "false");
  if (in.CacheNodeType) group.key("elasticache:CacheNodeType", *in.CacheNodeType);
  if (in.EngineVersion) group.key("elasticache:EngineVersion", *in.EngineVersion);
  if (in.NumNodeGroups) group.key("elasticache:NumNodeGroups", std::to_string(*in.NumNodeGroups));
  if (in.ReplicasPerNodeGroup) group.key("elasticache:ReplicasPerNodeGroup", std::to_string(*in.ReplicasPerNodeGroup));
  if (in.SnapshotRetentionLimit) group.key("elasticache:SnapshotRetentionLimit", std::to_string(*in.SnapshotRetentionLimit));
  if (in.KmsKeyId) group.key("elasticache:KmsKeyId", *in.KmsKeyId);
  if (in.Durability) group.key("elasticache:Durability", *in.Durability);
  need_parameter_group(call, parameter_group, needs);
  if (in.SnapshotName) need_snapshot(call, *in.SnapshotName, needs);
  const std::string subnets = to_lower(in.CacheSubnetGroupName.value_or("default"));
  api::Requirement& subnet_group = needs.need(subnet_group_arn(call, subnets));
  if (const SubnetGroupRecord* record = call.txn.get(subnet_groups, call.key(subnets))) subnet_group.resource_tags = record->tags;
  if (in.PrimaryClusterId) {
    const std::string primary = to_lower(*in.PrimaryClusterId);
    api::Requirement& cluster = needs.need(cluster_arn(call, primary));
    if (const ClusterRecord* record = call.txn.get(clusters, call.key(primary))) cluster.resource_tags = record->tags;
  }
  if (!tags.empty()) needs.need("elasticache:AddTagsToResource", arn).request_tags = tags;
}

// ---- DescribeReplicationGroups -------------------------------------------------------------------------

Result<ReplicationGroupMessage> describe_replication_groups(Call& call, const DescribeReplicationGroupsMessage& in) {
  const std::size_t page = TRY(api::page_size(page_rules, in.MaxRecords));
  ReplicationGroupMessage out;
  out.ReplicationGroups.emplace();
  if (in.ReplicationGroupId) {
    out.ReplicationGroups->push_back(to_group(call, TRY(group_named(call, to_lower(*in.ReplicationGroupId)))));
    return out;
  }
  TRY(managed::list_records(
      call, page_rules, "DescribeReplicationGroups", page, in.Marker, groups, api::any_record,
      [&](const GroupRecord& record) {
        out.ReplicationGroups->push_back(to_group(call, *find_group(call.txn, call.key(record.id))));
      },
      out));
  return out;
}

void needs_describe_replication_groups(const Call& call, const DescribeReplicationGroupsMessage& in, api::Requirements& needs) {
  need_group(call, in.ReplicationGroupId ? to_lower(*in.ReplicationGroupId) : "*", needs);
}

api::AwaitedKeys in_transition(const Call& call, const ReplicationGroupMessage& out) {
  for (const ReplicationGroup& group : *out.ReplicationGroups) {
    if (group.Status == status::creating || group.Status == status::modifying || group.Status == status::deleting)
      return {call.key(*group.ReplicationGroupId)};
  }
  return {};
}

// ---- DeleteReplicationGroup ----------------------------------------------------------------------------

// The primary stays as a cluster of its own, with its data.
void retain(Call& call, const ClusterView& primary) {
  ClusterRecord changed = primary.wanted;
  changed.replication_group.clear();
  ++changed.generation;
  call.txn.put(clusters, call.key(primary.wanted.id), std::move(changed));
}

Result<DeleteReplicationGroupResult> delete_replication_group(Call& call, const DeleteReplicationGroupMessage& in) {
  const std::string id = to_lower(in.ReplicationGroupId);
  GroupView group = TRY(group_named(call, id));
  const std::string_view now = status_with_snapshots(call, group);
  if (now != status::available && now != status::create_failed) {
    return errors::InvalidReplicationGroupState(
        fmt::format("Replication group {} has status {} which is not valid for deletion.", id, now));
  }
  if (in.FinalSnapshotIdentifier && now == status::available) {
    TRY(want_final_snapshot(call, *group.member(group.primary()), *in.FinalSnapshotIdentifier));
    DeleteReplicationGroupResult out;
    out.ReplicationGroup = to_group(call, group);
    return out;
  }
  const bool keeps_primary = in.RetainPrimaryCluster.value_or(false) && now == status::available;
  for (const ClusterView& member : group.members) {
    if (keeps_primary && member.wanted.id == group.primary()) retain(call, member);
    else remove_member(call, member);
  }
  group.wanted.deleting = true;
  ++group.wanted.generation;
  call.txn.put(groups, call.key(id), group.wanted);
  DeleteReplicationGroupResult out;
  out.ReplicationGroup = to_group(call, *find_group(call.txn, call.key(id)));
  return out;
}

void needs_delete_replication_group(const Call& call, const DeleteReplicationGroupMessage& in, api::Requirements& needs) {
  need_group(call, to_lower(in.ReplicationGroupId), needs);
  if (in.FinalSnapshotIdentifier) needs.need(call.arn("elasticache", "snapshot:" + *in.FinalSnapshotIdentifier));
}

}  // namespace

api::Requirement& need_group(const Call& call, const std::string& id, api::Requirements& needs) {
  api::Requirement& need = needs.need(group_arn(call, id));
  if (const GroupRecord* record = call.txn.get(groups, call.key(id))) need.resource_tags = record->tags;
  return need;
}

// AWS tags groups only while they can be used.
constinit const managed::TaggedKind group_tags{
    "replicationgroup", not_present<errors::ReplicationGroupNotFoundFault>,
    &api::tagged_records<groups, [](const Call& call, const store::Key& key, const GroupRecord&) {
      return status_of(*find_group(call.txn, key)) == status::available;
    }>};

const api::Operations& groups_operations() {
  static const api::Operations rows = {
      api::op<ops::CreateReplicationGroup>(create_replication_group, api::on(needs_create_replication_group),
          api::takes("ReplicationGroupId ReplicationGroupDescription PrimaryClusterId AutomaticFailoverEnabled "
                     "MultiAZEnabled NumCacheClusters PreferredCacheClusterAZs NumNodeGroups ReplicasPerNodeGroup "
                     "CacheNodeType Engine EngineVersion CacheParameterGroupName CacheSubnetGroupName "
                     "CacheSecurityGroupNames SecurityGroupIds Tags PreferredMaintenanceWindow Port "
                     "AutoMinorVersionUpgrade SnapshotRetentionLimit SnapshotWindow SnapshotName TransitEncryptionEnabled "
                     "TransitEncryptionMode AtRestEncryptionEnabled NetworkType IpDiscovery ClusterMode")),
      api::op<ops::DescribeReplicationGroups>(describe_replication_groups, api::on(needs_describe_replication_groups),
          api::read_only, api::in_transition(in_transition), api::takes("ReplicationGroupId MaxRecords Marker")),
      api::op<ops::DeleteReplicationGroup>(delete_replication_group, api::on(needs_delete_replication_group),
          api::takes("ReplicationGroupId RetainPrimaryCluster FinalSnapshotIdentifier")),
  };
  return rows;
}

}  // namespace haar::elasticache
