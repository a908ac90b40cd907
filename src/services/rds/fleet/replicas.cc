// Readers, and who takes over from a writer: what is observed of them and done. What to do is said by plan/failover.h.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "services/rds/events.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/fleet/subject.h"
#include "services/rds/parameters/config.h"
#include "services/rds/status.h"
#include "services/rds/volumes.h"

namespace haar::rds {
namespace {

// A healthy engine answers in a fraction of these.
constexpr fleet::Milliseconds question_patience{300}, settings_patience{10'000};

// Also one that an earlier haar started and nobody has found yet: who is taken for dead is replaced. One about which nothing
// can be said may run.
bool is_alive(fleet::Engine& engine) {
  if (engine.running()) return true;
  const Result<bool> found = engine.adopt();
  return !found.ok() || *found;
}

}  // namespace

// Only what was found before and is asked can be elected: a haar that has just started finds everybody first.
void ClusterKind::observe_replicas(const Subject& subject, ClusterObserved& out) {
  const InstanceRecord* writer = subject.writer();
  for (const InstanceRecord& one : subject.instances) {
    EngineObserved& engine = out[one.id];
    {
      const std::lock_guard lock(replicas_);
      engine.copying = copies_.contains(copy_key(subject.key, one.id));
    }
    const std::shared_ptr<fleet::Engine> here = engine_of(subject, one.id);
    if (!here) continue;
    engine.alive = is_alive(*here);
    engine.running = engine.alive && here->running() && health_.watched(here->id());
    engine.ready = engine.ready && engine.running;
    if (engine.ready && (&one != writer || !is_promoted(subject.seen.cluster))) {
      if (Result<fleet::Replication> said = here->replication(question_patience); said.ok()) engine.said = std::move(*said);
    }
    const std::lock_guard lock(replicas_);
    Known& known = known_[here->id()];
    if (engine.said && engine.said->link == fleet::Link::up) {
      known.led_at = known.led_first = std::nullopt;
      known.was_in_step = true;
    }
    if (known.led_in == subject.seen.cluster.epoch) engine.led_at = known.led_at;
    engine.led_first = known.led_first;
    engine.was_in_step = known.was_in_step;
  }
  const bool led = writer != nullptr && out[writer->id].alive && is_promoted(subject.seen.cluster);
  const std::lock_guard lock(replicas_);
  Change& change = changes_[subject.key];
  if (led) change.ended_at = std::nullopt;
  if (led) change.leaderless_since = std::nullopt;
  else if (!change.leaderless_since) change.leaderless_since = health_.now();
  out.ended_at = change.ended_at;
  out.leaderless_since = change.leaderless_since;
}

void ClusterKind::forget_replica(const std::string& volume) {
  const std::lock_guard lock(replicas_);
  known_.erase(volume);
}

bool ClusterKind::takes_writes(const store::Key& key, const ClusterStateRecord& seen) const {
  if (is_promoted(seen)) return true;
  const std::lock_guard lock(replicas_);
  const auto known = changes_.find(key);
  return known != changes_.end() && known->second.promoted == seen.epoch;
}

fleet::Parameters ClusterKind::parameters_of(const Subject& subject, const std::string& instance,
                                             const EngineConfig& config) const {
  fleet::Parameters out = engine_parameters(subject.cluster, config);
  const ClusterStateRecord& seen = subject.seen.cluster;
  if (const InstanceRecord* writer = subject.writer(); writer != nullptr && writer->id != instance) {
    for (const EngineConfig& its : {subject.at_start.at(writer->id), subject.seen.instances.at(writer->id).config})
      raise_for_reading(engine_parameters(subject.cluster, its), out);
    return out;
  }
  if (!seen.synchronous_now) return out;
  std::string names;
  for (const InstanceRecord& one : subject.instances) {
    if (std::ranges::find(seen.synchronous, one.resource_id) == seen.synchronous.end()) continue;
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ",", one.id);
  }
  if (!names.empty()) out["synchronous_standby_names"] = fmt::format("ANY 1 ({})", names);
  return out;
}

// ---- copies -----------------------------------------------------------------------------------------

bool ClusterKind::copying(const store::Key& copy) const {
  const std::lock_guard lock(replicas_);
  return copies_.contains(copy);
}

// Where its volume will be is written down before there is anything.
Result<void> ClusterKind::ask_copy(const Act& act, const Subject& subject) {
  const std::string resource_id = subject.instance(act.instance)->resource_id;
  if (subject.volume_of(act.instance).empty()) {
    TRY(transact(subject.key, [&](api::Call& call) -> Result<void> {
      const store::Key key = subject.key_of_instance(act.instance);
      const InstanceRecord* wanted = call.txn.get(instances, key);
      if (wanted == nullptr || wanted->resource_id != resource_id) return {};
      InstanceStateRecord state = instance_state_of(call.txn, key);
      state.volume = resource_id;
      state.role = fleet::role_name(fleet::Role::reader);
      state.node = host_.node;
      call.txn.put(instance_states, key, std::move(state));
      return {};
    }));
  }
  const store::Key copy = copy_key(subject.key, act.instance);
  {
    const std::lock_guard lock(replicas_);
    copies_.insert(copy);
  }
  look(copy);
  return {};
}

fleet::Plan ClusterKind::plan_copy(const store::Key& copy) {
  if (!copying(copy)) return {};
  const store::Key key = cluster_of_copy(copy);
  const std::string instance = copy.part(4);
  const store::Reader reader(host_.db.snapshot());
  const ClusterRecord* cluster = reader.get(clusters, key);
  const auto subject = cluster == nullptr ? nullptr : std::make_shared<const Subject>(read(reader, key, *cluster));
  const InstanceRecord* wanted = subject ? subject->instance(instance) : nullptr;
  const InstanceRecord* writer = subject ? writer_of(subject->wanted(), subject->seen.cluster) : nullptr;
  const auto needs_one = [&] {
    if (wanted == nullptr || wanted->deleting || writer == nullptr || writer == wanted || subject->cluster.stopped) return false;
    const InstanceStateRecord& state = subject->seen.instances.at(instance);
    return !state.has_data && !state.given_up && !state.volume.empty() && health_.ready(subject->volume_of(writer->id)) &&
           is_promoted(subject->seen.cluster);
  };
  if (!needs_one()) {
    {
      const std::lock_guard lock(replicas_);
      copies_.erase(copy);
    }
    if (subject) look(key);
    return {};
  }
  return {{{step_name(Step::copy_volume), [this, instance, subject] { return copy_volume(instance, *subject); }, instance}}, {}};
}

Result<void> ClusterKind::copy_volume(const std::string& instance, const Subject& subject) {
  const InstanceRecord& writer = *subject.writer();
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, instance);
  TRY(engine->adopt());
  TRY(engine->stop());
  health_.forget(engine->id());
  TRY(engine->copy_of({spec_of(subject.key, subject.cluster, subject.volume_of(writer.id), writer.id)}));
  const std::string resource_id = subject.instance(instance)->resource_id;
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const store::Key key = subject.key_of_instance(instance);
    const InstanceRecord* wanted = call.txn.get(instances, key);
    // Somebody else writes by now: what was copied may lead elsewhere.
    const ClusterStateRecord cluster = state_of(call.txn, subject.key);
    if (wanted == nullptr || wanted->resource_id != resource_id || cluster.epoch != subject.seen.cluster.epoch) return {};
    InstanceStateRecord state = instance_state_of(call.txn, key);
    state.has_data = true;
    state.epoch = cluster.epoch;
    call.txn.put(instance_states, key, std::move(state));
    return {};
  });
}

