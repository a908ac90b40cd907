// What an AssumeRole call asks for, checked as far as the request alone can be.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/caller.h"
#include "base/arn.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/sts/AssumeRole.h"

namespace haar::sts {

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
inline constexpr std::int32_t session_seconds_default = 3600, chained_seconds_max = 3600;

// ValidationError for what is no ARN.
Result<void> check_role_arn(const std::string& role_arn);

// Tags given twice, transitive keys without a tag, policies that are too long or cannot be read.
Result<void> check_request(const AssumeRoleRequest& in);

// Whether a role that the caller assumes is assumed by "role chaining".
bool is_chained(const api::Caller& caller);

// How long the session is to last.
Result<std::int32_t> session_seconds(const AssumeRoleRequest& in, const api::Caller& caller,
                                     std::int32_t role_max_seconds);

// The new session's tags: those asked for, and those that the calling session passes on.
struct SessionTags {
  std::map<std::string, std::string> tags;
  std::vector<std::string> transitive_keys;
};
Result<SessionTags> session_tags(const AssumeRoleRequest& in, const api::Caller& caller);

// The calling session's source identity, which cannot be changed, or else the one asked for.
std::string source_identity(const AssumeRoleRequest& in, const api::Caller& caller);

}  // namespace haar::sts
