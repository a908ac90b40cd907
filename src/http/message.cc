#include "http/message.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <ctime>

#include "base/clock.h"

namespace haar::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
  }
}

// Formatting a date costs more than the rest of the head, and it changes once a second.
const std::string& date_now() {
  struct Cached {
    std::time_t second = -1;
    std::string text;
  };
  thread_local Cached cached;
  std::timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != cached.second) {
    cached.second = now.tv_sec;
    cached.text = format_http_date(Timestamp::from_seconds(now.tv_sec));
  }
  return cached.text;
}

void append_number(std::string& out, std::size_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool is_servers_own(std::string_view name) {
  switch (name.size()) {
    case 4: return equal_ignoring_case(name, "date");
    case 10: return equal_ignoring_case(name, "connection");
    case 14: return equal_ignoring_case(name, "content-length");
    case 17: return equal_ignoring_case(name, "transfer-encoding");
    default: return false;
  }
}

// A line break in a value would let whoever chose the value write fields, or a second response.
void append_value(std::string& out, std::string_view value) {
  const std::size_t from = out.size();
  out.append(value);
  if (!has_control(value)) return;
  for (std::size_t i = from; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    if ((c < 0x20 && c != '\t') || c == 0x7f) out[i] = ' ';
  }
}

}  // namespace

bool has_control(std::string_view text) {
  // Eight at a time.
  constexpr std::uint64_t each = 0x0101010101010101, high = 0x80 * each;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    const std::uint64_t below = (word - 0x20 * each) & ~word, del = word ^ 0x7f * each;
    if (((below | ((del - each) & ~del)) & high) != 0) return true;
  }
  for (; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return true;
  }
  return false;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [field, value] : headers) {
    if (equal_ignoring_case(field, name)) return value;
  }
  return {};
}

void set_header(Headers& headers, std::string_view name, std::string_view value) {
  const auto found =
      std::ranges::find_if(headers, [&](const auto& field) { return equal_ignoring_case(field.first, name); });
  if (found == headers.end()) headers.emplace_back(name, value);
  else found->second = value;
}

bool split_target(std::string_view target, std::string& path, std::string& query, std::string_view& authority) {
  authority = {};
  if (target.empty()) return false;
  if (target.find('#') != target.npos) return false;  // a fragment is never sent (RFC 9112 3.2)
  if (target.front() != '/' && target != "*") {
    const std::size_t scheme = target.find("://");
    if (scheme == target.npos) return false;
    const std::string_view name = target.substr(0, scheme);
    if (!equal_ignoring_case(name, "http") && !equal_ignoring_case(name, "https")) return false;
    target.remove_prefix(scheme + 3);
    authority = target.substr(0, target.find_first_of("/?"));
    // A user's name before the host is for people to be deceived by (RFC 9110 4.2.4).
    if (authority.empty() || authority.find('@') != authority.npos) return false;
    target.remove_prefix(authority.size());
  }
  const std::size_t mark = target.find('?');
  path.assign(target.substr(0, mark));
  if (path.empty()) path = "/";
  query.assign(mark == target.npos ? std::string_view{} : target.substr(mark + 1));
  return true;
}

bool append_head(std::string& out, const Response& response, HeadOptions options) {
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::size_t>(response.status));
  out.push_back(' ');
  out.append(reason_phrase(response.status));
  out.append("\r\nDate: ");
  out.append(date_now());
  if (!bodiless) {
    out.append("\r\nContent-Length: ");
    append_number(out, response.body.size());
  }
  out.append(options.keep_alive ? "\r\nConnection: keep-alive\r\n" : "\r\nConnection: close\r\n");
  for (const auto& [name, value] : response.headers) {
    if (is_servers_own(name)) continue;
    append_value(out, name);
    out.append(": ");
    append_value(out, value);
    out.append("\r\n");
  }
  out.append("\r\n");
  return !bodiless && !options.head_request;
}

void append_refusal(std::string& out, int status, std::string_view text) {
  Response response{.status = status, .headers = {{"Content-Type", "text/plain"}}, .body = {}, .close = true};
  response.body.append(text).append("\n");
  append_head(out, response, {.keep_alive = false});
  out.append(response.body);
}

}  // namespace haar::http
