// New identifiers of clusters and instances. What runs does not notice: it goes by resource ids.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
#pragma once

#include <string>

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

// The identifier that a request asks for, in lower case, if it is one, nobody has it, and no volume is just being made.
Result<std::string> new_instance_id(const api::Call& call, const InstanceRecord& instance, const std::string& asked);
Result<std::string> new_cluster_id(const api::Call& call, const ClusterRecord& cluster, const std::string& asked);

// Moves what is stored under the instance's name, and gives it the new one; the caller puts it. A name that somebody has
// taken meanwhile is not given, and none while its volume is being made.
void rename_instance(api::Call& call, InstanceRecord& instance, const std::string& id);
// The same of a cluster, with what its instances and its timers say of it.
void rename_cluster(api::Call& call, ClusterRecord& cluster, const std::string& id);

}  // namespace haar::rds
