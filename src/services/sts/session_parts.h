// What the operations that make a session have in common: session policies, tags, and the credentials given.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "auth/session_token.h"
#include "base/result.h"
#include "model/sts/GetFederationToken.h"

namespace haar::sts {

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
inline constexpr std::size_t session_policy_characters_max = 2048, session_policy_arns_max = 10;

// ValidationError for too many or too long, MalformedPolicyDocument for what cannot be read. Asked before who
// may: the request alone decides it.
Result<void> check_session_policies(const std::optional<std::string>& policy,
                                    const std::optional<std::vector<PolicyDescriptorType>>& arns);
// InvalidParameterValue for a key that is given twice, in whatever case.
Result<void> check_session_tags(const std::optional<std::vector<Tag>>& tags);

// The ARNs of managed policies passed as session policies: of `account`, or AWS's. ValidationError for others.
Result<std::vector<std::string>> session_policy_arns(const api::Call& call,
                                                     const std::optional<std::vector<PolicyDescriptorType>>& arns,
                                                     const AccountId& account);

const std::vector<Tag>& tags_or_none(const std::optional<std::vector<Tag>>& tags);

// The answer's Credentials.
Credentials credentials_of(const auth::SessionCredentials& made);
// What the request's MinimumSessionTokenSize asks of mint_session(); the model bounds it.
template <class Input>
std::size_t token_bytes_min(const Input& in) {
  return static_cast<std::size_t>(in.MinimumSessionTokenSize.value_or(0));
}
// Credentials, SessionTokenSize and SessionTokenUtilization: the token's size and what it takes of the largest that
// haar makes, in percent.
template <class Output>
void show_credentials(const auth::SessionCredentials& made, Output& out) {
  const std::size_t bytes = made.session_token.size();
  out.Credentials = credentials_of(made);
  out.SessionTokenSize = static_cast<std::int32_t>(bytes);
  out.SessionTokenUtilization =
      static_cast<std::int32_t>((bytes * 100 + auth::max_session_token_bytes - 1) / auth::max_session_token_bytes);
}
// PackedPolicySize; absent where neither policies nor tags were passed.
std::optional<std::int32_t> packed_size_of(const auth::SessionClaims& claims, const auth::SessionCredentials& made);

}  // namespace haar::sts
