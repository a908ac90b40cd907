#include "http/plain_head.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/http_token.h"

namespace haar::http {
namespace {

constexpr std::size_t expected_headers = 16;  // there may be more
constexpr std::size_t length_digits_max = 18;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Takes the next line off, without its end. False where it has none, or another than CR LF.
bool take_line(std::string_view& rest, std::string_view& line) {
  const std::size_t end = rest.find('\r');
  if (end == rest.npos || end + 1 >= rest.size() || rest[end + 1] != '\n') return false;
  line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return true;
}

bool read_request_line(std::string_view line, Request& request) {
  constexpr std::string_view version = " HTTP/1.1";
  if (!line.ends_with(version)) return false;
  line.remove_suffix(version.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos || !is_http_token(line.substr(0, space))) return false;
  const std::string_view target = line.substr(space + 1);
  if (!target.starts_with('/') || !std::ranges::all_of(target, [](char c) { return c > ' ' && c <= '~'; })) return false;
  request.method.assign(line.substr(0, space));
  request.target.assign(target);
  std::string_view authority;
  return split_target(request.target, request.path, request.query, authority);
}

class Fields {
 public:
  explicit Fields(std::uint64_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  // What the server itself goes by. False: it is not plain.
  bool heed(std::string_view name, std::string_view value) {
    switch (name.size()) {
      case 4: return !equal_ignoring_case(name, "host") || !std::exchange(has_host_, true);
      case 6: return !equal_ignoring_case(name, "expect");
      case 7: return !equal_ignoring_case(name, "upgrade");
      case 10: return !equal_ignoring_case(name, "connection") || heed_connection(value);
      case 14: return !equal_ignoring_case(name, "content-length") || heed_length(value);
      case 16: return !equal_ignoring_case(name, "content-encoding") && !equal_ignoring_case(name, "proxy-connection");
      case 17: return !equal_ignoring_case(name, "transfer-encoding");
      default: return true;
    }
  }
  [[nodiscard]] bool has_host() const { return has_host_; }
  [[nodiscard]] PlainHead head() const { return {length_, keep_alive_}; }

 private:
  bool heed_connection(std::string_view value) {
    if (std::exchange(has_connection_, true)) return false;
    keep_alive_ = equal_ignoring_case(value, "keep-alive");
    return keep_alive_ || equal_ignoring_case(value, "close");
  }
  bool heed_length(std::string_view value) {
    if (std::exchange(has_length_, true) || value.empty() || value.size() > length_digits_max) return false;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length_);
    return error == std::errc{} && end == value.data() + value.size() && length_ <= body_bytes_max_;
  }

  const std::uint64_t body_bytes_max_;
  std::uint64_t length_ = 0;
  bool keep_alive_ = true, has_host_ = false, has_connection_ = false, has_length_ = false;
};

}  // namespace

std::optional<PlainHead> read_plain_head(std::string_view head, Request& request, const Options& options) {
  std::string_view line;
  if (!take_line(head, line) || !read_request_line(line, request)) return {};
  Fields fields(options.max_body_bytes);
  std::size_t count = 0;
  request.headers.reserve(expected_headers);
  while (take_line(head, line)) {
    if (line.empty()) {
      if (!head.empty() || !fields.has_host()) return {};
      request.headers.resize(count);
      return fields.head();
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos || count == options.max_headers) return {};
    const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 1));
    if (!is_http_token(name) || has_control(value) || !fields.heed(name, value)) return {};
    if (count == request.headers.size()) request.headers.emplace_back();
    auto& [to_name, to_value] = request.headers[count++];
    to_name.assign(name);
    to_value.assign(value);
  }
  return {};
}

}  // namespace haar::http
