// What every operation on one DB cluster begins with.
#pragma once

#include <string>

#include "api/call.h"
#include "api/requirements.h"
#include "services/rds/records.h"

namespace haar::rds {

// The permission on one cluster, with its tags as conditions. A missing cluster has its ARN and no tags.
void need_cluster(const api::Call& call, const std::string& id, api::Requirements& needs);

// By identifier or ARN; DBClusterNotFoundFault (404).
Result<const ClusterRecord*> find_cluster(const api::Call& call, const std::string& identifier);

}  // namespace haar::rds
