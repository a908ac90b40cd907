#include "services/rds/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "model/rds/service.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/network/network.h"

namespace haar::rds {
namespace {

std::set<std::string> zones_of(const api::Call& call, const SubnetGroupRecord& group) {
  std::set<std::string> zones;
  for (const std::string& id : group.subnet_ids) {
    if (const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id)) zones.insert(subnet->zone);
  }
  return zones;
}

// "If this is the first DB cluster you have created in this region, Amazon RDS creates the default DB subnet
// group": it spans all of the default VPC's subnets.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_SettingUp_Aurora.html
Result<SubnetGroupRecord> make_default_subnet_group(api::Call& call) {
  const ec2::VpcRecord* vpc = ec2::find_default_vpc(call.txn, ec2::Place(call));
  if (vpc == nullptr)
    return errors::InvalidVPCNetworkStateFault("No default VPC exists in this region. Specify a DBSubnetGroupName.");
  SubnetGroupRecord group;
  group.name = "default";
  group.description = "default";
  group.vpc_id = vpc->id;
  for (const ec2::SubnetRecord* subnet : ec2::subnets_of_vpc(call.txn, ec2::Place(call), vpc->id))
    group.subnet_ids.push_back(subnet->id);
  if (zones_of(call, group).size() < 2) {
    return errors::DBSubnetGroupDoesNotCoverEnoughAZs(
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add subnets to cover at least 2 "
        "AZs.");
  }
  call.txn.put(subnet_groups, call.key(group.name), group);
  return group;
}

}  // namespace

Result<std::shared_ptr<const api::Caller>> rds_caller(api::Call& call) {
  Result<std::shared_ptr<const api::Caller>> caller = ec2::service_caller(call, service_principal);
  if (caller.ok()) return caller;
  return errors::InvalidParameterValue(
      "Unable to create the resource. Verify that you have permission to create service linked role. Otherwise wait and "
      "try again later");
}

Result<SubnetGroupRecord> resolve_subnet_group(api::Call& call, const std::optional<std::string>& name) {
  const std::string wanted = name ? to_lower(*name) : std::string("default");
  if (const SubnetGroupRecord* known = call.txn.get(subnet_groups, call.key(wanted))) return *known;
  if (wanted == "default") return make_default_subnet_group(call);
  return errors::DBSubnetGroupNotFoundFault(fmt::format("DB subnet group '{}' does not exist.", wanted));
}

Result<std::vector<std::string>> resolve_security_groups(api::Call& call, const std::string& vpc_id,
                                                         const std::optional<std::vector<std::string>>& ids) {
  const ec2::Place here(call);
  if (!ids || ids->empty()) {
    const ec2::SecurityGroupRecord* group = ec2::default_security_group(call.txn, here, vpc_id);
    if (group == nullptr) return errors::InvalidVPCNetworkStateFault("The VPC " + vpc_id + " does not exist.");
    return std::vector<std::string>{group->id};
  }
  std::vector<std::string> unique;
  for (const std::string& id : *ids) {
    if (std::find(unique.begin(), unique.end(), id) == unique.end()) unique.push_back(id);
  }
  if (const std::optional<std::string> stranger = ec2::first_group_outside_vpc(call.txn, here, unique, vpc_id)) {
    if (ec2::find_security_group(call.txn, here, *stranger) == nullptr)
      return errors::InvalidParameterValue(fmt::format("Invalid security group , groupId= {}, groupName=.", *stranger));
    return errors::InvalidParameterCombination(fmt::format(
        "The DB instance and EC2 security group are in different VPCs. The DB instance is in {} and the EC2 security "
        "group is in {}",
        vpc_id, ec2::find_security_group(call.txn, here, *stranger)->vpc_id));
  }
  return unique;
}

Result<std::vector<std::string>> resolve_zones(api::Call& call, const SubnetGroupRecord& group,
                                               const std::optional<std::vector<std::string>>& asked) {
  const std::set<std::string> available = zones_of(call, group);
  if (asked && !asked->empty()) {
    for (const std::string& zone : *asked) {
      if (!available.contains(zone))
        return errors::InvalidVPCNetworkStateFault(
            fmt::format("Availability zone {} is not covered by DB subnet group {}.", zone, group.name));
    }
    return *asked;
  }
  std::vector<std::string> zones(available.begin(), available.end());
  if (zones.size() > 3) zones.resize(3);
  return zones;
}

}  // namespace haar::rds
