// Snapshots as records: finding them, and what they keep of a cache.
#pragma once

#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/result.h"
#include "services/elasticache/cluster_view.h"
#include "services/elasticache/group_view.h"
#include "services/elasticache/snapshots/records.h"

namespace haar::elasticache {

// What is wanted of a snapshot of this cluster, or of the group whose member it is.
SnapshotRecord snapshot_of(api::Call& call, const ClusterView& cluster, std::string name);
// What its snapshots make of an available cluster's status: snapshotting; deleting, where the last one is taken; empty: nothing.
std::string_view status_by_snapshots(const store::Reader& reader, const store::Key& cluster_key);
// The status of what is there, whether its engines answer or not.
std::string_view status_with_snapshots(const api::Call& call, const ClusterView& cluster);
std::string_view status_with_snapshots(const api::Call& call, const GroupView& group);
// Errors: SnapshotAlreadyExistsFault, SnapshotQuotaExceededFault, InvalidParameterValue.
Result<void> check_new_snapshot(const api::Call& call, const std::string& name);
// The last snapshot of a cache that is deleted: it goes when the snapshot is there.
Result<void> want_final_snapshot(api::Call& call, const ClusterView& cluster, const std::string& name);
Result<void> delete_copied(api::Call& call, const SnapshotRecord& snapshot);

// Days for which automated ones are kept. Error InvalidParameterValue.
Result<void> check_retention(const std::optional<std::int32_t>& days);
// One that a new cache may begin with. Errors: SnapshotNotFoundFault, InvalidSnapshotState.
Result<SnapshotRecord> restorable_snapshot(const api::Call& call, const std::string& name);
api::Requirement& need_snapshot(const api::Call& call, const std::string& name, api::Requirements& needs);

}  // namespace haar::elasticache
