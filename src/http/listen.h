// Listening sockets, made without Asio so that no child process inherits one.
#pragma once

#include <cstdint>
#include <string>

#include "base/file.h"
#include "base/result.h"

namespace haar::http {

struct Listener {
  Fd fd;
  std::uint16_t port = 0;
  bool ipv6 = false;
};

// Binds and listens, non-blocking. `shared`: with SO_REUSEPORT, one listener of several on the same port.
// TCP_NODELAY is set and inherited by what is accepted. An error's message names the address.
Result<Listener> listen_on(const std::string& address, std::uint16_t port, bool shared);

}  // namespace haar::http
