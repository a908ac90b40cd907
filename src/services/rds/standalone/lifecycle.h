// Ends, stops, starts and changes of DB instances without a cluster.
#pragma once

#include "api/kit/call.h"
#include "api/kit/row.h"
#include "model/rds/DeleteDBInstance.h"
#include "services/rds/records.h"

namespace haar::rds {

// Whether such an instance may be deleted as the request says.
Result<void> check_deletion(const DeleteDBInstanceMessage& in, const ClusterRecord& hidden);
void delete_hidden_cluster(api::Call& call, const ClusterRecord& hidden);

// StopDBInstance, StartDBInstance.
const api::Operations& standalone_operations();

}  // namespace haar::rds
