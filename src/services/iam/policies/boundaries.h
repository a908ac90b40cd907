// Permissions boundaries: a managed policy that bounds what an entity's policies can grant.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
#pragma once

#include <string>

#include "services/iam/principals/entities.h"

namespace haar::iam {

// InvalidInput for what is no policy ARN, NoSuchEntity for a policy that does not exist, PolicyNotAttachable
// for one that only service roles carry.
Result<void> check_boundary(const Call& call, const std::string& policy_arn);

}  // namespace haar::iam
