// Pagination markers: opaque, authenticated, and good only for the listing that made them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "auth/sha256.h"
#include "base/result.h"

namespace haar::auth {

inline constexpr std::size_t max_marker_bytes = 4'096;

// Base64url text (RFC 4648 section 5, no padding). `subkey`: Keyring::derive("marker"). `filter_hash`: a
// hash of everything that fixes the listing (operation, account, region, filters): it must be the same
// again when the marker comes back. The same position gives the same marker.
std::string seal_marker(const Digest& subkey, std::string_view last_key, std::string_view filter_hash);
// The last key; ValidationError (400) "Invalid Marker." for anything not sealed here for this listing.
// Operations with another code for it replace the code.
Result<std::string> open_marker(const Digest& subkey, std::string_view marker, std::string_view filter_hash);

}  // namespace haar::auth
