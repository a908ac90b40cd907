// The targets of routes: each kind of target is found, and refused where it does not fit, in a function of its own.
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
#include <algorithm>

#include "base/ip_address.h"
#include "model/ec2/service.h"
#include "services/ec2/endpoints/records.h"
#include "services/ec2/gateways/routes.h"
#include "services/ec2/peering/records.h"

namespace haar::ec2 {
namespace {

using api::Call;

Error of_other_networks(const RouteTableRecord& table, std::string_view what, const std::string& id) {
  return errors::InvalidParameterValue("route table " + table.id + " and " + std::string(what) + " " + id +
                                       " belong to different networks");
}

// Where no text of AWS's could be found for a target that a family of addresses does not have.
Error of_other_family(const Destination& destination, const std::string& id) {
  return errors::InvalidParameterValue("The destination " + destination.text() + " cannot be routed to " + id);
}

Result<void> set_gateway(const Call& call, const RouteTableRecord& table, const Destination&, const std::string& id,
                         RouteRecord& route) {
  const InternetGatewayRecord* gateway = id.starts_with("igw-") ? call.txn.get(internet_gateways, call.key(id)) : nullptr;
  if (gateway == nullptr) return errors::InvalidGatewayIDNotFound("The gateway ID '" + id + "' does not exist");
  if (gateway->vpc_id != table.vpc_id) return of_other_networks(table, "network gateway", id);
  route.gateway_id = id;
  return {};
}

Result<void> set_nat_gateway(const Call& call, const RouteTableRecord& table, const Destination& destination,
                             const std::string& id, RouteRecord& route) {
  const NatGatewayRecord* gateway = call.txn.get(nat_gateways, call.key(id));
  if (gateway == nullptr || !gateway->is_available()) {
    return errors::InvalidNatGatewayIDNotFound("The natGateway ID '" + id + "' does not exist");
  }
  if (gateway->vpc_id != table.vpc_id) return of_other_networks(table, "nat gateway", id);
  // Addresses of IPv4 that are written as IPv6 ones are all that a NAT gateway translates from IPv6.
  // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-nat64-dns64.html
  if (destination.is_v6() && destination.cidr != "64:ff9b::/96") return of_other_family(destination, id);
  route.nat_gateway_id = id;
  return {};
}

Result<void> set_egress_only_gateway(const Call& call, const RouteTableRecord& table, const Destination& destination,
                                     const std::string& id, RouteRecord& route) {
  const EgressOnlyGatewayRecord* gateway = call.txn.get(egress_only_gateways, call.key(id));
  if (gateway == nullptr) return errors::InvalidGatewayIDNotFound("The eigw ID '" + id + "' does not exist");
  if (gateway->vpc_id != table.vpc_id) return of_other_networks(table, "network gateway", id);
  if (!destination.cidr.empty() && !destination.is_v6()) return of_other_family(destination, id);
  route.egress_only_gateway_id = id;
  return {};
}

Result<void> set_interface(const Call& call, const RouteTableRecord& table, const Destination&, const std::string& id,
                           RouteRecord& route) {
  TRY(check_id(network_interface_kind, id));
  const NetworkInterfaceRecord* interface = find_network_interface(call.txn, Place(call), id);
  if (interface == nullptr) return not_found(network_interface_kind, id);
  if (interface->vpc_id != table.vpc_id) return of_other_networks(table, "interface", id);
  route.interface_id = id;
  route.instance_id = interface->instance_id;
  return {};
}

Result<void> set_instance(const Call& call, const RouteTableRecord& table, const Destination& destination,
                          const std::string& id, RouteRecord& route) {
  const store::Key term = store::join(call.account(), call.region(), id);
  std::vector<std::string> interfaces;
  for (const auto& [key, interface] : call.txn.find(network_interfaces, interfaces_by_instance, term)) {
    interfaces.push_back(interface.id);
  }
  if (interfaces.empty()) return errors::InvalidInstanceIDNotFound("The instance ID '" + id + "' does not exist");
  if (interfaces.size() > 1) {
    return errors::InvalidInstanceID("There are multiple interfaces attached to instance '" + id +
                                     "'. Please specify an interface ID for the operation instead.");
  }
  return set_interface(call, table, destination, interfaces.front(), route);
}

// One that nobody has accepted yet is taken: its route is a blackhole until then.
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html
Result<void> set_peering(const Call& call, const RouteTableRecord& table, const Destination&, const std::string& id,
                         RouteRecord& route) {
  for (const auto& [key, peering] :
       call.txn.find(peerings, peerings_by_account, store::join(call.account(), call.region()))) {
    if (peering.id != id || peering.ended_at != Timestamp{}) continue;
    const auto is_side = [&](const PeeringSideRecord& side) {
      return side.vpc_id == table.vpc_id && side.account == call.account().value && side.region == call.region().value;
    };
    if (!is_side(peering.requester) && !is_side(peering.accepter)) return of_other_networks(table, "vpc peering connection", id);
    route.peering_id = id;
    return {};
  }
  return errors::InvalidVpcPeeringConnectionIDNotFound("The vpcPeeringConnection ID '" + id + "' does not exist");
}

// Only Gateway Load Balancer endpoints are targets, and haar has none; the routes of gateway endpoints are their own.
Result<void> set_endpoint(const Call& call, const RouteTableRecord&, const Destination&, const std::string& id, RouteRecord&) {
  if (call.txn.get(vpc_endpoints, call.key(id)) == nullptr) {
    return errors::InvalidVpcEndpointIdNotFound("The Vpc Endpoint Id '" + id + "' does not exist");
  }
  return errors::RouteNotSupported("Route table contains unsupported route target: " + id +
                                   ". VPC Endpoints of this type cannot be used as route targets.");
}

struct TargetKind {
  std::optional<std::string> WantedTarget::* wanted;
  Result<void> (*set)(const Call&, const RouteTableRecord&, const Destination&, const std::string& id, RouteRecord&);
};
constexpr TargetKind target_kinds[] = {
    {&WantedTarget::gateway, set_gateway},
    {&WantedTarget::nat_gateway, set_nat_gateway},
    {&WantedTarget::egress_only_gateway, set_egress_only_gateway},
    {&WantedTarget::interface, set_interface},
    {&WantedTarget::instance, set_instance},
    {&WantedTarget::peering, set_peering},
    {&WantedTarget::endpoint, set_endpoint},
};

bool is_of_subnet(const Call& call, std::string_view vpc_id, const std::string& cidr) {
  for (const SubnetRecord* subnet : subnets_of_vpc(call.txn, Place(call), vpc_id)) {
    if (subnet->cidr == cidr) return true;
    for (const CidrAssociationRecord& block : subnet->ipv6_cidrs) {
      if (block.cidr == cidr) return true;
    }
  }
  return false;
}

// Within the VPC, a route may only lead a whole subnet to something that stands in between.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html#route-table-priority-propagated-routes
Result<void> check_within_vpc(const Call& call, const RouteTableRecord& table, const Destination& destination,
                              const RouteRecord& route) {
  const std::optional<Cidr> wanted = Cidr::parse_block(destination.cidr);
  if (!wanted) return {};
  const bool inside = std::ranges::any_of(table.routes, [&](const RouteRecord& local) {
    const std::optional<Cidr> block = Cidr::parse_block(local.destination);
    return is_made_with_table(local) && block && block->base.v6 == wanted->base.v6 && block->contains(*wanted) &&
           *block != *wanted;
  });
  if (!inside) return {};
  const bool between = !route.interface_id.empty() || !route.nat_gateway_id.empty();
  if (!between) {
    return errors::InvalidParameterValue("The destination CIDR block " + destination.cidr + " is equal to or more specific "
                                         "than one of this VPC's CIDR blocks. This route can target only an interface or "
                                         "an instance.");
  }
  if (is_of_subnet(call, table.vpc_id, destination.cidr)) return {};
  // AWS's text for this one could not be found.
  return errors::InvalidParameterValue("The destination CIDR block " + destination.cidr + " is more specific than one of "
                                       "this VPC's CIDR blocks and is not the CIDR block of a subnet of it.");
}

}  // namespace

Result<void> set_target(const Call& call, const RouteTableRecord& table, const Destination& destination,
                        const WantedTarget& wanted, RouteRecord& route) {
  const TargetKind* chosen = nullptr;
  int count = 0;
  for (const TargetKind& kind : target_kinds) {
    const std::optional<std::string>& id = wanted.*(kind.wanted);
    if (!id || id->empty()) continue;
    ++count;
    chosen = &kind;
  }
  if (count != 1) {
    return errors::InvalidParameterCombination("The request must contain exactly one of gatewayId, natGatewayId, "
                                               "networkInterfaceId, vpcPeeringConnectionId or instanceId");
  }
  TRY(chosen->set(call, table, destination, *(wanted.*(chosen->wanted)), route));
  return check_within_vpc(call, table, destination, route);
}

}  // namespace haar::ec2
