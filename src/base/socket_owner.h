// Who on this machine holds the other end of a TCP connection over a local address.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "base/ip_address.h"

namespace haar {

struct TcpEnd {
  IpAddress address;
  std::uint16_t port = 0;
};

// The user id of the socket at `peer`, connected to `ours`, asked of the kernel (sock_diag(7)); nullopt: no such socket is
// on this machine, or the kernel does not say.
std::optional<uid_t> owner_of_peer(const TcpEnd& ours, const TcpEnd& peer);

}  // namespace haar
