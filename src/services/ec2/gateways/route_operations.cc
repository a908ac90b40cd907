// CreateRoute, ReplaceRoute, DeleteRoute.
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
#include <algorithm>

#include "model/ec2/CreateRoute.h"
#include "model/ec2/DeleteRoute.h"
#include "model/ec2/ReplaceRoute.h"
#include "model/ec2/service.h"
#include "services/ec2/gateways/routes.h"
#include "services/ec2/network/prefix_lists.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

Result<RouteTableRecord> find_table(const Call& call, const std::string& id) {
  TRY(check_id(route_table_kind, id));
  const RouteTableRecord* table = call.txn.get(route_tables, call.key(id));
  if (table == nullptr) return not_found(route_table_kind, id);
  return *table;
}

template <class Input>
Result<Destination> destination_of(const Input& in) {
  return read_destination(in.DestinationCidrBlock, in.DestinationIpv6CidrBlock, in.DestinationPrefixListId);
}

template <class Input>
WantedTarget target_of(const Input& in) {
  return {.gateway = in.GatewayId,
          .nat_gateway = in.NatGatewayId,
          .egress_only_gateway = in.EgressOnlyInternetGatewayId,
          .interface = in.NetworkInterfaceId,
          .instance = in.InstanceId,
          .peering = in.VpcPeeringConnectionId,
          .endpoint = in.VpcEndpointId};
}

std::vector<RouteRecord>::iterator find_route(RouteTableRecord& table, const Destination& destination) {
  return std::ranges::find_if(table.routes, [&](const RouteRecord& route) { return destination.is_of(route); });
}

// A prefix list counts as many routes as it may have entries.
std::size_t count_routes(const Call& call, const RouteTableRecord& table, bool v6) {
  std::size_t count = 0;
  for (const RouteRecord& route : table.routes) {
    if (is_made_with_table(route) || route.gateway_id.starts_with("vpce-")) continue;
    if (route.destination_prefix_list_id.empty()) {
      count += (route.destination.find(':') != std::string::npos) == v6 ? 1 : 0;
      continue;
    }
    const PrefixListRecord* list = find_prefix_list(call.txn, Place(call), route.destination_prefix_list_id);
    if (list == nullptr || (list->address_family == "IPv6") != v6) continue;
    count += static_cast<std::size_t>(prefix_list_weight(call.txn, Place(call), list->id));
  }
  return count;
}

Result<void> check_route_count(const Call& call, const RouteTableRecord& table) {
  for (const bool v6 : {false, true}) {
    if (count_routes(call, table, v6) <= routes_per_table.value()) continue;
    return errors::RouteLimitExceeded("The maximum number of routes has been reached.");
  }
  return {};
}

Result<CreateRouteResult> create_route(Call& call, const CreateRouteRequest& in) {
  RouteTableRecord table = TRY(find_table(call, in.RouteTableId));
  const Destination destination = TRY(destination_of(in));
  if (!destination.prefix_list_id.empty() && find_prefix_list(call.txn, Place(call), destination.prefix_list_id) == nullptr) {
    return not_found(prefix_list_kind, destination.prefix_list_id);
  }
  RouteRecord route{destination.cidr, "", "CreateRoute"};
  route.destination_prefix_list_id = destination.prefix_list_id;
  if (find_route(table, destination) != table.routes.end()) {
    return errors::RouteAlreadyExists("The route identified by " + destination.text() + " already exists.");
  }
  TRY(set_target(call, table, destination, target_of(in), route));
  table.routes.push_back(std::move(route));
  TRY(check_route_count(call, table));
  call.txn.put(route_tables, call.key(in.RouteTableId), std::move(table));
  return CreateRouteResult{.Return = true};
}

// A local route can be led to something between the subnets, and back ("LocalTarget"); no other route can be local.
Result<wire::Empty> replace_route(Call& call, const ReplaceRouteRequest& in) {
  RouteTableRecord table = TRY(find_table(call, in.RouteTableId));
  const Destination destination = TRY(destination_of(in));
  const auto found = find_route(table, destination);
  if (found == table.routes.end()) {
    return errors::InvalidParameterValue("There is no route defined for '" + destination.text() +
                                         "' in the route table. Use CreateRoute instead.");
  }
  RouteRecord route{found->destination, "", found->origin};
  route.destination_prefix_list_id = found->destination_prefix_list_id;
  if (in.LocalTarget.value_or(false)) {
    // AWS's texts for the two refusals of local routes could not be found.
    if (!is_made_with_table(*found)) {
      return errors::InvalidParameterValue("The route identified by " + destination.text() + " is not a local route.");
    }
    route.gateway_id = "local";
  } else {
    TRY(set_target(call, table, destination, target_of(in), route));
    if (is_made_with_table(*found) && route.interface_id.empty() && route.nat_gateway_id.empty()) {
      return errors::InvalidParameterValue("cannot replace local route " + destination.text() + " in route table " + table.id);
    }
  }
  *found = std::move(route);
  call.txn.put(route_tables, call.key(in.RouteTableId), std::move(table));
  return wire::Empty{};
}

Result<wire::Empty> delete_route(Call& call, const DeleteRouteRequest& in) {
  RouteTableRecord table = TRY(find_table(call, in.RouteTableId));
  const Destination destination = TRY(destination_of(in));
  const auto found = find_route(table, destination);
  if (found == table.routes.end()) {
    const std::string_view what = !destination.prefix_list_id.empty() ? "destination-prefix-list-id"
                                  : destination.is_v6()               ? "destination-ipv6-cidr-block"
                                                                      : "destination-cidr-block";
    return errors::InvalidRouteNotFound("no route with " + std::string(what) + " " + destination.text() +
                                        " in route table " + table.id);
  }
  if (is_made_with_table(*found)) {
    return errors::InvalidParameterValue("cannot remove local route " + destination.text() + " in route table " + table.id);
  }
  // An endpoint's route goes with its association.
  if (found->gateway_id.starts_with("vpce-")) {
    return errors::InvalidParameterValue("cannot remove VPC endpoint route " + found->gateway_id + " in route table " + table.id);
  }
  table.routes.erase(found);
  call.txn.put(route_tables, call.key(in.RouteTableId), std::move(table));
  return wire::Empty{};
}

template <class Input>
void needs_table(const Call& call, const Input& in, api::Requirements& needs) {
  need_resource(call, needs, route_table_kind, in.RouteTableId);
}

}  // namespace

const api::Operations routes_operations = {
    op<ops::CreateRoute>(create_route, on(needs_table<CreateRouteRequest>),
        takes("DestinationPrefixListId VpcEndpointId RouteTableId DestinationCidrBlock GatewayId DestinationIpv6CidrBlock "
              "EgressOnlyInternetGatewayId InstanceId NetworkInterfaceId VpcPeeringConnectionId NatGatewayId")),
    op<ops::ReplaceRoute>(replace_route, on(needs_table<ReplaceRouteRequest>),
        takes("DestinationPrefixListId VpcEndpointId LocalTarget RouteTableId DestinationCidrBlock GatewayId "
              "DestinationIpv6CidrBlock EgressOnlyInternetGatewayId InstanceId NetworkInterfaceId VpcPeeringConnectionId "
              "NatGatewayId")),
    op<ops::DeleteRoute>(delete_route, on(needs_table<DeleteRouteRequest>),
        takes("DestinationPrefixListId RouteTableId DestinationCidrBlock DestinationIpv6CidrBlock")),
};

}  // namespace haar::ec2
