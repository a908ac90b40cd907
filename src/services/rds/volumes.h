// Which volume has what: each instance has one of its own, and one of them, the writer's, has the cluster's data. It stays
// when the last instance goes.
#pragma once

#include <string>

#include "services/rds/records.h"

namespace haar::rds {

// The volume with the cluster's data.
inline const std::string& volume_of(const ClusterRecord& cluster, const ClusterStateRecord& seen) {
  return seen.volume.empty() ? cluster.resource_id : seen.volume;
}

}  // namespace haar::rds
