// Addresses between the kernel's form and ours.
#pragma once

#include <sys/socket.h>

#include <optional>

#include "main/run/route.h"

namespace haar::main {

struct RawAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// nullopt for other families than IPv4 and IPv6, and for what is too short.
std::optional<SocketAddress> from_raw(const sockaddr_storage& storage, socklen_t size);
// For a socket of `family`: an IPv4 address on an IPv6 socket becomes a mapped one. nullopt: such a socket cannot
// have the address.
std::optional<RawAddress> to_raw(const SocketAddress& address, int family);

}  // namespace haar::main
