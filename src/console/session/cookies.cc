#include "console/session/cookies.h"

#include <algorithm>

namespace haar::console {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

template <class Headers>
std::string_view find(const Headers& headers, std::string_view name) {
  std::string_view found;
  bool twice = false;
  for (const auto& [field, value] : headers) {
    if (!http::equal_ignoring_case(field, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t sign = pair.find('=');
      if (sign == std::string_view::npos || pair.substr(0, sign) != name) continue;
      twice = twice || !found.empty();
      found = pair.substr(sign + 1);
    }
  }
  return twice ? std::string_view() : found;
}

}  // namespace

std::string_view find_cookie(const http::Headers& headers, std::string_view name) { return find(headers, name); }
std::string_view find_cookie(const auth::RequestView& request, std::string_view name) { return find(request.headers, name); }

std::string set_cookie(std::string_view name, std::string_view value, bool tls, std::optional<std::int64_t> seconds) {
  std::string out(name);
  out.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax");
  if (tls) out += "; Secure";
  if (seconds) out += "; Max-Age=" + std::to_string(*seconds);
  return out;
}

}  // namespace haar::console
