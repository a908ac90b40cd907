// The quotas of rds that a customer of AWS may have raised, and so an operator here. Each of an account in a region.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html
#pragma once

#include <cstddef>

#include "base/quota.h"

namespace haar::rds {

// haar has no more of these: each cluster runs a database on this machine.
inline constexpr std::size_t clusters_max = 40, instances_max = 40;

extern Quota subnet_groups_per_region;
extern Quota subnets_per_subnet_group;
extern Quota cluster_parameter_groups_per_region;
extern Quota parameter_groups_per_region;

}  // namespace haar::rds
