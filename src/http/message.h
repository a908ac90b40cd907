// What a handler sees of HTTP: a request as it was sent, a response as it will be written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace haar::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Field names compare without case (RFC 9110 5.1). The first match, or empty.
std::string_view find_header(const Headers& headers, std::string_view name);
// In place of the first match, or at the end.
void set_header(Headers& headers, std::string_view name, std::string_view value);
// Whether a byte below 0x20, or 0x7f, is in the text.
bool has_control(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);

struct Request {
  std::string method;        // as sent: "GET"
  std::string target;        // as sent, undecoded; may be in absolute form
  std::string path;          // of the target, undecoded, never empty
  std::string query;         // of the target, undecoded, without the '?'
  Headers headers;           // as sent, in the order sent; values without surrounding blanks
  std::string body;          // whole; chunked coding is undone
  std::string peer_address;  // "127.0.0.1"
  std::uint16_t peer_port = 0;
  bool tls = false;
  std::string_view tls_version, tls_cipher;  // "TLSv1.3", "TLS_AES_128_GCM_SHA256"; empty without TLS

  [[nodiscard]] std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

// Date, Content-Length and Connection are the server's own: a handler's are left out.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  bool close = false;  // end the connection after this response
};

// Splits a request target (origin form, absolute form, or "*") into path and query; `authority` is what stands before
// them in the absolute form, else empty. False when it is none of these: the request is malformed.
bool split_target(std::string_view target, std::string& path, std::string& query, std::string_view& authority);

struct HeadOptions {
  bool keep_alive = true;
  bool head_request = false;  // the answer to HEAD has GET's Content-Length and no body
};

// Appends the status line and the fields. True when the body is to follow.
bool append_head(std::string& out, const Response& response, HeadOptions options);
// Appends a whole response that ends the connection: the text and a line break.
void append_refusal(std::string& out, int status, std::string_view text);

}  // namespace haar::http
