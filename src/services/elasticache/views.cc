#include "services/elasticache/views.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/kit/resource_states.h"
#include "model/elasticache/service.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/names.h"
#include "services/elasticache/parameters/config.h"
#include "services/elasticache/snapshots/snapshots.h"
#include "services/managed/shown_endpoints.h"

namespace haar::elasticache {
namespace {

// Whether the controller sees the node's engine answer. One of which nothing is known yet does not.
bool answers(const api::Call& call, const ClusterView& cluster, const NodeView& node) {
  const auto state = call.env.part<api::ResourceStates>().get(engine_id(cluster.wanted.resource_id, node.wanted.id));
  return state && state->status == status::available;
}

CacheNode to_node(const api::Call& call, const ClusterView& cluster, const NodeView& node) {
  CacheNode out;
  out.CacheNodeId = node.wanted.id;
  const std::string_view status = status_of(cluster.wanted, cluster.seen);
  const bool available = status == status::available;
  const bool reboots = available && (needs_start(node) || !answers(call, cluster, node));
  const bool comes = available && !node.seen.config.started;
  if (node.wanted.deleting) out.CacheNodeStatus = status::deleting;
  else if (comes) out.CacheNodeStatus = status::creating;
  else out.CacheNodeStatus = reboots ? status::rebooting_node : status;
  out.CacheNodeCreateTime = node.wanted.created_at;
  out.ParameterGroupStatus = apply_status(cluster, node);
  out.CustomerAvailabilityZone = node.wanted.zone;
  // AWS shows an endpoint once there is something to connect to.
  if (available && !comes) out.Endpoint = node_endpoint(call, cluster.wanted, node);
  return out;
}

// What is the status of any node is the group's.
CacheParameterGroupStatus to_group_status(const ClusterView& cluster) {
  CacheParameterGroupStatus out;
  out.CacheParameterGroupName = cluster.wanted.parameter_group;
  out.ParameterApplyStatus = "in-sync";
  out.CacheNodeIdsToReboot.emplace();
  for (const NodeView& node : cluster.nodes) {
    const std::string_view status = apply_status(cluster, node);
    if (status == "pending-reboot") out.CacheNodeIdsToReboot->push_back(node.wanted.id);
    if (status != "in-sync") out.ParameterApplyStatus = status;
  }
  return out;
}

// "Multiple" for nodes in more than one zone.
std::string zone_of(const ClusterView& cluster) {
  if (cluster.nodes.empty()) return "";
  const std::string& first = cluster.nodes.front().wanted.zone;
  const bool one = std::ranges::all_of(cluster.nodes, [&](const NodeView& node) { return node.wanted.zone == first; });
  return one ? first : "Multiple";
}

Endpoint configuration_endpoint(const api::Call& call, const ClusterView& cluster) {
  const std::string label = known_domain_label(call.txn, call.key("label"));
  return to_endpoint(call, configuration_endpoint_name(cluster.wanted, label, call.region().value),
                     cluster.seen.configuration_address, cluster.wanted.port);
}

// What redis has and memcached has not, as AWS shows them.
void add_redis_members(CacheCluster& out, const ClusterRecord& record) {
  if (record.engine != engine::redis) return;
  out.SnapshotRetentionLimit = record.snapshot_retention_days;
  out.SnapshotWindow = record.snapshot_window;
}

}  // namespace

std::string shown_status(const api::Call& call, const ClusterView& cluster) {
  const std::string_view status = status_with_snapshots(call, cluster);
  const bool all = std::ranges::all_of(cluster.nodes, [&](const NodeView& node) { return answers(call, cluster, node); });
  return std::string(status == status::available && !all ? status::rebooting_nodes : status);
}

Endpoint to_endpoint(const api::Call& call, const std::string& name, const std::string& address, std::int32_t port) {
  Endpoint out;
  out.Address = managed::shown_endpoint(call, name, address);
  out.Port = port;
  return out;
}

Endpoint node_endpoint(const api::Call& call, const ClusterRecord& cluster, const NodeView& node) {
  const std::string label = known_domain_label(call.txn, call.key("label"));
  return to_endpoint(call, node_names(cluster, node.wanted.id, label, call.region().value).name, node.seen.address, cluster.port);
}

CacheCluster to_cluster(const api::Call& call, const ClusterView& cluster, Nodes nodes) {
  const ClusterRecord& record = cluster.wanted;
  CacheCluster out;
  out.CacheClusterId = record.id;
  out.ARN = cluster_arn(call, record.id);
  out.ClientDownloadLandingPage = "https://console.aws.amazon.com/elasticache/home#client-download:";
  out.CacheNodeType = record.node_type;
  out.Engine = record.engine;
  out.EngineVersion = full_version(record.engine, record.engine_version);
  out.CacheClusterStatus = shown_status(call, cluster);
  out.NumCacheNodes = static_cast<std::int32_t>(
      std::ranges::count_if(cluster.nodes, [](const NodeView& node) { return !node.wanted.deleting; }));
  out.PreferredAvailabilityZone = zone_of(cluster);
  out.CacheClusterCreateTime = record.created_at;
  out.PreferredMaintenanceWindow = record.maintenance_window;
  out.PendingModifiedValues.emplace();
  out.CacheSecurityGroups.emplace();
  out.CacheParameterGroup = to_group_status(cluster);
  out.CacheSubnetGroupName = record.subnet_group;
  out.SecurityGroups.emplace();
  for (const std::string& id : record.security_group_ids) {
    SecurityGroupMembership& group = out.SecurityGroups->emplace_back();
    group.SecurityGroupId = id;
    group.Status = "active";
  }
  out.AutoMinorVersionUpgrade = record.auto_minor_version_upgrade;
  add_redis_members(out, record);
  out.AuthTokenEnabled = false;
  out.TransitEncryptionEnabled = !record.transit_mode.empty();
  if (!record.transit_mode.empty()) out.TransitEncryptionMode = record.transit_mode;
  out.AtRestEncryptionEnabled = false;
  if (!record.replication_group.empty()) out.ReplicationGroupId = record.replication_group;
  out.ReplicationGroupLogDeliveryEnabled = false;
  out.LogDeliveryConfigurations.emplace();
  out.NetworkType = "ipv4";
  out.IpDiscovery = "ipv4";
  if (status_of(cluster.wanted, cluster.seen) == status::available && record.has_configuration_endpoint())
    out.ConfigurationEndpoint = configuration_endpoint(call, cluster);
  if (nodes == Nodes::shown) {
    out.CacheNodes.emplace();
    for (const NodeView& node : cluster.nodes) out.CacheNodes->push_back(to_node(call, cluster, node));
  }
  return out;
}

CacheSubnetGroup to_subnet_group(const api::Call& call, const SubnetGroupRecord& record) {
  CacheSubnetGroup out;
  out.CacheSubnetGroupName = record.name;
  out.CacheSubnetGroupDescription = record.description;
  out.ARN = subnet_group_arn(call, record.name);
  out.VpcId = record.vpc_id;
  out.SupportedNetworkTypes = std::vector<std::string>{"ipv4"};
  out.Subnets = managed::subnet_views<Subnet>(
      call, record, [](Subnet& subnet) { subnet.SupportedNetworkTypes = std::vector<std::string>{"ipv4"}; });
  return out;
}

}  // namespace haar::elasticache
