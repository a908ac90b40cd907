// What ec2 has for services that run engines in a VPC: an interface in the subnet for each node, and an address of this
// host for each endpoint.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "frontdoor/frontdoor.h"
#include "store/space.h"

namespace haar::ec2 {

// ---- addresses of this host ----------------------------------------------------------------------

// Who holds a loopback address. One space for all accounts, keyed by the address: no two endpoints share one.
struct HostAddressRecord {
  static constexpr std::string_view record_name = "ec2.host-address";
  static constexpr std::uint32_t record_version = 1;

  std::string owner;  // "rds/cluster-ABC…/writer"

  template <class V>
  void fields(V& v) { v(1, owner); }
};
extern const store::KeySpace<HostAddressRecord> host_addresses;

// Addresses of the slice on which `port` could be bound just now, in random order. Opens sockets: for
// `prepare`, not for a transaction.
std::vector<std::string> probe_host_addresses(const frontdoor::AddressSlice& slice, std::uint16_t port, Random& random,
                                              std::size_t count);

// Records the first candidate that nobody holds. InsufficientAddressCapacity if all are held.
Result<std::string> take_host_address(store::Txn& txn, const std::vector<std::string>& candidates, std::string owner);
void release_host_address(store::Txn& txn, std::string_view address);

// ---- interfaces --------------------------------------------------------------------------------------

struct ManagedInterface {
  std::string subnet_id;
  std::vector<std::string> group_ids;
  std::string description;   // "RDSNetworkInterface", "ElastiCache my-cache"
  std::string host_address;  // stands for the interface on this host
};
// As the service, through ec2:CreateNetworkInterface; answers the interface's id.
Result<std::string> create_managed_interface(api::Call& call, std::string_view service,
                                             const std::shared_ptr<const api::Caller>& as, const ManagedInterface& what);
Result<void> delete_managed_interface(api::Call& call, std::string_view service,
                                      const std::shared_ptr<const api::Caller>& as, const std::string& interface_id);

}  // namespace haar::ec2
