// CreateRouteTable, DeleteRouteTable, DescribeRouteTables.
// https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html
#include <algorithm>

#include "model/ec2/CreateRouteTable.h"
#include "model/ec2/DeleteRouteTable.h"
#include "model/ec2/DescribeRouteTables.h"
#include "model/ec2/service.h"
#include "services/ec2/gateways/routes.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

std::optional<std::string> if_any(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

Route route_view(const Call& call, const RouteTableRecord& table, const RouteRecord& route) {
  Route item;
  (route.destination.find(':') == std::string::npos ? item.DestinationCidrBlock : item.DestinationIpv6CidrBlock) =
      if_any(route.destination);
  item.DestinationPrefixListId = if_any(route.destination_prefix_list_id);
  item.GatewayId = if_any(route.gateway_id);
  item.NatGatewayId = if_any(route.nat_gateway_id);
  item.EgressOnlyInternetGatewayId = if_any(route.egress_only_gateway_id);
  item.VpcPeeringConnectionId = if_any(route.peering_id);
  item.NetworkInterfaceId = if_any(route.interface_id);
  // The interface may have come to another instance since.
  const NetworkInterfaceRecord* interface =
      route.interface_id.empty() ? nullptr : find_network_interface(call.txn, Place(call), route.interface_id);
  if (interface != nullptr && !interface->instance_id.empty()) {
    item.InstanceId = interface->instance_id;
    item.InstanceOwnerId = call.account().value;
  }
  item.Origin = route.origin;
  item.State = leads_somewhere(call.txn, Place(call), table.vpc_id, route) ? "active" : "blackhole";
  return item;
}

RouteTable table_view(const Call& call, const RouteTableRecord& record) {
  RouteTable view;
  view.RouteTableId = record.id;
  view.VpcId = record.vpc_id;
  view.OwnerId = call.account().value;
  view.PropagatingVgws.emplace();
  view.Tags = to_wire(record.tags);
  view.Routes.emplace();
  for (const RouteRecord& route : record.routes) view.Routes->push_back(route_view(call, record, route));
  view.Associations.emplace();
  for (const RouteTableAssociationRecord& association : record.associations) {
    RouteTableAssociation item;
    item.RouteTableAssociationId = association.id;
    item.RouteTableId = record.id;
    item.Main = association.main;
    item.SubnetId = if_any(association.subnet_id);
    item.GatewayId = if_any(association.gateway_id);
    item.AssociationState = RouteTableAssociationState{.State = "associated"};
    view.Associations->push_back(std::move(item));
  }
  return view;
}

template <auto member>
void route_values(const RouteTable& table, Values& out) {
  for (const Route& route : *table.Routes) add_value(out, route.*member);
}
template <auto member>
void association_values(const RouteTable& table, Values& out) {
  for (const RouteTableAssociation& association : *table.Associations) add_value(out, association.*member);
}

constexpr FilterField<RouteTable> table_filters[] = {
    {"association.gateway-id", association_values<&RouteTableAssociation::GatewayId>},
    {"association.main", association_values<&RouteTableAssociation::Main>},
    {"association.route-table-association-id", association_values<&RouteTableAssociation::RouteTableAssociationId>},
    {"association.route-table-id", association_values<&RouteTableAssociation::RouteTableId>},
    {"association.subnet-id", association_values<&RouteTableAssociation::SubnetId>},
    {"owner-id", [](const RouteTable& t, Values& out) { add_value(out, t.OwnerId); }},
    {"route-table-id", [](const RouteTable& t, Values& out) { add_value(out, t.RouteTableId); }},
    {"route.destination-cidr-block", route_values<&Route::DestinationCidrBlock>},
    {"route.destination-ipv6-cidr-block", route_values<&Route::DestinationIpv6CidrBlock>},
    {"route.destination-prefix-list-id", route_values<&Route::DestinationPrefixListId>},
    {"route.egress-only-internet-gateway-id", route_values<&Route::EgressOnlyInternetGatewayId>},
    {"route.gateway-id", route_values<&Route::GatewayId>},
    {"route.instance-id", route_values<&Route::InstanceId>},
    {"route.nat-gateway-id", route_values<&Route::NatGatewayId>},
    {"route.origin", route_values<&Route::Origin>},
    {"route.state", route_values<&Route::State>},
    {"route.transit-gateway-id", route_values<&Route::TransitGatewayId>},
    {"route.core-network-arn", route_values<&Route::CoreNetworkArn>},
    {"route.local-gateway-id", route_values<&Route::LocalGatewayId>},
    {"route.vpc-peering-connection-id", route_values<&Route::VpcPeeringConnectionId>},
    {"vpc-id", [](const RouteTable& t, Values& out) { add_value(out, t.VpcId); }},
};

constexpr Narrowing<RouteTableRecord> narrowed_by[] = {
    {"vpc-id", &route_tables_by_vpc},
    {"association.subnet-id", &route_tables_by_subnet},
};
constexpr ResourceListing<RouteTableRecord, RouteTable> listing{
    "DescribeRouteTables", route_table_kind, route_tables, table_view, table_filters, narrowed_by};

Result<DescribeRouteTablesResult> describe_route_tables(Call& call, const DescribeRouteTablesRequest& in) {
  DescribeRouteTablesResult out;
  out.RouteTables = TRY(list_resources(call, listing, in, in.RouteTableIds, out.NextToken));
  return out;
}

std::size_t tables_of_vpc(const Call& call, const std::string& vpc_id) {
  std::size_t count = 0;
  const store::Key term = store::join(call.account(), call.region(), vpc_id);
  for ([[maybe_unused]] const auto& [key, table] : call.txn.find(route_tables, route_tables_by_vpc, term)) ++count;
  return count;
}

Result<CreateRouteTableResult> create_route_table(Call& call, const CreateRouteTableRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  RouteTableRecord table;
  table.tags = TRY(tags_to_create(in.TagSpecifications, route_table_kind));
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), in.VpcId);
  if (vpc == nullptr) return not_found(vpc_kind, in.VpcId);
  if (tables_of_vpc(call, in.VpcId) >= route_tables_per_vpc.value()) {
    return errors::RouteTableLimitExceeded("The maximum number of route tables has been reached.");
  }
  table.id = new_id(call, route_table_kind);
  table.vpc_id = vpc->id;
  table.routes = local_routes(*vpc);
  CreateRouteTableResult out;
  out.RouteTable = table_view(call, table);
  out.ClientToken = in.ClientToken;
  call.txn.put(route_tables, call.key(table.id), table);
  return out;
}

