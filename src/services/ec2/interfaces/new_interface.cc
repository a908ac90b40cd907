// New interfaces: their addresses, groups and names, for CreateNetworkInterface and RunInstances.
#include <algorithm>
#include <array>

#include "base/ip_address.h"
#include "model/ec2/service.h"
#include "services/ec2/addresses/addresses.h"
#include "services/ec2/interfaces/interfaces.h"
#include "services/ec2/interfaces/service_interfaces.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

using api::Call;

constexpr std::size_t description_max = 255;
constexpr int ipv6_tries_max = 64;

Error subnet_is_full() {
  return errors::InsufficientFreeAddressesInSubnet(
      "The specified subnet does not have enough free addresses to satisfy the request.");
}

std::uint64_t random_number(Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) number = number << 8 | byte;
  return number;
}

bool is_own(const NetworkInterfaceRecord& record, const std::string& address) {
  return record.private_ip == address || std::ranges::count(record.secondary_private_ips, address) != 0 ||
         std::ranges::count(record.ipv6_addresses, address) != 0;
}

bool is_used(const Call& call, const NetworkInterfaceRecord& record, const std::string& address) {
  const store::Key term = store::join(call.account(), call.region(), record.vpc_id, address);
  return is_own(record, address) || !call.txn.find(network_interfaces, interfaces_by_address, term).empty();
}

// The address in its canonical form.
Result<std::string> check_private_ip(const Call& call, const SubnetRecord& subnet, const NetworkInterfaceRecord& record,
                                     const std::string& wanted) {
  const std::optional<IpAddress> parsed = IpAddress::parse(wanted);
  if (!parsed || parsed->v6) return errors::InvalidParameterValue("invalid value for parameter address: " + wanted);
  const std::optional<Cidr> block = Cidr::parse_block(subnet.cidr);
  if (!block || !block->contains(*parsed)) {
    return errors::InvalidParameterValue("Address does not fall within the subnet's address range");
  }
  if (!is_assignable(subnet, wanted)) return errors::InvalidParameterValue("Address is in subnet's reserved address range");
  std::string address = parsed->str();
  if (is_used(call, record, address)) return errors::InvalidIPAddressInUse("Address " + wanted + " is in use.");
  return address;
}

// From a random place on, as AWS seems to.
Result<std::string> any_private_ip(const Call& call, const SubnetRecord& subnet, const NetworkInterfaceRecord& record) {
  const std::optional<Cidr> block = Cidr::parse_block(subnet.cidr);
  if (!block || block->base.v6) return subnet_is_full();
  const std::uint64_t size = std::uint64_t{1} << (32 - block->prefix);
  const std::uint64_t start = random_number(call.random()) % size;
  for (std::uint64_t i = 0; i < size; ++i) {
    std::string address = IpAddress::v4(block->base.as_v4() + static_cast<std::uint32_t>((start + i) % size)).str();
    if (is_assignable(subnet, address) && !is_used(call, record, address)) return address;
  }
  return subnet_is_full();
}

const CidrAssociationRecord* ipv6_block_of(const SubnetRecord& subnet) {
  return subnet.ipv6_cidrs.empty() ? nullptr : &subnet.ipv6_cidrs.front();
}

// Random, in the lower half of the address: a subnet has a /64, in which two seldom meet.
Result<std::string> any_ipv6(const Call& call, const Cidr& block, const NetworkInterfaceRecord& record) {
  for (int i = 0; i < ipv6_tries_max; ++i) {
    IpAddress address = block.base;
    const std::uint64_t number = random_number(call.random());
    for (std::size_t byte = 0; byte < 8; ++byte) {
      const std::size_t at = 8 + byte;
      const int bits_of_block = std::clamp(block.prefix - static_cast<int>(at) * 8, 0, 8);
      const auto mask = static_cast<std::uint8_t>(0xff >> bits_of_block);
      address.bytes[at] = static_cast<std::uint8_t>(address.bytes[at] | ((number >> (8 * byte) & 0xff) & mask));
    }
    std::string text = address.str();
    if (!is_used(call, record, text)) return text;
  }
  return subnet_is_full();
}

Error too_many_addresses() {
  return errors::PrivateIpAddressLimitExceeded("Number of private addresses will exceed limit.");
}

// Which of the addresses that a request names is to be the first, and which the others. AWS takes one of them.
Result<std::optional<std::string>> first_address(const AddressWish& wish, std::vector<std::string>& others) {
  std::optional<std::string> first = wish.private_ip && !wish.private_ip->empty() ? wish.private_ip : std::nullopt;
  for (const auto& [address, primary] : wish.private_ips) {
    const bool one_more = primary && first && *first != address;
    if (one_more) {
      return errors::InvalidParameterCombination(
          "The parameter privateIpAddress cannot be used with the parameter privateIpAddresses");
    }
    if (primary) first = address;
    else others.push_back(address);
  }
  if (wish.secondary_count > 0 && !others.empty()) {
    return errors::InvalidParameterCombination(
        "The parameter secondaryPrivateIpAddressCount cannot be used with the parameter privateIpAddresses");
  }
  return first;
}

}  // namespace

Result<void> add_private_ips(const Call& call, const SubnetRecord& subnet, const std::vector<std::string>& wanted,
                             std::int32_t count, NetworkInterfaceRecord& record, std::vector<std::string>& given) {
  for (const std::string& address : wanted) {
    given.push_back(TRY(check_private_ip(call, subnet, record, address)));
    record.secondary_private_ips.push_back(given.back());
  }
  for (std::int32_t i = 0; i < count; ++i) {
    given.push_back(TRY(any_private_ip(call, subnet, record)));
    record.secondary_private_ips.push_back(given.back());
  }
  return {};
}

