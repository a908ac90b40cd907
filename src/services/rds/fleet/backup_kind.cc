#include "services/rds/fleet/backup_kind.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/log.h"
#include "fleet/timers.h"
#include "services/rds/events.h"
#include "services/rds/names.h"
#include "services/rds/placement.h"
#include "services/rds/snapshots/lookup.h"
#include "services/rds/status.h"
#include "services/rds/snapshots/lookup.h"

namespace haar::rds {
namespace {

constexpr fleet::Milliseconds log_patience{10'000};
// What is kept moves on every few seconds; it is written down, a durable write, so often.
constexpr std::int64_t noted_seconds = 30;
// Of the times at which the operator has moved the clock.
constexpr std::size_t moves_max = 100;
constexpr std::int64_t moved_micros_min = 1'000'000;

std::string resource_id_of(const store::Key& key) { return std::string(key.part(2)); }

// "rds:demo-2026-11-30-03-12"
std::string automated_id(const std::string& cluster, Timestamp now) {
  const std::string text = format_iso8601(now);  // "2026-11-30T03:12:40Z"
  return fmt::format("rds:{}-{}-{}-{}", cluster, text.substr(0, 10), text.substr(11, 2), text.substr(14, 2));
}

void note_clock(BackupStateRecord& state, const Clock& clock) {
  const std::int64_t now = clock.now().micros, ahead = now - clock.wall().micros;
  if (!state.ahead_micros.empty() && std::abs(state.ahead_micros.back() - ahead) < moved_micros_min) return;
  state.ahead_from.push_back(state.ahead_from.empty() ? 0 : now);
  state.ahead_micros.push_back(ahead);
  if (state.ahead_from.size() <= moves_max) return;
  state.ahead_from.erase(state.ahead_from.begin());
  state.ahead_micros.erase(state.ahead_micros.begin());
}

}  // namespace

std::vector<store::Key> BackupKind::list(const store::Reader& reader) const {
  std::set<store::Key> keys;
  for (const auto& [key, cluster] : reader.scan(clusters, {})) {
    if (!cluster.standalone) keys.insert(store::key_of(key.account(), key.region(), cluster.resource_id));
  }
  for (const auto& [key, state] : reader.scan(backup_states, {})) keys.insert(key);
  for (const auto& [key, retained] : reader.scan(retained_backups, {})) keys.insert(key);
  return {keys.begin(), keys.end()};
}

std::optional<store::Key> BackupKind::concerned(const store::Reader& reader, const store::Changed& change) const {
  if (change.space == retained_backups.name()) return change.key;
  if (change.space != clusters.name()) return std::nullopt;
  const ClusterRecord* cluster = reader.get(clusters, change.key);
  if (cluster == nullptr || cluster->standalone) return std::nullopt;
  return store::key_of(change.key.account(), change.key.region(), cluster->resource_id);
}

fleet::Plan BackupKind::plan(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  const std::string resource_id = resource_id_of(key);
  const BackupWanted wanted = read_backups(reader, key);
  const Looked before = looked(key);
  BackupObserved observed;
  if (const std::optional<Source> source = source_of(host_, reader, resource_id); source && source->serves)
    observed.runs = parts_.engine(source->spec, source->version)->running();
  observed.log_due = !before.at || ticks_() - *before.at >= log_interval;
  observed.log_bytes = before.log_bytes;
  observed.in_use = is_being_restored(reader, resource_id);
  const bool nothing_left = !wanted.exists && reader.get(backup_states, key) == nullptr &&
                            reader.get(retained_backups, key) == nullptr && !before.at &&
                            std::ranges::all_of(wanted.copies, &AutomatedCopy::deleting);
  if (nothing_left) return {};
  const BackupStateRecord state = backup_state_of(reader, key);
  BackupPlan next = plan_backup(wanted, state, observed, host_.env.clock.now());
  if (const AutomatedCopy* oldest = copy_for(wanted, state, INT64_MAX); oldest != nullptr && !observed.in_use && wanted.exists) {
    for (const AutomatedCopy& copy : wanted.copies) {
      const bool leads_on = copy.made && !copy.deleting && copy.made_micros >= state.began_micros;
      if (leads_on && copy.made_micros < oldest->made_micros) oldest = &copy;
    }
    if (before.oldest != oldest->resource_id) next.acts.push_back({BackupStep::forget_log});
  }
  fleet::Plan out;
  out.look_again = next.look_again;
  for (const BackupAct& act : next.acts)
    out.actions.push_back({step_name(act.step), [this, act, key] { return take(act, key); },
                           std::string(step_name(act.step)) + act.snapshot});
  return out;
}

Result<void> BackupKind::take(const BackupAct& act, const store::Key& key) {
  switch (act.step) {
    case BackupStep::keep_log: return keep_log(key);
    case BackupStep::copy: return copy(key, act.first);
    case BackupStep::expire: return expire(key, act.snapshot);
    case BackupStep::cut_log: return cut_log(key);
    case BackupStep::forget_log: return forget_log(key);
    case BackupStep::purge: return purge(key);
  }
  return {};
}

Result<void> BackupKind::keep_log(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  const std::string resource_id = resource_id_of(key);
  const std::optional<Source> source = source_of(host_, reader, resource_id);
  if (!source) return {};
  note_looked(key, [&](Looked& at) { at.at = ticks_(); });
  const std::shared_ptr<fleet::Engine> engine = parts_.engine(source->spec, source->version);
  const Result<fleet::LoggedEngine*> log = fleet::logged(*engine);
  if (!log.ok()) return {};  // it has no backups of this kind
  const Result<fleet::LogKept> kept = (*log)->keep_log(log_folder(host_, resource_id), log_patience);
  // It starts, or ends: no failure of its log.
  if (!kept.ok() && (kept.error().code == "EngineNotReady" || kept.error().code == "EngineBusy"))
    return fleet::waiting(kept.error().message);
  TRY(kept);
  note_looked(key, [&](Looked& at) { at.log_bytes = kept->bytes; });
  const Clock& clock = host_.env.clock;
  const Timestamp until{kept->until_micros + (clock.now().micros - clock.wall().micros)};
  BackupStateRecord state = backup_state_of(reader, key);
  const bool anew = kept->began_anew || state.began_micros == 0;
  const bool first_after_copy = std::ranges::any_of(read_backups(reader, key).copies, [&](const AutomatedCopy& copy) {
    return copy.made && copy.made_micros > state.until_micros;
  });
  if (!anew && !first_after_copy && state.failures == 0 && until < state.until.plus_seconds(noted_seconds)) return {};
  return transact(key, [&](api::Call& call) -> Result<void> {
    if (!call.txn.find(clusters, clusters_by_resource, resource_id).first()) return {};
    state = backup_state_of(call.txn, key);
    if (kept->began_anew || state.began_micros == 0) state.began_micros = kept->until_micros;
    note_clock(state, clock);
    state.until = std::max(state.until, until);
    state.until_micros = std::max(state.until_micros, kept->until_micros);
    state.failures = 0;
    state.problem.clear();
    call.txn.put(backup_states, key, std::move(state));
    return {};
  });
}

Result<void> BackupKind::copy(const store::Key& key, bool first) {
  return transact(key, [&](api::Call& call) -> Result<void> {
    const auto cluster = call.txn.find(clusters, clusters_by_resource, resource_id_of(key)).first();
    if (!cluster || cluster->record.deleting) return {};
    SnapshotRecord snapshot;
    snapshot.id = automated_id(cluster->record.id, call.now());
    if (call.txn.get(snapshots, call.key(snapshot.id)) != nullptr) return {};
    snapshot.resource_id = new_resource_id(call.random(), "snapshot-");
    snapshot.automated = true;
    snapshot.first = first;
    snapshot.cluster = copied(cluster->record);
    snapshot.created_at = call.now();
    if (cluster->record.copy_tags_to_snapshot) snapshot.tags = cluster->record.tags;
    note_snapshot_event(call, snapshot.id, "Creating automated cluster snapshot");
    call.txn.put(snapshots, call.key(snapshot.id), snapshot);
    return {};
  });
}

Result<void> BackupKind::expire(const store::Key& key, const std::string& id) {
  return transact(key, [&](api::Call& call) -> Result<void> {
    const SnapshotRecord* found = call.txn.get(snapshots, call.key(id));
    if (found == nullptr || found->deleting || is_being_restored(call.txn, resource_id_of(key))) return {};
    SnapshotRecord snapshot = *found;
    snapshot.deleting = true;
    call.txn.put(snapshots, call.key(id), std::move(snapshot));
    return {};
  });
}

Result<void> BackupKind::cut_log(const store::Key& key) {
  TRY(transact(key, [&](api::Call& call) -> Result<void> {
    BackupStateRecord state = backup_state_of(call.txn, key);
    const BackupWanted wanted = read_backups(call.txn, key);
    const AutomatedCopy* newest = copy_for(wanted, state, INT64_MAX);
    if (newest == nullptr) return {};
    state.began_micros = newest->made_micros;
    call.txn.put(backup_states, key, std::move(state));
    if (const auto cluster = call.txn.find(clusters, clusters_by_resource, resource_id_of(key)).first())
      note_event(call, EventSource::cluster, cluster->record.id, "notification",
                 "The log of the DB cluster has grown too large: its earliest restorable time is that of its last snapshot.");
    return {};
  }));
  return {};
}

Result<void> BackupKind::forget_log(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  const BackupStateRecord state = backup_state_of(reader, key);
  const BackupWanted wanted = read_backups(reader, key);
  const auto oldest = std::ranges::find_if(wanted.copies, [&](const AutomatedCopy& copy) {
    return copy.made && !copy.deleting && copy.made_micros >= state.began_micros;
  });
  const std::optional<Source> source = source_of(host_, reader, resource_id_of(key));
  if (oldest == wanted.copies.end() || !source) return {};
  const std::shared_ptr<fleet::Engine> engine = parts_.engine(source->spec, source->version);
  fleet::LoggedEngine* const log = TRY(fleet::logged(*engine));
  TRY(log->forget_log(log_folder(host_, resource_id_of(key)), copy_folder(host_, oldest->resource_id)));
  note_looked(key, [&](Looked& at) { at.oldest = oldest->resource_id; });
  return {};
}

Result<void> BackupKind::purge(const store::Key& key) {
  TRY(parts_.discard(log_folder(host_, resource_id_of(key))));
  TRY(transact(key, [&](api::Call& call) -> Result<void> {
    call.txn.erase(backup_states, key);
    call.txn.erase(retained_backups, key);
    return {};
  }));
  const std::lock_guard lock(mutex_);
  looked_.erase(std::string(key.bytes()));
  return {};
}

int BackupKind::note_failure(const store::Key& key, const fleet::Action& action, const Error& error) {
  int failures = snapshot_failures_max;
  const Result<void> noted = transact(key, [&](api::Call& call) -> Result<void> {
    BackupStateRecord state = backup_state_of(call.txn, key);
    constexpr std::int32_t counted_max = 1'000'000;
    if (state.failures < counted_max) ++state.failures;
    failures = state.failures;
    state.problem = error.message;
    const auto cluster = call.txn.find(clusters, clusters_by_resource, resource_id_of(key)).first();
    if (cluster && failures == snapshot_failures_max)
      note_event(call, EventSource::cluster, cluster->record.id, "failure",
                 fmt::format("The automated backups of the DB cluster do not go on ({}): {}", action.name, error.message));
    if (cluster || call.txn.get(backup_states, key) != nullptr) call.txn.put(backup_states, key, std::move(state));
    return {};
  });
  if (!noted.ok())
    log_error("a failure could not be written down", {{"backups", key.text()}, {"reason", noted.error().message}});
  return failures;
}

Result<void> BackupKind::transact(const store::Key& key, const std::function<Result<void>(api::Call&)>& work) {
  return fleet::transact_as_service(host_, key.account(), Region(key.region()), service_principal, work);
}

BackupKind::Looked BackupKind::looked(const store::Key& key) {
  const std::lock_guard lock(mutex_);
  const auto known = looked_.find(std::string(key.bytes()));
  return known == looked_.end() ? Looked() : known->second;
}

void BackupKind::note_looked(const store::Key& key, const std::function<void(Looked&)>& change) {
  const std::lock_guard lock(mutex_);
  change(looked_[std::string(key.bytes())]);
}

}  // namespace haar::rds
