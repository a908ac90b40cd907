// Changes of a DB instance that wait for its maintenance window.
#pragma once

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

bool any_pending(const InstanceRecord& instance);
// What waited is wanted now. The instance is the caller's to put, under the name that it then has.
void apply_pending(api::Call& call, InstanceRecord& instance);
// The fleet looks when the window comes; or no more, if nothing waits.
void schedule_pending(api::Call& call, InstanceRecord& instance);

}  // namespace haar::rds
