#include "services/rds/placement.h"

#include <fmt/format.h>

#include <map>

#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/rds/service.h"
#include "services/managed/placement.h"
#include "services/managed/service_role.h"

namespace haar::rds {
namespace {

// "If this is the first DB cluster you have created in this region, Amazon RDS creates the default DB subnet
// group": it spans all of the default VPC's subnets.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_SettingUp_Aurora.html
constexpr managed::SubnetGroupRules subnet_group_rules{
    .default_description = "default",
    .default_zones_min = 2,
    .no_default_vpc =
        [] {
          return errors::InvalidVPCNetworkStateFault("No default VPC exists in this region. Specify a DBSubnetGroupName.");
        },
    .too_few_zones =
        [] {
          return errors::DBSubnetGroupDoesNotCoverEnoughAZs(
              "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add subnets to cover at least "
              "2 AZs.");
        },
    .not_found = subnet_group_not_found};

}  // namespace

Error subnet_group_not_found(std::string_view name) {
  return errors::DBSubnetGroupNotFoundFault(fmt::format("DB subnet group '{}' does not exist.", name));
}

Result<std::shared_ptr<const api::Caller>> rds_caller(api::Call& call) {
  return managed::service_caller(call, service_principal, [] {
    return errors::InvalidParameterValue(
        "Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait and "
        "try again later");
  });
}

Result<SubnetGroupRecord> resolve_subnet_group(api::Call& call, const std::optional<std::string>& name) {
  return managed::resolve_subnet_group(call, subnet_group_rules, subnet_groups, name);
}

Result<std::vector<std::string>> resolve_security_groups(api::Call& call, const std::string& vpc_id,
                                                         const std::optional<std::vector<std::string>>& ids) {
  return managed::resolve_security_groups(
      call, vpc_id, ids,
      {.no_vpc = [&] { return errors::InvalidVPCNetworkStateFault("The VPC " + vpc_id + " does not exist."); },
       .unknown =
           [](const std::string& id) {
             return errors::InvalidParameterValue(fmt::format("Invalid security group , groupId= {}, groupName=.", id));
           },
       .other_vpc =
           [&](const std::string& other) {
             return errors::InvalidParameterCombination(
                 fmt::format("The DB instance and EC2 security group are in different VPCs. The DB instance is in {} and "
                             "the EC2 security group is in {}",
                             vpc_id, other));
           }});
}

Result<void> change_security_groups(api::Call& call, ClusterRecord& cluster, const std::vector<std::string>& ids) {
  cluster.security_group_ids = TRY(resolve_security_groups(call, cluster.vpc_id, ids));
  const std::shared_ptr<const api::Caller> service = TRY(rds_caller(call));
  for (const auto& [key, instance] : call.txn.find(instances, instances_by_cluster,
                                                   store::join(call.account(), call.region(), cluster.id))) {
    ec2::ModifyNetworkInterfaceAttributeRequest request;
    request.NetworkInterfaceId = instance.interface_id;
    request.Groups = cluster.security_group_ids;
    TRY(call.invoke<ec2::ops::ModifyNetworkInterfaceAttribute>({std::string(service_principal), service}, request));
  }
  return {};
}

Result<std::vector<std::string>> resolve_zones(api::Call& call, const SubnetGroupRecord& group,
                                               const std::optional<std::vector<std::string>>& asked) {
  const std::map<std::string, std::string> available = managed::subnet_by_zone(call, group);
  if (asked && !asked->empty()) {
    for (const std::string& zone : *asked) {
      if (!available.contains(zone))
        return errors::InvalidVPCNetworkStateFault(
            fmt::format("Availability zone {} is not covered by DB subnet group {}.", zone, group.name));
    }
    return *asked;
  }
  constexpr std::size_t zones_max = 3;
  std::vector<std::string> zones;
  for (const auto& [zone, subnet] : available) {
    if (zones.size() < zones_max) zones.push_back(zone);
  }
  return zones;
}

}  // namespace haar::rds
