// Whether a caller could do itself all that a policy asks for: approximate, as AWS's own check is.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetDelegationRequest.html
#pragma once

#include <cstdint>
#include <string_view>

#include "api/kit/call.h"

namespace haar::iam {

enum class PermissionCheck : std::uint8_t {
  allowed,
  denied,  // of some action on some resource
  unsure,  // it hangs on conditions, or the policy says what is not asked for rather than what is
};
std::string_view permission_check_text(PermissionCheck result);  // "ALLOWED"

// Each action pattern of the policy is asked for on each of its resource patterns as if they were an action and a
// resource: a wildcard is covered only by the same or a wider one.
PermissionCheck check_permissions(const api::Call& call, std::string_view policy);

}  // namespace haar::iam
