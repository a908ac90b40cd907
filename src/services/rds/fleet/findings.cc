// What is seen of a database's engine and of its volume, and how it is shown.
#include "base/log.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/placement.h"
#include "services/rds/standalone/events.h"
#include "services/rds/storage_limits.h"

namespace haar::rds {

std::uint64_t ClusterKind::limit_of(const InstanceRecord& instance) const {
  if (parts_.storage_limit_bytes != 0) return parts_.storage_limit_bytes;
  if (instance.storage_gib != 0) return static_cast<std::uint64_t>(instance.storage_gib) << 30;
  return storage_limit_bytes(instance.instance_class);
}

// Of the cluster to which the volume belongs.
std::optional<store::Key> ClusterKind::key_of(const std::string& volume) const {
  const store::Reader reader(host_.db.snapshot());
  if (const auto state = reader.find(instance_states, instance_states_by_volume, volume).first()) {
    const InstanceRecord* instance = reader.get(instances, state->key);
    if (instance != nullptr) return store::key_of(state->key.account(), state->key.region(), instance->cluster_id);
  }
  const auto found = reader.find(clusters, clusters_by_resource, volume).first();
  return found ? std::optional(found->key) : std::nullopt;
}

// One that ended before it ever answered has failed to start: who awaits it, or starts it anew, counts that and tries again
// later. The others are started again at once.
void ClusterKind::engine_ended(const std::string& id) {
  const std::optional<store::Key> key = key_of(id);
  if (!key) return;
  const bool came_up = health_.came_up(id);
  if (came_up) health_.forget(id);
  forget_replica(id);
  show(id);
  parts_.endpoints_changed(*key);
  if (came_up) look(*key);
}

// Findings of several threads meet here: one at a time, so that what is shown is what was found last.
void ClusterKind::show(const std::string& volume) {
  const std::lock_guard lock(showing_);
  const fleet::StorageFinding storage = storage_->finding(volume);
  const bool ready = health_.ready(volume);
  std::string_view status = ready ? status::available : status::starting;
  if (storage.must_rest() || (ready && storage.full())) status = status::storage_full;
  host_.states.set(volume, {std::string(status), storage.problem});
}

// An engine that ceased to answer is asked until it answers again; one that answers can be told what it missed.
void ClusterKind::health_changed(const std::string& volume) {
  show(volume);
  const std::optional<store::Key> key = key_of(volume);
  if (!key) return;
  if (health_.ready(volume)) {
    storage_->look_again(volume);
  } else {
    log_warning("an engine does not answer", {{"engine", volume}});
  }
  parts_.endpoints_changed(*key);  // to readers that answer
  look(*key);
}

void ClusterKind::storage_changed(const std::string& volume, const fleet::StorageFinding& before,
                                  const fleet::StorageFinding& now) {
  show(volume);
  const std::optional<store::Key> key = key_of(volume);
  if (!key) return;
  look(*key);
  if (before.full() == now.full() && before.must_rest() == now.must_rest()) return;
  log_warning(now.full() ? "a database's storage is full" : "a database has room again",
              {{"engine", volume}, {"why", now.problem}});
  const store::Reader reader(host_.db.snapshot());
  const ClusterRecord* cluster = reader.get(clusters, *key);
  if (cluster == nullptr) return;
  fleet::record_service_event(
      host_, *key, service_principal, now.full() ? "StorageFull" : "StorageAvailable",
      make_arn(host_.env.partition, "rds", key->region(), key->account(), shown_resource(reader, *key, *cluster)),
      now.full() ? now.problem : "The volume has room again.");
  parts_.endpoints_changed(*key);
}

}  // namespace haar::rds
