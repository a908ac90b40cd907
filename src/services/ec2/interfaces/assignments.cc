// AssignPrivateIpAddresses, UnassignPrivateIpAddresses, AssignIpv6Addresses, UnassignIpv6Addresses.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html
#include <algorithm>

#include "base/ip_address.h"
#include "data/instance_types.h"
#include "model/ec2/AssignIpv6Addresses.h"
#include "model/ec2/AssignPrivateIpAddresses.h"
#include "model/ec2/UnassignIpv6Addresses.h"
#include "model/ec2/UnassignPrivateIpAddresses.h"
#include "model/ec2/service.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// As many as the type of the instance gives an interface, if it is attached to one.
std::size_t most_addresses(const Call& call, const NetworkInterfaceRecord& record, bool v6) {
  const InstanceRecord* instance =
      record.instance_id.empty() ? nullptr : call.txn.get(instances, call.key(record.instance_id));
  const data::InstanceType* type = instance == nullptr ? nullptr : data::find_instance_type(instance->type);
  if (type == nullptr) return addresses_per_interface_max;
  return v6 ? type->ipv6_per_interface : type->ipv4_per_interface;
}

Error too_many_addresses() {
  return errors::PrivateIpAddressLimitExceeded("Number of private addresses will exceed limit.");
}

std::string quoted_list(const std::vector<std::string>& addresses) {
  std::string text;
  for (const std::string& address : addresses) text += (text.empty() ? "" : ", ") + address;
  return "[" + text + "]";
}

// How many are asked for, one way or the other.
Result<std::size_t> asked_for(const Ids& named, const std::optional<std::int32_t>& count, std::string_view names,
                              std::string_view counts) {
  const bool by_name = named && !named->empty();
  if (by_name && count.value_or(0) > 0) {
    return errors::InvalidParameterCombination("The parameter " + std::string(counts) + " cannot be used with the parameter " +
                                               std::string(names));
  }
  if (by_name) return named->size();
  if (count.value_or(0) > 0) return static_cast<std::size_t>(*count);
  return errors::MissingParameter("The request must contain the parameter " + std::string(names) + " or " +
                                  std::string(counts));
}

// Takes addresses away from the interfaces that have them as further ones, where the caller allows that.
Result<void> take_over(Call& call, const NetworkInterfaceRecord& to, const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    const store::Key term = store::join(call.account(), call.region(), to.vpc_id, address);
    const auto found = call.txn.find(network_interfaces, interfaces_by_address, term).first();
    if (!found || found->record.id == to.id || found->record.subnet_id != to.subnet_id) continue;
    NetworkInterfaceRecord from = found->record;
    if (std::erase(from.secondary_private_ips, address) == 0) continue;  // one's first address stays
    if (const AddressRecord* mapped = address_of(call.txn, Place(call), from.id, address)) unmap_address(call, *mapped);
    const store::Key key = call.key(from.id);
    call.txn.put(network_interfaces, key, std::move(from));
  }
  return {};
}

Result<AssignPrivateIpAddressesResult> assign_private_ips(Call& call, const AssignPrivateIpAddressesRequest& in) {
  NetworkInterfaceRecord record = *TRY(require_own_interface(call, in.NetworkInterfaceId));
  const std::vector<std::string> named = in.PrivateIpAddresses.value_or(Values{});
  const std::size_t count = TRY(asked_for(in.PrivateIpAddresses, in.SecondaryPrivateIpAddressCount, "privateIpAddresses",
                                          "secondaryPrivateIpAddressCount"));
  if (record.secondary_private_ips.size() + 1 + count > most_addresses(call, record, false)) return too_many_addresses();
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), record.subnet_id);
  if (subnet == nullptr) return not_found(subnet_kind, record.subnet_id);
  if (in.AllowReassignment.value_or(false)) TRY(take_over(call, record, named));
  std::vector<std::string> given;
  TRY(add_private_ips(call, *subnet, named, named.empty() ? static_cast<std::int32_t>(count) : 0, record, given));
  AssignPrivateIpAddressesResult out;
  out.NetworkInterfaceId = record.id;
  out.AssignedPrivateIpAddresses.emplace();
  for (std::string& address : given) out.AssignedPrivateIpAddresses->emplace_back().PrivateIpAddress = std::move(address);
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(record));
  return out;
}

