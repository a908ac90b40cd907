// Resource policies of secrets. The one evaluator decides by them, beside the caller's own policies.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
#include "model/secretsmanager/DeleteResourcePolicy.h"
#include "model/secretsmanager/GetResourcePolicy.h"
#include "model/secretsmanager/PutResourcePolicy.h"
#include "model/secretsmanager/ValidateResourcePolicy.h"
#include "model/secretsmanager/service.h"
#include "services/iam/principals/trust.h"
#include "services/secretsmanager/lookup.h"
#include "services/secretsmanager/operations.h"
#include "services/secretsmanager/public_policy.h"

namespace haar::secretsmanager {
namespace {

using api::Call;

// The text to keep: users and roles by their unique ids.
Result<std::string> stored_policy(const Call& call, const std::string& document) {
  Result<std::string> stored = iam::stored_policy(call.txn, call.partition(), document, policy::Kind::resource);
  if (stored.ok()) return stored;
  if (stored.error().message.starts_with("Invalid principal"))
    return errors::MalformedPolicyDocumentException("This resource policy contains an unsupported principal.");
  return errors::MalformedPolicyDocumentException(stored.error().message);
}

Result<void> check_public(const std::string& document) {
  switch (audience_of(document)) {
    case PolicyAudience::named: return {};
    case PolicyAudience::everyone:
      return errors::PublicPolicyException(
          "The resource policy grants access to anyone, which BlockPublicPolicy does not permit.");
    case PolicyAudience::unknown: break;
  }
  return Error{"NotImplemented",
               "BlockPublicPolicy of secretsmanager:PutResourcePolicy is not implemented by haar for policies whose conditions "
               "limit who everyone is.",
               501, Fault::receiver};
}

Result<PutResourcePolicyResponse> put_resource_policy(Call& call, const PutResourcePolicyRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  SecretRecord record = *place.record;
  record.policy = TRY(stored_policy(call, in.ResourcePolicy));
  if (in.BlockPublicPolicy.value_or(false)) TRY(check_public(in.ResourcePolicy));
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  PutResourcePolicyResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  return out;
}

Result<GetResourcePolicyResponse> get_resource_policy(Call& call, const GetResourcePolicyRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  GetResourcePolicyResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  if (!place.record->policy.empty())
    out.ResourcePolicy = iam::shown_policy(call.txn, call.partition(), place.record->policy, policy::Kind::resource);
  return out;
}

Result<DeleteResourcePolicyResponse> delete_resource_policy(Call& call, const DeleteResourcePolicyRequest& in) {
  const Place place = TRY(require_live(call, in.SecretId));
  SecretRecord record = *place.record;
  record.policy.clear();
  call.txn.put(secrets, secret_key(call, place), std::move(record));
  DeleteResourcePolicyResponse out;
  out.ARN = place.arn;
  out.Name = place.name;
  return out;
}

Result<ValidateResourcePolicyResponse> validate_resource_policy(Call& call, const ValidateResourcePolicyRequest& in) {
  if (in.SecretId) TRY(require_live(call, *in.SecretId));
  ValidateResourcePolicyResponse out;
  out.ValidationErrors.emplace();
  if (const Result<std::string> stored = stored_policy(call, in.ResourcePolicy); !stored.ok()) {
    ValidationErrorsEntry& entry = out.ValidationErrors->emplace_back();
    entry.CheckName = "PolicySyntax";
    entry.ErrorMessage = stored.error().message;
  } else if (audience_of(in.ResourcePolicy) == PolicyAudience::everyone) {
    ValidationErrorsEntry& entry = out.ValidationErrors->emplace_back();
    entry.CheckName = "PublicPolicy";
    entry.ErrorMessage = "The resource policy grants access to anyone.";
  }
  out.PolicyValidationPassed = out.ValidationErrors->empty();
  return out;
}

template <class Input>
void needs_policy(const Call& call, const Input& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs);
}
void needs_put_resource_policy(const Call& call, const PutResourcePolicyRequest& in, api::Requirements& needs) {
  need_secret(call, in.SecretId, needs)
      .key("secretsmanager:BlockPublicPolicy", in.BlockPublicPolicy.value_or(false) ? "true" : "false");
}
// Without a secret the policy is for any.
void needs_validate_resource_policy(const Call& call, const ValidateResourcePolicyRequest& in, api::Requirements& needs) {
  if (in.SecretId) need_secret(call, *in.SecretId, needs);
  else needs.need(call.arn("secretsmanager", "secret:*"));
}

}  // namespace

const api::Operations& policies_operations() {
  static const api::Operations rows = {
      api::op<ops::PutResourcePolicy>(put_resource_policy, api::on(needs_put_resource_policy),
          api::takes("SecretId ResourcePolicy BlockPublicPolicy")),
      api::op<ops::GetResourcePolicy>(get_resource_policy, api::on(needs_policy<GetResourcePolicyRequest>), api::read_only,
          api::takes("SecretId")),
      api::op<ops::DeleteResourcePolicy>(delete_resource_policy, api::on(needs_policy<DeleteResourcePolicyRequest>),
          api::takes("SecretId")),
      api::op<ops::ValidateResourcePolicy>(validate_resource_policy, api::on(needs_validate_resource_policy),
          api::takes("SecretId ResourcePolicy")),
  };
  return rows;
}

}  // namespace haar::secretsmanager
