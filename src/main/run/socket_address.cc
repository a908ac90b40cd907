#include "main/run/socket_address.h"

#include <netinet/in.h>

#include <cstring>

namespace haar::main {

std::optional<SocketAddress> from_raw(const sockaddr_storage& storage, socklen_t size) {
  if (size < sizeof storage.ss_family) return std::nullopt;
  std::uint16_t port = 0;
  if (storage.ss_family == AF_INET && size >= sizeof(sockaddr_in)) {
    port = ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
  } else if (storage.ss_family == AF_INET6 && size >= offsetof(sockaddr_in6, sin6_scope_id)) {
    port = ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  } else {
    return std::nullopt;
  }
  const std::optional<IpAddress> address = IpAddress::from(storage);
  if (!address) return std::nullopt;
  return SocketAddress{*address, port};
}

std::optional<RawAddress> to_raw(const SocketAddress& address, int family) {
  RawAddress raw;
  if (family == AF_INET && !address.address.v6) {
    auto& in = reinterpret_cast<sockaddr_in&>(raw.storage);
    in.sin_family = AF_INET;
    in.sin_port = htons(address.port);
    std::memcpy(&in.sin_addr, address.address.bytes.data(), sizeof in.sin_addr);
    raw.size = sizeof in;
    return raw;
  }
  if (family != AF_INET6) return std::nullopt;
  auto& in6 = reinterpret_cast<sockaddr_in6&>(raw.storage);
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(address.port);
  if (address.address.v6) {
    std::memcpy(&in6.sin6_addr, address.address.bytes.data(), sizeof in6.sin6_addr);
  } else {
    in6.sin6_addr.s6_addr[10] = in6.sin6_addr.s6_addr[11] = 0xff;
    std::memcpy(&in6.sin6_addr.s6_addr[12], address.address.bytes.data(), 4);
  }
  raw.size = sizeof in6;
  return raw;
}

}  // namespace haar::main
