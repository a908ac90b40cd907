// DescribeRouteTables.
#include "model/ec2/DescribeRouteTables.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

RouteTable table_view(const Call& call, const RouteTableRecord& record) {
  RouteTable view;
  view.RouteTableId = record.id;
  view.VpcId = record.vpc_id;
  view.OwnerId = call.account().value;
  view.PropagatingVgws.emplace();
  view.Tags = to_wire(record.tags);
  view.Routes.emplace();
  for (const RouteRecord& route : record.routes) {
    Route item;
    item.DestinationCidrBlock = route.destination;
    item.GatewayId = route.gateway_id;
    item.Origin = route.origin;
    item.State = "active";
    view.Routes->push_back(std::move(item));
  }
  view.Associations.emplace();
  for (const RouteTableAssociationRecord& association : record.associations) {
    RouteTableAssociation item;
    item.RouteTableAssociationId = association.id;
    item.RouteTableId = record.id;
    item.Main = association.main;
    if (!association.subnet_id.empty()) item.SubnetId = association.subnet_id;
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
};

}  // namespace haar::ec2
