#include "services/managed/subnet_groups.h"

#include "services/ec2/network/network.h"

namespace haar::managed {

std::vector<ZonedSubnet> subnets_in(const api::Call& call, const SubnetGroup& group) {
  std::vector<ZonedSubnet> out;
  for (const std::string& id : group.subnet_ids) {
    if (const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id)) out.push_back({id, subnet->zone});
  }
  return out;
}

std::map<std::string, std::string> subnet_by_zone(const api::Call& call, const SubnetGroup& group) {
  std::map<std::string, std::string> out;
  for (ZonedSubnet& subnet : subnets_in(call, group)) out.emplace(std::move(subnet.zone), std::move(subnet.id));
  return out;
}

Result<SubnetGroup> make_default_subnet_group(const api::Call& call, const SubnetGroupRules& rules) {
  const ec2::VpcRecord* vpc = ec2::find_default_vpc(call.txn, ec2::Place(call));
  if (vpc == nullptr) return rules.no_default_vpc();
  SubnetGroup group;
  group.description = rules.default_description;
  group.vpc_id = vpc->id;
  for (const ec2::SubnetRecord* subnet : ec2::subnets_of_vpc(call.txn, ec2::Place(call), vpc->id))
    group.subnet_ids.push_back(subnet->id);
  if (subnet_by_zone(call, group).size() < rules.default_zones_min) return rules.too_few_zones();
  return group;
}

}  // namespace haar::managed
