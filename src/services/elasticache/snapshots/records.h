// Snapshots of caches: what is wanted and what is seen of each. Keys are (account, region, name).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "store/space.h"

namespace haar::elasticache {

// What is wanted: the API writes it, and the fleet when a window has come. Of what was copied it keeps what it was then.
struct SnapshotRecord {
  static constexpr std::string_view record_name = "elasticache.snapshot";
  static constexpr std::uint32_t record_version = 1;

  std::string name;
  std::string resource_id;  // names the file; never reused
  bool automated = false;
  bool deleting = false;
  // Of which cache: a cluster, or a replication group with the member whose data they are.
  std::string cluster, group;
  std::string cluster_resource;  // of the cluster; another one of its name is another
  std::string group_description;
  std::string node_type, engine, engine_version, parameter_group, subnet_group, vpc_id, zone;
  std::string maintenance_window, snapshot_window;
  std::int32_t port = 0, retention_days = 0;
  bool auto_minor_version_upgrade = true, automatic_failover = false;
  Timestamp cluster_created_at{}, created_at{};
  std::string copy_of;        // the file is that of this snapshot's resource id; empty: it is taken
  bool deletes_source = false;  // the last one: what it is of is deleted when it is there
  std::map<std::string, std::string> tags;

  template <class V>
  void fields(V& v) {
    v(1, name); v(2, resource_id); v(3, automated); v(4, deleting); v(5, cluster); v(6, group); v(7, cluster_resource);
    v(8, group_description); v(9, node_type); v(10, engine); v(11, engine_version); v(12, parameter_group);
    v(13, subnet_group); v(14, vpc_id); v(15, zone); v(16, maintenance_window); v(17, snapshot_window); v(18, port);
    v(19, retention_days); v(20, auto_minor_version_upgrade); v(21, automatic_failover); v(22, cluster_created_at);
    v(23, created_at); v(24, copy_of); v(25, deletes_source); v(26, tags);
  }
};

// What the fleet has seen and done of a snapshot; it alone writes this.
struct SnapshotStateRecord {
  static constexpr std::string_view record_name = "elasticache.snapshot-state";
  static constexpr std::uint32_t record_version = 1;

  bool done = false;
  bool given_up = false;
  Timestamp taken_at{};
  std::uint64_t bytes = 0;
  std::int32_t failures = 0;
  std::string problem;

  template <class V>
  void fields(V& v) { v(1, done); v(2, given_up); v(3, taken_at); v(4, bytes); v(5, failures); v(6, problem); }
};

// Account, region and cluster lead to its snapshots; and, with "group" after its name, a replication group to those of it.
extern const store::Index<SnapshotRecord> snapshots_by_cluster;
extern const store::KeySpace<SnapshotRecord> snapshots;
extern const store::KeySpace<SnapshotStateRecord> snapshot_states;

}  // namespace haar::elasticache
