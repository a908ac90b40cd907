// AssumeRole: temporary credentials of a role, for whom the role's trust policy trusts.
#include "auth/session_token.h"
#include "model/sts/AssumeRole.h"
#include "model/sts/service.h"
#include "services/iam/principals/entities.h"
#include "services/sts/mfa_code.h"
#include "services/sts/operations.h"
#include "services/sts/session_parts.h"
#include "services/sts/session_request.h"
#include "services/sts/trusting_role.h"

namespace haar::sts {
namespace {

using api::Call;
using api::Requirement;
using api::Requirements;

// Whether the new session has tags of a session: given with the call, or handed on by the calling session.
bool tags_session(const Call& call, const AssumeRoleRequest& in) {
  if (in.Tags && !in.Tags->empty()) return true;
  const std::optional<api::Session>& session = call.caller().session;
  return session && !session->transitive_tag_keys.empty();
}

// sts:AssumeRole, and sts:TagSession and sts:SetSourceIdentity where the new session has tags or a source identity,
// its own or the calling session's; each must be allowed by the trust policy too.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
void needs_assume_role(const Call& call, const AssumeRoleRequest& in, Requirements& needs) {
  const TrustingRole role = find_role(call, in.RoleArn);
  const std::shared_ptr<const policy::PolicySet> trust = trust_of(role, in.RoleArn);
  const std::string identity = source_identity(in, call.caller());
  const auto add = [&](std::string action) {
    Requirement& need = need_trust(needs, std::move(action), in.RoleArn, role, trust);
    for (const Tag& tag : tags_or_none(in.Tags)) need.request_tags[tag.Key] = tag.Value;
    need.key("sts:RoleSessionName", in.RoleSessionName);
    if (in.ExternalId) need.key("sts:ExternalId", *in.ExternalId);
    if (!identity.empty()) need.key("sts:SourceIdentity", identity);
    if (in.TransitiveTagKeys && !in.TransitiveTagKeys->empty())
      need.keys.emplace_back("sts:TransitiveTagKeys", *in.TransitiveTagKeys);
    // The code was verified before this, so the request is one of somebody with the device.
    if (carries_mfa_code(in)) need.key("aws:MultiFactorAuthPresent", "true").key("aws:MultiFactorAuthAge", "0");
  };
  add("sts:AssumeRole");
  if (tags_session(call, in)) add("sts:TagSession");
  if (!identity.empty()) add("sts:SetSourceIdentity");
}

Error not_authorized(const Call& call, std::string_view action, const std::string& role_arn) {
  return errors::AccessDenied("User: " + call.caller().arn + " is not authorized to perform: " + std::string(action) +
                              " on resource: " + role_arn);
}

// When the new session's principal was last seen with a multi-factor device: now, or when the user's own
// session was made. A role's session passes nothing on: AWS's pages do not say that it did.
std::optional<Timestamp> mfa_moment(const Call& call, const AssumeRoleRequest& in) {
  if (carries_mfa_code(in)) return call.now();
  const api::Caller& caller = call.caller();
  if (caller.session && caller.type == api::CallerType::user_session) return caller.session->mfa_at;
  return std::nullopt;
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
  claims.policy_arns = TRY(session_policy_arns(call, in.PolicyArns, role.account));
  claims.mfa_at = mfa_moment(call, in);
  claims.issuer_access_key_id = caller.access_key_id;
  claims.issuer_id = caller.unique_id;
  // A service is nobody's session; what it says of the session that it makes stands in its own, and holds for as long as
  // the new one lasts (EC2: which instance, and how the credentials got there).
  const bool service = caller.type == api::CallerType::service;
  claims.chained = is_chained(caller) && !service;
  if (service && caller.session) claims.provider_keys = caller.session->provider_keys;
  return claims;
}

// Verified before the decision: a role's ARN that is none names nothing to decide about, as AWS has it, and the code
// is part of who asks.
Result<void> verify(Call& call, const AssumeRoleRequest& in) {
  TRY(check_role_arn(in.RoleArn));
  return verify_mfa(call, in);
}

Result<AssumeRoleResponse> assume_role(Call& call, const AssumeRoleRequest& in) {
  TRY(check_request(in));
  const api::Caller& caller = call.caller();
  if (caller.type == api::CallerType::root)
    return errors::AccessDenied("Roles may not be assumed by root accounts.");
  const TrustingRole role = find_role(call, in.RoleArn);
  if (role.record == nullptr) return not_authorized(call, "sts:AssumeRole", in.RoleArn);
  if (in.SourceIdentity && *in.SourceIdentity != source_identity(in, caller))
    return not_authorized(call, "sts:SetSourceIdentity", in.RoleArn);
  const auth::SessionClaims claims = TRY(claims_for(call, in, role));
  const auth::SessionCredentials made =
      TRY(auth::mint_session(call.env.keyring, claims, call.random(), token_bytes_min(in)));
  AssumeRoleResponse out;
  show_credentials(made, out);
  AssumedRoleUser& user = out.AssumedRoleUser.emplace();
  user.AssumedRoleId = role.record->unique_id + ":" + in.RoleSessionName;
  user.Arn = assumed_role_arn(call.partition(), role, in.RoleSessionName);
  out.PackedPolicySize = packed_size_of(claims, made);
  if (!claims.source_identity.empty()) out.SourceIdentity = claims.source_identity;
  return out;
}

}  // namespace

const api::Operations assume_role_operations = {
    // Without ProvidedContexts: those are assertions that Identity Center signs, and there is none here that could have.
    api::op<ops::AssumeRole>(assume_role, api::on(needs_assume_role), api::read_only, api::verify_first(verify),
        api::writes_when(carries_mfa_code<AssumeRoleRequest>), api::issues_credentials,
        api::takes("RoleArn RoleSessionName PolicyArns Policy DurationSeconds Tags TransitiveTagKeys ExternalId "
                   "SourceIdentity SerialNumber TokenCode MinimumSessionTokenSize")),
};

}  // namespace haar::sts
