// The head of a request that is as plain as nearly all are, read in one go. What is not so plain, or wrong, is left to the
// full parser (request_parser.h), which reads a plain head to the same request at three times the cost.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.h"
#include "http/server.h"

namespace haar::http {

struct PlainHead {
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

// Plain: HTTP/1.1 with a path as its target; names of fields are tokens, values hold no control characters; one Host, at
// most one Content-Length within its bound; Connection is keep-alive or close; and nothing of Transfer-Encoding, Expect,
// Upgrade and their like. `head` ends with its empty line. nullopt: it is not plain, and the request holds anything.
std::optional<PlainHead> read_plain_head(std::string_view head, Request& request, const Options& options);

}  // namespace haar::http
