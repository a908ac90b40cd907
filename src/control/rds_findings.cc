// What is seen of a database's engine and of its volume, and how it is shown.
#include "base/log.h"
#include "control/rds_controller.h"
#include "engines/deleted_files.h"
#include "engines/postgres_storage.h"
#include "services/rds/placement.h"
#include "services/rds/storage_limits.h"

namespace haar::control {

fleet::Storage::Hooks RdsController::storage_hooks() {
  fleet::Storage::Hooks hooks;
  hooks.answers = [this](const std::string& id) { return health_.ready(id); };
  hooks.runs = [this](const std::string& id) { return machine_.supervisor.running(id).has_value(); };
  hooks.changed = [this](const std::string& id, const fleet::StorageFinding& before, const fleet::StorageFinding& now) {
    storage_changed(id, before, now);
  };
  return hooks;
}

std::uint64_t RdsController::limit_of(const rds::InstanceRecord& instance) const {
  return machine_.storage_limit_bytes != 0 ? machine_.storage_limit_bytes : rds::storage_limit_bytes(instance.instance_class);
}

fleet::Volume RdsController::volume_of(const store::Key& key, const rds::ClusterRecord& cluster,
                                              const rds::InstanceRecord& instance) const {
  return {spec_of(key, cluster), key.account().value, limit_of(instance)};
}

// Findings of several threads meet here: one at a time, so that what is shown is what was found last.
void RdsController::show(const std::string& resource_id) {
  const std::lock_guard lock(showing_);
  const fleet::StorageFinding storage = storage_->finding(resource_id);
  const bool ready = health_.ready(resource_id);
  std::string_view status = ready ? rds::status::available : rds::status::starting;
  if (storage.must_rest() || (ready && storage.full())) status = rds::status::storage_full;
  host_.states.set(resource_id, {std::string(status), storage.problem});
}

// An engine that ceased to answer is asked until it answers again; one that answers can be told what it missed.
void RdsController::health_changed(const std::string& resource_id) {
  show(resource_id);
  const std::optional<store::Key> key = key_of(resource_id);
  if (!key) return;
  if (health_.ready(resource_id)) {
    storage_->look_again(resource_id);
  } else {
    log_warning("an engine does not answer", {{"engine", resource_id}});
  }
  queue_.add(key->bytes());
}

void RdsController::storage_changed(const std::string& resource_id, const fleet::StorageFinding& before,
                                    const fleet::StorageFinding& now) {
  show(resource_id);
  const std::optional<store::Key> key = key_of(resource_id);
  if (!key) return;
  refresh_endpoints(*key);
  queue_.add(key->bytes());
  if (before.full() == now.full() && before.must_rest() == now.must_rest()) return;
  log_warning(now.full() ? "a database's storage is full" : "a database has room again",
              {{"engine", resource_id}, {"why", now.problem}});
  const store::Reader reader(host_.db.snapshot());
  const rds::ClusterRecord* cluster = reader.get(rds::clusters, *key);
  if (cluster == nullptr) return;
  fleet::record_service_event(host_, *key, rds::service_principal, now.full() ? "StorageFull" : "StorageAvailable",
                       make_arn(host_.env.partition, "rds", key->region(), key->account(), "cluster:" + cluster->id),
                       now.full() ? now.problem : "The volume has room again.");
}

}  // namespace haar::control
