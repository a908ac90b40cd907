// DescribeInternetGateways.
#include "model/ec2/DescribeInternetGateways.h"
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

Result<DescribeInternetGatewaysResult> describe_internet_gateways(Call& call, const DescribeInternetGatewaysRequest& in) {
  std::vector<InternetGateway> list;
  for (const auto& [key, record] : call.txn.scan(internet_gateways, here(call))) {
    list.push_back(gateway_view(call, record));
  }
  const auto id_of = [](const InternetGateway& gateway) { return *gateway.InternetGatewayId; };
  TRY(keep_ids(internet_gateway_kind, list, in.InternetGatewayIds, id_of));
  TRY(apply_filters<InternetGateway>(list, in.Filters, gateway_filters));
  DescribeInternetGatewaysResult out;
  const Listing listing = Listing{"DescribeInternetGateways"}.with(in.InternetGatewayIds).with(in.Filters);
  TRY(cut_page(call, listing, list, id_of, in.MaxResults, in.NextToken, out.NextToken));
  out.InternetGateways = std::move(list);
  return out;
}

}  // namespace

const api::Operations internet_gateways_operations = {
    op<ops::DescribeInternetGateways>(describe_internet_gateways, on(any_in_region), read_only,
        takes("NextToken MaxResults InternetGatewayIds Filters")),
};

}  // namespace haar::ec2
