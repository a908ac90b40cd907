#include "services/rds/plan/cluster.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "services/rds/plan/failover.h"
#include "services/rds/plan/lookup.h"

namespace haar::rds {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 21> step_names{
    "make_volume", "appoint_writer", "start_engine", "await_engine",    "stop_engine",    "reload_engine", "set_password",
    "apply_pending", "stop_cluster", "start_again",  "settle",          "remove_instance", "remove_cluster", "copy_volume",
    "copy_again",  "follow",         "fence",        "elect",           "promote",        "set_synchronous", "drop_failover"};

// The lowest tier first, as AWS chooses; then the oldest.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
const InstanceRecord* choose_writer(const ClusterWanted& wanted, const ClusterSeen& seen) {
  const InstanceRecord* best = nullptr;
  const auto order = [](const InstanceRecord& one) { return std::tie(one.promotion_tier, one.created_at, one.id); };
  for (const InstanceRecord* one : wanted.instances) {
    if (one->deleting || at(seen.instances, one->id).given_up) continue;
    if (best == nullptr || order(*one) < order(*best)) best = one;
  }
  return best;
}

bool password_is_set(const ClusterWanted& wanted, const ClusterSeen& seen) {
  return seen.cluster.password_set == wanted.cluster.password_generation;
}

bool is_settled(const ClusterWanted& wanted, const ClusterStateRecord& seen) {
  return seen.observed_generation == wanted.cluster.generation && seen.failures == 0 && seen.problem.empty() &&
         seen.stopped == wanted.cluster.stopped;
}

bool is_settled(const InstanceRecord& wanted, const InstanceStateRecord& seen) {
  return seen.made && seen.observed_generation == wanted.generation && seen.failures == 0 && seen.problem.empty() &&
         seen.reboots_done == wanted.reboots && seen.class_done == wanted.instance_class;
}

// What its process needs; nothing once it answers, and while it rests.
std::optional<Act> engine_act(const InstanceRecord& one, const InstanceChange& change, const ClusterSeen& seen,
                              const EngineObserved& engine, fleet::Ticks now) {
  const bool writes = one.resource_id == seen.cluster.writer && is_promoted(seen.cluster);
  const InstanceStateRecord state = at(seen.instances, one.id);
  const bool given_up = seen.cluster.given_up || state.given_up;
  // After a crash of haar the engine of what was given up may run unseen: it is ended once, for certain.
  const bool unsure = given_up && !state.volume.empty() && !state.rests;
  if (given_up || engine.must_rest)
    return engine.alive || unsure ? std::optional(Act{Step::stop_engine, one.id}) : std::nullopt;
  // One that hangs, too: a reboot is what ends that.
  if (engine.running && change.restart) return Act{Step::stop_engine, one.id};
  if (!engine.running) return Act{Step::start_engine, one.id, seen.cluster.epoch, writes};
  if (engine.ready) return std::nullopt;
  const bool overdue = engine.silent_since && now - *engine.silent_since > start_deadline;
  // Nobody needs a reader that hangs as it is: it begins anew.
  if (overdue && state.made && one.resource_id != seen.cluster.writer) return Act{Step::stop_engine, one.id};
  return Act{Step::await_engine, one.id, 0, false, overdue};
}

// Of a cluster that is not to run.
ClusterPlan plan_stopped(const ClusterWanted& wanted, const ClusterSeen& seen) {
  if (!seen.cluster.stopped) return {{{Step::stop_cluster}}, {}};
  ClusterPlan plan;
  if (!is_settled(wanted, seen.cluster)) plan.acts.push_back({Step::settle});
  return plan;
}

struct Engines {
  const ClusterWanted& wanted;
  const ClusterSeen& seen;
  const ClusterObserved& observed;
  fleet::Ticks now;
  const InstanceRecord* writer;
  bool set = false;      // the master user has the password that is wanted
  bool serves = false;   // the writer takes writes
  ClusterPlan plan = {};
  std::vector<Act> settling = {};

