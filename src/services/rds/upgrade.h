// Another version of an engine.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "services/rds/records.h"

namespace haar::rds {

// The version that a request asks for; nullopt: it has that already. Within a major version, and never back.
Result<std::optional<std::string>> new_engine_version(const api::Call& call, const ClusterRecord& cluster,
                                                      const std::string& asked, bool major_allowed);
// The engines of the cluster are started again; the caller puts it.
void upgrade_cluster(api::Call& call, ClusterRecord& cluster, const std::string& version);
// The same of an instance without a cluster: puts what it has in the place of one; the instance is the caller's to put.
void upgrade_standalone(api::Call& call, InstanceRecord& instance, const std::string& version);

}  // namespace haar::rds
