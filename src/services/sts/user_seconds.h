// How long the sessions of users and of root last: GetSessionToken and GetFederationToken say the same.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "api/kit/caller.h"

namespace haar::sts {

// 900 to 129,600 seconds are the model's own limits.
inline constexpr std::int32_t user_seconds_default = 43'200, root_seconds_max = 3'600;

// "Sessions for AWS account owners are restricted to a maximum of 3,600 seconds (one hour). If the duration is
// longer than one hour, the session for AWS account owners defaults to one hour."
inline std::int32_t user_seconds(const std::optional<std::int32_t>& asked, const api::Caller& caller) {
  const std::int32_t seconds = asked.value_or(user_seconds_default);
  return caller.type == api::CallerType::root ? std::min(seconds, root_seconds_max) : seconds;
}

}  // namespace haar::sts
