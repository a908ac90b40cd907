#include "services/ec2/endpoints/endpoint_parts.h"

#include <algorithm>

#include "model/ec2/service.h"
#include "policy/document.h"
#include "services/ec2/interfaces/service_interfaces.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {

using api::Call;

// "20,480 characters": https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
constexpr std::size_t policy_characters_max = 20'480;

Result<void> check_endpoint_policy(const std::string& text) {
  if (policy::counted_size(text) > policy_characters_max) {
    return errors::InvalidPolicyDocument("The policy document exceeds the maximum size of " +
                                         std::to_string(policy_characters_max) + " characters.");
  }
  const auto parsed = policy::parse(text, policy::Kind::endpoint);
  if (!parsed.ok()) return errors::InvalidPolicyDocument(parsed.error().message);
  return {};
}

std::string_view default_endpoint_policy(bool gateway) {
  return gateway ? R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})"
                 : R"({"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]})";
}

// ---- routes --------------------------------------------------------------------------------------

Result<void> add_route_table(Call& call, const EndpointService& service, VpcEndpointRecord& endpoint, const std::string& id) {
  TRY(check_id(route_table_kind, id));
  const RouteTableRecord* before = call.txn.get(route_tables, call.key(id));
  if (before == nullptr) return not_found(route_table_kind, id);
  if (before->vpc_id != endpoint.vpc_id) {
    return errors::InvalidParameter("Route table " + id + " and VPC " + endpoint.vpc_id + " belong to different networks");
  }
  for (const RouteRecord& route : before->routes) {
    if (route.destination_prefix_list_id != service.prefix_list_id) continue;
    if (route.gateway_id == endpoint.id) return {};
    return errors::RouteAlreadyExists("route table " + id + " already has a route with destination-prefix-list-id " +
                                      service.prefix_list_id);
  }
  RouteTableRecord table = *before;
  RouteRecord route{"", endpoint.id, "CreateRoute"};
  route.destination_prefix_list_id = service.prefix_list_id;
  table.routes.push_back(std::move(route));
  call.txn.put(route_tables, call.key(id), std::move(table));
  endpoint.route_table_ids.push_back(id);
  return {};
}

Result<void> remove_route_table(Call& call, VpcEndpointRecord& endpoint, const std::string& id) {
  TRY(check_id(route_table_kind, id));
  const auto found = std::ranges::find(endpoint.route_table_ids, id);
  if (found == endpoint.route_table_ids.end()) return not_found(route_table_kind, id);
  endpoint.route_table_ids.erase(found);
  const RouteTableRecord* before = call.txn.get(route_tables, call.key(id));
  if (before == nullptr) return {};
  RouteTableRecord table = *before;
  std::erase_if(table.routes, [&](const RouteRecord& route) { return route.gateway_id == endpoint.id; });
  call.txn.put(route_tables, call.key(id), std::move(table));
  return {};
}

// ---- interfaces ----------------------------------------------------------------------------------

Result<void> add_subnet(Call& call, VpcEndpointRecord& endpoint, const std::string& id) {
  TRY(check_id(subnet_kind, id));
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), id);
  if (subnet == nullptr) return not_found(subnet_kind, id);
  if (subnet->vpc_id != endpoint.vpc_id) {
    return errors::InvalidParameter("Subnet " + id + " and VPC " + endpoint.vpc_id + " belong to different networks");
  }
  for (const EndpointSubnetRecord& other : endpoint.subnets) {
    if (other.subnet_id == id) return {};
    const SubnetRecord* there = find_subnet(call.txn, Place(call), other.subnet_id);
    if (there == nullptr || there->zone != subnet->zone) continue;
    return errors::DuplicateSubnetsInSameZone(
        "Found another VPC endpoint subnet in the availability zone of " + id + ". VPC endpoint subnets should be in "
        "different availability zones supported by the VPC endpoint service.");
  }
  const NetworkInterfaceRecord interface = TRY(make_service_interface(
      call, {.subnet = *subnet, .type = "vpc_endpoint", .description = "VPC Endpoint Interface " + endpoint.id,
             .group_ids = endpoint.group_ids}));
  endpoint.subnets.push_back({id, interface.id});
  return {};
}

Result<void> remove_subnet(Call& call, VpcEndpointRecord& endpoint, const std::string& id) {
  TRY(check_id(subnet_kind, id));
  const auto found = std::ranges::find(endpoint.subnets, id, &EndpointSubnetRecord::subnet_id);
  if (found == endpoint.subnets.end()) return not_found(subnet_kind, id);
  call.txn.erase(network_interfaces, call.key(found->interface_id));
  endpoint.subnets.erase(found);
  return {};
}

Result<void> add_group(const Call& call, VpcEndpointRecord& endpoint, const std::string& id) {
  TRY(check_id(security_group_kind, id));
  const SecurityGroupRecord* group = find_security_group(call.txn, Place(call), id);
  if (group == nullptr) return not_found(security_group_kind, id);
  if (!group_serves_vpc(call.txn, Place(call), *group, endpoint.vpc_id)) {
    return errors::InvalidParameter("Security group " + id + " and VPC " + endpoint.vpc_id + " belong to different networks");
  }
  if (std::ranges::find(endpoint.group_ids, id) == endpoint.group_ids.end()) endpoint.group_ids.push_back(id);
  if (endpoint.group_ids.size() > groups_per_interface.value()) {
    return errors::SecurityGroupsPerInterfaceLimitExceeded(
        "The maximum number of security groups per interface has been reached.");
  }
  return {};
}

Result<void> remove_group(VpcEndpointRecord& endpoint, const std::string& id) {
  TRY(check_id(security_group_kind, id));
  const auto found = std::ranges::find(endpoint.group_ids, id);
  if (found == endpoint.group_ids.end()) return not_found(security_group_kind, id);
  endpoint.group_ids.erase(found);
  return {};
}

void set_interface_groups(Call& call, const VpcEndpointRecord& endpoint) {
  for (const EndpointSubnetRecord& subnet : endpoint.subnets) {
    const NetworkInterfaceRecord* before = find_network_interface(call.txn, Place(call), subnet.interface_id);
    if (before == nullptr || before->group_ids == endpoint.group_ids) continue;
    NetworkInterfaceRecord interface = *before;
    interface.group_ids = endpoint.group_ids;
    call.txn.put(network_interfaces, call.key(subnet.interface_id), std::move(interface));
  }
}

// ---- names ---------------------------------------------------------------------------------------

Result<void> check_private_dns(const Call& call, const VpcRecord& vpc, const VpcEndpointRecord& endpoint,
                               const EndpointService& service) {
  if (!endpoint.private_dns) return {};
  if (!vpc.dns_support || !vpc.dns_hostnames) {
    return errors::InvalidParameter("Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC "
                                    "attributes set to true for " + vpc.id);
  }
  const store::Key term = store::join(call.account(), call.region(), vpc.id);
  for (const auto& [key, other] : call.txn.find(vpc_endpoints, vpc_endpoints_by_vpc, term)) {
    if (other.id == endpoint.id || other.service_name != endpoint.service_name || !other.private_dns) continue;
    return errors::InvalidParameter("private-dns-enabled cannot be set because there is already a conflicting DNS domain for " +
                                    service.private_dns_name + " in the VPC " + vpc.id);
  }
  return {};
}

}  // namespace haar::ec2
