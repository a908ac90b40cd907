// Rows of rds, and kinds that have tags, beside those of operations.h and tags.h: what belongs to clusters, and groups of
// options.
#pragma once

#include "api/kit/row.h"
#include "services/managed/tags.h"

namespace haar::rds {

const api::Operations& custom_endpoints_operations();
const api::Operations& log_files_operations();
const api::Operations& global_clusters_operations();
const api::Operations& cluster_roles_operations();
const api::Operations& maintenance_operations();
const api::Operations& certificates_operations();

// The ARNs of global clusters have no region: tags.cc.
extern const managed::TaggedKind custom_endpoint_tags, option_group_tags, global_cluster_tags;

}  // namespace haar::rds
