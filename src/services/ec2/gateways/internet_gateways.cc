// Internet gateways: Create, Delete, Attach, Detach, Describe.
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
#include "model/ec2/AttachInternetGateway.h"
#include "model/ec2/CreateInternetGateway.h"
#include "model/ec2/DeleteInternetGateway.h"
#include "model/ec2/DescribeInternetGateways.h"
#include "model/ec2/DetachInternetGateway.h"
#include "model/ec2/service.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

InternetGateway gateway_view(const Call& call, const InternetGatewayRecord& record) {
  InternetGateway view;
  view.InternetGatewayId = record.id;
  view.OwnerId = call.account().value;
  view.Tags = to_wire(record.tags);
  view.Attachments.emplace();
  // EC2 says "available" of an attached gateway, not "attached".
  if (!record.vpc_id.empty()) view.Attachments->push_back({.State = "available", .VpcId = record.vpc_id});
  return view;
}

template <auto member>
void attachment_values(const InternetGateway& gateway, Values& out) {
  for (const InternetGatewayAttachment& attachment : *gateway.Attachments) add_value(out, attachment.*member);
}

constexpr FilterField<InternetGateway> gateway_filters[] = {
    {"attachment.state", attachment_values<&InternetGatewayAttachment::State>},
    {"attachment.vpc-id", attachment_values<&InternetGatewayAttachment::VpcId>},
    {"internet-gateway-id", [](const InternetGateway& g, Values& out) { add_value(out, g.InternetGatewayId); }},
    {"owner-id", [](const InternetGateway& g, Values& out) { add_value(out, g.OwnerId); }},
};

constexpr Narrowing<InternetGatewayRecord> narrowed_by[] = {{"attachment.vpc-id", &internet_gateways_by_vpc}};
constexpr ResourceListing<InternetGatewayRecord, InternetGateway> listing{
    "DescribeInternetGateways", internet_gateway_kind, internet_gateways, gateway_view, gateway_filters, narrowed_by};

Result<DescribeInternetGatewaysResult> describe_internet_gateways(Call& call, const DescribeInternetGatewaysRequest& in) {
  DescribeInternetGatewaysResult out;
  out.InternetGateways = TRY(list_resources(call, listing, in, in.InternetGatewayIds, out.NextToken));
  return out;
}

Result<InternetGatewayRecord> find_gateway(const Call& call, const std::string& id) {
  TRY(check_id(internet_gateway_kind, id));
  const InternetGatewayRecord* gateway = call.txn.get(internet_gateways, call.key(id));
  if (gateway == nullptr) return not_found(internet_gateway_kind, id);
  return *gateway;
}

Result<CreateInternetGatewayResult> create_internet_gateway(Call& call, const CreateInternetGatewayRequest& in) {
  InternetGatewayRecord gateway;
  gateway.tags = TRY(tags_to_create(in.TagSpecifications, internet_gateway_kind));
  if (call.txn.count(internet_gateways, here(call)) >= internet_gateways_per_region.value()) {
    return errors::InternetGatewayLimitExceeded("The maximum number of internet gateways has been reached.");
  }
  gateway.id = new_id(call, internet_gateway_kind);
  CreateInternetGatewayResult out;
  out.InternetGateway = gateway_view(call, gateway);
  call.txn.put(internet_gateways, call.key(gateway.id), gateway);
  return out;
}

void needs_create(const Call& call, const CreateInternetGatewayRequest& in, api::Requirements& needs) {
  need_new(call, needs, internet_gateway_kind).request_tags = requested_tags(in.TagSpecifications);
  need_create_tags(call, needs, internet_gateway_kind, "CreateInternetGateway", in.TagSpecifications);
}

Result<wire::Empty> delete_internet_gateway(Call& call, const DeleteInternetGatewayRequest& in) {
  const InternetGatewayRecord gateway = TRY(find_gateway(call, in.InternetGatewayId));
  if (!gateway.vpc_id.empty()) {
    return errors::DependencyViolation("The internetGateway '" + gateway.id + "' has dependencies and cannot be deleted.");
  }
  call.txn.erase(internet_gateways, call.key(gateway.id));
  return wire::Empty{};
}