Result<void> ClusterKind::copy_again(const Act& act, const Subject& subject) {
  log_warning("a reader cannot follow its writer with what it has, and is copied anew",
              {{"cluster", subject.key.text()}, {"instance", act.instance}});
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const store::Key key = subject.key_of_instance(act.instance);
    if (call.txn.get(instances, key) == nullptr) return {};
    InstanceStateRecord state = instance_state_of(call.txn, key);
    state.has_data = false;
    call.txn.put(instance_states, key, std::move(state));
    return {};
  });
}

// ---- following --------------------------------------------------------------------------------------

Result<void> ClusterKind::follow(const Act& act, const Subject& subject) { return lead(act.instance, subject); }

// To a writer that takes writes; one that does not yet comes later.
Result<void> ClusterKind::lead(const std::string& instance, const Subject& subject) {
  const InstanceRecord* writer = subject.writer();
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, instance);
  if (writer == nullptr || writer->id == instance || !engine || !is_promoted(subject.seen.cluster)) return {};
  const std::string& volume = subject.volume_of(writer->id);
  if (!health_.ready(volume)) return {};
  TRY(engine->follow({spec_of(subject.key, subject.cluster, volume, writer->id)}, subject.seen.cluster.epoch));
  const std::lock_guard lock(replicas_);
  Known& known = known_[engine->id()];
  known.led_at = health_.now();
  if (!known.led_first || known.led_in != subject.seen.cluster.epoch) known.led_first = known.led_at;
  known.led_in = subject.seen.cluster.epoch;
  known.was_in_step = false;
  return {};
}

// ---- failover ---------------------------------------------------------------------------------------

