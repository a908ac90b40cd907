#include "services/elasticache/placement.h"

#include <fmt/format.h>

#include <map>

#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/elasticache/service.h"
#include "services/elasticache/names.h"
#include "services/managed/placement.h"
#include "services/managed/service_role.h"

namespace haar::elasticache {
namespace {

Error no_default_subnets() {
  return errors::InvalidParameterValue("The account does not have any default subnets.");
}

// "If you have a default VPC, ElastiCache makes a subnet group named default": it spans all of its subnets.
constexpr managed::SubnetGroupRules subnet_group_rules{
    .default_description = "Default CacheSubnetGroup",
    .default_zones_min = 1,
    .no_default_vpc = no_default_subnets,
    .too_few_zones = no_default_subnets,
    .not_found = [](std::string_view name) {
      return errors::CacheSubnetGroupNotFoundFault(fmt::format("Cache Subnet Group {} does not exist.", name));
    }};

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
  return managed::service_caller(call, service_principal, [] {
    return errors::ServiceLinkedRoleNotFoundFault(
        "This action cannot be completed due to insufficient permissions. (Recommended action) Please create new role "
        "using IAM API CreateServiceLinkedRole.");
  });
}

Result<SubnetGroupRecord> resolve_subnet_group(api::Call& call, const std::optional<std::string>& name) {
  return managed::resolve_subnet_group(call, subnet_group_rules, subnet_groups,
                                       name && name->empty() ? std::nullopt : name);
}

Result<std::vector<std::string>> resolve_security_groups(api::Call& call, const SubnetGroupRecord& group,
                                                         const std::optional<std::vector<std::string>>& ids) {
  return managed::resolve_security_groups(
      call, group.vpc_id, ids,
      {.no_vpc = [&] { return errors::InvalidVPCNetworkStateFault("The VPC " + group.vpc_id + " does not exist."); },
       .unknown =
           [](const std::string& id) {
             return errors::InvalidParameterValue(fmt::format(
                 "Some of the security group Ids are invalid: The security group '{}' does not exist", id));
           },
       .other_vpc =
           [&](const std::string& other) {
             return errors::InvalidParameterCombination(fmt::format(
                 "Subnet group [{}] belongs to a different VPC [{}] than [{}]", group.name, group.vpc_id, other));
           }});
}

Result<void> set_interface_groups(api::Call& call, const std::string& interface_id, const std::vector<std::string>& groups) {
  ec2::ModifyNetworkInterfaceAttributeRequest request;
  request.NetworkInterfaceId = interface_id;
  request.Groups = groups;
  const std::shared_ptr<const api::Caller> as = TRY(elasticache_caller(call));
  TRY(call.invoke<ec2::ops::ModifyNetworkInterfaceAttribute>({std::string(service_principal), as}, request));
  return {};
}

Result<std::vector<NodeRecord>> place_nodes(const api::Call& call, const SubnetGroupRecord& group, std::size_t count,
                                            const ZoneWish& wish) {
  const std::map<std::string, std::string> subnets = managed::subnet_by_zone(call, group);
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
