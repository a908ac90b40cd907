#include "api/pipeline/reserved_routes.h"

#include <array>

namespace haar::api {
namespace {

struct Route {
  std::string_view methods;  // "GET POST"
  std::string_view path;     // exact, or a prefix if it ends in '/'
  std::string_view what;
};

constexpr std::array<Route, 20> routes{{
    {"POST", "/client/register", "sso-oidc: RegisterClient"},
    {"POST", "/device_authorization", "sso-oidc: StartDeviceAuthorization"},
    {"POST", "/token", "sso-oidc: CreateToken"},
    {"POST", "/logout", "sso: Logout"},
    {"GET", "/federation/credentials", "sso: GetRoleCredentials"},
    {"GET", "/assignment/accounts", "sso: ListAccounts"},
    {"GET", "/assignment/roles", "sso: ListAccountRoles"},
    {"GET", "/authorize", "sso-oidc: authorization page"},
    {"GET", "/v1/authorize", "signin: authorization page"},
    {"GET", "/v1/sessions/confirmation", "signin: session confirmation"},
    {"POST", "/v1/token", "signin: CreateOAuth2Token"},
    {"POST", "/saml", "console sign-in by SAML"},
    {"GET POST", "/federation", "console federation"},
    {"GET", "/saml/metadata", "SAML metadata"},
    {"GET PUT", "/latest/", "instance metadata"},
    {"GET HEAD", "/start", "access portal"},
    {"GET", "/.well-known/", "OpenID configuration"},
    {"GET POST", "/billing/signup", "sign-up"},
    {"GET POST", "/console", "console"},
    {"GET", "/console/", "console"},
}};

// "/{tenant}/scim/v2/…"
bool is_scim(std::string_view path) {
  const std::size_t tenant_end = path.find('/', 1);
  return tenant_end != std::string_view::npos && path.substr(tenant_end).starts_with("/scim/v2/");
}

}  // namespace

std::string_view reserved_route(std::string_view method, std::string_view path) {
  for (const Route& route : routes) {
    const bool here = route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
    if (here && route.methods.find(method) != std::string_view::npos) return route.what;
  }
  if (is_scim(path)) return "SCIM";
  return {};
}

}  // namespace haar::api
