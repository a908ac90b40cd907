// The rows of elasticache, one table per file of handlers, and what has tags, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"
#include "api/kit/tagged.h"

namespace haar::elasticache {

const api::Operations& clusters_operations();
const api::Operations& groups_operations();
const api::Operations& group_changes_operations();
const api::Operations& modify_cluster_operations();
const api::Operations& subnet_groups_operations();
const api::Operations& engine_versions_operations();
const api::Operations& parameter_groups_operations();
const api::Operations& parameter_lists_operations();
const api::Operations& reboot_operations();
const api::Operations& events_operations();
const api::Operations& snapshots_operations();
const api::Operations& tags_operations();
const api::Operations& users_operations();
const api::Operations& user_groups_operations();
const api::Operations& empty_lists_operations();

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::elasticache
