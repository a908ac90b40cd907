// A GET of a small document from an identity provider: bounded in time and size, no redirects, TLS verified.
// Blocking: for threads that may wait. https everywhere; plain http to this very machine alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace haar::http {

struct FetchOptions {
  std::chrono::milliseconds total_timeout{5'000};  // from the start to the last byte
  std::size_t bytes_max = 256 * 1024;
  // SHA-1 of certificates in lower-case hex. A server whose chain has one of them is trusted by it alone; any
  // other by the machine's own list of authorities. The name in its certificate must be right either way.
  std::vector<std::string> trusted_thumbprints;
  // Asked about once a second while nothing comes; true ends the fetch. Empty: it runs to its end.
  std::function<bool()> cancelled;
};

// The body of a 200. Errors: "InvalidUrl", "FetchFailed" (not reached, not trusted, too long, or another
// status below 500), "FetchUnavailable" (a status of 500 or more).
Result<std::string> fetch(const std::string& url, const FetchOptions& options = {});

// "http://127.0.0.1:9000/x", "https://[::1]/", "http://localhost": a host that is this machine itself,
// as its name or address says so.
bool is_loopback_url(std::string_view url);

}  // namespace haar::http
