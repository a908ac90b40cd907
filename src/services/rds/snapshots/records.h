// Copies of DB clusters: snapshots, and the backups that outlive their cluster. Keys are (account, region, identifier).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/rds/records.h"

namespace haar::rds {

// What is known of a cluster of which there is a copy, as it was then.
struct CopiedCluster {
  std::string id, resource_id, engine, engine_version, master_username, master_verifier, database_name, vpc_id;
  std::int32_t port = 0;
  std::vector<std::string> zones;
  Timestamp created_at{};
};
CopiedCluster copied(const ClusterRecord& cluster);

// What is wanted: a snapshot that exists, or that is to go.
struct SnapshotRecord {
  static constexpr std::string_view record_name = "rds.db-cluster-snapshot";
  static constexpr std::uint32_t record_version = 1;

  std::string id;           // "rds:…" of an automated one
  std::string resource_id;  // names the folder on disk; never reused
  bool automated = false;
  bool first = false;       // of automated ones: a new cluster's, which is made in the background
  bool final = false;       // its cluster is deleted when it is made
  bool deleting = false;
  CopiedCluster cluster;
  Timestamp created_at{};
  std::vector<std::string> shared_with;  // account ids, or "all"
  Tags tags;
  // Of what it is a copy, where it is none of a cluster: an ARN, and the folder.
  std::string source_arn, source_resource_id;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, automated); v(4, first); v(5, final); v(6, deleting); v(7, cluster.id);
    v(8, cluster.resource_id); v(9, cluster.engine); v(10, cluster.engine_version); v(11, cluster.master_username);
    v(12, cluster.master_verifier); v(13, cluster.database_name); v(14, cluster.vpc_id); v(15, cluster.port);
    v(16, cluster.zones); v(17, cluster.created_at); v(18, created_at); v(19, shared_with); v(20, tags); v(21, source_arn);
    v(22, source_resource_id);
  }
};

// What the fleet has seen and done of it; it alone writes this. Without one nothing is done yet.
struct SnapshotStateRecord {
  static constexpr std::string_view record_name = "rds.db-cluster-snapshot-state";
  static constexpr std::uint32_t record_version = 1;

  bool made = false;
  bool given_up = false;
  std::int32_t failures = 0;
  std::string problem;
  // When it was complete, by haar's clock and by the machine's: recovery can go on from it to any later time.
  Timestamp made_at{};
  std::int64_t made_micros = 0;
  bool has_master = false;  // the master user had a password in the volume that was copied

  template <class V>
  void fields(V& v) {
    v(1, made); v(2, given_up); v(3, failures); v(4, problem); v(5, made_at); v(6, made_micros); v(7, has_master);
  }
};

// The automated backups of a cluster that is gone: its DeleteDBCluster has asked for them to stay.
struct RetainedBackupRecord {
  static constexpr std::string_view record_name = "rds.retained-backup";
  static constexpr std::uint32_t record_version = 1;

  CopiedCluster cluster;
  std::string backup_window;
  std::int32_t retention_days = 1;
  Timestamp retained_at{};
  bool deleting = false;
  Tags tags;

  template <class V>
  void fields(V& v) {
    v(1, cluster.id); v(2, cluster.resource_id); v(3, cluster.engine); v(4, cluster.engine_version);
    v(5, cluster.master_username); v(6, cluster.master_verifier); v(7, cluster.database_name); v(8, cluster.vpc_id);
    v(9, cluster.port); v(10, cluster.zones); v(11, cluster.created_at); v(12, backup_window); v(13, retention_days);
    v(14, retained_at); v(15, deleting); v(16, tags);
  }
};

// What the fleet has kept of a cluster's log; it alone writes this.
struct BackupStateRecord {
  static constexpr std::string_view record_name = "rds.backup-state";
  static constexpr std::uint32_t record_version = 1;

  // What was kept before this leads on to nothing: only copies that were made later can be gone on from.
  std::int64_t began_micros = 0;
  // Up to where it is kept, by haar's clock and by the machine's.
  Timestamp until{};
  std::int64_t until_micros = 0;
  // How far haar's clock was ahead of the machine's, from which of its times on: the operator moves it.
  std::vector<std::int64_t> ahead_from, ahead_micros;
  std::int32_t failures = 0;
  std::string problem;

  template <class V>
  void fields(V& v) {
    v(1, began_micros); v(2, until); v(3, until_micros); v(4, ahead_from); v(5, ahead_micros); v(6, failures); v(7, problem);
  }
};

// Of what a cluster's volume is made, in place of the template. There for as long as the cluster is.
struct RestoreRecord {
  static constexpr std::string_view record_name = "rds.restore";
  static constexpr std::uint32_t record_version = 1;

  std::string kind;    // "snapshot", "clone", "time"
  std::string source;  // the resource id of the snapshot or of the cluster
  Timestamp to{};      // of a time; none: as late as there is

  template <class V>
  void fields(V& v) {
    v(1, kind); v(2, source); v(3, to);
  }
};

namespace status {
inline constexpr std::string_view backing_up = "backing-up";
}

extern const store::Index<SnapshotRecord> snapshots_by_cluster;  // by the resource id of the cluster
extern const store::Index<SnapshotRecord> snapshots_by_reader;   // by account (or "all") and region: those that are shared

extern const store::KeySpace<SnapshotRecord> snapshots;
extern const store::KeySpace<SnapshotStateRecord> snapshot_states;  // under the same keys
// Under (account, region, resource id of the cluster).
extern const store::KeySpace<RetainedBackupRecord> retained_backups;
extern const store::KeySpace<BackupStateRecord> backup_states;
extern const store::KeySpace<RestoreRecord> restores;

}  // namespace haar::rds
