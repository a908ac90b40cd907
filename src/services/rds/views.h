// Records as AWS shows them: pure functions of the records.
#pragma once

#include "api/kit/call.h"
#include "model/rds/DescribeDBClusters.h"
#include "model/rds/DescribeDBInstances.h"
#include "services/rds/records.h"

namespace haar::rds {

// The status that is shown: what the records tell, and while that is available, what the fleet sees of the engine. An
// engine of which nothing is known yet is not called available.
std::string shown_status(const api::Call& call, const ClusterRecord& record);
std::string shown_status(const api::Call& call, const InstanceRecord& record);

DBCluster to_cluster(const api::Call& call, const ClusterRecord& record);
DBInstance to_instance(const api::Call& call, const InstanceRecord& record);
DBSubnetGroup to_subnet_group(const api::Call& call, const SubnetGroupRecord& record);

}  // namespace haar::rds
