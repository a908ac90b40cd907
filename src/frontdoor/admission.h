// Who may connect to one endpoint, once everything was asked that can refuse: a table of address ranges, each with the
// client's ports that are admitted. It is never changed, only replaced, and looking a client up costs the logarithm of
// its size. Pure: no sockets, no clock. Default is nobody.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "frontdoor/rules.h"

namespace haar::frontdoor {

struct SourcePorts {  // both ends included
  std::uint16_t first = 0, last = 65535;
  auto operator<=>(const SourcePorts&) const = default;
};

// The clients from `first` to `last` whose packets come from `network` (a VPC; empty: from outside of every VPC).
struct Admitted {
  IpAddress first, last;
  std::string network;
  std::vector<SourcePorts> ports{SourcePorts{}};  // sorted, disjoint
  bool operator==(const Admitted&) const = default;
};

struct Client {
  IpAddress address;
  std::uint16_t port = 0;
  // Where the client is for certain; nullopt: where its address says.
  std::optional<std::string> network{};
};

class Admission {
 public:
  Admission() = default;  // admits nobody
  // `admitted`: sorted and disjoint. Neighbours that say the same become one.
  static Admission compile(std::vector<Admitted> admitted);
  // Of permissions alone, for clients of any port from outside.
  static Admission of_rules(const Rules& rules, std::uint16_t port);

  // From which of its ports the client is admitted; none: it is not.
  [[nodiscard]] std::span<const SourcePorts> ports_of(const Client& client) const;
  [[nodiscard]] bool admits(const Client& client) const;
  [[nodiscard]] bool nobody() const { return ranges_.empty(); }
  [[nodiscard]] std::span<const Admitted> ranges() const { return ranges_; }
  bool operator==(const Admission&) const = default;

 private:
  std::vector<Admitted> ranges_;
};

// An address of this machine that stands for an interface of a VPC: what connects from it is that interface.
struct HostOf {
  std::string network;
  std::optional<IpAddress> v4, v6;  // the interface's addresses in its VPC
  bool operator==(const HostOf&) const = default;
};

// By the address on this machine.
using Hosts = std::map<IpAddress, HostOf>;

// Whose connection it is: the interface for which the address stands, else the address itself.
// nullopt: the interface has no address of the connection's family.
std::optional<Client> identify(const Hosts& hosts, const IpAddress& address, std::uint16_t port);

}  // namespace haar::frontdoor
