#include "services/elasticache/plan/cluster.h"

#include <algorithm>
#include <array>

#include "services/elasticache/parameters/config.h"

namespace haar::elasticache {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 10> step_names{"place_nodes",   "start_engine", "await_engines", "stop_engine",
                                                      "reload_engine", "certify",      "rest",          "settle",
                                                      "remove_nodes",  "remove_cluster"};

EngineObserved engine_of(const ClusterObserved& observed, const NodeView& node) {
  const auto found = observed.find(node.wanted.id);
  return found == observed.end() ? EngineObserved{} : found->second;
}

bool is_settled(const ClusterView& cluster) {
  const ClusterStateRecord& seen = cluster.seen;
  return seen.made && seen.observed_generation == cluster.wanted.generation && seen.failures == 0 && seen.problem.empty();
}

// Deleting gets through whatever else is half done. The last nodes first: a configuration endpoint leads to the first.
ClusterPlan plan_removal(const ClusterView& cluster) {
  if (cluster.nodes.empty()) return {{{Step::remove_cluster}}};
  Act act{Step::remove_nodes};
  for (auto node = cluster.nodes.rbegin(); node != cluster.nodes.rend() && act.nodes.size() < nodes_at_once; ++node)
    act.nodes.push_back(node->wanted.id);
  return {{act}};
}

ClusterPlan plan_rest(const ClusterView& cluster, const ClusterObserved& observed) {
  bool running = false;
  Act act{Step::rest};
  for (const NodeView& node : cluster.nodes) {
    running = running || engine_of(observed, node).running;
    act.nodes.push_back(node.wanted.id);
  }
  if (cluster.seen.rests && !running) return {};
  return {{act}};
}

// Nodes that are to go, while the others stay.
std::optional<ClusterPlan> plan_fewer(const ClusterView& cluster) {
  Act act{Step::remove_nodes};
  for (const NodeView& node : cluster.nodes) {
    if (node.wanted.deleting && act.nodes.size() < nodes_at_once) act.nodes.push_back(node.wanted.id);
  }
  if (act.nodes.empty()) return std::nullopt;
  return ClusterPlan{{act}};
}

// The configuration endpoint's address comes with those of the nodes.
ClusterPlan plan_placement(const ClusterView& cluster) {
  Act act{Step::place_nodes};
  for (const NodeView& node : cluster.nodes) {
    if (!node.seen.placed() && act.nodes.size() < nodes_at_once) act.nodes.push_back(node.wanted.id);
  }
  return {{act}};
}

ClusterPlan plan_engines(const ClusterView& cluster, const ClusterObserved& observed, fleet::Ticks now) {
  ClusterPlan plan;
  Act await{Step::await_engines};
  for (const NodeView& node : cluster.nodes) {
    const EngineObserved engine = engine_of(observed, node);
    if (!engine.running) plan.acts.push_back({Step::start_engine, {node.wanted.id}});
    // One that hangs, too: a reboot is what ends that.
    if (engine.running && needs_start(node)) plan.acts.push_back({Step::stop_engine, {node.wanted.id}});
    if (engine.ready && needs_reload(cluster, node)) plan.acts.push_back({Step::reload_engine, {node.wanted.id}});
    if (engine.ready && !engine.certified) plan.acts.push_back({Step::certify, {node.wanted.id}});
    if (engine.ready) continue;
    await.nodes.push_back(node.wanted.id);
    await.overdue = await.overdue || (engine.silent_since && now - *engine.silent_since > start_deadline);
  }
  // All run before any is waited for: they get ready side by side, and one that cannot be started is tried again later and
  // later, and not as often as one that is starting is asked.
  if (!plan.acts.empty()) return plan;
  if (!await.nodes.empty()) return {{await}, ask_again};
  if (!is_settled(cluster)) plan.acts.push_back({Step::settle});
  else if (cluster.wanted.engine == engine::redis) plan.look_again = between_certificate_looks;
  return plan;
}

}  // namespace

ClusterPlan plan_cluster(const ClusterView& cluster, const ClusterObserved& observed, fleet::Ticks now) {
  if (cluster.wanted.deleting) return plan_removal(cluster);
  if (!cluster.seen.given_up.empty()) return plan_rest(cluster, observed);
  if (std::optional<ClusterPlan> fewer = plan_fewer(cluster)) return *fewer;
  if (!cluster.placed()) return plan_placement(cluster);
  return plan_engines(cluster, observed, now);
}

ClusterStateRecord after_failure(const ClusterView& cluster, Step step, const std::string& problem) {
  ClusterStateRecord seen = cluster.seen;
  ++seen.failures;
  if (seen.failures < failures_before_giving_up) return seen;
  seen.problem = problem;
  if (!seen.made && seen.given_up.empty() && !cluster.wanted.deleting)
    seen.given_up = step == Step::place_nodes ? status::incompatible_network : status::restore_failed;
  return seen;
}

std::string_view step_name(Step step) { return step_names.at(static_cast<std::size_t>(step)); }

Step step_of(std::string_view name) {
  return static_cast<Step>(std::ranges::find(step_names, name) - step_names.begin());
}

}  // namespace haar::elasticache
