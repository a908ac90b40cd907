// ModifyDBInstance, of what members of a DB cluster have from their cluster.
#pragma once

#include "api/kit/call.h"
#include "model/rds/ModifyDBInstance.h"
#include "services/rds/prepared.h"
#include "services/rds/records.h"

namespace haar::rds {

Result<void> check_standalone_changes(const ModifyDBInstanceMessage& in);
// Puts the hidden cluster; the instance is the caller's to put.
Result<void> modify_standalone(api::Call& call, const ModifyDBInstanceMessage& in, const PreparedPassword& prepared,
                               const ClusterRecord& hidden, InstanceRecord& instance);

}  // namespace haar::rds
