// Content negotiation and validators: pure. RFC 9110, sections 8.8.3, 12.5.3 and 13.1.2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace haar::web {

enum class Coding : std::uint8_t { plain, gzip, brotli };

std::string_view coding_name(Coding coding);  // of Content-Encoding: "gzip", "br"; empty: plain

// All values of a list field, in one ("Accept-Encoding: gzip" twice is a list of two).
std::string list_field(const http::Headers& headers, std::string_view name);

// The coding of the highest quality that there is; among equals the smallest, brotli first. Without the field, and where
// all that there is was ruled out, the plain one: a client that cannot read it asked for what does not exist.
Coding choose_coding(std::string_view accept_encoding, bool has_gzip, bool has_brotli);

// Whether If-None-Match lists the tag (with its quotes), weak or not, or is "*".
bool lists_etag(std::string_view if_none_match, std::string_view etag);

// A strong tag of a document made at the time of asking, without quotes.
std::string etag_of(std::string_view content);

}  // namespace haar::web
