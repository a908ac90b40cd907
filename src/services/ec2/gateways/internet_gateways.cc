// DescribeInternetGateways.
#include "model/ec2/DescribeInternetGateways.h"
#include "model/ec2/service.h"
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

}  // namespace

constinit const ResourceKind internet_gateway_kind{
    "igw-", "internet-gateway", "internetGateway ID", "internetGateway IDs",
    errors::InvalidInternetGatewayIdMalformed, errors::InvalidInternetGatewayIDNotFound,
    api::tagged_records<internet_gateways>, describe_record<internet_gateways, no_more_keys>, "ec2:InternetGatewayID"};

const api::Operations internet_gateways_operations = {
    op<ops::DescribeInternetGateways>(describe_internet_gateways, on(any_in_region), read_only,
        takes("NextToken MaxResults InternetGatewayIds Filters")),
};

}  // namespace haar::ec2
