// A small HTTP/1.1 client for haar's own commands: one request, one response, one connection, each bounded
// in size and time. Blocking; never used by the server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/message.h"

namespace haar::http {

// Where an endpoint such as "http://127.0.0.1:4566" or "http://[::1]:4566/" is. Plain HTTP only.
struct Authority {
  std::string host;  // a numeric address, IPv6 without brackets, or a name
  std::uint16_t port = 80;

  [[nodiscard]] std::string host_header() const;  // with the brackets, and with the port if it is not 80
};
// Error "InvalidEndpoint".
Result<Authority> parse_endpoint(std::string_view endpoint);

struct ClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{60'000};  // from the start to the last byte of the response
  std::size_t response_bytes_max = 16 * 1024 * 1024;
};

// Sends `request` (method, target, headers, body; Host, Content-Length and Connection are added) and reads the
// response. A status of 400 or more is a response, not an error. Errors: "EndpointUnreachable", "TimedOut",
// "MalformedResponse" (also for one that is too long).
Result<Response> send(const Authority& to, const Request& request, const ClientOptions& options = {});

}  // namespace haar::http
