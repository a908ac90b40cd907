// GetDelegatedAccessToken: a product provider trades the token that a customer sent it for credentials.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html
#include "auth/session_token.h"
#include "base/arn.h"
#include "model/sts/GetDelegatedAccessToken.h"
#include "model/sts/service.h"
#include "services/iam/delegation/delegation.h"
#include "services/sts/operations.h"

namespace haar::sts {
namespace {

using api::Call;

// The session of whoever accepted, limited by the policy that was accepted, until the delegation ends.
auth::SessionClaims claims_for(const Call& call, const iam::DelegationRequestRecord& request, Timestamp ends) {
  const iam::DelegationApprover& approver = request.approver;
  auth::SessionClaims claims;
  claims.type = approver.type == "role" ? auth::SessionType::assumed_role : auth::SessionType::delegated;
  claims.partition = call.partition();
  claims.account = AccountId(request.owner_account);
  claims.principal_arn = approver.principal_arn;
  claims.principal_id = approver.principal_id;
  claims.session_name = approver.session_name;
  claims.issued_at = call.now();
  claims.expires_at = ends;
  claims.source_identity = approver.source_identity;
  claims.tags = approver.tags;
  claims.policies.push_back(request.policy);
  claims.issuer_access_key_id = call.caller().access_key_id;
  claims.issuer_id = call.caller().unique_id;
  claims.chained = true;
  return claims;
}

// AWS's pages do not tell what a token that never was one is answered.
Result<GetDelegatedAccessTokenResponse> get_delegated_access_token(Call& call, const GetDelegatedAccessTokenRequest& in) {
  const iam::FoundDelegation found = iam::find_by_token(call.txn, call.env.keyring, in.TradeInToken);
  if (found.record == nullptr || found.provider != call.account())
    return errors::ValidationError("The trade-in token is not valid.");
  const Timestamp ends = found.record->finalized.plus_seconds(found.record->session_seconds);
  if (call.now() >= ends)
    return errors::ExpiredTradeInTokenException("The trade-in token has expired and can no longer be exchanged.");
  const auth::SessionCredentials made =
      TRY(auth::mint_session(call.env.keyring, claims_for(call, *found.record, ends), call.random()));
  GetDelegatedAccessTokenResponse out;
  Credentials& credentials = out.Credentials.emplace();
  credentials.AccessKeyId = made.access_key_id;
  credentials.SecretAccessKey = made.secret_access_key;
  credentials.SessionToken = made.session_token;
  credentials.Expiration = made.expiration;
  out.PackedPolicySize = made.packed_policy_percent;
  out.AssumedPrincipal = found.record->approver.arn;
  return out;
}

}  // namespace

const api::Operations delegated_access_operations = {
    api::op<ops::GetDelegatedAccessToken>(get_delegated_access_token, api::any_resource, api::read_only,
        api::issues_credentials, api::takes("TradeInToken")),
};

}  // namespace haar::sts
