#include "services/elasticache/snapshots/snapshot_kind.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"
#include "services/elasticache/events.h"
#include "services/elasticache/group_view.h"
#include "services/elasticache/groups/members.h"
#include "services/elasticache/names.h"
#include "services/elasticache/snapshots/automatic.h"
#include "services/elasticache/snapshots/snapshots.h"

namespace haar::elasticache {
namespace {

constexpr std::string_view node = "0001";  // of clusters that can be copied there is one
constexpr std::string_view file_name = "dump.rdb";
constexpr fleet::Delay look_for_source{200};

std::uint64_t size_of(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) ? static_cast<std::uint64_t>(found.st_size) : 0;
}

}  // namespace

std::string snapshot_folder(std::string_view state_folder, const store::Key& key, std::string_view resource_id) {
  return fmt::format("{}/elasticache-snapshots/{}/{}/{}", state_folder, key.part(0), key.part(1), resource_id);
}

std::string SnapshotKind::folder_of(const store::Key& key, std::string_view resource_id) const {
  return snapshot_folder(clusters_.host().state_folder, key, resource_id);
}

std::vector<store::Key> SnapshotKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, snapshot] : reader.scan(snapshots, {})) keys.push_back(key);
  for (const auto& [key, cluster] : reader.scan(clusters, {})) {
    if (cluster.snapshot_retention_days > 0) keys.push_back(schedule_key(key));
  }
  return keys;
}

// Of a cache: when its window comes may have changed.
std::optional<store::Key> SnapshotKind::concerned(const store::Reader&, const store::Changed& change) const {
  if (change.space == snapshots.name()) return change.key;
  if (change.space == clusters.name()) return schedule_key(change.key);
  return std::nullopt;
}

std::shared_ptr<fleet::Engine> SnapshotKind::source_of(const store::Key& key, const SnapshotRecord& snapshot) const {
  const store::Reader reader(clusters_.host().db.snapshot());
  const store::Key cluster_key = store::key_of(key.account(), key.region(), snapshot.cluster);
  const ClusterRecord* cluster = reader.get(clusters, cluster_key);
  if (cluster == nullptr || cluster->resource_id != snapshot.cluster_resource) return nullptr;
  std::shared_ptr<fleet::Engine> engine = clusters_.engine_of(cluster_key, *cluster, node);
  return engine->running() ? engine : nullptr;
}

fleet::Plan SnapshotKind::plan(const store::Key& key) {
  if (is_schedule(key)) return plan_schedule(key);
  const store::Reader reader(clusters_.host().db.snapshot());
  const SnapshotRecord* found = reader.get(snapshots, key);
  if (found == nullptr) return {};
  const SnapshotRecord wanted = *found;
  const SnapshotStateRecord* state = reader.get(snapshot_states, key);
  const SnapshotStateRecord seen = state == nullptr ? SnapshotStateRecord{} : *state;
  const ClusterRecord* cluster = reader.get(clusters, store::key_of(key.account(), key.region(), wanted.cluster));
  const bool there = cluster != nullptr && cluster->resource_id == wanted.cluster_resource;
  const SnapshotObserved observed{source_of(key, wanted) != nullptr, there && !cluster->deleting};
  const std::optional<SnapshotStep> step = plan_snapshot(wanted, seen, observed);
  fleet::Plan plan;
  if (!step) {
    if (is_being_taken(wanted, seen)) plan.look_again = look_for_source;
    return plan;
  }
  const auto perform = [=, this]() -> Result<void> {
    switch (*step) {
      case SnapshotStep::take: return take(key, wanted);
      case SnapshotStep::copy: return copy(key, wanted);
      case SnapshotStep::delete_source: return delete_source(key, wanted);
      case SnapshotStep::remove: return remove(key, wanted);
    }
    return {};
  };
  plan.actions.push_back({step_name(*step), perform, wanted.name});
  return plan;
}

fleet::Plan SnapshotKind::plan_schedule(const store::Key& key) {
  const store::Key cluster = cluster_of_schedule(key);
  const store::Reader reader(clusters_.host().db.snapshot());
  const ClusterRecord* record = reader.get(clusters, cluster);
  if (record == nullptr || !is_due(*record, clusters_.host().env.clock.now())) return {};
  const auto begin = [=, this] {
    return clusters_.transact(cluster, [&](api::Call& call) { return begin_automatic(call, cluster); });
  };
  return {{{"begin_automatic", begin, record->id}}, {}};
}

