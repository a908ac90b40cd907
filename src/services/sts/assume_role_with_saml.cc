// AssumeRoleWithSAML: a role for whom a SAML provider vouches. The call is unsigned; the provider's response is
// the credential, and the role's trust policy decides.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
#include "model/sts/AssumeRoleWithSAML.h"
#include "services/iam/federation/providers.h"
#include "services/sts/federated_session.h"
#include "services/sts/operations.h"
#include "services/sts/saml_identity.h"

namespace haar::sts {
namespace {

using api::Call;

// Slow: signatures, and a document to parse.
Result<SamlIdentity> verify(const api::Preparation& at, const AssumeRoleWithSAMLRequest& in) {
  TRY(account_of_role(in.RoleArn));
  return verify_saml_identity(at, in.RoleArn, in.PrincipalArn, in.SAMLAssertion);
}

std::shared_ptr<const api::Caller> caller(const AssumeRoleWithSAMLRequest&, const SamlIdentity& identity) {
  return federated_caller(identity.who);
}

void needs_assume_role_with_saml(const Call& call, const AssumeRoleWithSAMLRequest& in, const SamlIdentity& identity,
              api::Requirements& needs) {
  federated_needs(call, "sts:AssumeRoleWithSAML", in.RoleArn, identity.who, needs);
}

Result<AssumeRoleWithSAMLResponse> assume(Call& call, const AssumeRoleWithSAMLRequest& in, const SamlIdentity& identity) {
  TRY(check_limits(limits_of(in)));
  const iam::SamlProviderRecord* provider =
      call.txn.get(iam::saml_providers, iam::saml_provider_key(identity.who.account, identity.provider_name));
  TRY(check_provider(identity.who, provider));
  TRY(redeem(call, in.RoleArn, identity));
  const FederatedSession session = TRY(start_session(call, in.RoleArn, identity.who, limits_of(in)));
  AssumeRoleWithSAMLResponse out;
  show_session(session, identity.who, out);
  out.Subject = identity.who.subject;
  out.SubjectType = identity.subject_type;
  out.Issuer = identity.issuer;
  out.Audience = identity.recipient;
  out.NameQualifier = identity.name_qualifier;
  return out;
}

// An assertion is good once, which has to be durable before the answer.
bool always(const AssumeRoleWithSAMLRequest&) { return true; }

}  // namespace

const api::Operations assume_role_with_saml_operations = {
    api::op<ops::AssumeRoleWithSAML>(assume, api::on(needs_assume_role_with_saml), api::prepare(verify),
        api::caller_from_token(caller), api::read_only, api::writes_when(always), api::issues_credentials,
        api::takes("RoleArn PrincipalArn SAMLAssertion PolicyArns Policy DurationSeconds MinimumSessionTokenSize")),
};

}  // namespace haar::sts
