#include "api/pipeline/session_limits.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

#include "auth/errors.h"

namespace haar::api {
namespace {

enum class Credentials : std::uint8_t { lasting, role, user_session, federated_user, assumed_root };

Credentials credentials_of(const Caller& caller) {
  if (!caller.session) return Credentials::lasting;
  // Lent to set things up, iam's among them: of these the table says nothing. They are limited as a role's are.
  if (caller.session->delegated) return Credentials::role;
  // Who signed in with a browser did not ask for a session token: the console's pages may call iam without a device, and sts.
  const Credentials own = caller.session->console ? Credentials::role : Credentials::user_session;
  switch (caller.type) {
    case CallerType::role_session: return Credentials::role;
    case CallerType::user_session: return own;
    case CallerType::federated_user: return Credentials::federated_user;
    case CallerType::root: return caller.session->assumed_root ? Credentials::assumed_root : own;
    default: return Credentials::lasting;
  }
}

enum class Which : std::uint8_t { all, these, all_but_these };

struct Limit {
  Credentials credentials;
  std::string_view service;
  Which refused;
  std::array<std::string_view, 2> operations;
  bool unless_mfa = false;  // "unless MFA information is included with the request" that made the credentials
};

constexpr std::array<Limit, 6> limits{{
    {Credentials::role, "sts", Which::these, {"GetFederationToken", "GetSessionToken"}},
    {Credentials::user_session, "iam", Which::all, {}, true},
    {Credentials::user_session, "sts", Which::all_but_these, {"AssumeRole", "GetCallerIdentity"}},
    {Credentials::federated_user, "iam", Which::all, {}},
    {Credentials::federated_user, "sts", Which::all_but_these, {"GetCallerIdentity"}},
    // AWS's table has no row for AssumeRoot. Its task policies deny these two as well; this says it in AWS's words.
    {Credentials::assumed_root, "sts", Which::these, {"GetFederationToken", "GetSessionToken"}},
}};

bool applies(const Limit& limit, Credentials credentials, const Caller& caller, const wire::Operation& operation) {
  if (limit.credentials != credentials || limit.service != operation.service->signing_name) return false;
  if (limit.unless_mfa && caller.session->mfa_at) return false;
  if (limit.refused == Which::all) return true;
  const bool named = std::ranges::find(limit.operations, operation.name) != limit.operations.end();
  return named == (limit.refused == Which::these);
}

}  // namespace

Result<void> check_session_limits(const Caller& caller, const wire::Operation& operation) {
  const Credentials credentials = credentials_of(caller);
  if (credentials == Credentials::lasting) return {};
  for (const Limit& limit : limits) {
    if (!applies(limit, credentials, caller, operation)) continue;
    // Observed: https://github.com/cloudyr/aws.iam/issues/15
    if (limit.service == "iam") return auth::refuse(auth::Family::query, auth::Refusal::unknown_key);
    // Observed for GetSessionToken and GetFederationToken: https://github.com/aws/aws-sdk-net/issues/1704. For the
    // other operations no page shows the text.
    return Error{"AccessDenied", "Cannot call " + std::string(operation.name) + " with session credentials", 403};
  }
  return {};
}

}  // namespace haar::api
