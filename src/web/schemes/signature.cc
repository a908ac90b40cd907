#include "web/schemes/signature.h"

#include <utility>

#include "api/kit/identity.h"
#include "api/kit/row.h"
#include "api/pipeline/request_state.h"
#include "auth/session_token.h"
#include "auth/signing_key_cache.h"
#include "web/schemes/region.h"

namespace haar::web {
namespace {

Result<void> check_signature(const auth::RequestView& request, const auth::SignatureClaims& claims,
                             const auth::Rules& rules, const api::Environment& env, std::string_view secret) {
  const auto key = auth::signing_keys().find(claims, secret);
  return auth::verify(request, claims, *key, rules, env.clock.wall());
}

}  // namespace

Signature::Signature(Form form, const api::Environment& env, std::set<std::string> regions)
    : form_(form), env_(env), regions_(std::move(regions)) {}

bool Signature::recognises(const auth::RequestView& request) const {
  return form_ == Form::header ? auth::has_signature_header(request) : auth::is_presigned(request);
}

Result<void> Signature::identify(const auth::RequestView& request, const store::Reader& state, api::Identified& found) const {
  Result<auth::SignatureClaims> claims = auth::read_claims(request, found.family);
  if (!claims.ok()) {
    found.family = auth::guess_family(request);
    return auth::read_claims(request, found.family).error();  // worded for whom the request looks to be from
  }
  TRY(read_scope(request, *claims, found));
  // A presigned request is good for 15 minutes like any other: only S3 looks at X-Amz-Expires, which clients set to 0 and
  // to 60 and yet use their URLs for a quarter of an hour. https://github.com/aws/aws-sdk-go/pull/2224 ("All other AWS
  // services will use a fixed request signature expiration of about 15 minutes"), and STS alike:
  // https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
  claims->expires_seconds.reset();
  found.caller = TRY(find_caller(request, *claims, found.family, state));
  return {};
}

Result<void> Signature::read_scope(const auth::RequestView& request, const auth::SignatureClaims& claims,
                                   api::Identified& found) const {
  found.service = env_.rows.service_by_signing_name(claims.service);
  if (found.service == nullptr) {  // said after the signature has been checked
    found.unserved = claims.service;
    found.family = auth::guess_family(request);
    return {};
  }
  found.family = api::family_of(found.service->protocol);
  if (found.service->global) {
    found.region = Region(global_services_region);
    return {};
  }
  found.region = Region(claims.region);
  if (!regions_.contains(found.region.value)) {
    return auth::refuse(found.family, auth::Refusal::mismatch,
                        "Credential should be scoped to a valid region, not '" + found.region.value + "'.");
  }
  return {};
}

Result<std::shared_ptr<const api::Caller>> Signature::find_caller(const auth::RequestView& request,
                                                                  const auth::SignatureClaims& claims, auth::Family family,
                                                                  const store::Reader& state) const {
  auth::Rules rules;
  rules.family = family;
  TRY(auth::check_time(claims, rules, env_.clock.wall()));
  if (!claims.session_token.empty()) {
    // Sessions end by the clock that the operator can move; signatures by the machine's own.
    const auth::OpenedSession session =
        TRY(auth::open_session(env_.keyring, claims.access_key_id, claims.session_token, env_.clock.now(), family));
    TRY(check_signature(request, claims, rules, env_, session.secret_access_key));
    Result<std::shared_ptr<const api::Caller>> caller =
        env_.identities.find_session(state, session.claims, claims.access_key_id);
    if (!caller.ok()) return auth::refuse(family, auth::Refusal::unknown_key);
    return caller;
  }
  const std::shared_ptr<const api::Credential> credential = env_.identities.find_access_key(state, claims.access_key_id);
  if (!credential || !credential->active) return auth::refuse(family, auth::Refusal::unknown_key);
  TRY(check_signature(request, claims, rules, env_, credential->secret));
  return credential->caller;
}

}  // namespace haar::web
