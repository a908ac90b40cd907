#include "services/rds/plan/failover.h"

#include <algorithm>
#include <tuple>

#include "services/rds/plan/lookup.h"

namespace haar::rds {
namespace {

using fleet::Link;

// Failed starts of a writer that somebody asked to be started again, until a reader takes over.
constexpr std::int32_t restart_failures = 2;

const InstanceRecord* find(const ClusterWanted& wanted, const std::string& resource_id) {
  for (const InstanceRecord* one : wanted.instances) {
    if (one->resource_id == resource_id) return one;
  }
  return nullptr;
}

// Those that have the cluster's data, and stay.
std::vector<const InstanceRecord*> readers_of(const ClusterWanted& wanted, const ClusterSeen& seen) {
  std::vector<const InstanceRecord*> out;
  for (const InstanceRecord* one : wanted.instances) {
    const InstanceStateRecord state = at(seen.instances, one->id);
    if (one->resource_id != seen.cluster.writer && !one->deleting && !state.given_up && state.has_data) out.push_back(one);
  }
  return out;
}

// It has read all that came, and nothing more comes.
bool may_be_elected(const EngineObserved& engine) { return engine.running && engine.said && engine.said->link == Link::down; }
// It soon can be.
bool reads_on(const EngineObserved& engine) {
  return engine.running && engine.said && (engine.said->link == Link::up || engine.said->link == Link::syncing);
}

// The lowest tier first; https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
auto order(const InstanceRecord& one) { return std::tie(one.promotion_tier, one.created_at, one.id); }

// Whoever has most, for what it lacks is lost; among equals the one that was asked for, then by tier.
const InstanceRecord* choose(const std::vector<const InstanceRecord*>& candidates, const ClusterObserved& observed,
                             const std::string& target) {
  const InstanceRecord* best = nullptr;
  const auto position = [&](const InstanceRecord& one) { return at(observed.engines, one.id).said->position; };
  for (const InstanceRecord* one : candidates) {
    if (best == nullptr || position(*one) > position(*best)) best = one;
    else if (position(*one) < position(*best) || best->resource_id == target) continue;
    else if (one->resource_id == target || order(*one) < order(*best)) best = one;
  }
  return best;
}

bool is_asked(const ClusterWanted& wanted, const ClusterSeen& seen) {
  return wanted.cluster.failovers > seen.cluster.failovers_done;
}

// Every reader on which alone something that was acknowledged may be is among these.
bool nothing_acknowledged_is_elsewhere(const ClusterSeen& seen, const std::vector<const InstanceRecord*>& these) {
  if (!seen.cluster.synchronous_now || seen.cluster.synchronous.empty()) return false;
  return std::ranges::all_of(seen.cluster.synchronous, [&](const std::string& id) {
    return std::ranges::any_of(these, [&](const InstanceRecord* one) { return one->resource_id == id; });
  });
}

// A writer that is there, and is to be replaced: who takes over is in step before it is ended.
std::optional<ClusterPlan> plan_replacing(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                                          const InstanceRecord& writer, bool planned) {
  std::vector<const InstanceRecord*> ready;
  for (const InstanceRecord* one : readers_of(wanted, seen)) {
    const EngineObserved engine = at(observed.engines, one->id);
    if (in_step(engine) && !engine.must_rest) ready.push_back(one);
  }
  const InstanceRecord* target = find(wanted, wanted.cluster.failover_target);
  const bool for_target = planned && target != nullptr && !target->deleting && target != &writer;
  if (for_target && std::ranges::find(ready, target) == ready.end()) return std::nullopt;
  if (ready.empty()) return std::nullopt;
  if (!planned && wanted.synchronous && !nothing_acknowledged_is_elsewhere(seen, ready)) return std::nullopt;
  return ClusterPlan{{{Step::fence, writer.id, seen.cluster.epoch, false, false, planned}}, look_soon};
}

// The writer has ended.
std::optional<ClusterPlan> plan_election(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                                         const InstanceRecord& writer, fleet::Ticks now) {
  const bool waited = observed.leaderless_since && now - *observed.leaderless_since >= election_patience;
  const bool planned = is_asked(wanted, seen) || writer.deleting;
  std::vector<const InstanceRecord*> candidates;
  bool more_soon = false;
  for (const InstanceRecord* one : readers_of(wanted, seen)) {
    const EngineObserved engine = at(observed.engines, one->id);
    more_soon = more_soon || reads_on(engine);
    if (may_be_elected(engine) && !engine.must_rest) candidates.push_back(one);
  }
  if (more_soon && !waited) return ClusterPlan{{}, look_soon};
  const InstanceRecord* best = choose(candidates, observed, wanted.cluster.failover_target);
  if (best == nullptr) return std::nullopt;
  const fleet::Position has = at(observed.engines, best->id).said->position;
  const bool has_all = observed.ended_at && has >= *observed.ended_at;
  // A change that nobody needs loses nothing, nor does one in a cluster whose commits wait for readers. Nobody takes over who
  // was not in step when the writer ended: it may lack much.
  const bool may_lose = !planned && !wanted.synchronous && at(observed.engines, best->id).was_in_step;
  if (!has_all && !may_lose && !(wanted.synchronous && !planned && nothing_acknowledged_is_elsewhere(seen, candidates)))
    return std::nullopt;
  Act act{Step::elect, best->id, seen.cluster.epoch + 1};
  act.in_order = has_all;
  for (const InstanceRecord* one : wanted.instances) {
    if (one == best || (one == &writer && has_all)) continue;
    // What one has that said nothing may lead elsewhere.
    if (std::ranges::find(candidates, one) == candidates.end()) act.others.push_back(one->id);
  }
  return ClusterPlan{{std::move(act)}, {}};
}

// Somebody was elected, and takes no writes yet.
ClusterPlan plan_promotion(const ClusterSeen& seen, const ClusterObserved& observed, const InstanceRecord& elected,
                           fleet::Ticks now) {
  const EngineObserved engine = at(observed.engines, elected.id);
  if (!engine.running) return {{{Step::start_engine, elected.id, seen.cluster.epoch}}, look_while_copying};
  if (engine.said) return {{{Step::promote, elected.id, seen.cluster.epoch}}, {}};
  const bool overdue = engine.silent_since && now - *engine.silent_since > start_deadline;
  return {{{Step::await_engine, elected.id, 0, false, overdue}}, ask_again};
}

}  // namespace

bool in_step(const EngineObserved& engine) {
  return engine.running && engine.ready && engine.said && engine.said->link == Link::up;
}

std::optional<ClusterPlan> plan_failover(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                                         fleet::Ticks now) {
  if (wanted.instances.empty() && is_asked(wanted, seen)) return ClusterPlan{{{Step::drop_failover}}, {}};
  const InstanceRecord* writer = find(wanted, seen.cluster.writer);
  if (writer == nullptr || seen.cluster.given_up || seen.cluster.stopped) return std::nullopt;
  if (!is_promoted(seen.cluster) && !writer->deleting) return plan_promotion(seen, observed, *writer, now);
  const bool asked = is_asked(wanted, seen);
  if (readers_of(wanted, seen).empty()) {
    // Nobody is there, and nobody is on the way.
    const bool alone = std::ranges::none_of(wanted.instances, [&](const InstanceRecord* one) {
      return one != writer && !one->deleting && !at(seen.instances, one->id).given_up;
    });
    return asked && alone ? std::optional(ClusterPlan{{{Step::drop_failover}}, {}}) : std::nullopt;
  }
  if (seen.cluster.password_set == 0) return std::nullopt;
  const EngineObserved engine = at(observed.engines, writer->id);
  const InstanceStateRecord state = at(seen.instances, writer->id);
  const bool planned = asked || writer->deleting;
  if (engine.alive) {
    const bool hangs = engine.running && !engine.ready && engine.silent_since && now - *engine.silent_since >= hang_limit;
    if (!planned && !hangs && !engine.must_rest) return std::nullopt;
    // One that hangs is not ended in order.
    return plan_replacing(wanted, seen, observed, *writer, (planned || engine.must_rest) && !hangs);
  }
  // Somebody has asked for this: it comes back.
  const bool restarts = at(wanted.changes, writer->id).restart || state.reboots_done != writer->reboots ||
                        state.class_done != writer->instance_class;
  if (restarts && !planned && state.failures < restart_failures) return std::nullopt;
  return plan_election(wanted, seen, observed, *writer, now);
}

bool hands_over_first(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                      const InstanceRecord& going) {
  if (going.resource_id != seen.cluster.writer || !is_promoted(seen.cluster) || wanted.cluster.deleting) return false;
  const bool ended = !at(observed.engines, going.id).alive;
  return std::ranges::any_of(readers_of(wanted, seen), [&](const InstanceRecord* one) {
    const EngineObserved engine = at(observed.engines, one->id);
    if (engine.must_rest) return false;
    if (!ended) return in_step(engine);
    if (!observed.ended_at) return false;
    return reads_on(engine) || (may_be_elected(engine) && engine.said->position >= *observed.ended_at);
  });
}

std::optional<Act> reader_act(const InstanceRecord& reader, const EngineObserved& engine, fleet::Ticks now,
                              std::optional<fleet::Delay>& look_again) {
  const auto soon = [&](fleet::Delay delay) { look_again = look_again ? std::min(*look_again, delay) : delay; };
  if (in_step(engine)) return std::nullopt;
  if (engine.led_first && now - *engine.led_first >= copy_again_after) return Act{Step::copy_again, reader.id};
  if (engine.led_at && now - *engine.led_at < connect_patience) {
    soon(now - *engine.led_at < connect_patience / 10 ? look_soon : look_while_copying);
    return std::nullopt;
  }
  return Act{Step::follow, reader.id};
}

std::vector<std::string> synchronous_readers(const ClusterWanted& wanted, const ClusterSeen& seen,
                                             const ClusterObserved& observed, fleet::Ticks now) {
  std::vector<std::string> out;
  if (!wanted.synchronous) return out;
  for (const InstanceRecord* one : readers_of(wanted, seen)) {
    const EngineObserved engine = at(observed.engines, one->id);
    const bool known = std::ranges::find(seen.cluster.synchronous, one->resource_id) != seen.cluster.synchronous.end();
    const bool soon_back = known && engine.alive && engine.led_first && now - *engine.led_first < synchronous_patience;
    if (in_step(engine) || soon_back) out.push_back(one->resource_id);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace haar::rds