void needs_delete(const Call& call, const DeleteInternetGatewayRequest& in, api::Requirements& needs) {
  need_resource(call, needs, internet_gateway_kind, in.InternetGatewayId);
}

Result<wire::Empty> attach_internet_gateway(Call& call, const AttachInternetGatewayRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  InternetGatewayRecord gateway = TRY(find_gateway(call, in.InternetGatewayId));
  if (find_vpc(call.txn, Place(call), in.VpcId) == nullptr) return not_found(vpc_kind, in.VpcId);
  if (!gateway.vpc_id.empty()) {
    return errors::ResourceAlreadyAssociated("resource " + gateway.id + " is already attached to network " + gateway.vpc_id);
  }
  const store::Key term = store::join(call.account(), call.region(), in.VpcId);
  if (!call.txn.find(internet_gateways, internet_gateways_by_vpc, term).empty()) {
    return errors::InvalidParameterValue("Network " + in.VpcId + " already has an internet gateway attached");
  }
  gateway.vpc_id = in.VpcId;
  call.txn.put(internet_gateways, call.key(gateway.id), gateway);
  return wire::Empty{};
}

// Routes that lead to it stay and become blackholes. Of a gateway that hangs nowhere else, a VPC that is gone is one that
// it is not attached to: Terraform takes a gateway off at the same time as something else of the same plan deletes the VPC,
// and counts on Gateway.NotAttached.
Result<wire::Empty> detach_internet_gateway(Call& call, const DetachInternetGatewayRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  InternetGatewayRecord gateway = TRY(find_gateway(call, in.InternetGatewayId));
  const bool exists = find_vpc(call.txn, Place(call), in.VpcId) != nullptr;
  if (!exists && !gateway.vpc_id.empty()) return not_found(vpc_kind, in.VpcId);
  if (gateway.vpc_id != in.VpcId) {
    return errors::GatewayNotAttached("resource " + gateway.id + " is not attached to network " + in.VpcId);
  }
  if (has_mapped_address(call.txn, Place(call), in.VpcId)) {
    return errors::DependencyViolation("Network " + in.VpcId + " has some mapped public address(es). Please unmap those "
                                       "public address(es) before detaching the gateway.");
  }
  gateway.vpc_id.clear();
  call.txn.put(internet_gateways, call.key(gateway.id), gateway);
  return wire::Empty{};
}

template <class Input>
void needs_attachment(const Call& call, const Input& in, api::Requirements& needs) {
  need_resource(call, needs, internet_gateway_kind, in.InternetGatewayId);
  need_resource(call, needs, vpc_kind, in.VpcId);
}

}  // namespace

constinit const ResourceKind internet_gateway_kind{
    "igw-", "internet-gateway", "internetGateway ID", "internetGateway IDs",
    errors::InvalidInternetGatewayIdMalformed, errors::InvalidInternetGatewayIDNotFound,
    api::tagged_records<internet_gateways>, describe_record<internet_gateways, no_more_keys>, "ec2:InternetGatewayID"};

const api::Operations internet_gateways_operations = {
    op<ops::DescribeInternetGateways>(describe_internet_gateways, on(any_in_region), read_only,
        takes("NextToken MaxResults InternetGatewayIds Filters")),
    op<ops::CreateInternetGateway>(create_internet_gateway, on(needs_create), takes("TagSpecifications")),
    op<ops::DeleteInternetGateway>(delete_internet_gateway, on(needs_delete), takes("InternetGatewayId")),
    op<ops::AttachInternetGateway>(attach_internet_gateway, on(needs_attachment<AttachInternetGatewayRequest>),
        takes("InternetGatewayId VpcId")),
    op<ops::DetachInternetGateway>(detach_internet_gateway, on(needs_attachment<DetachInternetGatewayRequest>),
        takes("InternetGatewayId VpcId")),
};

}  // namespace haar::ec2
