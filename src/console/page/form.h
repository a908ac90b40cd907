// What a browser sent: the fields of a form or of a query, and who it is as far as forms go.
//
// A visit is one browser between its first page and its sign-in: a cookie with a random value. Every form carries a secret
// that is derived from it (and from the session, where there is one), so a form is accepted from the browser alone that it
// was shown to. The router besides takes only what comes from the site's own origin.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "auth/keyring.h"
#include "base/ids.h"
#include "base/result.h"
#include "http/message.h"

namespace haar::console {

inline constexpr std::string_view visit_cookie = "haar_visit";
inline constexpr std::string_view secret_field = "csrf";
inline constexpr std::size_t form_fields_max = 64;

// The fields of application/x-www-form-urlencoded text, by name. A name that comes twice, or text that cannot be read, is
// an error: nothing is guessed.
class Fields {
 public:
  static Result<Fields> read(std::string_view encoded);
  // Empty: there is no such field.
  [[nodiscard]] const std::string& operator[](std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

class Visit {
 public:
  // The request's own, or a new one.
  static Visit of(const http::Request& request, const auth::Keyring& keyring, Random& random);
  // What a browser gets after a sign-in or a sign-out: nothing that was known before is good any more.
  static Visit fresh(const http::Request& request, Random& random);

  // What its forms carry.
  [[nodiscard]] const std::string& secret() const { return secret_; }
  [[nodiscard]] const std::string& cookie() const { return cookie_; }
  // The value of Set-Cookie; none: the browser has it already.
  [[nodiscard]] std::optional<std::string> set_cookie() const;

 private:
  std::string cookie_, secret_;
  bool is_new_ = false, tls_ = false;
};

// The fields of a form that was posted. InvalidForm (400): it cannot be read. ForeignForm (403): its secret is not this
// visit's: the page was open while another was signed in, or it is no page of ours.
Result<Fields> read_form(const http::Request& request, const Visit& visit);

// A path on this host that a page may lead back to: "/console/iam/users?x=1". Anything else (another host, "//host",
// "/\host", control characters, more than 2,000 characters) gives `otherwise`.
std::string own_path(std::string_view wanted, std::string_view otherwise);

}  // namespace haar::console
