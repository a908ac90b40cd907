// DescribeDhcpOptions. network/dhcp_options_changes.cc makes them.
#include "model/ec2/DescribeDhcpOptions.h"
#include "model/ec2/service.h"
#include "services/ec2/network/dhcp_options_view.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

constexpr FilterField<DhcpOptions> options_filters[] = {
    {"dhcp-options-id", [](const DhcpOptions& o, Values& out) { add_value(out, o.DhcpOptionsId); }},
    {"key",
     [](const DhcpOptions& o, Values& out) {
       for (const DhcpConfiguration& item : *o.DhcpConfigurations) add_value(out, item.Key);
     }},
    {"owner-id", [](const DhcpOptions& o, Values& out) { add_value(out, o.OwnerId); }},
    {"value",
     [](const DhcpOptions& o, Values& out) {
       for (const DhcpConfiguration& item : *o.DhcpConfigurations) {
         for (const AttributeValue& value : *item.Values) add_value(out, value.Value);
       }
     }},
};

constexpr ResourceListing<DhcpOptionsRecord, DhcpOptions> listing{
    "DescribeDhcpOptions", dhcp_options_kind, dhcp_options, dhcp_options_view, options_filters};

Result<DescribeDhcpOptionsResult> describe_dhcp_options(Call& call, const DescribeDhcpOptionsRequest& in) {
  DescribeDhcpOptionsResult out;
  out.DhcpOptions = TRY(list_resources(call, listing, in, in.DhcpOptionsIds, out.NextToken));
  return out;
}

}  // namespace

DhcpOptions dhcp_options_view(const Call& call, const DhcpOptionsRecord& record) {
  DhcpOptions view;
  view.DhcpOptionsId = record.id;
  view.OwnerId = call.account().value;
  view.Tags = to_wire(record.tags);
  view.DhcpConfigurations.emplace();
  for (const auto& [name, values] : record.options) {
    DhcpConfiguration item;
    item.Key = name;
    item.Values.emplace();
    for (const std::string& value : values) item.Values->push_back({.Value = value});
    view.DhcpConfigurations->push_back(std::move(item));
  }
  return view;
}

constinit const ResourceKind dhcp_options_kind{
    "dopt-", "dhcp-options", "dhcpOption ID", "dhcpOption IDs",
    errors::InvalidDhcpOptionsIdMalformed, errors::InvalidDhcpOptionIDNotFound,
    api::tagged_records<dhcp_options>, describe_record<dhcp_options, no_more_keys>, "ec2:DhcpOptionsID"};

const api::Operations dhcp_options_operations = {
    op<ops::DescribeDhcpOptions>(describe_dhcp_options, on(any_in_region), read_only,
        takes("DhcpOptionsIds NextToken MaxResults Filters")),
};

}  // namespace haar::ec2
