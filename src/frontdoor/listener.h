// TCP listeners of endpoint addresses.
#pragma once

#include <cstdint>

#include "base/file.h"
#include "base/ip_address.h"
#include "base/result.h"

namespace haar::frontdoor {

// Non-blocking and close-on-exec. Error "EndpointUnavailable" names the address and the reason.
Result<Fd> open_listener(const IpAddress& address, std::uint16_t port);

}  // namespace haar::frontdoor
