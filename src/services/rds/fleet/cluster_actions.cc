// The actions of a DB cluster: each can be done again after a crash, and none waits long for an engine.
#include <utility>

#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/rds/access/records.h"
#include "services/rds/engine_facts.h"
#include "services/rds/endpoints/members.h"
#include "services/rds/events.h"
#include "services/rds/fleet/backup_kind.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/fleet/subject.h"
#include "services/rds/parameters/config.h"
#include "services/rds/pending.h"
#include "services/rds/placement.h"
#include "services/rds/roles/records.h"
#include "services/rds/secret/master_secret.h"
#include "services/rds/standalone/events.h"
#include "services/rds/status.h"
#include "services/rds/volumes.h"

namespace haar::rds {
namespace {

// Filling waits until the create that emptied the pool is through.
constexpr fleet::Delay fill_delay{500};
// Roles and a database are made in a fraction of this, unless the tenant holds a lock or its engine hangs.
constexpr fleet::Milliseconds settings_patience{10'000};

// What an answering engine says of what was asked for, as AWS's events have it.
void tell_of_instance(api::Call& call, const std::string& id, const InstanceStateRecord& before) {
  const auto tell = [&](std::string_view category, std::string_view what) {
    note_event(call, EventSource::instance, id, category, std::string(what));
  };
  if (!before.made) return tell("creation", "DB instance created");
  if (before.reboots_done != before.config.reboots) tell("availability", "DB instance restarted");
  if (before.class_done != before.config.instance_class)
    tell("configuration change", "Finished applying modification to DB instance class");
}

}  // namespace

Result<void> ClusterKind::take(const Act& act, const Subject& subject) {
  switch (act.step) {
    case Step::make_volume: return make_volume(subject);
    case Step::appoint_writer: return appoint_writer(act, subject);
    case Step::start_engine: return start_engine(act, subject);
    case Step::await_engine: return await_engine(act, subject);
    case Step::stop_engine: return rest_engine(act, subject);
    case Step::reload_engine: return reload_engine(act, subject);
    case Step::set_password: return set_password(act, subject);
    case Step::apply_pending: return apply_pending(act, subject);
    case Step::stop_cluster: return stop_cluster(subject);
    case Step::start_again: return start_again(subject);
    case Step::settle: return settle({act}, subject);
    case Step::remove_instance: return remove_instance(act, subject);
    case Step::remove_cluster: return remove_cluster(subject);
    case Step::copy_volume: return ask_copy(act, subject);
    case Step::copy_again: return copy_again(act, subject);
    case Step::follow: return follow(act, subject);
    case Step::fence: return fence(act, subject);
    case Step::elect: return elect(act, subject);
    case Step::promote: return promote(act, subject);
    case Step::set_synchronous: return set_synchronous(act, subject);
    case Step::drop_failover: return drop_failover(subject);
  }
  return {};
}

Result<void> ClusterKind::make_volume(const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine =
      engine_on(subject.key, subject.cluster, volume_of(subject.cluster, subject.seen.cluster));
  const std::optional<bool> of_copy = TRY(make_of_copy(host_, parts_.copies, subject.key, subject.cluster, *engine));
  const bool has_master = of_copy.value_or(false);
  if (!of_copy) {
    TRY(engine->create());
    pool_wanted_ = true;
    reconciler_.look(kind_name, fill_pool_key(), fill_delay);
  }
  return update_state(subject.key, [has_master](ClusterStateRecord& state) {
    // The password is in the copy; a later one is still set.
    if (has_master) state.password_set = 1;
    state.volume_ready = true;
    state.failures = 0;
    state.problem.clear();
  }, "creation", "DB cluster created");
}

// The instance takes the volume with the cluster's data. One that it had, it has no more.
Result<void> ClusterKind::appoint_writer(const Act& act, const Subject& subject) {
  const std::string resource_id = subject.instance(act.instance)->resource_id;
  const store::Key instance = subject.key_of_instance(act.instance);
  const std::string volume = volume_of(subject.cluster, subject.seen.cluster);
  if (const std::shared_ptr<fleet::Engine> before = engine_of(subject, act.instance); before && before->id() != volume) {
    if (copying(copy_key(subject.key, act.instance))) return fleet::waiting("its volume is being copied");
    TRY(end_engine(*before));
    TRY(before->remove());
  }
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    // Deleted meanwhile: the next look finds another.
    const InstanceRecord* wanted = call.txn.get(instances, instance);
    if (wanted == nullptr || wanted->resource_id != resource_id) return {};
    ClusterStateRecord cluster = state_of(call.txn, subject.key);
    cluster.epoch = cluster.promoted_epoch = act.epoch;
    cluster.writer = resource_id;
    cluster.synchronous.clear();
    cluster.synchronous_now = false;
    call.txn.put(cluster_states, subject.key, std::move(cluster));
    for (const InstanceRecord& one : subject.instances) {
      const store::Key other = subject.key_of_instance(one.id);
      InstanceStateRecord had = instance_state_of(call.txn, other);
      if (one.id == act.instance || had.volume != volume || call.txn.get(instances, other) == nullptr) continue;
      had.volume.clear();
      had.has_data = false;
      call.txn.put(instance_states, other, std::move(had));
    }
    InstanceStateRecord state = instance_state_of(call.txn, instance);
    state.role = fleet::role_name(fleet::Role::writer);
    state.epoch = act.epoch;
    state.volume = volume;
    state.has_data = true;
    if (state.config.instance_class.empty()) state.config = subject.at_start.at(act.instance);
    state.node = host_.node;
    call.txn.put(instance_states, instance, std::move(state));
    return {};
  });
}

