// GetSessionToken: a user's own credentials with an end, and with proof of a multi-factor device if asked.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
#include <algorithm>

#include "auth/session_token.h"
#include "model/sts/GetSessionToken.h"
#include "model/sts/service.h"
#include "services/sts/mfa_code.h"
#include "services/sts/operations.h"
#include "services/sts/session_parts.h"
#include "services/sts/user_seconds.h"

namespace haar::sts {
namespace {

using api::Call;

// Any other caller has been told before that session credentials are not for this (api/pipeline/session_limits.h).
bool has_lasting_key(const api::Caller& caller) {
  return !caller.session && (caller.type == api::CallerType::user || caller.type == api::CallerType::root);
}

Result<GetSessionTokenResponse> get_session_token(Call& call, const GetSessionTokenRequest& in) {
  const api::Caller& caller = call.caller();
  if (!has_lasting_key(caller)) return errors::AccessDenied("Cannot call GetSessionToken with session credentials");
  auth::SessionClaims claims;
  claims.type = auth::SessionType::session_token;
  claims.partition = call.partition();
  claims.account = caller.account;
  claims.principal_arn = caller.arn;
  claims.principal_id = caller.unique_id;
  claims.issued_at = call.now();
  claims.expires_at = call.now().plus_seconds(user_seconds(in.DurationSeconds, caller));
  if (carries_mfa_code(in)) claims.mfa_at = call.now();
  claims.issuer_access_key_id = caller.access_key_id;
  claims.issuer_id = caller.unique_id;
  GetSessionTokenResponse out;
  show_credentials(TRY(auth::mint_session(call.env.keyring, claims, call.random(), token_bytes_min(in))), out);
  return out;
}

}  // namespace

const api::Operations session_tokens_operations = {
    // It needs no permission, but a Deny counts: policy::decide knows.
    api::op<ops::GetSessionToken>(get_session_token, api::any_resource, api::read_only,
        api::verify_first(verify_mfa<GetSessionTokenRequest>),
        api::writes_when(carries_mfa_code<GetSessionTokenRequest>), api::issues_credentials,
        api::takes("DurationSeconds SerialNumber TokenCode MinimumSessionTokenSize")),
};

}  // namespace haar::sts
