// AssociateRouteTable, DisassociateRouteTable, ReplaceRouteTableAssociation.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
#include <algorithm>

#include "model/ec2/AssociateRouteTable.h"
#include "model/ec2/DisassociateRouteTable.h"
#include "model/ec2/ReplaceRouteTableAssociation.h"
#include "model/ec2/service.h"
#include "services/ec2/gateways/routes.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

struct Found {
  const RouteTableRecord* table = nullptr;  // null: there is no such association
  const RouteTableAssociationRecord* association = nullptr;
};

Found find_association(const Call& call, std::string_view id) {
  for (const auto& [key, table] : call.txn.scan(route_tables, here(call))) {
    for (const RouteTableAssociationRecord& association : table.associations) {
      if (association.id == id) return {&table, &association};
    }
  }
  return {};
}

Error no_association(const std::string& id) {
  return errors::InvalidAssociationIDNotFound("The association ID '" + id + "' does not exist");
}

Error conflict(const std::string& table_id) {
  return errors::ResourceAlreadyAssociated("the specified association for route table " + table_id +
                                           " conflicts with an existing association");
}

// The association that the subnet or gateway has already; null: none.
Found association_of(const Call& call, const std::string& subnet_id, const std::string& gateway_id) {
  for (const auto& [key, table] : call.txn.scan(route_tables, here(call))) {
    for (const RouteTableAssociationRecord& association : table.associations) {
      const bool same = subnet_id.empty() ? association.gateway_id == gateway_id : association.subnet_id == subnet_id;
      if (!association.main && same) return {&table, &association};
    }
  }
  return {};
}

Result<RouteTableAssociationRecord> subnet_association(const Call& call, const RouteTableRecord& table, const std::string& id) {
  TRY(check_id(subnet_kind, id));
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), id);
  if (subnet == nullptr) return not_found(subnet_kind, id);
  if (subnet->vpc_id != table.vpc_id) {
    return errors::InvalidParameterValue("Route table " + table.id + " and subnet " + id + " belong to different networks");
  }
  return RouteTableAssociationRecord{.id = {}, .main = false, .subnet_id = id};
}

// A gateway's table says where what comes in through it goes: within the VPC alone.
// https://docs.aws.amazon.com/vpc/latest/userguide/gateway-route-tables.html
Result<RouteTableAssociationRecord> gateway_association(const Call& call, const RouteTableRecord& table, const std::string& id) {
  const InternetGatewayRecord* gateway = call.txn.get(internet_gateways, call.key(id));
  if (gateway == nullptr) return errors::InvalidGatewayIDNotFound("The gateway ID '" + id + "' does not exist");
  if (gateway->vpc_id != table.vpc_id) {
    return errors::InvalidParameterValue("route table " + table.id + " and network gateway " + id +
                                         " belong to different networks");
  }
  // AWS's text could not be found.
  const auto leads_out = [](const RouteRecord& route) { return !is_made_with_table(route) && route.interface_id.empty(); };
  if (std::ranges::any_of(table.routes, leads_out)) {
    return errors::InvalidParameterValue("The routes of route table " + table.id + " cannot be used with gateway " + id +
                                         ": they can only target interfaces of the VPC");
  }
  return RouteTableAssociationRecord{.id = {}, .main = false, .subnet_id = {}, .gateway_id = id};
}

// The same association again is answered with its id, as AWS does.
Result<AssociateRouteTableResult> associate_route_table(Call& call, const AssociateRouteTableRequest& in) {
  TRY(check_id(route_table_kind, in.RouteTableId));
  const RouteTableRecord* before = call.txn.get(route_tables, call.key(in.RouteTableId));
  if (before == nullptr) return not_found(route_table_kind, in.RouteTableId);
  const std::string subnet_id = in.SubnetId.value_or(""), gateway_id = in.GatewayId.value_or("");
  if (subnet_id.empty() == gateway_id.empty()) {
    // AWS's text for both could not be found.
    if (!subnet_id.empty()) {
      return errors::InvalidParameterCombination("The request must contain exactly one of subnetId or gatewayId");
    }
    return errors::MissingParameter("The request must contain the parameter subnetId or gatewayId");
  }
  RouteTableAssociationRecord made = TRY(subnet_id.empty() ? gateway_association(call, *before, gateway_id)
                                                           : subnet_association(call, *before, subnet_id));
  AssociateRouteTableResult out;
  out.AssociationState = RouteTableAssociationState{.State = "associated"};
  if (const Found earlier = association_of(call, subnet_id, gateway_id); earlier.table != nullptr) {
    if (earlier.table->id != before->id) return conflict(before->id);
    out.AssociationId = earlier.association->id;
    return out;
  }
  made.id = ec2_id(call.random(), "rtbassoc");
  out.AssociationId = made.id;
  RouteTableRecord table = *before;
  table.associations.push_back(std::move(made));
  call.txn.put(route_tables, call.key(in.RouteTableId), std::move(table));
  return out;
}

