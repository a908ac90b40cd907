// The rows of rds, one table per file of handlers, and what has tags, for its manifest (service.cc).
#pragma once

#include "api/kit/row.h"
#include "api/kit/tagged.h"

namespace haar::rds {

const api::Operations& clusters_operations();
const api::Operations& modify_cluster_operations();
const api::Operations& instances_operations();
const api::Operations& modify_instance_operations();
const api::Operations& stop_cluster_operations();
const api::Operations& failover_cluster_operations();
const api::Operations& http_endpoint_operations();
const api::Operations& subnet_groups_operations();
const api::Operations& engine_versions_operations();
const api::Operations& parameter_groups_operations();
const api::Operations& parameter_lists_operations();
const api::Operations& events_operations();
const api::Operations& option_groups_operations();
const api::Operations& catalogs_operations();
const api::Operations& empty_lists_operations();
const api::Operations& tags_operations();

// What has tags, for the Resource Groups Tagging API.
void add_tagged(const api::Call& call, api::TaggedResources& out);

}  // namespace haar::rds
