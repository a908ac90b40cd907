// The Host and the Origin of a request: pure.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace haar::web {

// Whether a Host field ("haar.localhost:4566") names this host, in any case and at any port. "*.signin.localhost" stands
// for all names with one more label.
bool names_host(std::string_view host_field, std::string_view name);

// Whether the request says that it comes from a page of the origin that it is sent to: the same scheme, name and port.
// A browser says the Origin of whatever is not GET or HEAD, "null" for pages that have none.
bool same_origin(const http::Request& request);

// "http://haar.localhost:4566": another host of this server, over the scheme and at the port that the request came to.
std::string origin_of(const http::Request& request, std::string_view host);

}  // namespace haar::web
