// What sites other than the API answer: documents with their caching, and short errors.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"
#include "http/respond.h"
#include "web/site.h"

namespace haar::web {

// {"error":"…"}. `text` is ours: it needs no escaping.
void answer_error(const http::Respond& respond, int status, std::string_view text);

// False, and 405 is answered: the document can only be read.
bool only_reads(const http::Request& request, const http::Respond& respond);

// A document, and its codings if it has been coded ahead (empty: not).
struct Document {
  std::string_view content_type, plain, gzip{}, brotli{};
  std::string_view etag{};  // of the plain one, without quotes; empty: it is never asked for again
  const http::Headers* headers = nullptr;  // further ones
};

// 200 in the coding that the client prefers, or 304 if it has that already. Cache-Control is the site's.
void answer_document(const Site& site, const http::Request& request, const http::Respond& respond, const Document& document);

}  // namespace haar::web
