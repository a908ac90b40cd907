#include "services/elasticache/fleet/cluster_kind.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "services/elasticache/group_view.h"
#include "services/elasticache/names.h"
#include "services/elasticache/node_types.h"
#include "services/elasticache/placement.h"

namespace haar::elasticache {
namespace {

// What the node type gives, but no more than half of what this machine has.
std::uint32_t memory_mb(const std::string& node_type) {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  const std::int64_t half = static_cast<std::int64_t>(pages) * page / 2 / (1 << 20);
  const Result<std::uint32_t> wanted = node_memory_mb(node_type);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(wanted.ok() ? *wanted : 0, std::max<std::int64_t>(half, 1)));
}

}  // namespace

ClusterKind::ClusterKind(const fleet::Runtime& runtime, fleet::Reconciler& reconciler, Parts parts)
    : parts_(std::move(parts)),
      reconciler_(reconciler),
      ticks_(runtime.ticks),
      health_(runtime, {}, [this](const std::string& id) { health_changed(id); }) {}

std::vector<store::Key> ClusterKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, cluster] : reader.scan(clusters, {})) keys.push_back(key);
  return keys;
}

// Of what is wanted alone: what it writes itself is no reason to look again.
std::optional<store::Key> ClusterKind::concerned(const store::Reader&, const store::Changed& change) const {
  if (change.space == clusters.name()) return change.key;
  if (change.space == nodes.name()) return store::key_of(change.key.account(), change.key.region(), change.key.part(2));
  return std::nullopt;
}

fleet::Plan ClusterKind::plan(const store::Key& key) {
  const store::Reader reader(parts_.host.db.snapshot());
  std::optional<ClusterView> found = find_cluster(reader, key);
  if (!found) return {};
  const auto cluster = std::make_shared<const ClusterView>(std::move(*found));
  const ClusterPlan wanted = plan_cluster(*cluster, observe(key, *cluster), ticks_());
  fleet::Plan plan;
  plan.look_again = wanted.look_again;
  for (const Act& act : wanted.acts)
    plan.actions.push_back({step_name(act.step), action(act, key, cluster), act.nodes.size() == 1 ? act.nodes.front() : ""});
  return plan;
}

std::function<Result<void>()> ClusterKind::action(const Act& act, const store::Key& key,
                                                  const std::shared_ptr<const ClusterView>& cluster) {
  switch (act.step) {
    case Step::place_nodes: return [=, this] { return place_nodes(key, *cluster, act.nodes); };
    case Step::start_engine: return [=, this] { return start_engine(key, *cluster, act.nodes.front()); };
    case Step::await_engines: return [=, this] { return await_engines(key, *cluster, act); };
    case Step::stop_engine: return [=, this] { return stop_engine(key, *cluster, act.nodes.front()); };
    case Step::certify: return [=, this] { return certify(key, *cluster, act.nodes.front()); };
    case Step::reload_engine: return [=, this] { return reload_engine(key, *cluster, act.nodes.front()); };
    case Step::rest: return [=, this] { return rest(key, *cluster); };
    case Step::settle: return [=, this] { return settle(key, *cluster); };
    case Step::remove_nodes: return [=, this] { return remove_nodes(key, *cluster, act.nodes); };
    case Step::remove_cluster: return [=, this] { return remove_cluster(key, *cluster); };
  }
  return [] { return Result<void>(); };
}

ClusterObserved ClusterKind::observe(const store::Key& key, const ClusterView& cluster) const {
  ClusterObserved observed;
  for (const NodeView& node : cluster.nodes) {
    const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster.wanted, node.wanted.id);
    EngineObserved& seen = observed[node.wanted.id];
    seen.running = engine->running();
    seen.ready = seen.running && health_.ready(engine->id());
    seen.silent_since = health_.silent_since(engine->id());
    seen.certified = certified(key, cluster, node.wanted.id);
  }
  return observed;
}

int ClusterKind::note_failure(const store::Key& key, const fleet::Action& action, const Error& error) {
  int failures = 1;
  const Result<void> noted = transact(key, [&](api::Call& call) -> Result<void> {
    const std::optional<ClusterView> cluster = find_cluster(call.txn, key);
    if (!cluster) return {};
    ClusterStateRecord seen = after_failure(*cluster, step_of(action.name), error.message);
    failures = seen.failures;
    call.txn.put(cluster_states, key, std::move(seen));
    return {};
  });
  if (!noted.ok()) log_error("a failure could not be written down", {{"cluster", key.text()}, {"reason", noted.error().message}});
  return failures;
}

Result<void> ClusterKind::transact(const store::Key& key, const std::function<Result<void>(api::Call&)>& work) const {
  return fleet::transact_as_service(parts_.host, key.account(), Region(key.region()), service_principal, work);
}

