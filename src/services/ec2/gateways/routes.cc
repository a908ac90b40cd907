#include "services/ec2/gateways/routes.h"

#include "base/ip_address.h"
#include "model/ec2/service.h"
#include "services/ec2/instances/records.h"
#include "services/ec2/peering/records.h"

namespace haar::ec2 {
namespace {

bool is_set(const std::optional<std::string>& text) { return text && !text->empty(); }

// AWS clears host bits: "if you specify 100.68.0.18/18, we modify it to 100.68.0.0/18".
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
Result<std::string> read_block(const std::string& text, bool v6, std::string_view parameter) {
  const std::optional<Cidr> block = Cidr::parse_block(text);
  if (block && block->base.v6 == v6) return block->str();
  return errors::InvalidParameterValue("Value (" + text + ") for parameter " + std::string(parameter) +
                                       " is invalid. This is not a valid CIDR block.");
}

bool is_interface_in_use(const store::Reader& reader, const Place& place, const RouteRecord& route) {
  const NetworkInterfaceRecord* interface = find_network_interface(reader, place, route.interface_id);
  if (interface == nullptr || interface->attachment_id.empty()) return false;
  if (interface->instance_id.empty()) return true;
  const InstanceSeenRecord* seen =
      reader.get(instance_states, store::key_of(place.account, place.region, interface->instance_id));
  return seen != nullptr && seen->state == "running";
}

bool is_peering_active(const store::Reader& reader, const Place& place, std::string_view vpc_id, const std::string& id) {
  const store::Key term = store::join(place.account, place.region, vpc_id);
  for (const auto& [key, peering] : reader.find(peerings, peerings_by_vpc, term)) {
    if (peering.id == id) return peering.is_active();
  }
  return false;
}

}  // namespace

std::vector<RouteRecord> local_routes(const VpcRecord& vpc) {
  std::vector<RouteRecord> routes{{vpc.cidr, "local", "CreateRouteTable"}};
  for (const CidrAssociationRecord& more : vpc.more_cidrs) routes.push_back({more.cidr, "local", "CreateRouteTable"});
  for (const CidrAssociationRecord& more : vpc.ipv6_cidrs) routes.push_back({more.cidr, "local", "CreateRouteTable"});
  return routes;
}

bool leads_somewhere(const store::Reader& reader, const Place& place, std::string_view vpc_id, const RouteRecord& route) {
  const auto key = [&](const std::string& id) { return store::key_of(place.account, place.region, id); };
  if (is_local(route)) return true;
  if (route.gateway_id.starts_with("igw-")) {
    const InternetGatewayRecord* gateway = reader.get(internet_gateways, key(route.gateway_id));
    return gateway != nullptr && gateway->vpc_id == vpc_id;
  }
  if (!route.egress_only_gateway_id.empty()) {
    return reader.get(egress_only_gateways, key(route.egress_only_gateway_id)) != nullptr;
  }
  if (!route.nat_gateway_id.empty()) {
    const NatGatewayRecord* gateway = reader.get(nat_gateways, key(route.nat_gateway_id));
    return gateway != nullptr && gateway->is_available();
  }
  if (!route.peering_id.empty()) return is_peering_active(reader, place, vpc_id, route.peering_id);
  if (!route.interface_id.empty()) return is_interface_in_use(reader, place, route);
  // A gateway endpoint takes its routes with it when it goes.
  return route.gateway_id.starts_with("vpce-");
}

Result<Destination> read_destination(const std::optional<std::string>& cidr, const std::optional<std::string>& ipv6_cidr,
                                     const std::optional<std::string>& prefix_list_id) {
  const int given = is_set(cidr) + is_set(ipv6_cidr) + is_set(prefix_list_id);
  // The two texts could not be found on AWS's pages.
  if (given == 0) {
    return errors::MissingParameter("The request must contain the parameter destinationCidrBlock, "
                                    "destinationIpv6CidrBlock or destinationPrefixListId");
  }
  if (given > 1) {
    return errors::InvalidParameterCombination("The request must contain exactly one of destinationCidrBlock, "
                                               "destinationIpv6CidrBlock or destinationPrefixListId");
  }
  if (is_set(cidr)) return Destination{TRY(read_block(*cidr, false, "destinationCidrBlock")), {}};
  if (is_set(ipv6_cidr)) return Destination{TRY(read_block(*ipv6_cidr, true, "destinationIpv6CidrBlock")), {}};
  TRY(check_id(prefix_list_kind, *prefix_list_id));
  return Destination{{}, *prefix_list_id};
}

}  // namespace haar::ec2
