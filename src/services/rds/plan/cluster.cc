#include "services/rds/plan/cluster.h"

#include <algorithm>
#include <tuple>

namespace haar::rds {
namespace {

template <class Map>
typename Map::mapped_type at(const Map& map, const std::string& id) {
  const auto found = map.find(id);
  return found == map.end() ? typename Map::mapped_type{} : found->second;
}

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
  const bool writes = one.resource_id == seen.cluster.writer;
  const InstanceStateRecord state = at(seen.instances, one.id);
  const bool given_up = seen.cluster.given_up || state.given_up;
  // After a crash of haar the engine of what was given up may run unseen: it is ended once, for certain.
  const bool unsure = given_up && writes && !state.rests;
  if (given_up || engine.must_rest)
    return engine.running || unsure ? std::optional(Act{Step::stop_engine, one.id}) : std::nullopt;
  // One that hangs, too: a reboot is what ends that.
  if (engine.running && change.restart) return Act{Step::stop_engine, one.id};
  if (!engine.running) return Act{Step::start_engine, one.id, seen.cluster.epoch, writes};
  if (engine.ready) return std::nullopt;
  const bool overdue = engine.silent_since && now - *engine.silent_since > start_deadline;
  return Act{Step::await_engine, one.id, 0, false, overdue};
}

bool answers(const ClusterWanted& wanted, const ClusterObserved& observed) {
  return wanted.instances.empty() || std::ranges::any_of(wanted.instances, [&](const InstanceRecord* one) {
           const EngineObserved engine = at(observed, one->id);
           return engine.running && engine.ready;
         });
}

// Of a cluster that is not to run.
ClusterPlan plan_stopped(const ClusterWanted& wanted, const ClusterSeen& seen) {
  if (!seen.cluster.stopped) return {{{Step::stop_cluster}}, {}};
  ClusterPlan plan;
  if (!is_settled(wanted, seen.cluster)) plan.acts.push_back({Step::settle});
  return plan;
}

// Of a cluster whose volume is there and whose writer is known.
ClusterPlan plan_engines(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                         fleet::Ticks now) {
  ClusterPlan plan;
  const InstanceRecord* writer = writer_of(wanted, seen.cluster);
  const bool set = password_is_set(wanted, seen);
  std::vector<Act> settling;
  // One that was stopped runs again when an engine answers.
  const bool starting = seen.cluster.stopped && !answers(wanted, observed);
  if (set && !starting && !is_settled(wanted, seen.cluster)) settling.push_back({Step::settle});
  for (const InstanceRecord* one : wanted.instances) {
    const EngineObserved engine = at(observed, one->id);
    const InstanceChange change = at(wanted.changes, one->id);
    if (std::optional<Act> act = engine_act(*one, change, seen, engine, now)) {
      if (act->step == Step::await_engine) plan.look_again = ask_again;
      plan.acts.push_back(std::move(*act));
    } else if (engine.running && one == writer && !set) {
      plan.acts.push_back({Step::set_password, one->id});
    } else if (engine.running && change.reload) {
      plan.acts.push_back({Step::reload_engine, one->id});
    } else if (engine.running && set && !is_settled(*one, at(seen.instances, one->id))) {
      settling.push_back({Step::settle, one->id});
    }
  }
  // What takes time comes last: nobody waits for another's engine.
  std::stable_partition(plan.acts.begin(), plan.acts.end(), [](const Act& act) { return act.step != Step::await_engine; });
  plan.acts.insert(plan.acts.begin(), settling.begin(), settling.end());
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
    if (one->deleting) plan.acts.push_back({Step::remove_instance, one->id});
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
    if (writer_of(wanted, seen.cluster) == nullptr) {
      if (const InstanceRecord* next = choose_writer(wanted, seen))
        return {{{Step::appoint_writer, next->id, seen.cluster.epoch + 1}}};
    }
  }
  return plan_engines(wanted, seen, observed, now);
}

std::string_view step_name(Step step) {
  switch (step) {
    case Step::make_volume: return "make_volume";
    case Step::appoint_writer: return "appoint_writer";
    case Step::start_engine: return "start_engine";
    case Step::await_engine: return "await_engine";
    case Step::stop_engine: return "stop_engine";
    case Step::reload_engine: return "reload_engine";
    case Step::set_password: return "set_password";
    case Step::apply_pending: return "apply_pending";
    case Step::stop_cluster: return "stop_cluster";
    case Step::start_again: return "start_again";
    case Step::settle: return "settle";
    case Step::remove_instance: return "remove_instance";
    case Step::remove_cluster: return "remove_cluster";
  }
  return "?";
}

}  // namespace haar::rds
