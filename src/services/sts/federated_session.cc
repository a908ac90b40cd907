#include "services/sts/federated_session.h"

#include <algorithm>

#include "base/encoding.h"
#include "policy/document.h"
#include "services/iam/policies/managed_policies.h"
#include "services/sts/session_parts.h"
#include "services/sts/session_request.h"
#include "services/sts/trusting_role.h"

namespace haar::sts {
namespace {

using api::Call;
using api::Requirement;

// A provider vouches for roles of its own account only.
TrustingRole federated_role(const Call& call, const std::string& role_arn, const FederatedIdentity& who) {
  const TrustingRole role = find_role(call, role_arn);
  return role.account == who.account ? role : TrustingRole{nullptr, who.account};
}

Result<std::int64_t> session_seconds(const SessionLimits& limits, const FederatedIdentity& who,
                                     const iam::RoleRecord& role) {
  std::int64_t seconds = limits.seconds.value_or(session_seconds_default);
  if (seconds > role.max_session_seconds)
    return errors::ValidationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  if (who.seconds_max) seconds = std::min(seconds, *who.seconds_max);
  return seconds;
}

}  // namespace

Result<AccountId> account_of_role(const std::string& role_arn) {
  const std::optional<Arn> arn = Arn::parse(role_arn);
  if (!arn || arn->partition.empty() || arn->service.empty() || arn->resource.empty())
    return errors::ValidationError(role_arn + " is invalid");
  return AccountId(arn->account);
}

std::shared_ptr<const api::Caller> federated_caller(const FederatedIdentity& who) {
  auto caller = std::make_shared<api::Caller>();
  caller->type = api::CallerType::federated;
  caller->account = who.account;
  caller->arn = caller->principal_arn = who.provider_arn;
  caller->unique_id = who.principal_id;
  caller->name = who.subject;
  return caller;
}

void federated_needs(const Call& call, std::string action, const std::string& role_arn, const FederatedIdentity& who,
                     api::Requirements& needs) {
  const TrustingRole role = federated_role(call, role_arn, who);
  const std::shared_ptr<const policy::PolicySet> trust = trust_of(role, role_arn);
  const auto add = [&](std::string name) {
    Requirement& need = need_trust(needs, std::move(name), role_arn, role, trust);
    need.request_tags = who.tags;
    need.keys = who.keys;
    if (!who.session_name.empty()) need.key("sts:RoleSessionName", who.session_name);
    if (!who.source_identity.empty()) need.key("sts:SourceIdentity", who.source_identity);
    if (!who.transitive_tag_keys.empty()) need.keys.emplace_back("sts:TransitiveTagKeys", who.transitive_tag_keys);
  };
  add(std::move(action));
  if (!who.tags.empty()) add("sts:TagSession");
  if (!who.source_identity.empty()) add("sts:SetSourceIdentity");
}

bool is_session_word(std::string_view text) {
  constexpr std::string_view signs = "_+=,.@-";
  return text.size() >= 2 && text.size() <= 64 && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || signs.find(c) != signs.npos;
  });
}

// The codes are AWS's for the parameters of AssumeRole; for tags inside a token its pages name none.
Result<void> check_session_tags(const FederatedIdentity& who) {
  if (who.tags.size() > session_tags_max)
    return errors::InvalidIdentityToken("The token holds more than 50 session tags.");
  std::vector<std::string> folded;
  for (const auto& [key, value] : who.tags) {
    if (key.empty() || key.size() > tag_key_characters_max || value.size() > tag_value_characters_max ||
        to_lower(key).starts_with("aws:"))
      return errors::InvalidIdentityToken("The token holds a session tag that is not valid.");
    folded.push_back(to_lower(key));
  }
  std::ranges::sort(folded);
  if (std::ranges::adjacent_find(folded) != folded.end())
    return errors::InvalidIdentityToken("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  for (const std::string& key : who.transitive_tag_keys) {
    if (!std::ranges::binary_search(folded, to_lower(key)))
      return errors::InvalidIdentityToken("The specified transitive tag key must be included in the requested tags.");
  }
  return {};
}

Result<void> check_limits(const SessionLimits& limits) {
  const auto too_long = [](std::string_view member, std::size_t most) {
    return errors::ValidationError("1 validation error detected: Value at '" + std::string(member) +
                                   "' failed to satisfy constraint: Member must have length less than or equal to " +
                                   std::to_string(most));
  };
  if (limits.policy_arns.size() > session_policy_arns_max) return too_long("policyArns", session_policy_arns_max);
  if (!limits.policy) return {};
  if (limits.policy->size() > session_policy_characters_max) return too_long("policy", session_policy_characters_max);
  TRY(policy::parse(*limits.policy, policy::Kind::session));
  return {};
}

Result<FederatedSession> start_session(Call& call, const std::string& role_arn, const FederatedIdentity& who,
                                       const SessionLimits& limits) {
  const TrustingRole found = federated_role(call, role_arn, who);
  const iam::RoleRecord* role = found.record;
  if (role == nullptr) return errors::AccessDenied("Not authorized to assume the role.");
  auth::SessionClaims claims;
  const std::int64_t seconds = TRY(session_seconds(limits, who, *role));
  for (const std::string& arn : limits.policy_arns) {
    if (!iam::find_policy(call.txn, call.partition(), who.account, arn))
      return errors::ValidationError("The policy " + arn + " does not exist or is not attachable.");
  }
  claims.type = auth::SessionType::assumed_role;
  claims.partition = call.partition();
  claims.account = who.account;
  claims.principal_arn = role_arn;
  claims.principal_id = role->unique_id;
  claims.session_name = who.session_name;
  claims.issued_at = call.now();
  claims.expires_at = call.now().plus_seconds(seconds);
  claims.source_identity = who.source_identity;
  claims.tags = who.tags;
  claims.transitive_tag_keys = who.transitive_tag_keys;
  if (limits.policy) claims.policies.push_back(*limits.policy);
  claims.policy_arns = limits.policy_arns;
  claims.provider = who.provider_arn;
  claims.provider_keys = who.lasting_keys;
  FederatedSession out;
  out.credentials = TRY(auth::mint_session(call.env.keyring, claims, call.random(), limits.token_bytes_min));
  out.role_id = role->unique_id;
  out.session_arn = assumed_role_arn(call.partition(), found, who.session_name);
  if (!claims.policies.empty() || !claims.policy_arns.empty() || !claims.tags.empty())
    out.packed_policy_percent = out.credentials.packed_policy_percent;
  return out;
}

}  // namespace haar::sts
