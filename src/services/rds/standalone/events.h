// What happens to the record that a DB instance has in the place of a cluster is told of the instance.
#pragma once

#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

// "DB cluster stopped." of a cluster, "DB instance stopped" of an instance without one. That the latter's record was made or
// is gone concerns nobody: its instance's events say so.
void note_cluster_event(api::Call& call, const ClusterRecord& cluster, std::string_view category, std::string_view event);

// "cluster:shop", "db:shop": the last part of the ARN of what has this record.
std::string shown_resource(const store::Reader& reader, const store::Key& key, const ClusterRecord& cluster);

}  // namespace haar::rds
