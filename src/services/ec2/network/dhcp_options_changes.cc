// CreateDhcpOptions, DeleteDhcpOptions, AssociateDhcpOptions.
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html
#include <algorithm>
#include <charconv>

#include "base/ip_address.h"
#include "model/ec2/AssociateDhcpOptions.h"
#include "model/ec2/CreateDhcpOptions.h"
#include "model/ec2/DeleteDhcpOptions.h"
#include "model/ec2/service.h"
#include "services/ec2/network/dhcp_options_view.h"
#include "services/ec2/network/limits.h"
#include "services/ec2/require.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// Stands for no set at all, in AssociateDhcpOptions and then in the VPC.
constexpr std::string_view no_options = "default";

// ---- CreateDhcpOptions ---------------------------------------------------------------------------

bool is_address(std::string_view text) { return IpAddress::parse(text).has_value(); }
bool is_name_server(std::string_view text) { return text == "AmazonProvidedDNS" || is_address(text); }
bool is_domain(std::string_view text) { return !text.empty(); }
bool is_ipv4_address(std::string_view text) {
  const std::optional<IpAddress> address = IpAddress::parse(text);
  return address && !address->v6;
}
// https://datatracker.ietf.org/doc/html/rfc2132#section-8.7: B-, P-, M- and H-node.
bool is_node_type(std::string_view text) { return text == "1" || text == "2" || text == "4" || text == "8"; }
// In seconds: from 140 to 4294967295.
bool is_lease_time(std::string_view text) {
  constexpr std::uint64_t least = 140, most = 4'294'967'295;
  std::uint64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() && seconds >= least && seconds <= most;
}

struct OptionRule {
  std::string_view key;
  std::size_t values_max;
  bool (*accepts)(std::string_view value);
};
// AWS's page of CreateDhcpOptions has the keys and how many values each takes.
constexpr OptionRule option_rules[] = {
    {"domain-name", 1, is_domain},
    {"domain-name-servers", 4, is_name_server},
    {"ipv6-address-preferred-lease-time", 1, is_lease_time},
    {"netbios-name-servers", 4, is_ipv4_address},
    {"netbios-node-type", 1, is_node_type},
    {"ntp-servers", 8, is_address},
};

Result<void> check_option(const std::string& key, const Values& values) {
  const auto* rule = std::ranges::find(option_rules, key, &OptionRule::key);
  if (rule == std::end(option_rules)) {
    return errors::InvalidParameterValue("Value (" + key + ") for parameter dhcpConfiguration.key is invalid. "
                                         "Unknown DHCP option");
  }
  if (values.empty()) return errors::MissingParameter("The request must contain the parameter " + key);
  if (values.size() > rule->values_max) {
    return errors::InvalidParameterValue("Invalid number of values for " + key + ". The maximum is " +
                                         std::to_string(rule->values_max) + ".");
  }
  for (const std::string& value : values) {
    if (rule->accepts(value)) continue;
    return errors::InvalidParameterValue("Value (" + value + ") for parameter " + key + " is invalid.");
  }
  return {};
}

Result<CreateDhcpOptionsResult> create_dhcp_options(Call& call, const CreateDhcpOptionsRequest& in) {
  if (in.DhcpConfigurations.empty()) {
    return errors::MissingParameter("The request must contain the parameter dhcpConfiguration");
  }
  DhcpOptionsRecord record;
  for (const NewDhcpConfiguration& item : in.DhcpConfigurations) {
    const std::string key = item.Key.value_or("");
    const Values values = item.Values.value_or(Values{});
    TRY(check_option(key, values));
    if (!record.options.emplace(key, values).second) {
      return errors::InvalidParameterValue("The DHCP option " + key + " must not appear multiple times");
    }
  }
  record.tags = TRY(tags_to_create(in.TagSpecifications, dhcp_options_kind));
  if (call.txn.count(dhcp_options, here(call)) >= dhcp_options_per_region_max) {
    return errors::ResourceLimitExceeded("The maximum number of DHCP options sets has been reached.");
  }
  record.id = new_id(call, dhcp_options_kind);
  call.txn.put(dhcp_options, call.key(record.id), record);
  CreateDhcpOptionsResult out;
  out.DhcpOptions = dhcp_options_view(call, record);
  return out;
}

void needs_create_dhcp_options(const Call& call, const CreateDhcpOptionsRequest& in, Requirements& needs) {
  need_new(call, needs, dhcp_options_kind).request_tags = requested_tags(in.TagSpecifications);
  need_create_tags(call, needs, dhcp_options_kind, "CreateDhcpOptions", in.TagSpecifications);
}

// ---- DeleteDhcpOptions ---------------------------------------------------------------------------

Result<wire::Empty> delete_dhcp_options(Call& call, const DeleteDhcpOptionsRequest& in) {
  const DhcpOptionsRecord* record = TRY(require(call, dhcp_options_kind, dhcp_options, in.DhcpOptionsId));
  for (const auto& [key, vpc] : call.txn.scan(vpcs, here(call))) {
    if (vpc.dhcp_options_id != record->id) continue;
    return errors::DependencyViolation("The dhcpOptions '" + record->id + "' has dependencies and cannot be deleted.");
  }
  call.txn.erase(dhcp_options, call.key(in.DhcpOptionsId));
  return wire::Empty{};
}

void needs_delete_dhcp_options(const Call& call, const DeleteDhcpOptionsRequest& in, Requirements& needs) {
  need_resource(call, needs, dhcp_options_kind, in.DhcpOptionsId);
}

// ---- AssociateDhcpOptions ------------------------------------------------------------------------

Result<wire::Empty> associate_dhcp_options(Call& call, const AssociateDhcpOptionsRequest& in) {
  if (in.DhcpOptionsId != no_options) TRY(require(call, dhcp_options_kind, dhcp_options, in.DhcpOptionsId));
  VpcRecord vpc = *TRY(require(call, vpc_kind, vpcs, in.VpcId));
  vpc.dhcp_options_id = in.DhcpOptionsId;
  call.txn.put(vpcs, call.key(in.VpcId), std::move(vpc));
  return wire::Empty{};
}

void needs_associate_dhcp_options(const Call& call, const AssociateDhcpOptionsRequest& in, Requirements& needs) {
  need_resource(call, needs, dhcp_options_kind, in.DhcpOptionsId);
  need_resource(call, needs, vpc_kind, in.VpcId);
}

}  // namespace

const api::Operations dhcp_options_changes_operations = {
    op<ops::CreateDhcpOptions>(create_dhcp_options, on(needs_create_dhcp_options),
        takes("DhcpConfigurations TagSpecifications")),
    op<ops::DeleteDhcpOptions>(delete_dhcp_options, on(needs_delete_dhcp_options), takes("DhcpOptionsId")),
    op<ops::AssociateDhcpOptions>(associate_dhcp_options, on(needs_associate_dhcp_options), takes("DhcpOptionsId VpcId")),
};

}  // namespace haar::ec2
