// What AssumeRoleWithSAML and AssumeRoleWithWebIdentity share: a role that trusts an identity provider, what
// its trust policy is asked, and the session that comes of it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/caller.h"
#include "api/kit/requirements.h"
#include "auth/session_token.h"
#include "model/sts/AssumeRole.h"
#include "model/sts/service.h"
#include "services/iam/federation/federation_records.h"
#include "services/sts/session_parts.h"

namespace haar::sts {

// Clocks of providers that run ahead of this machine's are forgiven so much (haar's own choice; AWS's pages
// name none).
inline constexpr std::int64_t provider_clock_skew_seconds = 60;
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
inline constexpr std::size_t session_tags_max = 50, tag_key_characters_max = 128, tag_value_characters_max = 256;

using ConditionKeys = std::vector<std::pair<std::string, std::vector<std::string>>>;

// Who an identity provider vouches for, once its token has been verified.
struct FederatedIdentity {
  AccountId account;          // the provider's, and the role's
  std::string provider_arn;
  Timestamp provider_created{};
  std::string subject;
  std::string principal_id;   // CloudTrail's
  std::string session_name;
  std::string source_identity;
  api::TagMap tags;
  std::vector<std::string> transitive_tag_keys;
  ConditionKeys keys;         // for the trust policy
  std::map<std::string, std::vector<std::string>> lasting_keys;  // for the whole session
  std::optional<std::int64_t> seconds_max;  // what the provider allows the session to last
};

// The account of a role's ARN. ValidationError for what is no ARN.
Result<AccountId> account_of_role(const std::string& role_arn);

// The token was verified before the transaction: in it, the provider must still be there, and be the same one.
template <class Record>
Result<void> check_provider(const FederatedIdentity& who, const Record* provider) {
  if (provider != nullptr && provider->created == who.provider_created) return {};
  return errors::InvalidIdentityToken("The identity provider is no longer registered.");
}

// The caller that the pipeline sees.
std::shared_ptr<const api::Caller> federated_caller(const FederatedIdentity& who);

// `action` on the role, and sts:TagSession and sts:SetSourceIdentity where the token asks for them; each must
// be allowed by the role's trust policy. A role that is not there trusts nobody.
void federated_needs(const api::Call& call, std::string action, const std::string& role_arn,
                     const FederatedIdentity& who, api::Requirements& needs);

// [a-zA-Z_0-9+=,.@-]{2,64}: session names and source identities.
bool is_session_word(std::string_view text);
// What is wrong with the tags, or nothing.
Result<void> check_session_tags(const FederatedIdentity& who);

struct SessionLimits {
  std::optional<std::int32_t> seconds;
  std::optional<std::string> policy;
  std::vector<std::string> policy_arns;
  std::size_t token_bytes_min = 0;  // MinimumSessionTokenSize
};
template <class Input>
SessionLimits limits_of(const Input& in) {
  SessionLimits out{in.DurationSeconds, in.Policy, {}, token_bytes_min(in)};
  if (in.PolicyArns) {
    for (const PolicyDescriptorType& one : *in.PolicyArns) out.policy_arns.push_back(one.arn.value_or(""));
  }
  return out;
}
// MalformedPolicyDocument and the like, as far as the request alone tells.
Result<void> check_limits(const SessionLimits& limits);

struct FederatedSession {
  auth::SessionCredentials credentials;
  std::string role_id, session_arn;
  std::optional<std::int32_t> packed_policy_percent;
};
Result<FederatedSession> start_session(api::Call& call, const std::string& role_arn, const FederatedIdentity& who,
                                       const SessionLimits& limits);

// Credentials, AssumedRoleUser, PackedPolicySize and SourceIdentity of either answer.
template <class Output>
void show_session(const FederatedSession& session, const FederatedIdentity& who, Output& out) {
  show_credentials(session.credentials, out);
  AssumedRoleUser& user = out.AssumedRoleUser.emplace();
  user.AssumedRoleId = session.role_id + ":" + who.session_name;
  user.Arn = session.session_arn;
  out.PackedPolicySize = session.packed_policy_percent;
  if (!who.source_identity.empty()) out.SourceIdentity = who.source_identity;
}

}  // namespace haar::sts