// AWS's words for an address that the interface does not have were seen in public reports; the code is on its page.
Error not_assigned(const std::vector<std::string>& addresses, const std::string& interface_id) {
  return errors::InvalidParameterValue("Some of " + quoted_list(addresses) + " are not assigned to interface " + interface_id);
}

Result<wire::Empty> unassign_private_ips(Call& call, const UnassignPrivateIpAddressesRequest& in) {
  NetworkInterfaceRecord record = *TRY(require_own_interface(call, in.NetworkInterfaceId));
  const std::vector<std::string> addresses = in.PrivateIpAddresses.value_or(Values{});
  if (addresses.empty()) return errors::MissingParameter("The request must contain the parameter privateIpAddresses");
  if (std::ranges::count(addresses, record.private_ip) != 0)
    return errors::InvalidParameterValue("The primary IP address of an interface cannot be unassigned");
  for (const std::string& address : addresses) {
    if (std::erase(record.secondary_private_ips, address) == 0) return not_assigned(addresses, record.id);
    if (const AddressRecord* mapped = address_of(call.txn, Place(call), record.id, address)) unmap_address(call, *mapped);
  }
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(record));
  return wire::Empty{};
}

Result<AssignIpv6AddressesResult> assign_ipv6(Call& call, const AssignIpv6AddressesRequest& in) {
  NetworkInterfaceRecord record = *TRY(require_own_interface(call, in.NetworkInterfaceId));
  const std::vector<std::string> named = in.Ipv6Addresses.value_or(Values{});
  const std::size_t count = TRY(asked_for(in.Ipv6Addresses, in.Ipv6AddressCount, "ipv6Addresses", "ipv6AddressCount"));
  if (record.ipv6_addresses.size() + count > most_addresses(call, record, true)) return too_many_addresses();
  const SubnetRecord* subnet = find_subnet(call.txn, Place(call), record.subnet_id);
  if (subnet == nullptr) return not_found(subnet_kind, record.subnet_id);
  AssignIpv6AddressesResult out;
  out.NetworkInterfaceId = record.id;
  TRY(add_ipv6(call, *subnet, named, named.empty() ? static_cast<std::int32_t>(count) : 0, record,
               out.AssignedIpv6Addresses.emplace()));
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(record));
  return out;
}

Result<UnassignIpv6AddressesResult> unassign_ipv6(Call& call, const UnassignIpv6AddressesRequest& in) {
  NetworkInterfaceRecord record = *TRY(require_own_interface(call, in.NetworkInterfaceId));
  const std::vector<std::string> addresses = in.Ipv6Addresses.value_or(Values{});
  if (addresses.empty()) return errors::MissingParameter("The request must contain the parameter ipv6Addresses");
  UnassignIpv6AddressesResult out;
  out.NetworkInterfaceId = record.id;
  out.UnassignedIpv6Addresses.emplace();
  for (const std::string& text : addresses) {
    const std::optional<IpAddress> parsed = IpAddress::parse(text);
    if (!parsed || std::erase(record.ipv6_addresses, parsed->str()) == 0) return not_assigned(addresses, record.id);
    out.UnassignedIpv6Addresses->push_back(parsed->str());
  }
  call.txn.put(network_interfaces, call.key(in.NetworkInterfaceId), std::move(record));
  return out;
}

constexpr auto needs_interface = [](const Call& call, const auto& in, Requirements& needs) {
  need_resource(call, needs, network_interface_kind, in.NetworkInterfaceId);
};

}  // namespace

const api::Operations interface_addresses_operations = {
    op<ops::AssignPrivateIpAddresses>(assign_private_ips, on(needs_interface),
        takes("NetworkInterfaceId PrivateIpAddresses SecondaryPrivateIpAddressCount AllowReassignment")),
    op<ops::UnassignPrivateIpAddresses>(unassign_private_ips, on(needs_interface),
        takes("NetworkInterfaceId PrivateIpAddresses")),
    op<ops::AssignIpv6Addresses>(assign_ipv6, on(needs_interface),
        takes("NetworkInterfaceId Ipv6Addresses Ipv6AddressCount")),
    op<ops::UnassignIpv6Addresses>(unassign_ipv6, on(needs_interface), takes("NetworkInterfaceId Ipv6Addresses")),
};

}  // namespace haar::ec2
