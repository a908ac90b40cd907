#include "web/sites/places.h"

#include <string>
#include <utility>

namespace haar::web {

std::vector<Site> places(api::Pipeline& pipeline) {
  const Handle not_built = [&pipeline](const Site&, const Route& route, http::Request&& request, http::Respond respond) {
    pipeline.refuse_unserved(std::move(request), std::move(respond),
                             {"NotImplemented", std::string(route.what) + " is not implemented by haar.", 501, Fault::receiver});
  };
  std::vector<Site> all{
      {.name = "oidc",
       .routes = {{"POST", "/client/register", "sso-oidc: RegisterClient"},
                  {"POST", "/device_authorization", "sso-oidc: StartDeviceAuthorization"},
                  {"POST", "/token", "sso-oidc: CreateToken"},
                  {"GET", "/authorize", "sso-oidc: authorization page"},
                  {"GET", "/.well-known/", "OpenID configuration"}}},
      {.name = "portal",
       .routes = {{"POST", "/logout", "sso: Logout"},
                  {"GET", "/federation/credentials", "sso: GetRoleCredentials"},
                  {"GET", "/assignment/accounts", "sso: ListAccounts"},
                  {"GET", "/assignment/roles", "sso: ListAccountRoles"},
                  {"GET HEAD", "/start", "access portal"}}},
      {.name = "signin",
       .routes = {{"GET", "/v1/authorize", "signin: authorization page"},
                  {"GET", "/v1/sessions/confirmation", "signin: session confirmation"},
                  {"POST", "/v1/token", "signin: CreateOAuth2Token"},
                  {"POST", "/saml", "console sign-in by SAML"},
                  {"GET", "/saml/metadata", "SAML metadata"},
                  {"GET POST", "/federation", "console federation"}}},
      {.name = "signup", .routes = {{"GET POST", "/billing/signup", "sign-up"}}},
      {.name = "scim", .routes = {{"", "/*/scim/v2/", "SCIM"}}},
      {.name = "instance_metadata", .routes = {{"GET PUT", "/latest/", "instance metadata"}}},
  };
  for (Site& place : all) {
    place.body_bytes_max = request_body_bytes_max;
    place.handle = not_built;
  }
  return all;
}

}  // namespace haar::web