void erase_association(RouteTableRecord& table, std::string_view id) {
  std::erase_if(table.associations, [&](const RouteTableAssociationRecord& association) { return association.id == id; });
}

Result<wire::Empty> disassociate_route_table(Call& call, const DisassociateRouteTableRequest& in) {
  const Found found = find_association(call, in.AssociationId);
  if (found.table == nullptr) return no_association(in.AssociationId);
  if (found.association->main) {
    return errors::InvalidParameterValue("cannot disassociate the main route table association " + in.AssociationId);
  }
  RouteTableRecord table = *found.table;
  erase_association(table, in.AssociationId);
  call.txn.put(route_tables, call.key(table.id), table);
  return wire::Empty{};
}

// The association gets a new id, whatever it was of; the main one makes another table the VPC's main table.
Result<ReplaceRouteTableAssociationResult> replace_association(Call& call, const ReplaceRouteTableAssociationRequest& in) {
  TRY(check_id(route_table_kind, in.RouteTableId));
  const RouteTableRecord* target = call.txn.get(route_tables, call.key(in.RouteTableId));
  if (target == nullptr) return not_found(route_table_kind, in.RouteTableId);
  const Found found = find_association(call, in.AssociationId);
  if (found.table == nullptr) return no_association(in.AssociationId);
  if (found.table->vpc_id != target->vpc_id) {
    return errors::InvalidParameterValue("Route table " + found.table->id + " and route table " + target->id +
                                         " belong to different networks");
  }
  RouteTableAssociationRecord moved = *found.association;
  if (!moved.gateway_id.empty()) moved = TRY(gateway_association(call, *target, moved.gateway_id));
  moved.id = ec2_id(call.random(), "rtbassoc");
  RouteTableRecord from = *found.table;
  erase_association(from, in.AssociationId);
  RouteTableRecord to = from.id == target->id ? from : *target;
  ReplaceRouteTableAssociationResult out;
  out.NewAssociationId = moved.id;
  out.AssociationState = RouteTableAssociationState{.State = "associated"};
  to.associations.push_back(std::move(moved));
  if (from.id != to.id) call.txn.put(route_tables, call.key(from.id), from);
  call.txn.put(route_tables, call.key(to.id), to);
  return out;
}

// ---- what the calls need -------------------------------------------------------------------------

void need_associated(const Call& call, api::Requirements& needs, const std::string& subnet_id, const std::string& gateway_id) {
  if (!subnet_id.empty()) need_resource(call, needs, subnet_kind, subnet_id);
  if (!gateway_id.empty()) need_resource(call, needs, internet_gateway_kind, gateway_id);
}

void needs_associate(const Call& call, const AssociateRouteTableRequest& in, api::Requirements& needs) {
  need_resource(call, needs, route_table_kind, in.RouteTableId);
  need_associated(call, needs, in.SubnetId.value_or(""), in.GatewayId.value_or(""));
}

// An association that does not exist resolves to all tables, which whoever may not disassociate from some is not allowed.
void needs_disassociate(const Call& call, const DisassociateRouteTableRequest& in, api::Requirements& needs) {
  const Found found = find_association(call, in.AssociationId);
  if (found.table == nullptr) {
    need_new(call, needs, route_table_kind);
    return;
  }
  need_resource(call, needs, route_table_kind, found.table->id);
  need_associated(call, needs, found.association->subnet_id, found.association->gateway_id);
}

void needs_replace(const Call& call, const ReplaceRouteTableAssociationRequest& in, api::Requirements& needs) {
  need_resource(call, needs, route_table_kind, in.RouteTableId);
  const Found found = find_association(call, in.AssociationId);
  if (found.table == nullptr) return;
  if (found.table->id != in.RouteTableId) need_resource(call, needs, route_table_kind, found.table->id);
  need_associated(call, needs, found.association->subnet_id, found.association->gateway_id);
}

}  // namespace

const api::Operations route_table_associations_operations = {
    op<ops::AssociateRouteTable>(associate_route_table, on(needs_associate), takes("GatewayId SubnetId RouteTableId")),
    op<ops::DisassociateRouteTable>(disassociate_route_table, on(needs_disassociate), takes("AssociationId")),
    op<ops::ReplaceRouteTableAssociation>(replace_association, on(needs_replace), takes("AssociationId RouteTableId")),
};

}  // namespace haar::ec2