Result<void> SnapshotKind::take(const store::Key& key, const SnapshotRecord& snapshot) {
  const std::shared_ptr<fleet::Engine> engine = source_of(key, snapshot);
  if (!engine) return fleet::waiting("the cache does not answer");
  const std::string folder = folder_of(key, snapshot.resource_id);
  TRY(engine->snapshot(folder));
  return note_done(key, snapshot, size_of(fmt::format("{}/{}", folder, file_name)));
}

// A snapshot's file is never changed: a second name of it is a copy that needs no room.
Result<void> SnapshotKind::copy(const store::Key& key, const SnapshotRecord& snapshot) {
  const std::string from = fmt::format("{}/{}", folder_of(key, snapshot.copy_of), file_name);
  const std::string folder = folder_of(key, snapshot.resource_id), to = fmt::format("{}/{}", folder, file_name);
  TRY(make_folders(folder, 0700));
  if (::link(from.c_str(), to.c_str()) != 0 && errno != EEXIST) return system_error("copying", from);
  TRY(fsync_folder(folder));
  return note_done(key, snapshot, size_of(to));
}

Result<void> SnapshotKind::note_done(const store::Key& key, const SnapshotRecord& snapshot, std::uint64_t bytes) {
  return clusters_.transact(key, [&](api::Call& call) -> Result<void> {
    const SnapshotRecord* now = call.txn.get(snapshots, key);
    if (now == nullptr || now->resource_id != snapshot.resource_id) return {};
    SnapshotStateRecord seen;
    seen.done = true;
    seen.bytes = bytes;
    seen.taken_at = call.now();
    call.txn.put(snapshot_states, key, seen);
    const bool of_group = !snapshot.group.empty();
    if (snapshot.copy_of.empty()) {
      note_event(call, of_group ? EventSource::group : EventSource::cluster, of_group ? snapshot.group : snapshot.cluster,
                 fmt::format("{}napshot succeeded for snapshot with ID '{}' of {} with ID '{}'",
                             snapshot.automated ? "Automatic s" : "S", snapshot.name,
                             of_group ? "replication group" : "cache cluster", of_group ? snapshot.group : snapshot.cluster));
    }
    if (snapshot.automated) sweep_automatic(call, snapshot);
    return {};
  });
}

Result<void> SnapshotKind::delete_source(const store::Key& key, const SnapshotRecord& snapshot) {
  return clusters_.transact(key, [&](api::Call& call) -> Result<void> {
    return delete_copied(call, snapshot);
  });
}

Result<void> SnapshotKind::remove(const store::Key& key, const SnapshotRecord& snapshot) {
  std::error_code fault;
  std::filesystem::remove_all(folder_of(key, snapshot.resource_id), fault);
  if (fault) return Error{"InternalFailure", "removing a snapshot: " + fault.message(), 500, Fault::receiver};
  return clusters_.transact(key, [&](api::Call& call) -> Result<void> {
    call.txn.erase(snapshot_states, key);
    call.txn.erase(snapshots, key);
    return {};
  });
}

// One that cannot be taken again and again is given up, and what waited for it goes on.
int SnapshotKind::note_failure(const store::Key& key, const fleet::Action&, const Error& error) {
  if (is_schedule(key)) return 1;
  int failures = 1;
  const Result<void> noted = clusters_.transact(key, [&](api::Call& call) -> Result<void> {
    const SnapshotRecord* snapshot = call.txn.get(snapshots, key);
    if (snapshot == nullptr) return {};
    const SnapshotStateRecord* before = call.txn.get(snapshot_states, key);
    SnapshotStateRecord seen = before == nullptr ? SnapshotStateRecord{} : *before;
    failures = ++seen.failures;
    if (!seen.done && failures >= snapshot_failures_before_giving_up) {
      seen.given_up = true;
      seen.problem = error.message;
      note_event(call, EventSource::cluster, snapshot->cluster,
                 fmt::format("Snapshot failed for snapshot with ID '{}' of cache cluster with ID '{}': {}", snapshot->name,
                             snapshot->cluster, error.message));
    }
    call.txn.put(snapshot_states, key, seen);
    return {};
  });
  if (!noted.ok())
    log_error("a failure could not be written down", {{"snapshot", key.text()}, {"reason", noted.error().message}});
  return failures;
}

}  // namespace haar::elasticache
