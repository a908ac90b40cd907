// Cookies of the console's own host: host-only, HttpOnly, never sent by requests that other sites make but links (RFC 6265,
// 6265bis). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/sigv4.h"
#include "http/message.h"

namespace haar::console {

inline constexpr std::string_view session_cookie = "haar_session";

// The value of the cookie; empty where there is none, and where there are two of the name: another page of a host beside
// this one can have set the second, and nothing tells which.
std::string_view find_cookie(const http::Headers& headers, std::string_view name);
std::string_view find_cookie(const auth::RequestView& request, std::string_view name);

// The value of Set-Cookie. `seconds`: how long the browser keeps it; none: until it is closed. 0 deletes it. The value is
// ours: letters, digits, '-', '_', '.', '%'.
std::string set_cookie(std::string_view name, std::string_view value, bool tls,
                       std::optional<std::int64_t> seconds = std::nullopt);

}  // namespace haar::console
