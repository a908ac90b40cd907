// What one look at a DB cluster goes by: copies, so that it outlives the snapshot that it was read from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/parameters/config.h"
#include "services/rds/pending.h"

namespace haar::rds {

// Keys of haar's own work; those of clusters begin with an account.
inline store::Key templates_key() { return store::join("", "prepare-template"); }
inline store::Key fill_pool_key() { return store::join("", "fill-pool"); }

struct ClusterKind::Subject {
  store::Key key;
  ClusterRecord cluster;
  std::vector<InstanceRecord> instances;
  ClusterSeen seen;
  // By the instances' identifiers: as their engines would be started now, and as running ones may be.
  std::map<std::string, EngineConfig> at_start = {}, now = {};
  Timestamp time{};

  [[nodiscard]] ClusterWanted wanted() const {
    ClusterWanted out{cluster, {}};
    out.stop_is_over = cluster.stopped && cluster.starts_again <= time;
    for (const InstanceRecord& one : instances) {
      out.instances.push_back(&one);
      const EngineConfig& running = seen.instances.at(one.id).config;
      const bool started = !running.instance_class.empty();
      out.changes[one.id] = {started && needs_start(at_start.at(one.id), running), started && now.at(one.id) != running,
                             any_pending(one) && one.pending_due <= time};
    }
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