Result<void> ClusterKind::fence(const Act& act, const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};
  log_warning("the writer of a DB cluster is replaced", {{"cluster", subject.key.text()}, {"instance", act.instance},
                                                         {"how", act.in_order ? "in order" : "at once"}});
  TRY(engine->adopt());
  const std::optional<fleet::Position> ended_at = TRY(engine->fence(act.in_order));
  health_.forget(engine->id());
  const std::lock_guard lock(replicas_);
  Change& change = changes_[subject.key];
  change.ended_at = ended_at;
  change.leaderless_since = health_.now();
  return {};
}

// From here on nobody else is the writer, whatever happens.
Result<void> ClusterKind::elect(const Act& act, const Subject& subject) {
  const InstanceRecord& next = *subject.instance(act.instance);
  const InstanceRecord* before = subject.writer();
  const bool asked = subject.cluster.failovers > subject.seen.cluster.failovers_done;
  bool elected = false;
  TRY(transact(subject.key, [&](api::Call& call) -> Result<void> {
    const store::Key key = subject.key_of_instance(act.instance);
    const InstanceRecord* wanted = call.txn.get(instances, key);
    ClusterStateRecord cluster = state_of(call.txn, subject.key);
    // Deleted meanwhile, or no more what it was: the next look finds another.
    if (wanted == nullptr || wanted->resource_id != next.resource_id || wanted->deleting || cluster.epoch + 1 != act.epoch)
      return {};
    InstanceStateRecord state = instance_state_of(call.txn, key);
    if (!state.has_data) return {};
    elected = true;
    cluster.epoch = act.epoch;
    cluster.writer = next.resource_id;
    cluster.volume = state.volume;
    cluster.synchronous.clear();
    cluster.synchronous_now = false;
    if (asked) cluster.failovers_done = subject.cluster.failovers;
    // What was set last may not have come to it.
    if (!act.in_order && cluster.password_set != 0) cluster.password_set = password_unsure;
    call.txn.put(cluster_states, subject.key, std::move(cluster));
    state.role = fleet::role_name(fleet::Role::writer);
    state.epoch = act.epoch;
    call.txn.put(instance_states, key, std::move(state));
    for (const InstanceRecord& one : subject.instances) {
      const store::Key other = subject.key_of_instance(one.id);
      if (one.id == act.instance || call.txn.get(instances, other) == nullptr) continue;
      InstanceStateRecord changed = instance_state_of(call.txn, other);
      changed.role = fleet::role_name(fleet::Role::reader);
      if (std::ranges::find(act.others, one.id) != act.others.end()) changed.has_data = false;
      call.txn.put(instance_states, other, std::move(changed));
    }
    const bool same = before != nullptr && before->zone == next.zone;
    note_event(call, EventSource::cluster, subject.cluster.id, "failover",
               fmt::format("Started {} failover to DB instance: {}", same ? "same AZ" : "cross AZ", next.id));
    return {};
  }));
  // Nothing starts on the volume of the writer before in its epoch.
  if (elected && before != nullptr) {
    if (const std::shared_ptr<fleet::Engine> old = engine_of(subject, before->id)) return old->enter(act.epoch);
  }
  return {};
}

// Clients are led to it at once, and then it is written down.
Result<void> ClusterKind::promote(const Act& act, const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};
  TRY(engine->promote(act.epoch));
  {
    const std::lock_guard lock(replicas_);
    changes_[subject.key].promoted = act.epoch;
  }
  parts_.endpoints_changed(subject.key);
  return update_state(subject.key, [&](ClusterStateRecord& state) {
    if (state.epoch == act.epoch) state.promoted_epoch = act.epoch;
  }, "failover", "Completed failover to DB instance: " + act.instance);
}

Result<void> ClusterKind::drop_failover(const Subject& subject) {
  const auto done = [&](ClusterStateRecord& state) { state.failovers_done = subject.cluster.failovers; };
  return update_state(subject.key, done, "failover",
                      "Cluster failover failed, check the health of your cluster instances and try again.");
}

// Whom commits may wait for is written down before one does, and until it is sure that they do nobody is elected by that.
Result<void> ClusterKind::set_synchronous(const Act& act, const Subject& subject) {
  Subject next = subject;
  ClusterStateRecord& wanted = next.seen.cluster;
  const auto write = [&](bool now) {
    return update_state(subject.key, [&](ClusterStateRecord& state) {
      if (state.epoch != wanted.epoch) return;
      state.synchronous = wanted.synchronous;
      state.synchronous_now = now;
    });
  };
  wanted.synchronous = act.others;
  TRY(write(false));
  wanted.synchronous_now = true;
  // What an action before this one has given it, it keeps.
  const store::Reader reader(host_.db.snapshot());
  const EngineConfig config = instance_state_of(reader, subject.key_of_instance(act.instance)).config;
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};
  TRY(engine->apply_parameters(parameters_of(next, act.instance, config), settings_patience));
  if (act.others.empty()) return {};
  TRY(engine->commits_wait(settings_patience));
  return write(true);
}

}  // namespace haar::rds
