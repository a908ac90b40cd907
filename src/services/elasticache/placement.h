// Where a cluster's nodes go: subnet group, VPC, security groups, zones; and whom elasticache acts as.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "services/elasticache/records.h"

namespace haar::elasticache {

inline constexpr std::string_view service_principal = "elasticache.amazonaws.com";

// A session of AWSServiceRoleForElastiCache, made on first use if the caller may; else ElastiCache's refusal.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/using-service-linked-roles.html
Result<std::shared_ptr<const api::Caller>> elasticache_caller(api::Call& call);

// The named group; without a name, "default", which is made of the default VPC's subnets on first use.
Result<SubnetGroupRecord> resolve_subnet_group(api::Call& call, const std::optional<std::string>& name);

// The ids asked for, checked to be of the group's VPC; else the VPC's default group.
Result<std::vector<std::string>> resolve_security_groups(api::Call& call, const SubnetGroupRecord& group,
                                                         const std::optional<std::vector<std::string>>& ids);

// The interface of a node has these security groups from now on.
Result<void> set_interface_groups(api::Call& call, const std::string& interface_id, const std::vector<std::string>& groups);

struct ZoneWish {
  std::optional<std::string> zone;                // PreferredAvailabilityZone: for all nodes
  std::optional<std::vector<std::string>> zones;  // PreferredAvailabilityZones: one for each
  bool spread = false;                            // AZMode cross-az
};
// `count` nodes, each with its zone and subnet.
Result<std::vector<NodeRecord>> place_nodes(const api::Call& call, const SubnetGroupRecord& group, std::size_t count,
                                            const ZoneWish& wish);

}  // namespace haar::elasticache
