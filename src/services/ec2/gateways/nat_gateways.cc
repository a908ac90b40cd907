// NAT gateways: Create, Delete, Describe.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
//
// Nothing of a NAT gateway takes time here: the answer to CreateNatGateway says "pending" as AWS's does, and whoever looks
// afterwards sees "available"; one that is deleted is "deleted" at once.
#include "api/kit/built_value.h"
#include "model/ec2/CreateNatGateway.h"
#include "model/ec2/DeleteNatGateway.h"
#include "model/ec2/DescribeNatGateways.h"
#include "model/ec2/service.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/interfaces/service_interfaces.h"
#include "services/ec2/retention.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

std::optional<std::string> if_any(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

NatGateway gateway_view(const Call&, const NatGatewayRecord& record) {
  NatGatewayAddress address;
  address.AllocationId = if_any(record.allocation_id);
  address.AssociationId = if_any(record.association_id);
  address.NetworkInterfaceId = if_any(record.interface_id);
  address.PrivateIp = if_any(record.private_ip);
  address.PublicIp = if_any(record.public_ip);
  address.IsPrimary = true;
  address.Status = record.is_available() ? "succeeded" : record.state == "failed" ? "failed" : "unassigning";
  NatGateway view;
  view.NatGatewayId = record.id;
  view.NatGatewayAddresses.emplace().push_back(std::move(address));
  view.VpcId = record.vpc_id;
  view.SubnetId = record.subnet_id;
  view.ConnectivityType = record.connectivity;
  view.AvailabilityMode = "zonal";
  view.State = record.state;
  view.FailureCode = if_any(record.failure_code);
  view.FailureMessage = if_any(record.failure_message);
  view.CreateTime = record.created_at;
  if (record.ended_at != Timestamp{}) view.DeleteTime = record.ended_at;
  view.Tags = to_wire(record.tags);
  return view;
}

constexpr FilterField<NatGateway> gateway_filters[] = {
    {"connectivity-type", [](const NatGateway& g, Values& out) { add_value(out, g.ConnectivityType); }},
    {"nat-gateway-id", [](const NatGateway& g, Values& out) { add_value(out, g.NatGatewayId); }},
    {"state", [](const NatGateway& g, Values& out) { add_value(out, g.State); }},
    {"subnet-id", [](const NatGateway& g, Values& out) { add_value(out, g.SubnetId); }},
    {"vpc-id", [](const NatGateway& g, Values& out) { add_value(out, g.VpcId); }},
};

constexpr ResourceListing<NatGatewayRecord, NatGateway> listing{
    "DescribeNatGateways", nat_gateway_kind, nat_gateways, gateway_view, gateway_filters};

Error gateway_not_found(const std::string& id) { return errors::NatGatewayNotFound("The Nat Gateway " + id + " was not found"); }

// What list_resources() reads of a request; this one spells its filters in the singular.
struct Asked {
  const std::optional<std::vector<Filter>>& Filters;
  const std::optional<std::int32_t>& MaxResults;
  const std::optional<std::string>& NextToken;
};

Result<DescribeNatGatewaysResult> describe_nat_gateways(Call& call, const DescribeNatGatewaysRequest& in) {
  const auto is_shown = [&](const NatGatewayRecord& gateway) { return !is_forgotten(gateway, call.now()); };
  TRY(check_ids(nat_gateway_kind, in.NatGatewayIds));
  for (const std::string& id : in.NatGatewayIds.value_or(Values{})) {
    const NatGatewayRecord* gateway = call.txn.get(nat_gateways, call.key(id));
    if (gateway == nullptr || !is_shown(*gateway)) return gateway_not_found(id);
  }
  DescribeNatGatewaysResult out;
  out.NatGateways = TRY(list_resources(call, listing, Asked{in.Filter, in.MaxResults, in.NextToken}, in.NatGatewayIds,
                                       listing_name(listing.operation, in.Filter, in.NatGatewayIds), is_shown, out.NextToken));
  return out;
}

// ---- CreateNatGateway ----------------------------------------------------------------------------

Result<void> check_connectivity(const CreateNatGatewayRequest& in, const std::string& connectivity) {
  TRY(api::require_built_value("The availability mode", in.AvailabilityMode, "zonal"));
  if (!in.SubnetId || in.SubnetId->empty()) {
    return errors::MissingParameter("The request must contain the parameter subnetId");
  }
  const bool has_address = in.AllocationId && !in.AllocationId->empty();
  if (connectivity == "public" && !has_address) {
    return errors::MissingParameter("The request must contain the parameter AllocationId");
  }
  // AWS's text could not be found.
  if (connectivity == "private" && has_address) {
    return errors::InvalidParameterCombination("The parameter AllocationId cannot be used with a private NAT gateway");
  }
  return {};
}

Result<void> check_quota(const Call& call, const SubnetRecord& subnet) {
  std::size_t count = 0;
  for (const auto& [key, gateway] : call.txn.scan(nat_gateways, here(call))) {
    const SubnetRecord* other = gateway.is_available() ? find_subnet(call.txn, Place(call), gateway.subnet_id) : nullptr;
    if (other != nullptr && other->zone == subnet.zone) ++count;
  }
  if (count < nat_gateways_per_zone.value()) return {};
  return errors::NatGatewayLimitExceeded("Performing this operation would exceed the limit of " +
                                         std::to_string(nat_gateways_per_zone.value()) + " NAT gateways");
}

void fail(NatGatewayRecord& gateway, std::string code, std::string message, Timestamp now) {
  gateway.state = "failed";
  gateway.failure_code = std::move(code);
  gateway.failure_message = std::move(message);
  gateway.ended_at = now;
}

// What AWS finds out only while it makes the gateway ends in the state "failed", with the code and text as here.
// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
bool take_address(const Call& call, NatGatewayRecord& gateway, const AddressRecord*& address) {
  const store::Key vpc = store::join(call.account(), call.region(), gateway.vpc_id);
  address = call.txn.get(addresses, call.key(gateway.allocation_id));
  if (call.txn.find(internet_gateways, internet_gateways_by_vpc, vpc).empty()) {
    fail(gateway, "Gateway.NotAttached", "Network " + gateway.vpc_id + " has no Internet gateway attached", call.now());
  } else if (address == nullptr) {
    fail(gateway, "InvalidAllocationID.NotFound",
         "Elastic IP address [" + gateway.allocation_id + "] could not be associated with this NAT gateway", call.now());
  } else if (is_mapped(call.txn, Place(call), *address)) {
    fail(gateway, "Resource.AlreadyAssociated", "Elastic IP address [" + address->id + "] is already associated", call.now());
  }
  return gateway.state != "failed";
}

Result<void> furnish(Call& call, const SubnetRecord& subnet, const CreateNatGatewayRequest& in, NatGatewayRecord& gateway) {
  const AddressRecord* address = nullptr;
  if (gateway.connectivity == "public" && !take_address(call, gateway, address)) return {};
  const NetworkInterfaceRecord interface = TRY(make_service_interface(
      call, {.subnet = subnet, .type = "nat_gateway", .description = "Interface for NAT Gateway " + gateway.id,
             .private_ip = in.PrivateIpAddress, .source_dest_check = false}));
  gateway.interface_id = interface.id;
  gateway.private_ip = interface.private_ip;
  gateway.state = "available";
  if (address == nullptr) return {};
  gateway.public_ip = address->public_ip;
  gateway.association_id = map_address(call, *address, interface, interface.private_ip);
  return {};
}

Result<CreateNatGatewayResult> create_nat_gateway(Call& call, const CreateNatGatewayRequest& in) {
  NatGatewayRecord gateway;
  gateway.connectivity = in.ConnectivityType.value_or("public");
  TRY(check_connectivity(in, gateway.connectivity));
  TRY(check_id(subnet_kind, *in.SubnetId));
  gateway.tags = TRY(tags_to_create(in.TagSpecifications, nat_gateway_kind));
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), *in.SubnetId);
  if (subnet == nullptr) return not_found(subnet_kind, *in.SubnetId);
  TRY(check_quota(call, *subnet));
  gateway.id = new_id(call, nat_gateway_kind);
  gateway.vpc_id = subnet->vpc_id;
  gateway.subnet_id = subnet->id;
  gateway.allocation_id = in.AllocationId.value_or("");
  gateway.created_at = call.now();
  TRY(furnish(call, *subnet, in, gateway));
  NatGatewayRecord shown = gateway;
  shown.state = "pending";
  shown.failure_code = shown.failure_message = "";
  shown.ended_at = {};
  CreateNatGatewayResult out;
  out.NatGateway = gateway_view(call, shown);
  // The addresses that it is to have are said from the start, what becomes of them later.
  for (NatGatewayAddress& address : *out.NatGateway->NatGatewayAddresses) address.Status = "associating";
  out.ClientToken = in.ClientToken;
  call.txn.put(nat_gateways, call.key(gateway.id), gateway);
  return out;
}

