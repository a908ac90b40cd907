#include "services/rds/snapshots/deletion.h"

#include <fmt/format.h>

#include "fleet/timers.h"
#include "model/rds/service.h"
#include "services/rds/events.h"
#include "services/rds/fleet/backup_kind.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/status.h"

namespace haar::rds {

Result<void> make_final_snapshot(api::Call& call, const ClusterRecord& cluster, const std::string& identifier) {
  TRY(check_copyable(cluster.engine));
  TRY(check_snapshot_identifier("FinalDBSnapshotIdentifier", identifier));
  if (const ClusterStateRecord seen = state_of(call.txn, call.key(cluster.id)); !seen.volume_ready) {
    return errors::InvalidDBClusterStateFault(
        fmt::format("Cannot create a snapshot because the DB cluster {} is not in the available state.", cluster.id));
  }
  SnapshotRecord snapshot = TRY(begin_snapshot(call, identifier));
  snapshot.final = true;
  snapshot.cluster = copied(cluster);
  if (cluster.copy_tags_to_snapshot) snapshot.tags = cluster.tags;
  note_snapshot_event(call, snapshot.id, "Creating manual cluster snapshot");
  call.txn.put(snapshots, call.key(snapshot.id), snapshot);
  return {};
}

Result<void> retain_backups(api::Call& call, const ClusterRecord& cluster) {
  constexpr std::int64_t day_seconds = 24 * 3600;
  TRY(check_copyable(cluster.engine));
  RetainedBackupRecord backup;
  backup.cluster = copied(cluster);
  backup.backup_window = cluster.backup_window;
  backup.retention_days = cluster.backup_retention_days;
  backup.retained_at = call.now();
  backup.tags = cluster.tags;
  const store::Key key = call.key(cluster.resource_id);
  fleet::set_timer(call.txn, call.now().plus_seconds(day_seconds * backup.retention_days), BackupKind::kind_name, key);
  call.txn.put(retained_backups, key, std::move(backup));
  return {};
}

}  // namespace haar::rds
