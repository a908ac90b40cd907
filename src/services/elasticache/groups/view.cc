#include "services/elasticache/groups/view.h"

#include "services/elasticache/names.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/elasticache/views.h"

namespace haar::elasticache {
namespace {

NodeGroupMember to_member(const api::Call& call, const GroupView& group, const ClusterView& member) {
  NodeGroupMember out;
  out.CacheClusterId = member.wanted.id;
  out.CacheNodeId = node_id(0);
  if (!member.nodes.empty()) {
    const NodeView& node = member.nodes.front();
    out.PreferredAvailabilityZone = node.wanted.zone;
    if (status_of(member) == status::available) out.ReadEndpoint = node_endpoint(call, member.wanted, node);
  }
  out.CurrentRole = member.wanted.id == group.primary() ? "primary" : "replica";
  return out;
}

// AWS shows it once there is something to connect to.
NodeGroup to_node_group(const api::Call& call, const GroupView& group) {
  const std::string label = known_domain_label(call.txn, call.key("label"));
  NodeGroup out;
  out.NodeGroupId = only_node_group;
  out.Status = status_of(group);
  out.PrimaryEndpoint = to_endpoint(call, primary_names(group.wanted, label, call.region().value).name,
                                    group.seen.primary_address, group.wanted.port);
  out.ReaderEndpoint = to_endpoint(call, reader_names(group.wanted, label, call.region().value).name,
                                   group.seen.reader_address, group.wanted.port);
  out.NodeGroupMembers.emplace();
  for (const ClusterView& member : group.members) out.NodeGroupMembers->push_back(to_member(call, group, member));
  return out;
}

// While it changes, what is in force is shown, and what comes beside it.
void show_transit(const GroupView& group, ReplicationGroup& out) {
  const std::string &wanted = group.wanted.transit_mode, &now = group.seen.made ? group.seen.transit_mode : wanted;
  out.TransitEncryptionEnabled = !now.empty();
  if (!now.empty()) out.TransitEncryptionMode = now;
  if (now == wanted) return;
  out.PendingModifiedValues->TransitEncryptionEnabled = !wanted.empty();
  if (!wanted.empty()) out.PendingModifiedValues->TransitEncryptionMode = wanted;
}

}  // namespace

ReplicationGroup to_group(const api::Call& call, const GroupView& group) {
  const GroupRecord& record = group.wanted;
  ReplicationGroup out;
  out.ReplicationGroupId = record.id;
  out.Description = record.description;
  out.Status = status_with_snapshots(call, group);
  out.PendingModifiedValues.emplace();
  out.MemberClusters.emplace();
  for (const ClusterView& member : group.members) out.MemberClusters->push_back(member.wanted.id);
  if (group.seen.made) out.NodeGroups = std::vector<NodeGroup>{to_node_group(call, group)};
  const bool enabling = record.automatic_failover && !group.seen.made;
  out.AutomaticFailover = enabling ? "enabling" : record.automatic_failover ? "enabled" : "disabled";
  out.MultiAZ = record.multi_az ? "enabled" : "disabled";
  out.SnapshotRetentionLimit = record.snapshot_retention_days;
  out.SnapshotWindow = record.snapshot_window;
  out.ClusterEnabled = false;
  out.ClusterMode = "disabled";
  out.CacheNodeType = record.node_type;
  out.AuthTokenEnabled = false;
  show_transit(group, out);
  out.AtRestEncryptionEnabled = false;
  out.ARN = group_arn(call, record.id);
  out.UserGroupIds.emplace();
  out.LogDeliveryConfigurations.emplace();
  out.ReplicationGroupCreateTime = record.created_at;
  out.DataTiering = "disabled";
  out.AutoMinorVersionUpgrade = record.auto_minor_version_upgrade;
  out.NetworkType = "ipv4";
  out.IpDiscovery = "ipv4";
  out.Engine = record.engine;
  return out;
}

}  // namespace haar::elasticache
