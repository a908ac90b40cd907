#include "services/elasticache/views.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/kit/resource_states.h"
#include "model/elasticache/service.h"
#include "services/ec2/network/network.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/names.h"

namespace haar::elasticache {
namespace {

Endpoint endpoint(const std::string& address, std::int32_t port) {
  Endpoint out;
  out.Address = address;
  out.Port = port;
  return out;
}

// Whether the controller sees the node's engine answer. One of which nothing is known yet does not.
bool answers(const api::Call& call, const ClusterRecord& cluster, const NodeRecord& node) {
  const auto state = call.env.part<api::ResourceStates>().get(engine_id(cluster.resource_id, node.id));
  return state && state->status == status::available;
}

std::string shown_status(const api::Call& call, const ClusterRecord& record) {
  const bool all = std::all_of(record.nodes.begin(), record.nodes.end(),
                               [&](const NodeRecord& node) { return answers(call, record, node); });
  return record.status == status::available && !all ? std::string(status::rebooting_nodes) : record.status;
}

CacheNode to_node(const api::Call& call, const ClusterRecord& cluster, const NodeRecord& record) {
  CacheNode out;
  out.CacheNodeId = record.id;
  const bool reboots = cluster.status == status::available && !answers(call, cluster, record);
  out.CacheNodeStatus = reboots ? std::string(status::rebooting_node) : cluster.status;
  out.CacheNodeCreateTime = record.created_at;
  out.ParameterGroupStatus = "in-sync";
  out.CustomerAvailabilityZone = record.zone;
  // AWS shows an endpoint once there is something to connect to.
  if (cluster.status == status::available) out.Endpoint = endpoint(record.address, cluster.port);
  return out;
}

// "Multiple" for nodes in more than one zone.
std::string zone_of(const ClusterRecord& cluster) {
  if (cluster.nodes.empty()) return "";
  const std::string& first = cluster.nodes.front().zone;
  const bool one = std::all_of(cluster.nodes.begin(), cluster.nodes.end(),
                               [&](const NodeRecord& node) { return node.zone == first; });
  return one ? first : "Multiple";
}

// What redis has and memcached has not, as AWS shows them.
void add_redis_members(CacheCluster& out, const ClusterRecord& record) {
  if (record.engine != engine::redis) return;
  out.SnapshotRetentionLimit = 0;
  out.SnapshotWindow = record.snapshot_window;
}

}  // namespace

CacheCluster to_cluster(const api::Call& call, const ClusterRecord& record, Nodes nodes) {
  CacheCluster out;
  out.CacheClusterId = record.id;
  out.ARN = cluster_arn(call, record.id);
  out.ClientDownloadLandingPage = "https://console.aws.amazon.com/elasticache/home#client-download:";
  out.CacheNodeType = record.node_type;
  out.Engine = record.engine;
  out.EngineVersion = full_version(record.engine, record.engine_version);
  out.CacheClusterStatus = shown_status(call, record);
  out.NumCacheNodes = static_cast<std::int32_t>(record.nodes.size());
  out.PreferredAvailabilityZone = zone_of(record);
  out.CacheClusterCreateTime = record.created_at;
  out.PreferredMaintenanceWindow = record.maintenance_window;
  out.PendingModifiedValues.emplace();
  out.CacheSecurityGroups.emplace();
  out.CacheParameterGroup.emplace();
  out.CacheParameterGroup->CacheParameterGroupName = record.parameter_group;
  out.CacheParameterGroup->ParameterApplyStatus = "in-sync";
  out.CacheParameterGroup->CacheNodeIdsToReboot.emplace();
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
  out.TransitEncryptionEnabled = false;
  out.AtRestEncryptionEnabled = false;
  out.ReplicationGroupLogDeliveryEnabled = false;
  out.LogDeliveryConfigurations.emplace();
  out.NetworkType = "ipv4";
  out.IpDiscovery = "ipv4";
  if (record.status == status::available && record.has_configuration_endpoint())
    out.ConfigurationEndpoint = endpoint(record.configuration_address, record.port);
  if (nodes == Nodes::shown) {
    out.CacheNodes.emplace();
    for (const NodeRecord& node : record.nodes) out.CacheNodes->push_back(to_node(call, record, node));
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
  out.Subnets.emplace();
  for (const std::string& id : record.subnet_ids) {
    const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id);
    if (subnet == nullptr) continue;
    Subnet& one = out.Subnets->emplace_back();
    one.SubnetIdentifier = id;
    one.SubnetAvailabilityZone.emplace();
    one.SubnetAvailabilityZone->Name = subnet->zone;
    one.SupportedNetworkTypes = std::vector<std::string>{"ipv4"};
  }
  return out;
}

}  // namespace haar::elasticache