Result<void> ClusterKind::start_engine(const Act& act, const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};  // the next look gives it a volume
  const std::string& id = engine->id();
  if (health_.watched(id) && !engine->running()) {
    health_.forget(id);
    return Error{"EngineStartFailed", id + " ended before it answered", 500, Fault::receiver};
  }
  const engines::InstanceSpec spec = spec_of(subject.key, subject.cluster, id, act.instance);
  storage_->watch(id, {spec, subject.key.account().value, limit_of(*subject.instance(act.instance))});
  const Result<bool> adopted = engine->adopt();
  // MySQL and MariaDB are not led through them yet: they serve no TLS of haar's.
  if (parts_.access && !is_mysql(subject.cluster.engine))
    TRY(parts_.access->prepare(subject.key, *subject.instance(act.instance), spec));
  if (!adopted.ok() || !*adopted) {
    // A volume that somebody has written to may be one that has to rest; it is looked at before it can grow.
    if (subject.seen.cluster.password_set != 0) {
      storage_->measure(id);
      show(id);
      if (storage_->finding(id).must_rest()) return {};
    }
    // Before the start: whatever happens then, nobody takes it for one that runs with something older.
    const EngineConfig& config = subject.at_start.at(act.instance);
    if (subject.seen.instances.at(act.instance).config != config) TRY(note_config(subject.key_of_instance(act.instance), config));
    TRY(engine->set_parameters(parameters_of(subject, act.instance, config)));
    forget_replica(id);
    TRY(engine->start(act.writes ? fleet::Role::writer : fleet::Role::reader, subject.seen.cluster.epoch));
    // One that cannot be led yet is led when it answers.
    if (!act.writes) (void)lead(act.instance, subject).ok();
  }
  health_.watch(id, subject.key.account().value, [engine](fleet::Milliseconds timeout) { return engine->ready(timeout); });
  show(id);
  return {};
}

// Not answering yet is no failure; it becomes one when it lasts.
Result<void> ClusterKind::await_engine(const Act& act, const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};
  // One that was found alive otherwise than by a start.
  if (parts_.access && !is_mysql(subject.cluster.engine) && !parts_.access->serves(engine->id())) {
    const engines::InstanceSpec spec = spec_of(subject.key, subject.cluster, engine->id(), act.instance);
    TRY(parts_.access->prepare(subject.key, *subject.instance(act.instance), spec));
  }
  const Result<void> answer = health_.ask(engine->id(), engine->patience());
  if (!answer.ok() && !engine->running()) health_.forget(engine->id());
  if (!answer.ok() && answer.error().code == "EngineNotReady" && !act.overdue) return fleet::waiting(answer.error().message);
  TRY(answer);
  parts_.endpoints_changed(subject.key);
  return {};
}

// It was asked to end, which is no failure, even if it never answered.
Result<void> ClusterKind::rest_engine(const Act& act, const Subject& subject) {
  if (const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance)) {
    TRY(engine->adopt());
    TRY(engine->stop());
    health_.forget(engine->id());
  }
  if (!subject.seen.cluster.given_up && !subject.seen.instances.at(act.instance).given_up) {
    if (!subject.wanted().changes.at(act.instance).restart) return {};
    return transact(subject.key, [&](api::Call& call) -> Result<void> {
      note_event(call, EventSource::instance, act.instance, "availability", "DB instance shutdown");
      return {};
    });
  }
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const store::Key key = subject.key_of_instance(act.instance);
    if (call.txn.get(instances, key) == nullptr) return {};
    InstanceStateRecord state = instance_state_of(call.txn, key);
    state.rests = true;
    call.txn.put(instance_states, key, std::move(state));
    return {};
  });
}

