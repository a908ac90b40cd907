// What every operation on snapshots and backups begins with.
#pragma once

#include <optional>
#include <string>

#include "api/kit/call.h"
#include "api/kit/requirements.h"
#include "base/quota.h"
#include "model/rds/CreateDBClusterSnapshot.h"
#include "services/managed/tags.h"
#include "services/rds/snapshots/records.h"

namespace haar::rds {

std::string snapshot_arn(const api::Call& call, std::string_view id);
std::string backup_arn(const api::Call& call, std::string_view cluster_resource_id);

// One of this account and region by its identifier, or any by its ARN that is the caller's or shared with the caller.
// DBClusterSnapshotNotFoundFault (404).
struct FoundSnapshot {
  store::Key key;
  const SnapshotRecord* record = nullptr;
  bool own = true;
};
Result<FoundSnapshot> find_snapshot(const api::Call& call, const std::string& identifier);
// One that the caller's account has in this region.
Result<const SnapshotRecord*> find_own_snapshot(const api::Call& call, const std::string& identifier);
SnapshotStateRecord snapshot_state_of(const store::Reader& reader, const store::Key& key);
bool is_shared_with(const SnapshotRecord& snapshot, const AccountId& account);

// The permission on one snapshot, with its tags as conditions. A missing one has its ARN and no tags.
api::Requirement& need_snapshot(const api::Call& call, const std::string& identifier, api::Requirements& needs);

api::Requirement& need_backup(const api::Call& call, const std::string& cluster_resource_id, api::Requirements& needs);

DBClusterSnapshot to_snapshot(const api::Call& call, const store::Key& key, const SnapshotRecord& record);

// Identifiers are those of clusters, and an automated snapshot's with "rds:" before it where one is named.
Result<void> check_snapshot_identifier(std::string_view parameter, std::string_view value);
// A new manual snapshot of this name; SnapshotQuotaExceeded, DBClusterSnapshotAlreadyExistsFault.
Result<SnapshotRecord> begin_snapshot(api::Call& call, const std::string& identifier);

// NotImplemented for an engine whose data haar does not copy.
Result<void> check_copyable(std::string_view engine);

extern const managed::TaggedKind cluster_snapshot_tags;
// Manual ones, of an account in a region.
extern Quota cluster_snapshots_per_region;

// What happened to a snapshot, as DescribeEvents tells it: in the transaction that makes it so.
void note_snapshot_event(api::Call& call, const std::string& id, std::string message);

}  // namespace haar::rds
