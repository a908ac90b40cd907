#include "services/rds/snapshots/records.h"

#include "store/key_space.h"

namespace haar::rds {

CopiedCluster copied(const ClusterRecord& cluster) {
  return {cluster.id, cluster.resource_id, cluster.engine, cluster.engine_version, cluster.master_username,
          cluster.master_verifier, cluster.database_name, cluster.vpc_id, cluster.port, cluster.zones, cluster.created_at};
}

const store::Index<SnapshotRecord> snapshots_by_cluster{
    "by-cluster", [](const store::Key&, const SnapshotRecord& snapshot, store::Terms& out) {
      out.add(snapshot.cluster.resource_id);
    }};
const store::Index<SnapshotRecord> snapshots_by_reader{
    "by-reader", [](const store::Key& key, const SnapshotRecord& snapshot, store::Terms& out) {
      for (const std::string& reader : snapshot.shared_with) out.add(reader, key.region());
    }};
const store::KeySpace<SnapshotRecord> snapshots{"rds/cluster-snapshot", {&snapshots_by_cluster, &snapshots_by_reader}};
const store::KeySpace<SnapshotStateRecord> snapshot_states{"rds/cluster-snapshot-state"};
const store::KeySpace<RetainedBackupRecord> retained_backups{"rds/retained-backup"};
const store::KeySpace<BackupStateRecord> backup_states{"rds/backup-state"};
const store::KeySpace<RestoreRecord> restores{"rds/restore"};

}  // namespace haar::rds
