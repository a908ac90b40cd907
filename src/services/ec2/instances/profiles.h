// The instance profiles of instances.
#pragma once

#include <string>

#include "model/ec2/AssociateIamInstanceProfile.h"
#include "services/ec2/instances/records.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// Sets the profile that a request names by its name or ARN, with a new association; InvalidParameterValue for one that does
// not exist or holds no role.
Result<void> set_profile(const api::Call& call, const IamInstanceProfileSpecification& wanted, InstanceRecord& record);
void clear_profile(InstanceRecord& record);

// The ARN of what a request names, whether it exists or not.
std::string profile_arn(const api::Call& call, const IamInstanceProfileSpecification& wanted);
// iam:PassRole on the role in it: who gives an instance a role must be allowed to hand that role on.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
void need_pass_role(const api::Call& call, api::Requirements& needs, const IamInstanceProfileSpecification& wanted);

}  // namespace haar::ec2
