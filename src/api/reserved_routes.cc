#include "api/reserved_routes.h"

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

constexpr std::array<std::string_view, 2> unsigned_actions{"sts: AssumeRoleWithSAML", "sts: AssumeRoleWithWebIdentity"};

// "/{tenant}/scim/v2/…"
bool is_scim(std::string_view path) {
  const std::size_t tenant_end = path.find('/', 1);
  return tenant_end != std::string_view::npos && path.substr(tenant_end).starts_with("/scim/v2/");
}

bool has_action(std::string_view form, std::string_view action) {
  for (std::size_t at = form.find("Action="); at != std::string_view::npos; at = form.find("Action=", at + 1)) {
    const std::string_view value = form.substr(at + 7, form.find('&', at) - at - 7);
    if ((at == 0 || form[at - 1] == '&') && value == action) return true;
  }
  return false;
}

}  // namespace

std::string_view reserved_route(std::string_view method, std::string_view path, std::string_view form) {
  for (const Route& route : routes) {
    const bool here = route.path.ends_with('/') ? path.starts_with(route.path) : path == route.path;
    if (here && route.methods.find(method) != std::string_view::npos) return route.what;
  }
  if (is_scim(path)) return "SCIM";
  if (path != "/") return {};
  for (const std::string_view action : unsigned_actions) {
    if (has_action(form, action.substr(5))) return action;
  }
  return {};
}

}  // namespace haar::api
