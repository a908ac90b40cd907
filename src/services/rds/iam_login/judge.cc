#include "services/rds/iam_login/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/kit/identity.h"
#include "api/kit/signed_caller.h"
#include "api/pipeline/authorize.h"
#include "base/encoding.h"
#include "services/rds/iam_login/token.h"

namespace haar::rds {
namespace {

Error refused(std::string why) { return {"AccessDenied", std::move(why), 403}; }

// Not an API: what a refusal and the way of the connection are called by. No VPC endpoint is one of it, so that a database
// connection never counts as having come through one.
const wire::Service& login_service() {
  static const wire::Service service{.name = "rds-db", .signing_name = token_service, .endpoint_prefix = token_service};
  return service;
}

bool is_for(const std::vector<std::string>& hosts, const std::string& signed_host) {
  const std::string host = to_lower(signed_host);
  return std::ranges::any_of(hosts, [&](const std::string& one) {
    if (!one.starts_with("*.")) return one == host;
    const std::size_t dot = host.find('.');
    return dot != std::string::npos && dot > 0 && std::string_view(host).substr(dot) == std::string_view(one).substr(1);
  });
}

// In what the signature says, before anything of it is believed.
Result<LoginToken> read_for(const LoginPlace& place, const LoginAttempt& attempt) {
  LoginToken token = TRY(read_login_token(attempt.token));
  if (token.user != attempt.user) return refused("the token is for another database user");
  if (!is_for(place.hosts, token.host)) return refused("the token is for another host or port");
  if (token.claims.service != token_service || token.claims.region != place.region.value)
    return refused("the token is for another service or region");
  return token;
}

Result<void> may_connect(const api::Environment& env, const store::Db& db, const LoginPlace& place,
                         const LoginAttempt& attempt, const std::shared_ptr<const api::Caller>& caller) {
  api::Origin origin;
  origin.source_ip = attempt.client;
  origin.tls = true;  // the engine takes tokens over TLS alone
  store::Txn txn(db.snapshot());
  const api::Call call(env, txn, caller, origin, place.region, env.clock.now());
  api::Requirements needs("rds-db:connect", place.account);
  needs.need(make_arn(env.partition, token_service, place.region.value, place.account,
                      fmt::format("dbuser:{}/{}", place.resource_id, attempt.user)));
  std::vector<events::Evaluated> evaluated;
  return api::authorize(call, login_service(), needs, evaluated);
}

}  // namespace

Result<std::shared_ptr<const api::Caller>> judge_login(const api::Environment& env, const store::Db& db,
                                                       const LoginPlace& place, const LoginAttempt& attempt) {
  const LoginToken token = TRY(read_for(place, attempt));
  const std::array<auth::Header, 1> headers{auth::Header{"host", token.host}};
  const auth::RequestView request{"GET", "/", token.query, headers, ""};
  auth::Rules rules;
  rules.region = place.region.value;
  rules.service = token_service;
  rules.explain_mismatch = false;
  const store::Reader state(db.snapshot());
  Result<std::shared_ptr<const api::Caller>> caller = api::signed_caller(env, state, request, token.claims, rules);
  // AWS's words for a request would speak of one; the code says as much.
  if (!caller.ok()) return refused("the token's signature is not good: " + caller.error().code);
  TRY(may_connect(env, db, place, attempt, *caller));
  env.identities.note_use(**caller, {token_service, "connect", place.region.value}, env.clock.now());
  return *caller;
}

}  // namespace haar::rds