void needs_create_route_table(const Call& call, const CreateRouteTableRequest& in, api::Requirements& needs) {
  need_new(call, needs, route_table_kind).request_tags = requested_tags(in.TagSpecifications);
  need_resource(call, needs, vpc_kind, in.VpcId);
  need_create_tags(call, needs, route_table_kind, "CreateRouteTable", in.TagSpecifications);
}

// Gateway endpoints route through tables by their id, and keep a table in use as associations do.
Result<wire::Empty> delete_route_table(Call& call, const DeleteRouteTableRequest& in) {
  TRY(check_id(route_table_kind, in.RouteTableId));
  const RouteTableRecord* table = call.txn.get(route_tables, call.key(in.RouteTableId));
  if (table == nullptr) return not_found(route_table_kind, in.RouteTableId);
  const bool routed = std::ranges::any_of(table->routes, [](const RouteRecord& r) { return r.gateway_id.starts_with("vpce-"); });
  if (!table->associations.empty() || routed) {
    return errors::DependencyViolation("The routeTable '" + table->id + "' has dependencies and cannot be deleted.");
  }
  call.txn.erase(route_tables, call.key(in.RouteTableId));
  return wire::Empty{};
}

void needs_delete_route_table(const Call& call, const DeleteRouteTableRequest& in, api::Requirements& needs) {
  need_resource(call, needs, route_table_kind, in.RouteTableId);
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_table_keys(const Call& call, const RouteTableRecord& table, api::Requirement& need) {
  need.key("ec2:Vpc", arn_of(call, vpc_kind, table.vpc_id));
}

}  // namespace

constinit const ResourceKind route_table_kind{
    "rtb-", "route-table", "routeTable ID", "routeTable IDs",
    errors::InvalidRouteTableIdMalformed, errors::InvalidRouteTableIDNotFound,
    api::tagged_records<route_tables>, describe_record<route_tables, add_table_keys>, "ec2:RouteTableID"};

const api::Operations route_tables_operations = {
    op<ops::DescribeRouteTables>(describe_route_tables, on(any_in_region), read_only,
        takes("NextToken MaxResults RouteTableIds Filters")),
    op<ops::CreateRouteTable>(create_route_table, on(needs_create_route_table),
        takes("TagSpecifications ClientToken VpcId")),
    op<ops::DeleteRouteTable>(delete_route_table, on(needs_delete_route_table), takes("RouteTableId")),
};

}  // namespace haar::ec2
