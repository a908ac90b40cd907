// What one look at a DB cluster goes by: copies, so that it outlives the snapshot that it was read from.
#pragma once

#include <string>
#include <vector>

#include "services/rds/fleet/cluster_kind.h"

namespace haar::rds {

// Keys of haar's own work; those of clusters begin with an account.
inline store::Key templates_key() { return store::join("", "prepare-template"); }
inline store::Key fill_pool_key() { return store::join("", "fill-pool"); }

struct ClusterKind::Subject {
  store::Key key;
  ClusterRecord cluster;
  std::vector<InstanceRecord> instances;
  ClusterSeen seen;

  [[nodiscard]] ClusterWanted wanted() const {
    ClusterWanted out{cluster, {}};
    for (const InstanceRecord& one : instances) out.instances.push_back(&one);
    return out;
  }
  [[nodiscard]] const InstanceRecord* instance(const std::string& id) const {
    for (const InstanceRecord& one : instances) {
      if (one.id == id) return &one;
    }
    return nullptr;
  }
  [[nodiscard]] store::Key key_of_instance(const std::string& id) const {
    return store::key_of(key.account(), key.region(), id);
  }
};

}  // namespace haar::rds
