// Whom permissions admit: the compiled union of those of all security groups of an interface.
// Pure: no sockets, no clock. Default is nobody.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/ip_address.h"

namespace haar::frontdoor {

// One ingress permission, references already resolved to addresses.
struct Permission {
  static constexpr int all_protocols = -1;  // IpProtocol "-1": every protocol and every port
  static constexpr int tcp = 6;             // IpProtocol "tcp" or "6"

  int protocol = 0;  // anything but -1 and 6 admits no TCP client
  int from_port = 0;  // with tcp: both ends included
  int to_port = -1;
  std::vector<Cidr> cidrs;
  std::vector<IpAddress> addresses;  // of the interfaces that carry a referenced group
};

// The ports to which the permission admits TCP, both ends included; nullopt: to none.
std::optional<std::pair<int, int>> tcp_ports(const Permission& permission);

class Rules {
 public:
  Rules() = default;  // admits nobody
  static Rules compile(std::span<const Permission> permissions);

  [[nodiscard]] bool admits(const IpAddress& client, std::uint16_t port) const;
  // True if no client at all may reach `port`: such an endpoint has no listener.
  [[nodiscard]] bool admits_nobody(std::uint16_t port) const;
  struct Interval {
    IpAddress first, last;
  };
  // All who may reach `port`: sorted, disjoint; IPv4 before IPv6.
  [[nodiscard]] std::vector<Interval> clients_of(std::uint16_t port) const;

 private:
  struct PortRange {
    int from = 0, to = 0;
    std::vector<Interval> clients;  // sorted, disjoint; IPv4 before IPv6
  };
  std::vector<PortRange> ranges_;
};

}  // namespace haar::frontdoor
