// DescribeDhcpOptions.
#include "model/ec2/DescribeDhcpOptions.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

DhcpOptions options_view(const Call& call, const DhcpOptionsRecord& record) {
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

Result<DescribeDhcpOptionsResult> describe_dhcp_options(Call& call, const DescribeDhcpOptionsRequest& in) {
  std::vector<DhcpOptions> list;
  for (const auto& [key, record] : call.txn.scan(dhcp_options, here(call))) list.push_back(options_view(call, record));
  const auto id_of = [](const DhcpOptions& options) { return *options.DhcpOptionsId; };
  TRY(keep_ids(dhcp_options_kind, list, in.DhcpOptionsIds, id_of));
  TRY(apply_filters<DhcpOptions>(list, in.Filters, options_filters));
  DescribeDhcpOptionsResult out;
  const Listing listing = Listing{"DescribeDhcpOptions"}.with(in.DhcpOptionsIds).with(in.Filters);
  TRY(cut_page(call, listing, list, id_of, in.MaxResults, in.NextToken, out.NextToken));
  out.DhcpOptions = std::move(list);
  return out;
}

}  // namespace

const api::Operations dhcp_options_operations = {
    op<ops::DescribeDhcpOptions>(describe_dhcp_options, on(any_in_region), read_only,
        takes("DhcpOptionsIds NextToken MaxResults Filters")),
};

}  // namespace haar::ec2