  void look_again(fleet::Delay delay) { plan.look_again = plan.look_again ? std::min(*plan.look_again, delay) : delay; }
};

// What a reader needs to be one: its volume, then its writer. True: it has all.
bool plan_reader(Engines& all, const InstanceRecord& one) {
  const EngineObserved engine = at(all.observed.engines, one.id);
  if (!all.serves) {
    all.look_again(look_while_copying);
    return false;
  }
  if (std::optional<Act> act = reader_act(one, engine, all.now, all.plan.look_again)) all.plan.acts.push_back(std::move(*act));
  return in_step(engine);
}

// Its volume is made first, of the writer's.
bool plan_copy(Engines& all, const InstanceRecord& one) {
  const InstanceStateRecord state = at(all.seen.instances, one.id);
  if (&one == all.writer || state.has_data || state.given_up || all.seen.cluster.given_up) return false;
  const EngineObserved engine = at(all.observed.engines, one.id);
  if (!engine.copying && all.serves && all.set) all.plan.acts.push_back({Step::copy_volume, one.id});
  all.look_again(look_while_copying);
  return true;
}

void plan_engine(Engines& all, const InstanceRecord& one) {
  const EngineObserved engine = at(all.observed.engines, one.id);
  const InstanceChange change = at(all.wanted.changes, one.id);
  if (plan_copy(all, one)) return;
  if (std::optional<Act> act = engine_act(one, change, all.seen, engine, all.now)) {
    if (act->step == Step::await_engine) all.look_again(ask_again);
    return all.plan.acts.push_back(std::move(*act));
  }
  if (!engine.running) return;
  if (&one == all.writer && !all.set) return all.plan.acts.push_back({Step::set_password, one.id});
  if (&one != all.writer && !plan_reader(all, one)) return;
  if (change.reload) all.plan.acts.push_back({Step::reload_engine, one.id});
  else if (all.set && !is_settled(one, at(all.seen.instances, one.id))) all.settling.push_back({Step::settle, one.id});
}

// Which readers commits wait for.
void plan_synchronous(Engines& all) {
  if (!all.serves || all.writer == nullptr) return;
  const ClusterStateRecord& seen = all.seen.cluster;
  std::vector<std::string> readers = synchronous_readers(all.wanted, all.seen, all.observed, all.now);
  if (readers == seen.synchronous && (readers.empty() || seen.synchronous_now)) return;
  Act act{Step::set_synchronous, all.writer->id};
  act.others = std::move(readers);
  all.plan.acts.push_back(std::move(act));
}

// Of a cluster whose volume is there and whose writer is known.
ClusterPlan plan_engines(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                         fleet::Ticks now) {
  Engines all{wanted, seen, observed, now, writer_of(wanted, seen.cluster)};
  all.set = password_is_set(wanted, seen);
  // One that was stopped runs again when its writer answers.
  const EngineObserved writes = all.writer == nullptr ? EngineObserved{} : at(observed.engines, all.writer->id);
  all.serves = writes.running && writes.ready && is_promoted(seen.cluster) && seen.cluster.password_set != 0;
  const bool starting = seen.cluster.stopped && !wanted.instances.empty() && !(writes.running && writes.ready);
  // One without instances has nothing that could come back.
  const bool nothing_left = wanted.instances.empty() && seen.cluster.stopped;
  if ((all.set || nothing_left) && !starting && !is_settled(wanted, seen.cluster)) all.settling.push_back({Step::settle});
  for (const InstanceRecord* one : wanted.instances) plan_engine(all, *one);
  if (wanted.instances.size() > 1 || !seen.cluster.synchronous.empty()) plan_synchronous(all);
  if (wanted.instances.size() > 1) all.look_again(look_after_quiet);
  ClusterPlan& plan = all.plan;
  // What takes time comes last: nobody waits for another's engine.
  std::stable_partition(plan.acts.begin(), plan.acts.end(), [](const Act& act) { return act.step != Step::await_engine; });
  plan.acts.insert(plan.acts.begin(), all.settling.begin(), all.settling.end());
  return plan;
}

}  // namespace

const InstanceRecord* writer_of(const ClusterWanted& wanted, const ClusterStateRecord& seen) {
  for (const InstanceRecord* one : wanted.instances) {
    if (one->resource_id == seen.writer && !one->deleting) return one;
  }
  return nullptr;
}

ClusterPlan plan_cluster(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                         fleet::Ticks now) {
  // Deleting comes first: it must get through whatever else is half done.
  ClusterPlan plan;
  for (const InstanceRecord* one : wanted.instances) {
    if (!one->deleting) continue;
    // Whoever was elected does not wait for the end of the one before.
    if (plan.acts.empty() && !is_promoted(seen.cluster) && writer_of(wanted, seen.cluster) != nullptr) {
      if (std::optional<ClusterPlan> first = plan_failover(wanted, seen, observed, now)) plan = std::move(*first);
    }
    if (hands_over_first(wanted, seen, observed, *one)) {
      if (std::optional<ClusterPlan> first = plan_failover(wanted, seen, observed, now)) return *first;
    }
    plan.acts.push_back({Step::remove_instance, one->id});
  }
  if (!plan.acts.empty()) return plan;
  if (wanted.cluster.deleting) {
    if (wanted.instances.empty() && !wanted.is_being_copied) plan.acts.push_back({Step::remove_cluster});
    return plan;
  }
  if (wanted.stop_is_over) return {{{Step::start_again}}, {}};
  for (const InstanceRecord* one : wanted.instances) {
    if (at(wanted.changes, one->id).due) plan.acts.push_back({Step::apply_pending, one->id});
  }
  if (!plan.acts.empty()) return plan;
  if (wanted.cluster.stopped && seen.cluster.volume_ready && !seen.cluster.given_up) return plan_stopped(wanted, seen);
  if (!seen.cluster.given_up) {
    if (!seen.cluster.volume_ready) return {{{Step::make_volume}}};
    if (std::optional<ClusterPlan> first = plan_failover(wanted, seen, observed, now)) return *first;
    const InstanceRecord* writer = writer_of(wanted, seen.cluster);
    // One that was given up writes for nobody: another may.
    const bool given_up = writer != nullptr && at(seen.instances, writer->id).given_up && at(seen.instances, writer->id).rests;
    if (writer == nullptr || given_up) {
      if (const InstanceRecord* next = choose_writer(wanted, seen))
        return {{{Step::appoint_writer, next->id, seen.cluster.epoch + 1}}};
    }
  }
  return plan_engines(wanted, seen, observed, now);
}

std::string_view step_name(Step step) { return step_names[static_cast<std::size_t>(step)]; }

}  // namespace haar::rds
