// What DeleteDBCluster leaves behind where it is asked to.
#pragma once

#include <string>

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

// The cluster's volume stays until the snapshot is made.
Result<void> make_final_snapshot(api::Call& call, const ClusterRecord& cluster, const std::string& identifier);
// Its automated backups stay for their retention period.
Result<void> retain_backups(api::Call& call, const ClusterRecord& cluster);

}  // namespace haar::rds
