#include "services/rds/fleet/snapshot_kind.h"

#include <fmt/format.h>

#include "base/log.h"
#include "services/rds/events.h"
#include "services/rds/fleet/backup_kind.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/placement.h"
#include "services/rds/snapshots/lookup.h"

namespace haar::rds {
namespace {

// What goes when nothing is made of it any more.
constexpr fleet::Delay wait_for_use{1'000};
// An engine that starts, or ends, is copied when it answers, or rests.
constexpr fleet::Delay wait_for_engine{1'000};

SnapshotStateRecord state_of_snapshot(const store::Reader& reader, const store::Key& key) {
  const SnapshotStateRecord* known = reader.get(snapshot_states, key);
  return known == nullptr ? SnapshotStateRecord{} : *known;
}

Result<void> transact(const fleet::Host& host, const store::Key& key, const std::function<Result<void>(api::Call&)>& work) {
  return fleet::transact_as_service(host, key.account(), Region(key.region()), service_principal, work);
}

}  // namespace

std::vector<store::Key> SnapshotKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, snapshot] : reader.scan(snapshots, {})) keys.push_back(key);
  return keys;
}

std::optional<store::Key> SnapshotKind::concerned(const store::Reader&, const store::Changed& change) const {
  return change.space == snapshots.name() ? std::optional(change.key) : std::nullopt;
}

fleet::Plan SnapshotKind::plan(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  const SnapshotRecord* found = reader.get(snapshots, key);
  if (found == nullptr) return {};
  const auto wanted = std::make_shared<const SnapshotRecord>(*found);
  const bool in_use = is_being_restored(reader, wanted->resource_id) ||
                      (wanted->automated && is_being_restored(reader, wanted->cluster.resource_id));
  const SnapshotStep step = plan_snapshot(*wanted, state_of_snapshot(reader, key), in_use);
  switch (step) {
    case SnapshotStep::none: return {};
    case SnapshotStep::wait: return {{}, wait_for_use};
    case SnapshotStep::take:
    case SnapshotStep::duplicate:
      return {{{step_name(step), [this, key, wanted] { return make(key, *wanted); }, ""}}, wait_for_engine};
    case SnapshotStep::remove: return {{{step_name(step), [this, key, wanted] { return remove(key, *wanted); }, ""}}, {}};
  }
  return {};
}

Result<void> SnapshotKind::make(const store::Key& key, const SnapshotRecord& wanted) {
  const std::string folder = copy_folder(host_, wanted.resource_id);
  SnapshotStateRecord made;
  made.made = made.has_master = true;
  if (wanted.source_resource_id.empty()) {
    const store::Reader reader(host_.db.snapshot());
    const std::optional<Source> source = source_of(host_, reader, wanted.cluster.resource_id);
    if (!source) return Error{"CopyMissing", "the cluster has no volume", 500, Fault::receiver};
    const std::shared_ptr<fleet::Engine> engine = parts_.engine(source->spec, source->version);
    TRY(engine->adopt());
    const Result<void> copied = engine->snapshot(folder);
    if (!copied.ok() && (copied.error().code == "EngineNotReady" || copied.error().code == "EngineBusy"))
      return fleet::waiting(copied.error().message);
    TRY(copied);
    made.has_master = source->serves;
  } else {
    TRY(parts_.duplicate(copy_folder(host_, wanted.source_resource_id), folder));
  }
  made.made_at = host_.env.clock.now();
  made.made_micros = host_.env.clock.wall().micros;
  TRY(transact(host_, key, [&](api::Call& call) -> Result<void> {
    if (call.txn.get(snapshots, key) == nullptr) return {};
    call.txn.put(snapshot_states, key, made);
    note_snapshot_event(call, wanted.id,
                        wanted.automated ? "Automated cluster snapshot created" : "Manual cluster snapshot created");
    return {};
  }));
  look_at_cluster(wanted.cluster.resource_id);
  return {};
}

Result<void> SnapshotKind::remove(const store::Key& key, const SnapshotRecord& wanted) {
  TRY(parts_.discard(copy_folder(host_, wanted.resource_id)));
  TRY(transact(host_, key, [&](api::Call& call) -> Result<void> {
    call.txn.erase(snapshots, key);
    call.txn.erase(snapshot_states, key);
    return {};
  }));
  look_at_cluster(wanted.cluster.resource_id);
  return {};
}

void SnapshotKind::look_at_cluster(const std::string& resource_id) {
  const store::Reader reader(host_.db.snapshot());
  const auto found = reader.find(clusters, clusters_by_resource, resource_id).first();
  if (!found) return;
  reconciler_.look(ClusterKind::kind_name, found->key);
  reconciler_.look(BackupKind::kind_name, store::key_of(found->key.account(), found->key.region(), resource_id));
}

int SnapshotKind::note_failure(const store::Key& key, const fleet::Action& action, const Error& error) {
  int failures = snapshot_failures_max;
  std::string cluster;
  const Result<void> noted = transact(host_, key, [&](api::Call& call) -> Result<void> {
    const SnapshotRecord* wanted = call.txn.get(snapshots, key);
    if (wanted == nullptr) return {};
    cluster = wanted->cluster.resource_id;
    SnapshotStateRecord state = state_of_snapshot(call.txn, key);
    constexpr std::int32_t counted_max = 1'000'000;
    if (state.failures < counted_max) ++state.failures;
    failures = state.failures;
    state.problem = error.message;
    if (state.failures == snapshot_failures_max && action.name != step_name(SnapshotStep::remove)) {
      state.given_up = true;
      // AWS's list of events has none for this.
      note_snapshot_event(call, wanted->id, fmt::format("Unable to create the cluster snapshot: {}", error.message));
    }
    call.txn.put(snapshot_states, key, std::move(state));
    return {};
  });
  if (!noted.ok())
    log_error("a failure could not be written down", {{"snapshot", key.text()}, {"reason", noted.error().message}});
  if (failures == snapshot_failures_max && !cluster.empty()) look_at_cluster(cluster);
  return failures;
}

}  // namespace haar::rds
