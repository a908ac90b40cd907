// AssumeRoleWithWebIdentity: a role for whom an OpenID Connect provider vouches. The call is unsigned; the
// provider's token is the credential, and the role's trust policy decides.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
#include "model/sts/AssumeRoleWithWebIdentity.h"
#include "services/iam/federation/providers.h"
#include "services/sts/federated_session.h"
#include "services/sts/operations.h"
#include "services/sts/web_identity.h"

namespace haar::sts {
namespace {

using api::Call;

// Network: the provider's keys may have to be fetched.
bool await_keys(const api::Preparation& at, const AssumeRoleWithWebIdentityRequest& in, std::function<void()> ready) {
  const Result<AccountId> account = account_of_role(in.RoleArn);
  return account.ok() && fetch_web_identity_keys(at, *account, in.WebIdentityToken, std::move(ready));
}

Result<WebIdentity> verify(const api::Preparation& at, const AssumeRoleWithWebIdentityRequest& in) {
  const AccountId account = TRY(account_of_role(in.RoleArn));
  WebIdentity out = TRY(verify_web_identity(at, account, in.WebIdentityToken));
  out.who.session_name = in.RoleSessionName;
  return out;
}

std::shared_ptr<const api::Caller> caller(const AssumeRoleWithWebIdentityRequest&, const WebIdentity& identity) {
  return federated_caller(identity.who);
}

void needs_assume_role_with_web_identity(const Call& call, const AssumeRoleWithWebIdentityRequest& in,
                                         const WebIdentity& identity,
              api::Requirements& needs) {
  federated_needs(call, "sts:AssumeRoleWithWebIdentity", in.RoleArn, identity.who, needs);
}

Result<AssumeRoleWithWebIdentityResponse> assume(Call& call, const AssumeRoleWithWebIdentityRequest& in,
                                                 const WebIdentity& identity) {
  TRY(check_limits(limits_of(in)));
  const iam::OidcProviderRecord* provider =
      call.txn.get(iam::oidc_providers, iam::oidc_provider_key(identity.who.account, identity.provider_name));
  TRY(check_provider(identity.who, provider));
  const FederatedSession session = TRY(start_session(call, in.RoleArn, identity.who, limits_of(in)));
  AssumeRoleWithWebIdentityResponse out;
  show_session(session, identity.who, out);
  out.SubjectFromWebIdentityToken = identity.who.subject;
  out.Audience = identity.audience;
  out.Provider = identity.who.provider_arn;
  return out;
}

}  // namespace

const api::Operations assume_role_with_web_identity_operations = {
    api::op<ops::AssumeRoleWithWebIdentity>(assume, api::on(needs_assume_role_with_web_identity),
        api::awaits(await_keys), api::prepare(verify), api::caller_from_token(caller), api::read_only,
        api::issues_credentials,
        api::takes("RoleArn RoleSessionName WebIdentityToken PolicyArns Policy DurationSeconds MinimumSessionTokenSize")),
};

}  // namespace haar::sts
