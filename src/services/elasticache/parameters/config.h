// What the engine of a node runs with, or is to run with: pure functions of records.
#pragma once

#include <string_view>

#include "fleet/engine.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/parameters/families.h"

namespace haar::elasticache {

// As the node would be started now.
NodeConfig config_at_start(const ClusterView& cluster, const NodeView& node);
// As the running one may be without being started again.
NodeConfig config_now(const ClusterView& cluster, const NodeView& node);

// Only a start brings it to what is wanted: a reboot was asked for.
bool needs_start(const NodeView& node);
// It runs with something else than it may.
bool needs_reload(const ClusterView& cluster, const NodeView& node);

// It goes by the access that is wanted.
bool goes_by_access(const ClusterView& cluster, const NodeView& node);
// Clients may be led to it: it is not one that was started closed and has not been given access yet.
bool is_open(const ClusterView& cluster, const NodeView& node);

// AWS's ParameterApplyStatus: "in-sync", "applying", "pending-reboot".
std::string_view apply_status(const ClusterView& cluster, const NodeView& node);

// What the engine is given: what AWS's defaults or the group's values say.
fleet::Parameters engine_parameters(const ClusterRecord& cluster, const NodeConfig& config);

}  // namespace haar::elasticache
