#include "api/kit/signed_caller.h"

#include "api/kit/identity.h"
#include "auth/session_token.h"
#include "auth/signing_key_cache.h"

namespace haar::api {
namespace {

Result<void> check_signature(const Environment& env, const auth::RequestView& request, const auth::SignatureClaims& claims,
                             const auth::Rules& rules, std::string_view secret) {
  const auto key = auth::signing_keys().find(claims, secret);
  return auth::verify(request, claims, *key, rules, env.clock.wall());
}

}  // namespace

Result<std::shared_ptr<const Caller>> signed_caller(const Environment& env, const store::Reader& state,
                                                    const auth::RequestView& request, const auth::SignatureClaims& claims,
                                                    const auth::Rules& rules) {
  TRY(auth::check_time(claims, rules, env.clock.wall()));
  if (!claims.session_token.empty()) {
    // Sessions end by the clock that the operator can move; signatures by the machine's own.
    const auth::OpenedSession session =
        TRY(auth::open_session(env.keyring, claims.access_key_id, claims.session_token, env.clock.now(), rules.family));
    TRY(check_signature(env, request, claims, rules, session.secret_access_key));
    Result<std::shared_ptr<const Caller>> caller = env.identities.find_session(state, session.claims, claims.access_key_id);
    if (!caller.ok()) return auth::refuse(rules.family, auth::Refusal::unknown_key);
    return caller;
  }
  const std::shared_ptr<const Credential> credential = env.identities.find_access_key(state, claims.access_key_id);
  if (!credential || !credential->active) return auth::refuse(rules.family, auth::Refusal::unknown_key);
  TRY(check_signature(env, request, claims, rules, credential->secret));
  return credential->caller;
}

}  // namespace haar::api