void needs_create(const Call& call, const CreateNatGatewayRequest& in, api::Requirements& needs) {
  need_new(call, needs, nat_gateway_kind).request_tags = requested_tags(in.TagSpecifications);
  if (in.SubnetId) need_resource(call, needs, subnet_kind, *in.SubnetId);
  if (in.AllocationId) need_resource(call, needs, elastic_ip_kind, *in.AllocationId);
  need_create_tags(call, needs, nat_gateway_kind, "CreateNatGateway", in.TagSpecifications);
}

// ---- DeleteNatGateway ----------------------------------------------------------------------------

// The elastic address stays allocated; routes that lead to the gateway stay and become blackholes.
Result<DeleteNatGatewayResult> delete_nat_gateway(Call& call, const DeleteNatGatewayRequest& in) {
  TRY(check_id(nat_gateway_kind, in.NatGatewayId));
  const store::Key key = call.key(in.NatGatewayId);
  const NatGatewayRecord* found = call.txn.get(nat_gateways, key);
  if (found == nullptr || found->state == "deleted") return gateway_not_found(in.NatGatewayId);
  NatGatewayRecord gateway = *found;
  if (!gateway.interface_id.empty()) {
    unmap_addresses_of(call, gateway.interface_id);
    call.txn.erase(network_interfaces, call.key(gateway.interface_id));
  }
  gateway.state = "deleted";
  gateway.ended_at = call.now();
  call.txn.put(nat_gateways, key, std::move(gateway));
  return DeleteNatGatewayResult{.NatGatewayId = in.NatGatewayId};
}

void needs_delete(const Call& call, const DeleteNatGatewayRequest& in, api::Requirements& needs) {
  need_resource(call, needs, nat_gateway_kind, in.NatGatewayId);
}

}  // namespace

constinit const ResourceKind nat_gateway_kind{
    "nat-", "natgateway", "natGateway ID", "natGateway IDs",
    errors::NatGatewayMalformed, errors::NatGatewayNotFound,
    api::tagged_records<nat_gateways>, describe_record<nat_gateways, no_more_keys>, ""};

const api::Operations nat_gateways_operations = {
    op<ops::DescribeNatGateways>(describe_nat_gateways, on(any_in_region), read_only,
        takes("Filter MaxResults NatGatewayIds NextToken")),
    op<ops::CreateNatGateway>(create_nat_gateway, on(needs_create),
        takes("AvailabilityMode AllocationId ClientToken SubnetId TagSpecifications ConnectivityType PrivateIpAddress")),
    op<ops::DeleteNatGateway>(delete_nat_gateway, on(needs_delete), takes("NatGatewayId")),
};

}  // namespace haar::ec2
