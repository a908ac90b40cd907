#include "services/rds/fleet/copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "services/rds/engine_facts.h"
#include "services/rds/status.h"
#include "services/rds/volumes.h"

namespace haar::rds {
namespace {

// The log of a source is brought on before it is gone on from.
constexpr fleet::Milliseconds log_patience{20'000};

// "03:12-03:42": 192, in minutes of the day.
int window_start(const std::string& window) {
  return window.size() < 5 ? 0 : std::atoi(window.c_str()) * 60 + std::atoi(window.c_str() + 3);
}

engines::InstanceSpec spec_of(const fleet::Host& host, const store::Key& key, const ClusterRecord& cluster,
                              const std::string& volume) {
  engines::InstanceSpec spec;
  spec.id = volume;
  spec.folder = fmt::format("{}/rds/{}/{}/{}", host.state_folder, key.part(0), key.part(1), volume);
  spec.run_folder = fmt::format("{}/{}", host.run_folder, fleet::short_name(volume));
  spec.port = static_cast<std::uint16_t>(cluster.port);
  return spec;
}

Error gone(std::string_view what) {
  return {"CopyMissing", fmt::format("{} is not there any more", what), 500, Fault::receiver};
}

Result<bool> restore_snapshot(const fleet::Host& host, const RestoreRecord& of, fleet::Engine& engine) {
  TRY(engine.restore(copy_folder(host, of.source)));
  const store::Reader reader(host.db.snapshot());
  for (const auto& [key, snapshot] : reader.scan(snapshots, {})) {
    if (snapshot.resource_id != of.source) continue;
    const SnapshotStateRecord* state = reader.get(snapshot_states, key);
    return state != nullptr && state->has_master;
  }
  return gone("the snapshot");
}

// A copy of now, of which nothing stays but the new volume.
Result<bool> clone(const fleet::Host& host, const CopyParts& parts, const ClusterRecord& cluster, const RestoreRecord& of,
                   fleet::Engine& engine) {
  const store::Reader reader(host.db.snapshot());
  const std::optional<Source> source = source_of(host, reader, of.source);
  if (!source) return gone("the cluster to be cloned");
  const std::string folder = copy_folder(host, "clone-" + cluster.resource_id);
  const std::shared_ptr<fleet::Engine> from = parts.engine(source->spec, source->version);
  Result<void> done = from->snapshot(folder);
  if (done.ok()) done = engine.restore(folder);
  TRY(parts.discard(folder));
  if (!done.ok()) return done.error();
  return source->serves;
}

Result<bool> restore_time(const fleet::Host& host, const CopyParts& parts, const store::Key& key, const RestoreRecord& of,
                          fleet::Engine& engine) {
  const store::Reader reader(host.db.snapshot());
  const std::string log = log_folder(host, of.source);
  const std::optional<Source> source = source_of(host, reader, of.source);
  fleet::LogKept kept;
  bool is_kept = false;
  if (source && source->serves) {
    const std::shared_ptr<fleet::Engine> from = parts.engine(source->spec, source->version);
    if (TRY(from->adopt())) {
      fleet::LoggedEngine* const running = TRY(fleet::logged(*from));
      kept = TRY(running->keep_log(log, log_patience));
      is_kept = true;
    }
  }
  fleet::LoggedEngine* const made = TRY(fleet::logged(engine));
  if (!is_kept) kept = TRY(made->kept_log(log));
  const store::Key backups = store::key_of(key.account(), key.region(), of.source);
  const BackupStateRecord state = backup_state_of(reader, backups);
  if (kept.began_anew) return gone("the log up to that time");
  // Without transactions the log stays as it is, and what is kept of it goes on all the same.
  kept.until_micros = std::max(kept.until_micros, state.until_micros);
  fleet::Recovery recovery;
  recovery.log_folder = log;
  std::int64_t micros = kept.until_micros;
  const bool latest = of.to.micros == 0;
  if (!latest) micros = machine_micros(state, of.to);
  // Nothing was changed after the mark: what lies there is what was there at any later time.
  if (latest || micros > kept.marked_micros) recovery.until_position = kept.marked_position;
  else recovery.until_micros = micros;
  const BackupWanted wanted = read_backups(reader, backups);
  const AutomatedCopy* base = copy_for(wanted, state, micros);
  if (base == nullptr) return gone("a copy from before that time");
  const std::string folder = copy_folder(host, base->resource_id);
  // No transaction has ended since the mark: a copy that was made after it is what was there at any later time.
  if (base->made_micros >= kept.marked_micros) TRY(engine.restore(folder));
  else TRY(made->recover(folder, recovery));
  return true;
}

}  // namespace

std::string copy_folder(const fleet::Host& host, const std::string& resource_id) {
  return fmt::format("{}/rds/copies/{}", host.state_folder, resource_id);
}
std::string log_folder(const fleet::Host& host, const std::string& cluster_resource_id) {
  return fmt::format("{}/rds/logs/{}", host.state_folder, cluster_resource_id);
}

std::optional<Source> source_of(const fleet::Host& host, const store::Reader& reader, const std::string& cluster_resource_id) {
  const auto found = reader.find(clusters, clusters_by_resource, cluster_resource_id).first();
  if (!found) return std::nullopt;
  const ClusterStateRecord state = state_of(reader, found->key);
  // Copies are PostgreSQL's.
  if (!state.volume_ready || is_mysql(found->record.engine)) return std::nullopt;
  Source out{spec_of(host, found->key, found->record, volume_of(found->record, state)), found->record.engine_version};
  out.serves = state.password_set != 0;
  return out;
}

BackupWanted read_backups(const store::Reader& reader, const store::Key& key) {
  const std::string resource_id(key.part(2));
  BackupWanted out;
  std::string window;
  if (const auto cluster = reader.find(clusters, clusters_by_resource, resource_id).first()) {
    out.exists = true;
    out.retention_days = cluster->record.backup_retention_days;
    out.cluster_created_at = cluster->record.created_at;
    window = cluster->record.backup_window;
  } else if (const RetainedBackupRecord* retained = reader.get(retained_backups, key)) {
    out.retained = !retained->deleting;
    out.retention_days = retained->retention_days;
    out.retained_at = retained->retained_at;
  }
  out.window_start_minute = window_start(window);
  for (const auto& [place, snapshot] : reader.find(snapshots, snapshots_by_cluster, resource_id)) {
    if (!snapshot.automated) continue;
    const SnapshotStateRecord* state = reader.get(snapshot_states, place);
    AutomatedCopy copy{snapshot.id, snapshot.resource_id, snapshot.created_at};
    copy.deleting = snapshot.deleting;
    if (state != nullptr) {
      copy.made = state->made;
      copy.given_up = state->given_up;
      copy.made_at = state->made_at;
      copy.made_micros = state->made_micros;
    }
    out.copies.push_back(std::move(copy));
  }
  std::ranges::sort(out.copies, {}, &AutomatedCopy::created_at);
  return out;
}

BackupStateRecord backup_state_of(const store::Reader& reader, const store::Key& key) {
  const BackupStateRecord* known = reader.get(backup_states, key);
  return known == nullptr ? BackupStateRecord{} : *known;
}

bool is_being_restored(const store::Reader& reader, const std::string& resource_id) {
  for (const auto& [key, restore] : reader.scan(restores, {})) {
    if (restore.source != resource_id) continue;
    const auto cluster = reader.find(clusters, clusters_by_resource, key.part(2)).first();
    if (!cluster || cluster->record.deleting) continue;
    const ClusterStateRecord state = state_of(reader, cluster->key);
    if (!state.volume_ready && !state.given_up) return true;
  }
  return false;
}

bool is_being_copied(const store::Reader& reader, const std::string& cluster_resource_id) {
  for (const auto& [key, snapshot] : reader.find(snapshots, snapshots_by_cluster, cluster_resource_id)) {
    if (snapshot.deleting || !snapshot.source_resource_id.empty()) continue;
    const SnapshotStateRecord* state = reader.get(snapshot_states, key);
    if (state == nullptr || (!state->made && (snapshot.final || !state->given_up))) return true;
  }
  return false;
}

bool is_backing_up(const store::Reader& reader, const std::string& cluster_resource_id) {
  for (const auto& [key, snapshot] : reader.find(snapshots, snapshots_by_cluster, cluster_resource_id)) {
    if (snapshot.first || snapshot.deleting || !snapshot.source_resource_id.empty()) continue;
    const SnapshotStateRecord* state = reader.get(snapshot_states, key);
    if (state == nullptr || (!state->made && !state->given_up)) return true;
  }
  return false;
}

Result<std::optional<bool>> make_of_copy(const fleet::Host& host, const CopyParts& parts, const store::Key& key,
                                         const ClusterRecord& cluster, fleet::Engine& engine) {
  const store::Reader reader(host.db.snapshot());
  const RestoreRecord* found = reader.get(restores, store::key_of(key.account(), key.region(), cluster.resource_id));
  if (found == nullptr) return std::optional<bool>();
  const RestoreRecord of = *found;
  if (of.kind == "snapshot") return std::optional(TRY(restore_snapshot(host, of, engine)));
  if (of.kind == "clone") return std::optional(TRY(clone(host, parts, cluster, of, engine)));
  return std::optional(TRY(restore_time(host, parts, key, of, engine)));
}

}  // namespace haar::rds