Result<void> ClusterKind::note_config(const store::Key& instance, const EngineConfig& config) {
  return transact(instance, [&](api::Call& call) -> Result<void> {
    if (call.txn.get(instances, instance) == nullptr) return {};
    InstanceStateRecord state = instance_state_of(call.txn, instance);
    state.config = config;
    call.txn.put(instance_states, instance, std::move(state));
    return {};
  });
}

Result<void> ClusterKind::reload_engine(const Act& act, const Subject& subject) {
  const EngineConfig& config = subject.now.at(act.instance);
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};
  TRY(engine->apply_parameters(parameters_of(subject, act.instance, config), settings_patience));
  return note_config(subject.key_of_instance(act.instance), config);
}

// As if ModifyDBInstance had been called now, with ApplyImmediately.
Result<void> ClusterKind::apply_pending(const Act& act, const Subject& subject) {
  const store::Key key = subject.key_of_instance(act.instance);
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const InstanceRecord* wanted = call.txn.get(instances, key);
    if (wanted == nullptr || !any_pending(*wanted) || wanted->pending_due > subject.time) return {};
    InstanceRecord changed = *wanted;
    rds::apply_pending(call, changed);
    changed.pending_due = {};
    ++changed.generation;
    const store::Key now = call.key(changed.id);
    call.txn.put(instances, now, std::move(changed));
    return {};
  });
}

Result<void> ClusterKind::stop_cluster(const Subject& subject) {
  // The writer first: its readers get all of its log before it has ended.
  for (const bool writes : {true, false}) {
    for (const InstanceRecord& one : subject.instances) {
      if ((one.resource_id == subject.seen.cluster.writer) != writes) continue;
      if (const std::shared_ptr<fleet::Engine> engine = engine_of(subject, one.id)) TRY(end_engine(*engine));
    }
  }
  TRY(update_state(subject.key, [](ClusterStateRecord& state) { state.stopped = true; }, "notification", "DB cluster stopped."));
  parts_.endpoints_changed(subject.key);
  return {};
}

// As if StartDBCluster had been called.
Result<void> ClusterKind::start_again(const Subject& subject) {
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const ClusterRecord* wanted = call.txn.get(clusters, subject.key);
    if (wanted == nullptr || !wanted->stopped || wanted->starts_again > subject.time) return {};
    ClusterRecord changed = *wanted;
    changed.stopped = false;
    ++changed.generation;
    note_cluster_event(call, changed, "notification",
                       "DB cluster is being started due to it exceeding the maximum allowed time being stopped.");
    call.txn.put(clusters, subject.key, std::move(changed));
    return {};
  });
}

// Which of the passwords was set is written down: one that was asked for meanwhile is still to come.
Result<void> ClusterKind::set_password(const Act& act, const Subject& subject) {
  const ClusterRecord& wanted = subject.cluster;
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance);
  if (!engine) return {};
  TRY(engine->apply_settings({wanted.master_username, wanted.master_verifier, wanted.database_name}, settings_patience));
  const std::int64_t generation = wanted.password_generation;
  if (generation > 1 && subject.seen.cluster.password_set != password_unsure) {
    return update_state(subject.key, [&](ClusterStateRecord& state) { state.password_set = generation; }, "configuration change",
                        "Reset master credentials");
  }
  return update_state(subject.key, [&](ClusterStateRecord& state) { state.password_set = generation; });
}

Result<void> ClusterKind::settle(const std::vector<Act>& acts, const Subject& subject) {
  parts_.endpoints_changed(subject.key);
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    for (const Act& act : acts) {
      if (act.instance.empty()) {
        if (call.txn.get(clusters, subject.key) == nullptr) continue;
        ClusterStateRecord state = state_of(call.txn, subject.key);
        if (state.stopped && !subject.cluster.stopped)
          note_cluster_event(call, subject.cluster, "notification", "DB cluster started.");
        state.observed_generation = subject.cluster.generation;
        state.stopped = subject.cluster.stopped;
        state.failures = 0;
        state.problem.clear();
        call.txn.put(cluster_states, subject.key, std::move(state));
      } else {
        const store::Key key = subject.key_of_instance(act.instance);
        if (call.txn.get(instances, key) == nullptr) continue;
        InstanceStateRecord state = instance_state_of(call.txn, key);
        state.observed_generation = subject.instance(act.instance)->generation;
        tell_of_instance(call, act.instance, state);
        state.made = true;
        state.reboots_done = state.config.reboots;
        state.class_done = state.config.instance_class;
        state.failures = 0;
        state.problem.clear();
        call.txn.put(instance_states, key, std::move(state));
      }
    }
    return {};
  });
}

