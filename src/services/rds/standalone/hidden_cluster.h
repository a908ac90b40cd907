// DB instances without a cluster. Each has a cluster record of its own all the same, with the data, the master user and the
// port, so that whatever makes clusters run makes them run, too. Operations on clusters do not show it.
// docs/decisions/2026-11-30-instances-without-a-cluster.md
#pragma once

#include <cstddef>
#include <string>

#include "api/kit/call.h"
#include "model/rds/CreateDBInstance.h"
#include "services/rds/prepared.h"
#include "services/rds/records.h"

namespace haar::rds {

// Null for what no operation on clusters may see.
inline const ClusterRecord* shown(const ClusterRecord* cluster) {
  return cluster == nullptr || cluster->standalone ? nullptr : cluster;
}
// How many DB clusters the account has in this region.
std::size_t shown_clusters(const api::Call& call);

// The one instance of such a cluster; null: there is none any more.
const InstanceRecord* instance_of(const store::Reader& reader, const store::Key& cluster_key, const ClusterRecord& cluster);
// The cluster of an instance that has none to be shown; null for members of a DB cluster.
const ClusterRecord* hidden_cluster_of(const api::Call& call, const InstanceRecord& instance);

// What the request itself breaks; looks at nothing else.
Result<void> check_standalone(const CreateDBInstanceMessage& in);
// Puts the record; the instance that has it in the place of a cluster is the caller's to put.
Result<const ClusterRecord*> make_hidden_cluster(api::Call& call, const CreateDBInstanceMessage& in,
                                                 const PreparedInstance& prepared, const std::string& resource_id);
Result<void> set_storage(const CreateDBInstanceMessage& in, InstanceRecord& instance);

// The default group of options is the only one that an engine has here.
Result<void> check_option_group(const std::optional<std::string>& asked, const ClusterRecord& cluster);
// From 0, which means none, to 35 days.
Result<void> check_retention(std::optional<std::int32_t> days);

}  // namespace haar::rds
