#include "services/ec2/addresses/addresses.h"

#include <array>
#include <vector>

#include "base/ip_address.h"
#include "model/ec2/service.h"

namespace haar::ec2 {

std::uint32_t public_pool_size() {
  static const int prefix = Cidr::parse_block(public_pool)->prefix;
  return (std::uint32_t{1} << (32 - prefix)) - 2;
}

std::string public_ip_at(std::uint32_t index) {
  static const std::uint32_t first = Cidr::parse_block(public_pool)->base.as_v4() + 1;
  return IpAddress::v4(first + index % public_pool_size()).str();
}

std::optional<std::string> free_public_ip(const store::Reader& reader, Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  const std::uint32_t start = IpAddress{.v6 = false, .bytes = {bytes[0], bytes[1], bytes[2], bytes[3]}}.as_v4();
  for (std::uint32_t i = 0; i < public_pool_size(); ++i) {
    std::string candidate = public_ip_at(start % public_pool_size() + i);
    const store::Key term = store::join(candidate);
    const bool launched_with = !reader.find(network_interfaces, interfaces_by_public_ip, term).empty();
    if (!launched_with && reader.find(addresses, addresses_by_public_ip, term).empty()) return candidate;
  }
  return std::nullopt;
}

bool is_mapped(const store::Reader& reader, const Place& place, const AddressRecord& address) {
  return !address.interface_id.empty() && find_network_interface(reader, place, address.interface_id) != nullptr;
}

const AddressRecord* address_of(const store::Reader& reader, const Place& place, std::string_view interface_id,
                                std::string_view private_ip) {
  const store::Key term = store::join(place.account, place.region, interface_id);
  for (const auto& [key, address] : reader.find(addresses, addresses_by_interface, term)) {
    if (address.private_ip == private_ip) return &address;
  }
  return nullptr;
}

bool has_mapped_address(const store::Reader& reader, const Place& place, std::string_view vpc_id) {
  for (const auto& [key, address] : reader.scan(addresses, store::prefix_of(place.account, place.region))) {
    const NetworkInterfaceRecord* interface =
        address.interface_id.empty() ? nullptr : find_network_interface(reader, place, address.interface_id);
    if (interface != nullptr && interface->vpc_id == vpc_id) return true;
  }
  const store::Key term = store::join(place.account, place.region, vpc_id);
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_vpc, term)) {
    if (!interface.public_ip.empty()) return true;
  }
  return false;
}

Result<const AddressRecord*> find_address(const api::Call& call, const std::string& allocation_id) {
  TRY(check_id(elastic_ip_kind, allocation_id));
  const AddressRecord* address = call.txn.get(addresses, call.key(allocation_id));
  if (address == nullptr) return not_found(elastic_ip_kind, allocation_id);
  return address;
}

std::string map_address(api::Call& call, const AddressRecord& address, const NetworkInterfaceRecord& interface,
                        const std::string& private_ip) {
  AddressRecord changed = address;
  changed.association_id = ec2_id(call.random(), "eipassoc");
  changed.interface_id = interface.id;
  changed.private_ip = private_ip;
  std::string association_id = changed.association_id;
  const store::Key key = call.key(address.id);
  call.txn.put(addresses, key, std::move(changed));
  return association_id;
}

void unmap_address(api::Call& call, const AddressRecord& address) {
  AddressRecord changed = address;
  changed.association_id = changed.interface_id = changed.private_ip = "";
  const store::Key key = call.key(address.id);
  call.txn.put(addresses, key, std::move(changed));
}

void unmap_addresses_of(api::Call& call, std::string_view interface_id) {
  const store::Key term = store::join(call.account(), call.region(), interface_id);
  std::vector<AddressRecord> mapped;
  for (const auto& [key, address] : call.txn.find(addresses, addresses_by_interface, term)) mapped.push_back(address);
  for (const AddressRecord& address : mapped) unmap_address(call, address);
}

}  // namespace haar::ec2