Result<void> ClusterKind::update_state(const store::Key& key, const std::function<void(ClusterStateRecord&)>& change) const {
  return transact(key, [&](api::Call& call) -> Result<void> {
    const std::optional<ClusterView> cluster = find_cluster(call.txn, key);
    if (!cluster) return {};
    ClusterStateRecord seen = cluster->seen;
    change(seen);
    call.txn.put(cluster_states, key, std::move(seen));
    return {};
  });
}

std::string ClusterKind::folder_of(const store::Key& key, const ClusterRecord& cluster) const {
  return fmt::format("{}/elasticache/{}/{}/{}", parts_.host.state_folder, key.part(0), key.part(1), cluster.resource_id);
}

std::shared_ptr<fleet::Engine> ClusterKind::engine_of(const store::Key& key, const ClusterRecord& cluster,
                                                      std::string_view node) const {
  return parts_.engine(cluster, spec_of(key, cluster, node));
}

engines::InstanceSpec ClusterKind::spec_of(const store::Key& key, const ClusterRecord& cluster, std::string_view node) const {
  engines::InstanceSpec spec;
  spec.id = engine_id(cluster.resource_id, node);
  spec.folder = fmt::format("{}/{}", folder_of(key, cluster), node);
  spec.run_folder = fmt::format("{}/{}", parts_.host.run_folder, fleet::short_name(spec.id));
  spec.port = static_cast<std::uint16_t>(cluster.port);
  spec.name = cluster.id;
  spec.memory_mb = memory_mb(cluster.node_type);
  const store::Reader reader(parts_.host.db.snapshot());
  if (const NodeStateRecord* seen = reader.get(node_states, node_key(key, node))) spec.address = seen->address;
  return spec;
}

std::optional<store::Key> ClusterKind::group_of_engine(std::string_view engine_id) const {
  const store::Reader reader(parts_.host.db.snapshot());
  const auto found = reader.find(clusters, clusters_by_resource, resource_of(engine_id)).first();
  return found ? group_key_of(found->key, found->record) : std::nullopt;
}

void ClusterKind::tell_group(const store::Key& key, const ClusterRecord& cluster) const {
  if (!look_at_group_) return;
  if (const std::optional<store::Key> group = group_key_of(key, cluster)) look_at_group_(*group);
}

std::optional<store::Key> ClusterKind::key_of(std::string_view engine_id) const {
  const store::Reader reader(parts_.host.db.snapshot());
  const auto found = reader.find(clusters, clusters_by_resource, resource_of(engine_id)).first();
  return found ? std::optional(found->key) : std::nullopt;
}

void ClusterKind::watch(const store::Key& key, const std::shared_ptr<fleet::Engine>& engine) {
  health_.watch(engine->id(), key.account().value,
                [engine](fleet::Milliseconds patience) { return engine->ready(patience); });
  show(engine->id());
}

// One that ended before it ever answered has failed to start: who awaits it, or starts it anew, counts that and tries again
// later. The others are started again at once.
void ClusterKind::engine_ended(const std::string& engine_id) {
  const std::optional<store::Key> key = key_of(engine_id);
  if (!key) return;
  {
    const std::lock_guard lock(certified_lock_);
    certified_.erase(engine_id);
  }
  const bool came_up = health_.came_up(engine_id);
  if (came_up) health_.forget(engine_id);
  const store::Reader reader(parts_.host.db.snapshot());
  const ClusterRecord* cluster = reader.get(clusters, *key);
  // Of one that is being removed nothing is shown any more.
  if (cluster != nullptr && !cluster->deleting) show(engine_id);
  parts_.endpoints_changed(*key);
  if (came_up) look(*key);
}

// Findings of several threads meet here: one at a time, so that what is shown is what was found last.
void ClusterKind::show(const std::string& engine_id) {
  const std::lock_guard lock(showing_);
  const std::string_view shown = health_.ready(engine_id) ? status::available : status::rebooting_node;
  parts_.host.states.set(engine_id, {std::string(shown), ""});
}

// An engine that ceased to answer is asked until it answers again.
void ClusterKind::health_changed(const std::string& engine_id) {
  show(engine_id);
  if (!health_.ready(engine_id)) log_warning("an engine does not answer", {{"engine", engine_id}});
  if (const std::optional<store::Key> key = key_of(engine_id)) look(*key);
  if (const std::optional<store::Key> group = group_of_engine(engine_id); group && look_at_group_) look_at_group_(*group);
}

std::vector<std::string> ClusterKind::running_engines() {
  const store::Reader reader(parts_.host.db.snapshot());
  std::vector<std::string> ids;
  for (const auto& [key, cluster] : reader.scan(clusters, {})) {
    for (const auto& [node_key, node] : reader.scan(nodes, nodes_of(key))) {
      const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster, node.id);
      // After a start that was cut short an engine may run unadopted.
      (void)engine->adopt().ok();
      if (engine->running()) ids.push_back(engine->id());
    }
  }
  return ids;
}

}  // namespace haar::elasticache
