// The quotas of VPCs that a customer of AWS may have raised, and so an operator here.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
#pragma once

#include "base/quota.h"

namespace haar::ec2 {

// Of one direction and one IP version. AWS keeps its product with the next at 1,000 at most.
extern Quota rules_per_security_group;
extern Quota groups_per_interface;
extern Quota groups_per_region;
extern Quota interfaces_per_region;

}  // namespace haar::ec2
