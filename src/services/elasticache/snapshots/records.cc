#include "services/elasticache/snapshots/records.h"

#include "store/key_space.h"

namespace haar::elasticache {

const store::Index<SnapshotRecord> snapshots_by_cluster{
    "by-cluster", [](const store::Key& key, const SnapshotRecord& snapshot, store::Terms& out) {
      out.add(key.account(), key.region(), snapshot.cluster);
      if (!snapshot.group.empty()) out.add(key.account(), key.region(), snapshot.group, "group");
    }};
const store::KeySpace<SnapshotRecord> snapshots{"elasticache/snapshot", {&snapshots_by_cluster}};
const store::KeySpace<SnapshotStateRecord> snapshot_states{"elasticache/snapshot-state"};

}  // namespace haar::elasticache
