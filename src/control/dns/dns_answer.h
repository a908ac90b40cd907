// What the DNS server says to one query: the address of an endpoint that exists, and that it knows nothing else. The wire
// form is libldns's. https://www.rfc-editor.org/rfc/rfc1035
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip_address.h"

namespace haar::control {

// As Aurora's names have it, so that a client soon follows.
inline constexpr std::uint32_t dns_seconds_to_live = 5;
inline constexpr std::size_t dns_query_bytes_max = 4096;

// The address behind a name in lower case, without a dot at its end.
using FindName = std::function<std::optional<IpAddress>(const std::string& name)>;

// The answer's bytes; empty: what came is no query, and nobody is answered. A name that exists has an address of one family
// and no other records; any other name is refused, for who is asked for it knows nothing of it.
std::string dns_answer(std::string_view query, const FindName& find);

}  // namespace haar::control
