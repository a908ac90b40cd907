// TCP listeners of endpoint addresses.
#pragma once

#include <sys/socket.h>

#include <cstdint>

#include "base/file.h"
#include "base/ip_address.h"
#include "base/result.h"

namespace haar::frontdoor {

// Non-blocking and close-on-exec. Error "EndpointUnavailable" names the address and the reason.
Result<Fd> open_listener(const IpAddress& address, std::uint16_t port);

// The same in two steps: what comes in between them is refused by nobody yet.
// An address of a block that is one of this machine's (local_routes.h): the kernel lets IPv6 sockets bind it when they say
// that they know what they do, and IPv4 sockets anyway.
enum class Place : std::uint8_t { own_address, own_block };
Result<Fd> bind_listener(const IpAddress& address, std::uint16_t port, Place place = Place::own_address);
Result<void> start_listening(const Fd& listener, const IpAddress& address, std::uint16_t port);

std::uint16_t port_of(const sockaddr_storage& address);  // 0 where it has none

}  // namespace haar::frontdoor
