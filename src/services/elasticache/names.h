// Identifiers, host names and ARNs of elasticache, and the rules that names must keep.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "base/result.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {

// 1 to 50 letters, digits and hyphens; first a letter, no hyphen at the end, no two in a row.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html
Result<void> check_cluster_id(std::string_view id);
// 1 to 40 of them.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
Result<void> check_group_id(std::string_view id);
// "<group>-001": the names of the members of a group with cluster mode disabled.
std::string member_id(std::string_view group, int number);
Result<void> check_port(std::int32_t port);
// At least an hour: "hh24:mi-hh24:mi".
Result<void> check_snapshot_window(std::string_view window);
// At least an hour: "ddd:hh24:mi-ddd:hh24:mi".
Result<void> check_maintenance_window(std::string_view window);

// "<cluster id>-" and ten lower-case letters and digits.
std::string new_resource_id(Random& random, std::string_view cluster_id);
// "0001", "0002", …
std::string node_id(std::size_t index);
// The engine process of a node: "<resource id>-0001". resource_of() takes the node off again.
std::string engine_id(std::string_view resource_id, std::string_view node);
std::string_view resource_of(std::string_view engine_id);
// "elasticache/<resource id>/0001": the endpoint of a node, and with configuration_role in its place that of the cluster's
// configuration. Whom an address of the host stands for.
inline constexpr std::string_view configuration_role = "cfg";
std::string endpoint_id(const ClusterRecord& cluster, std::string_view node);
// "elasticache/<resource id>/primary": of a replication group.
inline constexpr std::string_view primary_role = "primary", reader_role = "reader";
std::string endpoint_id(const GroupRecord& group, std::string_view role);

// The account's label in endpoint names of this region; made when first asked for in a write.
std::string domain_label(api::Call& call);

std::string cluster_arn(const api::Call& call, std::string_view id);
std::string group_arn(const api::Call& call, std::string_view id);
std::string subnet_group_arn(const api::Call& call, std::string_view name);
std::string parameter_group_arn(const api::Call& call, std::string_view name);

// "us-east-1" -> "use1", "ap-southeast-2" -> "apse2": AWS's short form in endpoint names.
std::string short_region(std::string_view region);
// AWS's names of its endpoints: "<id>.<label>.0001.use1.cache.amazonaws.com", and
// with "cfg" in the node's place for the configuration endpoint.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html
std::string node_endpoint_name(const ClusterRecord& cluster, std::string_view node, std::string_view label,
                               std::string_view region);
std::string configuration_endpoint_name(const ClusterRecord& cluster, std::string_view label, std::string_view region);
// "<group>.<label>.ng.0001.use1.cache.amazonaws.com", and "<group>-ro.…".
std::string primary_endpoint_name(const GroupRecord& group, std::string_view label, std::string_view region);
std::string reader_endpoint_name(const GroupRecord& group, std::string_view label, std::string_view region);
// Of a group with encryption in transit: "master.<group>.<label>.use1.cache.amazonaws.com", "replica.…", "<member>.…".
std::string encrypted_endpoint_name(std::string_view what, std::string_view group, std::string_view label,
                                    std::string_view region);
// The names under which an endpoint goes: with encryption in transit another one, and both while clients choose.
struct EndpointNames {
  std::string name, other;
};
EndpointNames node_names(const ClusterRecord& cluster, std::string_view node, std::string_view label, std::string_view region);
EndpointNames primary_names(const GroupRecord& group, std::string_view label, std::string_view region);
EndpointNames reader_names(const GroupRecord& group, std::string_view label, std::string_view region);
// The account's label in this region as far as one is made; else "".
std::string known_domain_label(const store::Reader& reader, const store::Key& key);

}  // namespace haar::elasticache
