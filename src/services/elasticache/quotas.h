// The quotas of elasticache that a customer of AWS may have raised, and so an operator here. Each of an account in a region.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html
#pragma once

#include "base/quota.h"

namespace haar::elasticache {

extern Quota subnet_groups_per_region;
extern Quota subnets_per_subnet_group;
extern Quota parameter_groups_per_region;
extern Quota manual_snapshots_per_region;

}  // namespace haar::elasticache
