// What src/main needs of rds: its rows, its key spaces, and who uses its service-linked role.
#pragma once

#include <vector>

#include "api/kit/row.h"
#include "api/kit/tagged.h"
#include "services/iam/principals/service_linked_roles.h"
#include "store/space.h"

namespace haar::rds {

const api::Operations& clusters_operations();
const api::Operations& modify_cluster_operations();
const api::Operations& instances_operations();
const api::Operations& subnet_groups_operations();
const api::Operations& engine_versions_operations();
const api::Operations& tags_operations();

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::rds
