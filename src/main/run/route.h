// Where a connection of whoever acts as an instance goes, and from which address it comes.
#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/ip_address.h"

namespace haar::main {

struct SocketAddress {
  IpAddress address;
  std::uint16_t port = 0;
  bool operator==(const SocketAddress&) const = default;
};

struct Route {
  // Not 0: the connection is not made, and connect() says so.
  int refusal = 0;
  // The connection comes from here; absent: from wherever the kernel would take it.
  std::optional<IpAddress> source;
  // It is made to this instead.
  std::optional<SocketAddress> target;
};

inline Route refused_route(int error) { return {error, std::nullopt, std::nullopt}; }

// Asked for every TCP connection, one at a time.
using Router = std::function<Route(const SocketAddress& destination)>;

}  // namespace haar::main
