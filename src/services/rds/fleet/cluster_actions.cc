// The actions of a DB cluster: each can be done again after a crash, and none waits long for an engine.
#include <utility>

#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/rds/endpoints/members.h"
#include "services/rds/events.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/fleet/subject.h"
#include "services/rds/parameters/config.h"
#include "services/rds/pending.h"
#include "services/rds/placement.h"
#include "services/rds/roles/records.h"
#include "services/rds/standalone/events.h"
#include "services/rds/status.h"

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
    case Step::set_password: return set_password(subject);
    case Step::apply_pending: return apply_pending(act, subject);
    case Step::stop_cluster: return stop_cluster(subject);
    case Step::start_again: return start_again(subject);
    case Step::settle: return settle({act}, subject);
    case Step::remove_instance: return remove_instance(act, subject);
    case Step::remove_cluster: return remove_cluster(subject);
  }
  return {};
}

Result<void> ClusterKind::make_volume(const Subject& subject) {
  TRY(engine_of(subject.key, subject.cluster)->create());
  pool_wanted_ = true;
  reconciler_.look(kind_name, fill_pool_key(), fill_delay);
  return update_state(subject.key, [](ClusterStateRecord& state) {
    state.volume_ready = true;
    state.failures = 0;
    state.problem.clear();
  }, "creation", "DB cluster created");
}

Result<void> ClusterKind::appoint_writer(const Act& act, const Subject& subject) {
  const std::string resource_id = subject.instance(act.instance)->resource_id;
  const store::Key instance = subject.key_of_instance(act.instance);
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    // Deleted meanwhile: the next look finds another.
    const InstanceRecord* wanted = call.txn.get(instances, instance);
    if (wanted == nullptr || wanted->resource_id != resource_id) return {};
    ClusterStateRecord cluster = state_of(call.txn, subject.key);
    cluster.epoch = act.epoch;
    cluster.writer = resource_id;
    call.txn.put(cluster_states, subject.key, std::move(cluster));
    InstanceStateRecord state = instance_state_of(call.txn, instance);
    state.role = fleet::role_name(fleet::Role::writer);
    state.epoch = act.epoch;
    if (state.config.instance_class.empty()) state.config = subject.at_start.at(act.instance);
    state.node = host_.node;
    call.txn.put(instance_states, instance, std::move(state));
    return {};
  });
}

Result<void> ClusterKind::start_engine(const Act& act, const Subject& subject) {
  if (!act.writes)  // the API refuses it before
    return Error{"EngineCannot", "a second instance of a DB cluster is not implemented by haar", 501, Fault::receiver};
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject.key, subject.cluster);
  const std::string& id = engine->id();
  if (health_.watched(id) && !engine->running()) {
    health_.forget(id);
    return Error{"EngineStartFailed", id + " ended before it answered", 500, Fault::receiver};
  }
  storage_->watch(id, {spec_of(subject.key, subject.cluster), subject.key.account().value,
                       limit_of(*subject.instance(act.instance))});
  const Result<bool> adopted = engine->adopt();
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
    TRY(engine->set_parameters(engine_parameters(subject.cluster, config)));
    TRY(engine->start(fleet::Role::writer, act.epoch));
  }
  health_.watch(id, subject.key.account().value, [engine](fleet::Milliseconds timeout) { return engine->ready(timeout); });
  show(id);
  return {};
}

// Not answering yet is no failure; it becomes one when it lasts.
Result<void> ClusterKind::await_engine(const Act& act, const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject.key, subject.cluster);
  const Result<void> answer = health_.ask(engine->id(), engine->patience());
  if (!answer.ok() && !engine->running()) health_.forget(engine->id());
  if (!answer.ok() && answer.error().code == "EngineNotReady" && !act.overdue) return fleet::waiting(answer.error().message);
  TRY(answer);
  parts_.endpoints_changed(subject.key);
  return {};
}

// It was asked to end, which is no failure, even if it never answered.
Result<void> ClusterKind::rest_engine(const Act& act, const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject.key, subject.cluster);
  TRY(engine->adopt());
  TRY(engine->stop());
  health_.forget(engine->id());
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
  TRY(engine_of(subject.key, subject.cluster)->apply_parameters(engine_parameters(subject.cluster, config), settings_patience));
  return note_config(subject.key_of_instance(act.instance), config);
}

// As if ModifyDBInstance had been called now, with ApplyImmediately.
Result<void> ClusterKind::apply_pending(const Act& act, const Subject& subject) {
  const store::Key key = subject.key_of_instance(act.instance);
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const InstanceRecord* wanted = call.txn.get(instances, key);
    if (wanted == nullptr || !any_pending(*wanted) || wanted->pending_due > subject.time) return {};
    InstanceRecord changed = *wanted;
    rds::apply_pending(changed);
    ++changed.generation;
    call.txn.put(instances, key, std::move(changed));
    return {};
  });
}

Result<void> ClusterKind::stop_cluster(const Subject& subject) {
  if (writer_of(subject.wanted(), subject.seen.cluster) != nullptr) TRY(end_engine(subject));
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
Result<void> ClusterKind::set_password(const Subject& subject) {
  const ClusterRecord& wanted = subject.cluster;
  TRY(engine_of(subject.key, wanted)->apply_settings({wanted.master_username, wanted.master_verifier, wanted.database_name},
                                                     settings_patience));
  const std::int64_t generation = wanted.password_generation;
  if (generation > 1) {
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

Result<void> ClusterKind::end_engine(const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject.key, subject.cluster);
  // After a restart of haar the engine may run unadopted: a second engine must never meet its volume.
  TRY(engine->adopt());
  TRY(engine->stop());
  health_.forget(engine->id());
  storage_->forget(engine->id());
  host_.states.forget(engine->id());
  return {};
}

Result<void> ClusterKind::remove_instance(const Act& act, const Subject& subject) {
  const InstanceRecord& instance = *subject.instance(act.instance);
  // Who was never appointed has no engine.
  if (instance.resource_id == subject.seen.cluster.writer) TRY(end_engine(subject));
  return transact(subject.key, [&](api::Call& call) -> Result<void> {
    const store::Key key = subject.key_of_instance(act.instance);
    if (call.txn.get(instances, key) == nullptr) return {};
    if (!instance.interface_id.empty())
      TRY(ec2::delete_managed_interface(call, service_principal, call.shared_caller(), instance.interface_id));
    ec2::release_host_address(call.txn, instance.address);
    forget_member(call, instance.cluster_id, instance.id);
    call.txn.erase(instances, key);
    call.txn.erase(instance_states, key);
    note_event(call, EventSource::instance, act.instance, "deletion", "DB instance deleted");
    return {};
  });
}

Result<void> ClusterKind::remove_cluster(const Subject& subject) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(subject.key, subject.cluster);
  TRY(engine->remove());
  TRY(transact(subject.key, [&](api::Call& call) -> Result<void> {
    if (!subject.cluster.standalone) {
      ec2::release_host_address(call.txn, subject.cluster.writer_address);
      ec2::release_host_address(call.txn, subject.cluster.reader_address);
    }
    remove_custom_endpoints(call, subject.cluster.id);
    if (call.txn.get(clusters, subject.key) != nullptr)
      note_cluster_event(call, subject.cluster, "deletion", "DB cluster deleted");
    call.txn.erase(clusters, subject.key);
    call.txn.erase(cluster_roles, subject.key);
    call.txn.erase(cluster_states, subject.key);
    return {};
  }));
  host_.states.forget(engine->id());
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