Result<void> ClusterKind::end_engine(fleet::Engine& engine) {
  // After a restart of haar the engine may run unadopted: a second engine must never meet its volume.
  TRY(engine.adopt());
  TRY(engine.stop());
  health_.forget(engine.id());
  storage_->forget(engine.id());
  host_.states.forget(engine.id());
  return {};
}

// Its volume goes with it, unless that has the cluster's data.
Result<void> ClusterKind::remove_instance(const Act& act, const Subject& subject) {
  const InstanceRecord& instance = *subject.instance(act.instance);
  if (copying(copy_key(subject.key, act.instance))) return fleet::waiting("its volume is being copied");
  if (const std::shared_ptr<fleet::Engine> engine = engine_of(subject, act.instance)) {
    TRY(end_engine(*engine));
    if (engine->id() != volume_of(subject.cluster, subject.seen.cluster)) TRY(engine->remove());
  }
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const store::Key key = subject.key_of_instance(act.instance);
    if (call.txn.get(instances, key) == nullptr) return {};
    if (!instance.interface_id.empty())
      TRY(ec2::delete_managed_interface(call, service_principal, call.shared_caller(), instance.interface_id));
    ec2::release_host_address(call.txn, instance.address);
    forget_member(call, instance.cluster_id, instance.id);
    call.txn.erase(instances, key);
    call.txn.erase(instance_states, key);
    call.txn.erase(engine_certificates, call.key(instance.resource_id));
    note_event(call, EventSource::instance, act.instance, "deletion", "DB instance deleted");
    return {};
  });
}

Result<void> ClusterKind::remove_cluster(const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine =
      engine_on(subject.key, subject.cluster, volume_of(subject.cluster, subject.seen.cluster));
  TRY(engine->remove());
  TRY(transact(subject.key, [&](api::Call& call) -> Result<void> {
    if (!subject.cluster.standalone) {
      ec2::release_host_address(call.txn, subject.cluster.writer_address);
      ec2::release_host_address(call.txn, subject.cluster.reader_address);
    }
    remove_custom_endpoints(call, subject.cluster.id);
    if (call.txn.get(clusters, subject.key) != nullptr)
    if (const ClusterRecord* cluster = call.txn.get(clusters, subject.key)) {
      ClusterRecord last = *cluster;
      if (const Result<void> dropped = drop_secret(call, last); !dropped.ok()) return dropped;
      note_cluster_event(call, subject.cluster, "deletion", "DB cluster deleted");
    }
    call.txn.erase(clusters, subject.key);
    call.txn.erase(cluster_roles, subject.key);
    call.txn.erase(cluster_states, subject.key);
    call.txn.erase(restores, store::key_of(subject.key.account(), subject.key.region(), subject.cluster.resource_id));
    return {};
  }));
  host_.states.forget(engine->id());
  // Its automated backups go, or stay for a while.
  reconciler_.look(BackupKind::kind_name,
                   store::key_of(subject.key.account(), subject.key.region(), subject.cluster.resource_id));
  const std::lock_guard lock(replicas_);
  changes_.erase(subject.key);
  return {};
}

Result<void> ClusterKind::transact(const store::Key& key, const std::function<Result<void>(api::Call&)>& work) {
  return fleet::transact_as_service(host_, key.account(), Region(key.region()), service_principal, work);
}

Result<void> ClusterKind::update_state(const store::Key& key, const std::function<void(ClusterStateRecord&)>& change,
                                       std::string_view category, std::string_view event) {
  return transact(key, [&](api::Call& call) -> Result<void> {
    const ClusterRecord* cluster = call.txn.get(clusters, key);
    if (cluster == nullptr) return {};
    if (!event.empty()) note_cluster_event(call, *cluster, category, event);
    ClusterStateRecord state = state_of(call.txn, key);
    change(state);
    call.txn.put(cluster_states, key, std::move(state));
    return {};
  });
}

}  // namespace haar::rds
