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
// Copies are looked at by themselves: one takes as long as its volume is large, and its cluster goes on meanwhile.
inline store::Key copy_key(const store::Key& cluster, const std::string& instance) {
  return store::join(cluster.account(), cluster.region(), cluster.part(2), "copy", instance);
}
inline store::Key cluster_of_copy(const store::Key& copy) { return store::key_of(copy.account(), copy.region(), copy.part(2)); }
inline bool is_copy(const store::Key& key) { return key.parts() == 5; }

struct ClusterKind::Subject {
  store::Key key;
  ClusterRecord cluster;
  std::vector<InstanceRecord> instances;
  ClusterSeen seen;
  // By the instances' identifiers: as their engines would be started now, and as running ones may be.
  std::map<std::string, EngineConfig> at_start = {}, now = {};
  Timestamp time{};
  bool is_being_copied = false;
  bool synchronous = false;  // what is acknowledged is to be on a reader, too

  [[nodiscard]] ClusterWanted wanted() const {
    ClusterWanted out{cluster, {}};
    out.is_being_copied = is_being_copied;
    out.stop_is_over = cluster.stopped && cluster.starts_again <= time;
    out.synchronous = synchronous;
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
  // That writes, or is to, in this epoch; null: it is gone.
  [[nodiscard]] const InstanceRecord* writer() const {
    for (const InstanceRecord& one : instances) {
      if (one.resource_id == seen.cluster.writer) return &one;
    }
    return nullptr;
  }
  // On which its engine runs; empty: it has none yet.
  [[nodiscard]] const std::string& volume_of(const std::string& id) const { return seen.instances.at(id).volume; }
  [[nodiscard]] store::Key key_of_instance(const std::string& id) const {
    return store::key_of(key.account(), key.region(), id);
  }
};

}  // namespace haar::rds
