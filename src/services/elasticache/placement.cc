#include "services/elasticache/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "model/elasticache/service.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/network/network.h"
#include "services/elasticache/names.h"

namespace haar::elasticache {
namespace {

// "If you have a default VPC, ElastiCache makes a subnet group named default": it spans all of its subnets.
Result<SubnetGroupRecord> make_default_subnet_group(api::Call& call) {
  const ec2::VpcRecord* vpc = ec2::find_default_vpc(call.txn, ec2::Place(call));
  SubnetGroupRecord group;
  group.name = "default";
  group.description = "Default CacheSubnetGroup";
  if (vpc != nullptr) {
    group.vpc_id = vpc->id;
    for (const ec2::SubnetRecord* subnet : ec2::subnets_of_vpc(call.txn, ec2::Place(call), vpc->id))
      group.subnet_ids.push_back(subnet->id);
  }
  if (group.subnet_ids.empty()) return errors::InvalidParameterValue("The account does not have any default subnets.");
  call.txn.put(subnet_groups, call.key(group.name), group);
  return group;
}

// One subnet for each zone of the group: the first that still exists.
std::map<std::string, std::string> subnet_by_zone(const api::Call& call, const SubnetGroupRecord& group) {
  std::map<std::string, std::string> out;
  for (const std::string& id : group.subnet_ids) {
    if (const ec2::SubnetRecord* subnet = ec2::find_subnet(call.txn, ec2::Place(call), id)) out.emplace(subnet->zone, id);
  }
  return out;
}

// The zone of every node.
Result<std::vector<std::string>> choose_zones(const std::map<std::string, std::string>& available, std::size_t count,
                                              const ZoneWish& wish) {
  if (wish.zones && !wish.zones->empty()) {
    if (wish.zones->size() == count) return *wish.zones;
    return errors::InvalidParameterValue(
        "The number of preferred availability zones must be equal to the number of cache nodes.");
  }
  if (wish.zone && !wish.zone->empty()) return std::vector<std::string>(count, *wish.zone);
  if (!wish.spread) return std::vector<std::string>(count, available.begin()->first);
  std::vector<std::string> out;
  for (auto at = available.begin(); out.size() < count; ++at) {
    if (at == available.end()) at = available.begin();
    out.push_back(at->first);
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const api::Caller>> elasticache_caller(api::Call& call) {
  Result<std::shared_ptr<const api::Caller>> caller = ec2::service_caller(call, service_principal);
  if (caller.ok()) return caller;
  return errors::ServiceLinkedRoleNotFoundFault(
      "This action cannot be completed due to insufficient permissions. (Recommended action) Please create new role "
      "using IAM API CreateServiceLinkedRole.");
}

Result<SubnetGroupRecord> resolve_subnet_group(api::Call& call, const std::optional<std::string>& name) {
  const std::string wanted = name && !name->empty() ? to_lower(*name) : std::string("default");
  if (const SubnetGroupRecord* known = call.txn.get(subnet_groups, call.key(wanted))) return *known;
  if (wanted == "default") return make_default_subnet_group(call);
  return errors::CacheSubnetGroupNotFoundFault(fmt::format("Cache Subnet Group {} does not exist.", wanted));
}

Result<std::vector<std::string>> resolve_security_groups(api::Call& call, const SubnetGroupRecord& group,
                                                         const std::optional<std::vector<std::string>>& ids) {
  const ec2::Place here(call);
  if (!ids || ids->empty()) {
    const ec2::SecurityGroupRecord* usual = ec2::default_security_group(call.txn, here, group.vpc_id);
    if (usual == nullptr) return errors::InvalidVPCNetworkStateFault("The VPC " + group.vpc_id + " does not exist.");
    return std::vector<std::string>{usual->id};
  }
  std::vector<std::string> unique;
  for (const std::string& id : *ids) {
    if (std::find(unique.begin(), unique.end(), id) == unique.end()) unique.push_back(id);
  }
  const std::optional<std::string> stranger = ec2::first_group_outside_vpc(call.txn, here, unique, group.vpc_id);
  if (!stranger) return unique;
  const ec2::SecurityGroupRecord* elsewhere = ec2::find_security_group(call.txn, here, *stranger);
  if (elsewhere == nullptr) {
    return errors::InvalidParameterValue(
        fmt::format("Some of the security group Ids are invalid: The security group '{}' does not exist", *stranger));
  }
  return errors::InvalidParameterCombination(fmt::format("Subnet group [{}] belongs to a different VPC [{}] than [{}]",
                                                         group.name, group.vpc_id, elsewhere->vpc_id));
}

Result<std::vector<NodeRecord>> place_nodes(const api::Call& call, const SubnetGroupRecord& group, std::size_t count,
                                            const ZoneWish& wish) {
  const std::map<std::string, std::string> subnets = subnet_by_zone(call, group);
  if (subnets.empty())
    return errors::InvalidVPCNetworkStateFault(fmt::format("Cache subnet group {} has no subnet.", group.name));
  std::vector<NodeRecord> out;
  for (const std::string& zone : TRY(choose_zones(subnets, count, wish))) {
    const auto subnet = subnets.find(zone);
    if (subnet == subnets.end()) {
      return errors::InvalidVPCNetworkStateFault(
          fmt::format("Availability zone {} is not covered by cache subnet group {}.", zone.substr(0, 64), group.name));
    }
    NodeRecord& node = out.emplace_back();
    node.id = node_id(out.size() - 1);
    node.zone = zone;
    node.subnet_id = subnet->second;
    node.created_at = call.now();
  }
  return out;
}

}  // namespace haar::elasticache
