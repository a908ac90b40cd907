#include "services/sts/session_parts.h"

#include "base/encoding.h"
#include "model/sts/service.h"
#include "policy/document.h"
#include "services/iam/policies/managed_policies.h"

namespace haar::sts {
namespace {

Error too_long(std::string_view member, std::size_t limit) {
  return errors::ValidationError("1 validation error detected: Value at '" + std::string(member) +
                                 "' failed to satisfy constraint: Member must have length less than or equal to " +
                                 std::to_string(limit));
}

}  // namespace

Result<void> check_session_policies(const std::optional<std::string>& policy,
                                    const std::optional<std::vector<PolicyDescriptorType>>& arns) {
  if (arns && arns->size() > session_policy_arns_max) return too_long("policyArns", session_policy_arns_max);
  if (!policy) return {};
  if (policy->size() > session_policy_characters_max) return too_long("policy", session_policy_characters_max);
  TRY(policy::parse(*policy, policy::Kind::session));
  return {};
}

Result<void> check_session_tags(const std::optional<std::vector<Tag>>& tags) {
  const std::vector<Tag>& given = tags_or_none(tags);
  for (std::size_t i = 0; i < given.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (to_lower(given[i].Key) == to_lower(given[j].Key))
        return errors::InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    }
  }
  return {};
}

Result<std::vector<std::string>> session_policy_arns(const api::Call& call,
                                                     const std::optional<std::vector<PolicyDescriptorType>>& arns,
                                                     const AccountId& account) {
  std::vector<std::string> out;
  if (!arns) return out;
  for (const PolicyDescriptorType& policy : *arns) {
    const std::string arn = policy.arn.value_or("");
    if (!iam::find_policy(call.txn, call.partition(), account, arn))
      return errors::ValidationError("The policy " + arn + " does not exist or is not attachable.");
    out.push_back(arn);
  }
  return out;
}

const std::vector<Tag>& tags_or_none(const std::optional<std::vector<Tag>>& tags) {
  static const std::vector<Tag> none;
  return tags ? *tags : none;
}

Credentials credentials_of(const auth::SessionCredentials& made) {
  Credentials out;
  out.AccessKeyId = made.access_key_id;
  out.SecretAccessKey = made.secret_access_key;
  out.SessionToken = made.session_token;
  out.Expiration = made.expiration;
  return out;
}

std::optional<std::int32_t> packed_size_of(const auth::SessionClaims& claims, const auth::SessionCredentials& made) {
  const bool packed = !claims.policies.empty() || !claims.policy_arns.empty() || !claims.tags.empty();
  return packed ? std::optional<std::int32_t>(made.packed_policy_percent) : std::nullopt;
}

}  // namespace haar::sts
