// A DB instance without a cluster as AWS shows it.
#pragma once

#include "model/rds/DescribeDBInstances.h"
#include "services/rds/records.h"

namespace haar::rds {

// Over what all instances have in common (views.cc).
void show_standalone(const ClusterRecord& hidden, const InstanceRecord& instance, DBInstance& out);

}  // namespace haar::rds
