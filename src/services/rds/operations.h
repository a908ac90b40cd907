// What src/main needs of rds: its rows and its key spaces.
#pragma once

#include <vector>

#include "api/row.h"
#include "store/space.h"

namespace haar::rds {

const api::Operations& clusters_operations();
const api::Operations& instances_operations();
const api::Operations& subnet_groups_operations();
const api::Operations& engine_versions_operations();

void register_rds(api::Registry& registry);
std::vector<const store::SpaceBase*> rds_spaces();

}  // namespace haar::rds
