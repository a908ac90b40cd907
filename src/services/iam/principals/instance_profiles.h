// Instance profiles as answers show them.
#pragma once

#include "model/iam/ListInstanceProfilesForRole.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profile_records.h"

namespace haar::iam {

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t instance_profiles_max = 1000;

// With its roles. `tags`: single answers show the profile's tags, lists leave them out.
InstanceProfile instance_profile_view(const Call& call, const InstanceProfileRecord& profile, bool tags);

}  // namespace haar::iam
