// Changes of a DB instance that wait for its maintenance window.
#pragma once

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

bool any_pending(const InstanceRecord& instance);
// What waited is wanted now.
void apply_pending(InstanceRecord& instance);
// The fleet looks when the window comes; or no more, if nothing waits.
void schedule_pending(api::Call& call, InstanceRecord& instance);

}  // namespace haar::rds
