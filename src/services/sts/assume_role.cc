// AssumeRole: temporary credentials of a role, for whom the role's trust policy trusts.
#include "api/unbuilt.h"
#include "auth/session_token.h"
#include "policy/policy_set.h"
#include "services/iam/entities.h"
#include "services/iam/managed_policies.h"
#include "services/sts/operations.h"
#include "services/sts/session_request.h"

namespace haar::sts {
namespace {

using api::Call;
using api::Requirement;
using api::Requirements;

// A role in whatever account its ARN names.
struct TrustingRole {
  const iam::RoleRecord* record = nullptr;
  AccountId account;
};

TrustingRole find_role(const Call& call, const std::string& role_arn) {
  const std::optional<Arn> arn = Arn::parse(role_arn);
  if (!arn || arn->service != "iam" || !arn->resource.starts_with("role/")) return {nullptr, call.account()};
  const AccountId account(arn->account);
  const std::string_view name = std::string_view(arn->resource).substr(arn->resource.rfind('/') + 1);
  const iam::RoleRecord* record = call.txn.get(iam::roles, iam::entity_key(account, name));
  if (record != nullptr && iam::arn_of(call.partition(), account, *record) != role_arn) record = nullptr;
  return {record, account};
}

// Null (which allows nothing) for a role that does not exist.
std::shared_ptr<const policy::PolicySet> trust_of(const TrustingRole& role, const std::string& role_arn) {
  if (role.record == nullptr) return policy::PolicySet::build(std::vector<policy::Attached>{});
  Result<std::shared_ptr<const policy::Document>> document = policy::parse(role.record->trust, policy::Kind::trust);
  if (!document.ok()) return policy::PolicySet::build(std::vector<policy::Attached>{});
  return policy::PolicySet::build({role_arn, policy::SourceType::resource, std::move(document).value()});
}

// sts:AssumeRole, and sts:TagSession and sts:SetSourceIdentity where the call does these; each must be
// allowed by the trust policy too.
void assume_role_needs(const Call& call, const AssumeRoleRequest& in, Requirements& needs) {
  const TrustingRole role = find_role(call, in.RoleArn);
  const std::shared_ptr<const policy::PolicySet> trust = trust_of(role, in.RoleArn);
  const std::string identity = source_identity(in, call.caller());
  const auto add = [&](std::string action) {
    Requirement& need = needs.need(std::move(action), in.RoleArn);
    need.owner = role.account;
    need.resource_policy = trust;
    need.trust = true;
    if (role.record != nullptr) need.resource_tags = iam::tag_map(role.record->tags);
    if (in.Tags) {
      for (const Tag& tag : *in.Tags) need.request_tags[tag.Key] = tag.Value;
    }
    need.key("sts:RoleSessionName", in.RoleSessionName);
    if (in.ExternalId) need.key("sts:ExternalId", *in.ExternalId);
    if (!identity.empty()) need.key("sts:SourceIdentity", identity);
    if (in.TransitiveTagKeys && !in.TransitiveTagKeys->empty())
      need.keys.emplace_back("sts:TransitiveTagKeys", *in.TransitiveTagKeys);
  };
  add("sts:AssumeRole");
  if (in.Tags && !in.Tags->empty()) add("sts:TagSession");
  if (!identity.empty()) add("sts:SetSourceIdentity");
}

Error not_authorized(const Call& call, std::string_view action, const std::string& role_arn) {
  return errors::AccessDenied("User: " + call.caller().arn + " is not authorized to perform: " + std::string(action) +
                              " on resource: " + role_arn);
}

// Managed policies passed as session policies are of the role's account, or AWS's.
Result<std::vector<std::string>> session_policy_arns(const Call& call, const AssumeRoleRequest& in,
                                                     const AccountId& role_account) {
  std::vector<std::string> arns;
  if (!in.PolicyArns) return arns;
  for (const PolicyDescriptorType& policy : *in.PolicyArns) {
    const std::string arn = policy.arn.value_or("");
    if (!iam::find_policy(call.txn, call.partition(), role_account, arn))
      return errors::ValidationError("The policy " + arn + " does not exist or is not attachable.");
    arns.push_back(arn);
  }
  return arns;
}

Result<auth::SessionClaims> claims_for(const Call& call, const AssumeRoleRequest& in, const TrustingRole& role) {
  const api::Caller& caller = call.caller();
  auth::SessionClaims claims;
  const std::int32_t seconds = TRY(session_seconds(in, caller, role.record->max_session_seconds));
  SessionTags tags = TRY(session_tags(in, caller));
  claims.type = auth::SessionType::assumed_role;
  claims.partition = call.partition();
  claims.account = role.account;
  claims.principal_arn = in.RoleArn;
  claims.principal_id = role.record->unique_id;
  claims.session_name = in.RoleSessionName;
  claims.issued_at = call.now();
  claims.expires_at = call.now().plus_seconds(seconds);
  claims.source_identity = source_identity(in, caller);
  claims.tags = std::move(tags.tags);
  claims.transitive_tag_keys = std::move(tags.transitive_keys);
  if (in.Policy) claims.policies.push_back(*in.Policy);
  claims.policy_arns = TRY(session_policy_arns(call, in, role.account));
  claims.issuer_access_key_id = caller.access_key_id;
  claims.issuer_id = caller.unique_id;
  claims.chained = caller.session.has_value();
  return claims;
}

struct Checked {};

// Not slow: it comes before the transaction because AWS names a malformed request before it says who may.
Result<Checked> check(const api::Environment&, const AssumeRoleRequest& in) {
  TRY(check_request(in));
  // Multi-factor devices, and trusted context assertions, are for requests that haar cannot check yet.
  TRY(api::refuse_unbuilt(ops::AssumeRole::model(), &in,
                          {"RoleArn", "RoleSessionName", "PolicyArns", "Policy", "DurationSeconds", "Tags",
                           "TransitiveTagKeys", "ExternalId", "SourceIdentity"}));
  return Checked{};
}

Result<AssumeRoleResponse> assume_role(Call& call, const AssumeRoleRequest& in, const Checked&) {
  const api::Caller& caller = call.caller();
  if (caller.type == api::CallerType::root)
    return errors::AccessDenied("Roles may not be assumed by root accounts.");
  const TrustingRole role = find_role(call, in.RoleArn);
  if (role.record == nullptr) return not_authorized(call, "sts:AssumeRole", in.RoleArn);
  if (in.SourceIdentity && *in.SourceIdentity != source_identity(in, caller))
    return not_authorized(call, "sts:SetSourceIdentity", in.RoleArn);
  const auth::SessionClaims claims = TRY(claims_for(call, in, role));
  const auth::SessionCredentials made = TRY(auth::mint_session(call.env.keyring, claims, call.random()));
  AssumeRoleResponse out;
  Credentials& credentials = out.Credentials.emplace();
  credentials.AccessKeyId = made.access_key_id;
  credentials.SecretAccessKey = made.secret_access_key;
  credentials.SessionToken = made.session_token;
  credentials.Expiration = made.expiration;
  AssumedRoleUser& user = out.AssumedRoleUser.emplace();
  user.AssumedRoleId = role.record->unique_id + ":" + in.RoleSessionName;
  user.Arn = make_arn(call.partition(), "sts", "", role.account,
                      "assumed-role/" + role.record->name + "/" + in.RoleSessionName);
  const bool packed = !claims.policies.empty() || !claims.policy_arns.empty() || !claims.tags.empty();
  if (packed) out.PackedPolicySize = made.packed_policy_percent;
  if (!claims.source_identity.empty()) out.SourceIdentity = claims.source_identity;
  return out;
}

}  // namespace

const api::Operations assume_role_operations = {
    api::op<ops::AssumeRole>(assume_role, api::on(assume_role_needs), api::prepare(check), api::read_only,
                             api::issues_credentials),
};

}  // namespace haar::sts
