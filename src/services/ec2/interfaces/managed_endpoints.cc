#include "services/ec2/interfaces/managed_endpoints.h"

#include <algorithm>

#include "model/ec2/CreateNetworkInterface.h"
#include "model/ec2/DeleteNetworkInterface.h"
#include "services/ec2/records.h"
#include "store/key_space.h"

namespace haar::ec2 {
namespace {

store::Key address_key(std::string_view address) { return store::key_of(AccountId("-"), store::global, address); }

std::uint32_t random_index(Random& random, std::uint32_t below) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  std::uint32_t value = 0;
  for (const std::uint8_t b : bytes) value = value << 8 | b;
  return value % below;
}

}  // namespace

std::vector<std::string> probe_host_addresses(const frontdoor::AddressSlice& slice, std::uint16_t port, Random& random,
                                              std::size_t count) {
  constexpr int tries_max = 256;
  std::vector<std::string> free;
  for (int i = 0; i < tries_max && free.size() < count; ++i) {
    const IpAddress address = slice.at(random_index(random, frontdoor::AddressSlice::size));
    std::string text = address.str();
    if (std::find(free.begin(), free.end(), text) != free.end()) continue;
    if (frontdoor::probe(address, port).ok()) free.push_back(std::move(text));
  }
  return free;
}

Result<std::string> take_host_address(store::Txn& txn, const std::vector<std::string>& candidates, std::string owner) {
  for (const std::string& address : candidates) {
    if (txn.get(host_addresses, address_key(address)) != nullptr) continue;
    txn.put(host_addresses, address_key(address), HostAddressRecord{std::move(owner)});
    return address;
  }
  return Error{"InsufficientAddressCapacity", "No address of this host is free for the endpoint. Try again.", 503,
               Fault::receiver};
}

void release_host_address(store::Txn& txn, std::string_view address) { txn.erase(host_addresses, address_key(address)); }

Result<std::string> create_managed_interface(api::Call& call, std::string_view service,
                                             const std::shared_ptr<const api::Caller>& as,
                                             const ManagedInterface& what) {
  CreateNetworkInterfaceRequest request;
  request.SubnetId = what.subnet_id;
  request.Groups = what.group_ids;
  request.Description = what.description;
  const auto made = TRY(call.invoke<ops::CreateNetworkInterface>({std::string(service), as}, request));
  const std::string id = *made.NetworkInterface->NetworkInterfaceId;
  const store::Key key = call.key(id);
  const NetworkInterfaceRecord* record = call.txn.get(network_interfaces, key);
  assert(record != nullptr);
  NetworkInterfaceRecord changed = *record;
  changed.host_address = what.host_address;
  call.txn.put(network_interfaces, key, std::move(changed));
  return id;
}

Result<void> delete_managed_interface(api::Call& call, std::string_view service,
                                      const std::shared_ptr<const api::Caller>& as, const std::string& interface_id) {
  DeleteNetworkInterfaceRequest request;
  request.NetworkInterfaceId = interface_id;
  const auto done = call.invoke<ops::DeleteNetworkInterface>({std::string(service), as}, request);
  if (!done.ok() && done.error().code != "InvalidNetworkInterfaceID.NotFound") return done.error();
  return {};
}

const store::KeySpace<HostAddressRecord> host_addresses{"ec2/host-address"};

}  // namespace haar::ec2
