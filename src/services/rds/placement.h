// Where a cluster or an instance goes: subnet group, VPC, security groups, zone, and whom it acts as.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

inline constexpr std::string_view service_principal = "rds.amazonaws.com";

// A session of AWSServiceRoleForRDS, made on first use if the caller may; else RDS's own refusal.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
Result<std::shared_ptr<const api::Caller>> rds_caller(api::Call& call);

Error subnet_group_not_found(std::string_view name);
// The named group; without a name, "default", which is made of the default VPC's subnets on first use.
Result<SubnetGroupRecord> resolve_subnet_group(api::Call& call, const std::optional<std::string>& name);

// The ids asked for, checked to be of this VPC; else the VPC's default group.
Result<std::vector<std::string>> resolve_security_groups(api::Call& call, const std::string& vpc_id,
                                                         const std::optional<std::vector<std::string>>& ids);

// Of the cluster and of the interfaces of its instances; puts the latter.
Result<void> change_security_groups(api::Call& call, ClusterRecord& cluster, const std::vector<std::string>& ids);

// Three zones of the subnet group's, or those asked for.
Result<std::vector<std::string>> resolve_zones(api::Call& call, const SubnetGroupRecord& group,
                                               const std::optional<std::vector<std::string>>& asked);

}  // namespace haar::rds
