// A site: what is served to one kind of client, under which hosts and paths, and by which rules. The table of all is
// sites.cc; a new site is one row there.
//
// Which Host a site answers to, and why:
// - A site without a credential that browsers send by themselves answers to any Host. The API is reached by whatever name
//   leads here (localhost, an address, AWS's own names), and a page that makes a browser ask cannot sign what it asks; what
//   documents and health say, everybody may read. No site permits other origins to read its answers (no CORS).
// - A site with such a credential (a cookie) answers to its own Host names and to no other. A hostile page's name can be made
//   to lead to 127.0.0.1 while the page is open (DNS rebinding): the browser then asks haar, and says the page's name
//   in Host. And since cookies ignore ports, and every page on localhost is of the same site, such a name is one that
//   nothing else on the machine is served under, as haar.localhost.
// - What changes something at such a site must come from the site's own origin, said in Origin: a page elsewhere can make
//   a browser send a form or a simple request with the cookie, though it cannot read the answer.
// The router holds the second and the third rule for every site whose schemes say `ambient`, so that no site can forget.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/pipeline/scheme.h"
#include "http/message.h"
#include "http/respond.h"

namespace haar::web {

// The most that a site can take: the server's own bound, which holds before a site is known.
inline constexpr std::size_t request_body_bytes_max = 1024 * 1024;
// For sites that are only read: a body means nothing to them.
inline constexpr std::size_t ignored_body_bytes_max = 4 * 1024;

struct Route {
  std::string_view methods{};  // "GET POST"; empty: any, the site says which it knows
  std::string_view path{};     // exact; a prefix if it ends in '/'; "/*/scim/v2/": any one piece in its place
  std::string_view what{};     // which of its operations, for the site: "sso-oidc: RegisterClient"
};

struct Site;
// What a site does with a request that is its own. Answers it exactly once.
using Handle = std::function<void(const Site& site, const Route& route, http::Request&& request, http::Respond respond)>;

struct Site {
  std::string_view name{};
  std::vector<std::string> hosts{};  // its own names, without a port; none: any Host
  std::vector<Route> routes{};
  api::Schemes schemes{};            // the credentials that it takes
  bool heeds_no_credential = false;  // answers whoever asks, whatever credential is with the request
  std::size_t body_bytes_max = ignored_body_bytes_max;
  std::string_view cache_control{};  // Cache-Control of its documents; empty: none is said
  Handle handle{};

  [[nodiscard]] bool recognises(const auth::RequestView& request) const;
  // A browser sends one of its credentials by itself.
  [[nodiscard]] bool ambient() const;
};

}  // namespace haar::web