Result<void> add_ipv6(const Call& call, const SubnetRecord& subnet, const std::vector<std::string>& wanted,
                      std::int32_t count, NetworkInterfaceRecord& record, std::vector<std::string>& given) {
  if (wanted.empty() && count <= 0) return {};
  const CidrAssociationRecord* associated = ipv6_block_of(subnet);
  const std::optional<Cidr> block = associated == nullptr ? std::nullopt : Cidr::parse_block(associated->cidr);
  if (!block) return errors::InvalidParameterValue("The subnet has no IPv6 CIDR block associated with it.");
  for (const std::string& text : wanted) {
    const std::optional<IpAddress> parsed = IpAddress::parse(text);
    if (!parsed || !parsed->v6) return errors::InvalidParameterValue("invalid value for parameter address: " + text);
    if (!block->contains(*parsed)) {
      return errors::InvalidParameterValue("Address does not fall within the subnet's address range");
    }
    if (is_used(call, record, parsed->str())) return errors::InvalidIPAddressInUse("Address " + text + " is in use.");
    given.push_back(parsed->str());
    record.ipv6_addresses.push_back(given.back());
  }
  for (std::int32_t i = 0; i < count; ++i) {
    given.push_back(TRY(any_ipv6(call, *block, record)));
    record.ipv6_addresses.push_back(given.back());
  }
  return {};
}

Result<void> give_addresses(const Call& call, const SubnetRecord& subnet, const AddressWish& wish, std::size_t most,
                            NetworkInterfaceRecord& record) {
  std::vector<std::string> others;
  const std::optional<std::string> first = TRY(first_address(wish, others));
  const bool by_name = !wish.ipv6.empty();
  if (by_name && wish.ipv6_count.value_or(0) > 0) {
    return errors::InvalidParameterCombination("The parameter ipv6AddressCount cannot be used with the parameter ipv6Addresses");
  }
  const std::int32_t ipv6_count = by_name ? 0 : wish.ipv6_count.value_or(subnet.assign_ipv6_on_creation ? 1 : 0);
  const auto wished = [](std::size_t named, std::int32_t count) { return named + static_cast<std::size_t>(std::max(count, 0)); };
  if (wished(others.size(), wish.secondary_count) + 1 > most || wished(wish.ipv6.size(), ipv6_count) > most) {
    return too_many_addresses();
  }
  std::vector<std::string> given;
  if (!subnet.ipv6_native) {
    record.private_ip = first ? TRY(check_private_ip(call, subnet, record, *first)) : TRY(any_private_ip(call, subnet, record));
    TRY(add_private_ips(call, subnet, others, wish.secondary_count, record, given));
  }
  return add_ipv6(call, subnet, wish.ipv6, ipv6_count, record, given);
}

std::optional<std::string> new_public_ip(const Call& call) { return free_public_ip(call.txn, call.random()); }

Error of_different_networks(const std::string&) {
  return errors::InvalidGroupNotFound("You have specified two resources that belong to different networks.");
}

Result<std::vector<std::string>> groups_for(const Call& call, const std::string& vpc_id,
                                            const std::optional<std::vector<std::string>>& wanted,
                                            const std::function<Error(const std::string& group_id)>& elsewhere) {
  const Place place(call);
  if (!wanted || wanted->empty()) {
    const SecurityGroupRecord* group = default_security_group(call.txn, place, vpc_id);
    if (group == nullptr) return errors::InvalidGroupNotFound("The security group 'default' does not exist");
    return std::vector{group->id};
  }
  std::vector<std::string> groups;
  for (const std::string& id : *wanted) {
    TRY(check_id(security_group_kind, id));
    const SecurityGroupRecord* group = find_security_group(call.txn, place, id);
    if (group == nullptr) return errors::InvalidSecurityGroupIDNotFound("The securityGroup ID '" + id + "' does not exist");
    if (!group_serves_vpc(call.txn, place, *group, vpc_id)) return elsewhere(id);
    if (std::find(groups.begin(), groups.end(), id) == groups.end()) groups.push_back(id);
  }
  if (groups.size() > groups_per_interface.value()) {
    return errors::SecurityGroupsPerInterfaceLimitExceeded(
        "The maximum number of security groups per interface has been reached.");
  }
  return groups;
}

Result<void> check_interface_description(const std::optional<std::string>& description) {
  if (!description || description->size() <= description_max) return {};
  return errors::InvalidParameterValue("Value for parameter description exceeds the maximum length of 255 characters");
}

Result<NetworkInterfaceRecord> new_interface(const Call& call, const SubnetRecord& subnet) {
  if (call.txn.count(network_interfaces, here(call)) >= interfaces_per_region.value()) {
    return errors::NetworkInterfaceLimitExceeded("The maximum number of network interfaces has been reached.");
  }
  NetworkInterfaceRecord record;
  record.id = new_id(call, network_interface_kind);
  record.vpc_id = subnet.vpc_id;
  record.subnet_id = subnet.id;
  record.zone = subnet.zone;
  record.zone_id = subnet.zone_id;
  record.mac_address = new_mac_address(call.random());
  record.created_at = call.now();
  record.requester_id = call.caller().user_id();
  return record;
}

}  // namespace haar::ec2
