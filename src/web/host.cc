#include "web/host.h"

namespace haar::web {

bool names_host(std::string_view host_field, std::string_view name) {
  std::string_view host = host_field;
  const std::size_t colon = host.rfind(':');
  // "[::1]" and "[::1]:4566": a colon within the brackets begins no port.
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);  // the same name, written as absolute
  if (!name.starts_with("*.")) return http::equal_ignoring_case(host, name);
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot != 0 && http::equal_ignoring_case(host.substr(dot), name.substr(1));
}

bool same_origin(const http::Request& request) {
  std::string own(request.tls ? "https://" : "http://");
  own += request.header("host");
  return http::equal_ignoring_case(request.header("origin"), own);
}

std::string origin_of(const http::Request& request, std::string_view host) {
  std::string origin(request.tls ? "https://" : "http://");
  origin += host;
  const std::string_view own = request.header("host");
  const std::size_t colon = own.rfind(':');
  const bool has_port = colon != std::string_view::npos && colon + 1 < own.size() &&
                        own.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
  if (has_port) origin += own.substr(colon);
  return origin;
}

}  // namespace haar::web
