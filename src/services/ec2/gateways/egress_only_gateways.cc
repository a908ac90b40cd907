// Egress-only internet gateways: Create, Delete, Describe.
// https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
#include "model/ec2/CreateEgressOnlyInternetGateway.h"
#include "model/ec2/DeleteEgressOnlyInternetGateway.h"
#include "model/ec2/DescribeEgressOnlyInternetGateways.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

EgressOnlyInternetGateway gateway_view(const Call&, const EgressOnlyGatewayRecord& record) {
  EgressOnlyInternetGateway view;
  view.EgressOnlyInternetGatewayId = record.id;
  view.Attachments.emplace().push_back({.State = "attached", .VpcId = record.vpc_id});
  view.Tags = to_wire(record.tags);
  return view;
}

// AWS's page has the filters of tags alone.
constexpr ResourceListing<EgressOnlyGatewayRecord, EgressOnlyInternetGateway> listing{
    "DescribeEgressOnlyInternetGateways", egress_only_gateway_kind, egress_only_gateways, gateway_view, {}};

Result<DescribeEgressOnlyInternetGatewaysResult> describe_gateways(Call& call,
                                                                   const DescribeEgressOnlyInternetGatewaysRequest& in) {
  DescribeEgressOnlyInternetGatewaysResult out;
  out.EgressOnlyInternetGateways = TRY(list_resources(call, listing, in, in.EgressOnlyInternetGatewayIds, out.NextToken));
  return out;
}

Result<CreateEgressOnlyInternetGatewayResult> create_gateway(Call& call, const CreateEgressOnlyInternetGatewayRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  EgressOnlyGatewayRecord gateway;
  gateway.tags = TRY(tags_to_create(in.TagSpecifications, egress_only_gateway_kind));
  if (find_vpc(call.txn, Place(call), in.VpcId) == nullptr) return not_found(vpc_kind, in.VpcId);
  if (call.txn.count(egress_only_gateways, here(call)) >= egress_only_gateways_per_region.value()) {
    return errors::EgressOnlyInternetGatewayLimitExceeded(
        "The maximum number of egress-only internet gateways has been reached.");
  }
  gateway.id = new_id(call, egress_only_gateway_kind);
  gateway.vpc_id = in.VpcId;
  CreateEgressOnlyInternetGatewayResult out;
  out.EgressOnlyInternetGateway = gateway_view(call, gateway);
  out.ClientToken = in.ClientToken;
  call.txn.put(egress_only_gateways, call.key(gateway.id), gateway);
  return out;
}

void needs_create(const Call& call, const CreateEgressOnlyInternetGatewayRequest& in, api::Requirements& needs) {
  need_new(call, needs, egress_only_gateway_kind).request_tags = requested_tags(in.TagSpecifications);
  need_resource(call, needs, vpc_kind, in.VpcId);
  need_create_tags(call, needs, egress_only_gateway_kind, "CreateEgressOnlyInternetGateway", in.TagSpecifications);
}

// Routes that lead to it stay and become blackholes.
Result<DeleteEgressOnlyInternetGatewayResult> delete_gateway(Call& call, const DeleteEgressOnlyInternetGatewayRequest& in) {
  TRY(check_id(egress_only_gateway_kind, in.EgressOnlyInternetGatewayId));
  const store::Key key = call.key(in.EgressOnlyInternetGatewayId);
  if (call.txn.get(egress_only_gateways, key) == nullptr) {
    return not_found(egress_only_gateway_kind, in.EgressOnlyInternetGatewayId);
  }
  call.txn.erase(egress_only_gateways, key);
  return DeleteEgressOnlyInternetGatewayResult{.ReturnCode = true};
}

void needs_delete(const Call& call, const DeleteEgressOnlyInternetGatewayRequest& in, api::Requirements& needs) {
  need_resource(call, needs, egress_only_gateway_kind, in.EgressOnlyInternetGatewayId);
}

}  // namespace

// AWS says "eigw ID", and the code that it has for all gateways.
constinit const ResourceKind egress_only_gateway_kind{
    "eigw-", "egress-only-internet-gateway", "eigw ID", "eigw IDs",
    errors::InvalidEgressOnlyInternetGatewayIdMalformed, errors::InvalidGatewayIDNotFound,
    api::tagged_records<egress_only_gateways>, describe_record<egress_only_gateways, no_more_keys>, ""};

const api::Operations egress_only_gateways_operations = {
    op<ops::DescribeEgressOnlyInternetGateways>(describe_gateways, on(any_in_region), read_only,
        takes("EgressOnlyInternetGatewayIds MaxResults NextToken Filters")),
    op<ops::CreateEgressOnlyInternetGateway>(create_gateway, on(needs_create), takes("ClientToken VpcId TagSpecifications")),
    op<ops::DeleteEgressOnlyInternetGateway>(delete_gateway, on(needs_delete), takes("EgressOnlyInternetGatewayId")),
};

}  // namespace haar::ec2
