#include "services/ec2/interfaces/service_interfaces.h"

#include <array>

#include "base/encoding.h"
#include "base/ip_address.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

Result<std::string> choose_address(const api::Call& call, const SubnetRecord& subnet, const std::optional<std::string>& wanted) {
  const Place place(call);
  if (!wanted || wanted->empty()) {
    std::optional<std::string> found = free_private_ip(call.txn, place, subnet, call.random());
    if (found) return *std::move(found);
    return errors::InsufficientFreeAddressesInSubnet("The specified subnet does not have enough free addresses to satisfy "
                                                     "the request.");
  }
  const std::optional<IpAddress> address = IpAddress::parse(*wanted);
  if (!address || address->v6) return errors::InvalidParameterValue("invalid value for parameter address: " + *wanted);
  const std::optional<Cidr> block = Cidr::parse_block(subnet.cidr);
  if (!block || !block->contains(*address)) {
    return errors::InvalidParameterValue("Address does not fall within the subnet's address range");
  }
  if (!is_assignable(subnet, *wanted)) return errors::InvalidParameterValue("Address is in subnet's reserved address range");
  if (is_private_ip_used(call.txn, place, subnet, *wanted)) {
    return errors::InvalidIPAddressInUse("Address " + *wanted + " is in use.");
  }
  return address->str();
}

}  // namespace

std::string new_mac_address(Random& random) {
  std::array<std::uint8_t, 6> bytes{};
  random.fill(bytes);
  bytes[0] = static_cast<std::uint8_t>((bytes[0] & 0x1c) | 0x02);
  std::string text;
  for (const std::uint8_t byte : bytes) {
    const char c = static_cast<char>(byte);
    text += (text.empty() ? "" : ":") + to_hex(std::string_view(&c, 1));
  }
  return text;
}

Result<NetworkInterfaceRecord> make_service_interface(api::Call& call, const ServiceInterface& wanted) {
  NetworkInterfaceRecord record;
  record.private_ip = TRY(choose_address(call, wanted.subnet, wanted.private_ip));
  if (call.txn.count(network_interfaces, here(call)) >= interfaces_per_region.value()) {
    return errors::NetworkInterfaceLimitExceeded("The maximum number of network interfaces has been reached.");
  }
  record.id = new_id(call, network_interface_kind);
  record.vpc_id = wanted.subnet.vpc_id;
  record.subnet_id = wanted.subnet.id;
  record.zone = wanted.subnet.zone;
  record.zone_id = wanted.subnet.zone_id;
  record.description = wanted.description;
  record.mac_address = new_mac_address(call.random());
  record.group_ids = wanted.group_ids;
  record.requester_id = record.attachment_owner = "amazon-aws";
  record.requester_managed = true;
  record.attachment_id = ec2_id(call.random(), "ela-attach");
  record.attached_at = record.created_at = call.now();
  record.device_index = 1;
  record.source_dest_check = wanted.source_dest_check;
  record.interface_type = wanted.type;
  const store::Key key = call.key(record.id);
  call.txn.put(network_interfaces, key, record);
  return record;
}

}  // namespace haar::ec2
