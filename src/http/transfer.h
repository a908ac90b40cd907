// One HTTP request to a server and its answer, by libcurl: bounded in time and size, without redirects, TLS verified.
// Blocking: for haar's own commands, and for threads that may wait. Never used on an I/O thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "http/message.h"

namespace haar::http {

struct TransferOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{60'000};  // from the start to the last byte of the answer
  std::size_t response_bytes_max = 16 * 1024 * 1024;
  bool direct = false;  // no proxy, whatever the environment says
  // Asked about once a second while nothing comes; true ends the transfer. Empty: it runs to its end.
  std::function<bool()> cancelled{};
  // Sets what else is wanted of libcurl, on its handle. Empty: nothing.
  std::function<void(void* curl)> set_up{};
};

// Sends `request` (method, headers, body) to an http or https URL. A status of 400 or more is an answer, not an error.
// Errors: "EndpointUnreachable", "TimedOut", "MalformedResponse" (also for one that is too long, and for a broken
// connection), "InvalidUrl".
Result<Response> transfer(const std::string& url, const Request& request, const TransferOptions& options = {});

}  // namespace haar::http
