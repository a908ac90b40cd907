// GetFederationToken: credentials for somebody whom a user vouches for, limited by session policies.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
#include "auth/session_token.h"
#include "model/sts/GetFederationToken.h"
#include "model/sts/service.h"
#include "services/sts/operations.h"
#include "services/sts/session_parts.h"
#include "services/sts/user_seconds.h"

namespace haar::sts {
namespace {

using api::Call;

std::string federated_user_arn(const Call& call, const std::string& name) {
  return make_arn(call.partition(), "sts", "", call.account(), "federated-user/" + name);
}

// sts:TagSession is asked for as well where tags are passed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
void needs_get_federation_token(const Call& call, const GetFederationTokenRequest& in, api::Requirements& needs) {
  const std::string arn = federated_user_arn(call, in.Name);
  const auto add = [&](std::string action) {
    api::Requirement& need = needs.need(std::move(action), arn);
    for (const Tag& tag : tags_or_none(in.Tags)) need.request_tags[tag.Key] = tag.Value;
  };
  add("sts:GetFederationToken");
  if (in.Tags && !in.Tags->empty()) add("sts:TagSession");
}

Result<GetFederationTokenResponse> get_federation_token(Call& call, const GetFederationTokenRequest& in) {
  const api::Caller& caller = call.caller();
  if (caller.session || (caller.type != api::CallerType::user && caller.type != api::CallerType::root))
    return errors::AccessDenied("Cannot call GetFederationToken with session credentials");
  TRY(check_session_tags(in.Tags));
  TRY(check_session_policies(in.Policy, in.PolicyArns));
  auth::SessionClaims claims;
  claims.type = auth::SessionType::federated_user;
  claims.partition = call.partition();
  claims.account = caller.account;
  claims.principal_arn = caller.arn;
  claims.principal_id = caller.unique_id;
  claims.session_name = in.Name;
  claims.issued_at = call.now();
  claims.expires_at = call.now().plus_seconds(user_seconds(in.DurationSeconds, caller));
  for (const Tag& tag : tags_or_none(in.Tags)) claims.tags[tag.Key] = tag.Value;
  if (in.Policy) claims.policies.push_back(*in.Policy);
  claims.policy_arns = TRY(session_policy_arns(call, in.PolicyArns, caller.account));
  claims.issuer_access_key_id = caller.access_key_id;
  claims.issuer_id = caller.unique_id;
  const auth::SessionCredentials made =
      TRY(auth::mint_session(call.env.keyring, claims, call.random(), token_bytes_min(in)));
  GetFederationTokenResponse out;
  show_credentials(made, out);
  FederatedUser& user = out.FederatedUser.emplace();
  user.FederatedUserId = caller.account.value + ":" + in.Name;
  user.Arn = federated_user_arn(call, in.Name);
  // 0 where nothing was packed; AssumeRole and its like leave it out then.
  out.PackedPolicySize = packed_size_of(claims, made).value_or(0);
  return out;
}

}  // namespace

const api::Operations federation_tokens_operations = {
    api::op<ops::GetFederationToken>(get_federation_token, api::on(needs_get_federation_token), api::read_only,
        api::issues_credentials, api::takes("Name Policy PolicyArns DurationSeconds Tags MinimumSessionTokenSize")),
};

}  // namespace haar::sts
