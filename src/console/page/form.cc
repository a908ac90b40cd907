#include "console/page/form.h"

#include <algorithm>

#include "auth/sha256.h"
#include "base/base64url.h"
#include "base/encoding.h"
#include "console/session/cookies.h"

namespace haar::console {
namespace {

constexpr std::size_t visit_bytes = 32, visit_characters = 43, return_path_max = 2000;

Error invalid_form() { return {"InvalidForm", "The form could not be read.", 400}; }

std::string new_visit(Random& random) {
  std::string bytes(visit_bytes, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return to_base64url(bytes);
}

bool is_visit(std::string_view cookie) { return cookie.size() == visit_characters && from_base64url(cookie).has_value(); }

}  // namespace

Result<Fields> Fields::read(std::string_view encoded) {
  Fields out;
  while (!encoded.empty()) {
    const std::size_t end = std::min(encoded.find('&'), encoded.size());
    const std::string_view pair = encoded.substr(0, end);
    encoded.remove_prefix(std::min(end + 1, encoded.size()));
    if (pair.empty()) continue;
    const std::size_t sign = std::min(pair.find('='), pair.size());
    const std::optional<std::string> name = percent_decode(pair.substr(0, sign), true);
    const std::optional<std::string> value = percent_decode(pair.substr(std::min(sign + 1, pair.size())), true);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return invalid_form();
    if (out.values_.size() >= form_fields_max || !out.values_.emplace(*name, *value).second) return invalid_form();
  }
  return out;
}

const std::string& Fields::operator[](std::string_view name) const {
  static const std::string none;
  const auto at = values_.find(name);
  return at == values_.end() ? none : at->second;
}

Visit Visit::of(const http::Request& request, const auth::Keyring& keyring, Random& random) {
  Visit visit;
  visit.tls_ = request.tls;
  visit.cookie_ = find_cookie(request.headers, visit_cookie);
  visit.is_new_ = !is_visit(visit.cookie_);
  if (visit.is_new_) visit.cookie_ = new_visit(random);
  std::string message = visit.cookie_;
  message.append("\n").append(find_cookie(request.headers, session_cookie));
  visit.secret_ = to_hex(auth::bytes_of(auth::hmac_sha256(auth::bytes_of(keyring.derive("console form")), message)));
  return visit;
}

Visit Visit::fresh(const http::Request& request, Random& random) {
  Visit visit;
  visit.tls_ = request.tls;
  visit.is_new_ = true;
  visit.cookie_ = new_visit(random);
  return visit;
}

std::optional<std::string> Visit::set_cookie() const {
  if (!is_new_) return std::nullopt;
  return console::set_cookie(visit_cookie, cookie_, tls_);
}

Result<Fields> read_form(const http::Request& request, const Visit& visit) {
  if (!to_lower(request.header("content-type")).starts_with("application/x-www-form-urlencoded")) return invalid_form();
  Fields fields = TRY(Fields::read(request.body));
  if (!equal_constant_time(fields[secret_field], visit.secret()))
    return Error{"ForeignForm", "This page was open for too long, or belongs to another sign-in. Open it again.", 403};
  return fields;
}

std::string own_path(std::string_view wanted, std::string_view otherwise) {
  const bool fits = wanted.size() <= return_path_max && wanted.starts_with('/') && !wanted.starts_with("//") &&
                    !wanted.starts_with("/\\") && !http::has_control(wanted) &&
                    std::ranges::all_of(wanted, [](char c) { return c > ' ' && c < 0x7f && c != '\\'; });
  return std::string(fits ? wanted : otherwise);
}

}  // namespace haar::console
