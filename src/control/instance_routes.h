// Which way connections of whoever acts as an instance go. An instance has no machine of its own: it is an address of
// this host, from which its connections come, and what its VPC's private addresses stand for here. Pure, of one state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"
#include "base/names.h"
#include "base/result.h"
#include "services/ec2/instances/instances.h"
#include "store/reader.h"

namespace haar::control {

struct KnownInstance : ec2::FoundInstance {
  AccountId account;
  Region region;
  std::string_view state;  // as DescribeInstances names it
};
// `account` and `region` may be empty: an id is one of a kind. Error "InvalidInstanceID.NotFound".
Result<KnownInstance> find_instance(const store::Reader& reader, std::string_view id, std::string_view account,
                                    std::string_view region);
// The one whose connections come from this address of the host.
std::optional<KnownInstance> instance_at(const store::Reader& reader, const IpAddress& host_address);

struct HostPort {
  IpAddress address;
  std::uint16_t port = 0;
  bool operator==(const HostPort&) const = default;
};

// What haar itself listens on.
struct OwnAddresses {
  HostPort api;
  Cidr endpoints;     // loopback addresses of databases and caches
  HostPort metadata;  // where the metadata service of all instances is
};

struct InstanceRoute {
  // "not-running", "nothing-there", "unreachable"; empty: the connection is made
  std::string_view refusal{};
  std::optional<IpAddress> source;  // absent: it is none of haar's, and goes on as it is
  std::optional<HostPort> target;   // absent: to where it was meant to go
};

InstanceRoute route_of(const store::Reader& reader, const KnownInstance& instance, const OwnAddresses& own,
                       const HostPort& destination);

}  // namespace haar::control
