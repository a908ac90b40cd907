#include "control/elasticache_controller.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "base/log.h"
#include "control/guarded.h"
#include "engines/memcached.h"
#include "engines/redis.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/elasticache/engine_versions.h"
#include "services/elasticache/names.h"
#include "services/elasticache/node_types.h"
#include "services/elasticache/placement.h"

namespace haar::control {
namespace {

using elasticache::ClusterRecord;
using elasticache::NodeRecord;

using engines::Milliseconds;

// Threads are started as they are needed; an account never has more than its share of them.
constexpr std::size_t threads_max = 16, at_once_per_account = 4;
constexpr int failures_before_giving_up = 5;
constexpr int steps_in_a_row_max = 32;
// A transaction takes 128 writes; a node's interface, its address and their events are a handful.
constexpr std::size_t nodes_per_transaction = 8;
// Offered to a transaction beyond what it needs, since others may take some in between.
constexpr std::size_t spare_addresses = 4;
// An engine starts in a fraction of this; one that needs longer is asked again, after others had their turn.
constexpr Milliseconds ready_patience{2'000};
constexpr WorkQueue::Delay ask_again{50};
// An engine that has not answered for so long counts as one whose start failed.
constexpr Milliseconds start_deadline{60'000};
// There is nothing to save. memcached needs up to a second to notice SIGTERM; it need not.
constexpr engines::StopPlan stop_now{SIGTERM, Milliseconds{100}, 0, {}};
// haar's end: all caches together have so long until they are killed.
constexpr Milliseconds stop_total{3'000};

// 200 ms, doubled with each failure, half a minute at most.
WorkQueue::Delay delay_after(int failures) {
  return WorkQueue::Delay(std::min(30'000, 200 << std::min(failures, 8)));
}

// What the node type gives, but no more than half of what this machine has.
std::uint32_t memory_mb(const std::string& node_type) {
  const long pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  const std::int64_t half = static_cast<std::int64_t>(pages) * page / 2 / (1 << 20);
  const Result<std::uint32_t> wanted = elasticache::node_memory_mb(node_type);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(wanted.ok() ? *wanted : 0, std::max<std::int64_t>(half, 1)));
}

bool is_redis(const ClusterRecord& cluster) { return cluster.engine == elasticache::engine::redis; }

// Whom an address of the host stands for.
std::string owner_of(const ClusterRecord& cluster, std::string_view what) {
  return fmt::format("elasticache/{}/{}", cluster.resource_id, what);
}

}  // namespace

ElastiCacheController::ElastiCacheController(Host host, Endpoints& endpoints)
    : host_(std::move(host)),
      endpoints_(endpoints),
      queue_({"haar-cache", threads_max, at_once_per_account,
              [](const std::string& key) { return store::Key::from_bytes(key).account().value; },
              [this](const std::string& key, std::string_view) { queue_.add(key, delay_after(failures_before_giving_up)); }},
             [this](const std::string& key) { reconcile(key); }),
      health_({}, [this](const std::string& id) { health_changed(id); }) {}

void ElastiCacheController::start() {
  const store::Reader reader(host_.db.snapshot());
  for (const auto& [key, cluster] : reader.scan(elasticache::clusters, {})) queue_.add(key.bytes());
}

void ElastiCacheController::changed(std::string_view space, const store::Key& key) {
  if (space == elasticache::clusters.name()) queue_.add(key.bytes());
}

void ElastiCacheController::stop() {
  health_.stop();
  queue_.stop();
}

std::optional<store::Key> ElastiCacheController::key_of(std::string_view engine_id) const {
  const std::lock_guard lock(mutex_);
  const auto known = key_of_resource_.find(elasticache::resource_of(engine_id));
  return known == key_of_resource_.end() ? std::nullopt : std::optional(store::Key::from_bytes(known->second));
}

void ElastiCacheController::engine_exited(const std::string& engine_id) {
  const std::optional<store::Key> key = key_of(engine_id);
  if (!key) return;
  health_.forget(engine_id);
  show(engine_id);
  endpoints_.refresh();
  queue_.add(key->bytes());
}

// Findings of several threads meet here: one at a time, so that what is shown is what was found last.
void ElastiCacheController::show(const std::string& engine_id) {
  const std::lock_guard lock(showing_);
  const std::string_view status =
      health_.ready(engine_id) ? elasticache::status::available : elasticache::status::rebooting_node;
  host_.states.set(engine_id, {std::string(status), ""});
}

// An engine that ceased to answer is asked until it answers again.
void ElastiCacheController::health_changed(const std::string& engine_id) {
  show(engine_id);
  if (!health_.ready(engine_id)) log_warning("an engine does not answer", {{"engine", engine_id}});
  if (const std::optional<store::Key> key = key_of(engine_id)) queue_.add(key->bytes());
}

std::string ElastiCacheController::folder_of(const store::Key& key, const Cluster& cluster) const {
  return fmt::format("{}/elasticache/{}/{}/{}", host_.state_folder, key.part(0), key.part(1), cluster.resource_id);
}

engines::InstanceSpec ElastiCacheController::spec_of(const store::Key& key, const Cluster& cluster,
                                                     const Node& node) const {
  engines::InstanceSpec spec;
  spec.id = elasticache::engine_id(cluster.resource_id, node.id);
  spec.folder = folder_of(key, cluster) + "/" + node.id;
  spec.run_folder = fmt::format("{}/{}", host_.run_folder, short_name(spec.id));
  spec.port = static_cast<std::uint16_t>(cluster.port);
  spec.name = cluster.id;
  spec.memory_mb = memory_mb(cluster.node_type);
  return spec;
}

CacheObserved ElastiCacheController::observe(const Cluster& cluster) const {
  CacheObserved seen;
  for (const Node& node : cluster.nodes) {
    const std::string id = elasticache::engine_id(cluster.resource_id, node.id);
    if (!host_.supervisor.running(id)) continue;
    ++seen.engines_running;
    if (health_.ready(id)) ++seen.engines_ready;
  }
  return seen;
}

void ElastiCacheController::reconcile(const std::string& key_bytes) {
  const store::Key key = store::Key::from_bytes(key_bytes);
  for (int i = 0; i < steps_in_a_row_max; ++i) {
    const store::Reader reader(host_.db.snapshot());
    const Cluster* cluster = reader.get(elasticache::clusters, key);
    if (cluster == nullptr) return;
    {
      const std::lock_guard lock(mutex_);
      key_of_resource_[cluster->resource_id] = key_bytes;
    }
    const CacheStep step = next_step(*cluster, observe(*cluster));
    if (step == CacheStep::none) return;
    const Result<void> done = guarded([&] { return take(step, key, *cluster); });
    if (!done.ok()) return failed(step, key, *cluster, done.error());
    const std::lock_guard lock(mutex_);
    failures_.erase(key_bytes);
  }
  queue_.add(key_bytes);
}

Result<void> ElastiCacheController::take(CacheStep step, const store::Key& key, const Cluster& cluster) {
  switch (step) {
    case CacheStep::place_nodes: return place_nodes(key, cluster);
    case CacheStep::start_engines: return start_engines(key, cluster);
    case CacheStep::await_engines: return await_engines(cluster);
    case CacheStep::stop_engines: return rest_engines(cluster);
    case CacheStep::finish_cluster:
      endpoints_.refresh();
      return update(key, [](Cluster& r) {
        if (r.status == elasticache::status::creating) r.status = elasticache::status::available;
        r.problem.clear();
        return true;
      });
    case CacheStep::remove_nodes: return remove_nodes(key, cluster);
    case CacheStep::remove_cluster: return remove_cluster(key, cluster);
    case CacheStep::none: return {};
  }
  return {};
}

void ElastiCacheController::failed(CacheStep step, const store::Key& key, const Cluster& cluster, const Error& error) {
  if (error.code == "Stopping") return;  // the next haar goes on
  // Not answering yet is no failure; it becomes one when it lasts.
  const bool overdue = std::any_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& node) {
    return health_.overdue(elasticache::engine_id(cluster.resource_id, node.id), start_deadline);
  });
  if (step == CacheStep::await_engines && error.code == "EngineNotReady" && !overdue)
    return queue_.add(key.bytes(), ask_again);
  int failures = 0;
  {
    const std::lock_guard lock(mutex_);
    failures = ++failures_[key.bytes()];
  }
  log_warning("a step of a cache cluster failed",
              {{"cluster", cluster.id}, {"step", step_name(step)}, {"reason", error.message}});
  const bool deleting = step == CacheStep::remove_nodes || step == CacheStep::remove_cluster;
  if (failures >= failures_before_giving_up && !deleting) {
    // A cluster being made ends in the status that AWS has for it; one that was available stays so and is
    // tried again, with the reason kept.
    const Result<void> noted = update(key, [&](Cluster& r) {
      const bool was_creating = r.status == elasticache::status::creating;
      const bool news = was_creating || r.problem != error.message;
      r.problem = error.message;
      if (was_creating) {
        r.status = step == CacheStep::place_nodes ? elasticache::status::incompatible_network
                                                  : elasticache::status::restore_failed;
      }
      return news;
    });
    if (!noted.ok())
      log_error("a failure could not be written down", {{"cluster", cluster.id}, {"reason", noted.error().message}});
  }
  queue_.add(key.bytes(), delay_after(failures));
}

Result<void> ElastiCacheController::place_nodes(const store::Key& key, const Cluster& cluster) {
  const std::vector<std::string> candidates = ec2::probe_host_addresses(
      host_.env.part<frontdoor::AddressSlice>(), static_cast<std::uint16_t>(cluster.port), host_.env.random,
      std::min(nodes_per_transaction, cluster.nodes.size()) + 1 + spare_addresses);
  return transact_as_service(
      host_, key.account(), Region(key.region()), elasticache::service_principal, [&](api::Call& call) -> Result<void> {
        const Cluster* record = call.txn.get(elasticache::clusters, key);
        if (record == nullptr || record->status == elasticache::status::deleting) return {};
        Cluster changed = *record;
        std::size_t placed = 0;
        for (Node& node : changed.nodes) {
          if (node.placed()) continue;
          if (placed++ == nodes_per_transaction) break;
          node.address = TRY(ec2::take_host_address(call.txn, candidates, owner_of(changed, node.id)));
          node.interface_id = TRY(ec2::create_managed_interface(
              call, elasticache::service_principal, call.shared_caller(),
              {node.subnet_id, changed.security_group_ids, "ElastiCache " + changed.id, node.address}));
        }
        if (changed.has_configuration_endpoint() && changed.configuration_address.empty())
          changed.configuration_address = TRY(ec2::take_host_address(call.txn, candidates, owner_of(changed, "cfg")));
        call.txn.put(elasticache::clusters, key, std::move(changed));
        return {};
      });
}

Result<void> ElastiCacheController::start_engine(const store::Key& key, const engines::InstanceSpec& spec,
                                                 const Cluster& cluster) {
  if (host_.supervisor.running(spec.id)) return {};
  if (!engines::adopt(host_.supervisor, spec).ok()) {
    const auto version = TRY(elasticache::choose_version(host_.catalog, cluster.engine, cluster.engine_version));
    TRY(host_.supervisor.self_test());
    if (is_redis(cluster)) {
      TRY(engines::redis::start(host_.supervisor, version.program, spec, host_.env.random));
    } else {
      TRY(engines::memcached::start(host_.supervisor, version.program, spec));
    }
  }
  health_.watch(spec.id, key.account().value, [this, spec, redis = is_redis(cluster)](Milliseconds timeout) {
    return redis ? engines::redis::wait_ready(host_.supervisor, spec, timeout)
                 : engines::memcached::wait_ready(host_.supervisor, spec, timeout);
  });
  show(spec.id);
  return {};
}

Result<void> ElastiCacheController::start_engines(const store::Key& key, const Cluster& cluster) {
  // All are started before any is waited for: they get ready side by side.
  for (const Node& node : cluster.nodes) TRY(start_engine(key, spec_of(key, cluster, node), cluster));
  return {};
}

// One patience for all of them, whatever their number.
Result<void> ElastiCacheController::await_engines(const Cluster& cluster) {
  const auto deadline = std::chrono::steady_clock::now() + ready_patience;
  for (const Node& node : cluster.nodes) {
    const std::string id = elasticache::engine_id(cluster.resource_id, node.id);
    if (health_.ready(id)) continue;
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    TRY(health_.ask(id, std::max(left, Milliseconds{1})));
  }
  endpoints_.refresh();
  return {};
}

Result<void> ElastiCacheController::rest_engines(const Cluster& cluster) {
  for (const Node& node : cluster.nodes)
    TRY(host_.supervisor.stop(elasticache::engine_id(cluster.resource_id, node.id), stop_now));
  return {};
}

Result<void> ElastiCacheController::remove_nodes(const store::Key& key, const Cluster& cluster) {
  // The last nodes first: a configuration endpoint leads to the first.
  const std::size_t kept = cluster.nodes.size() - std::min(nodes_per_transaction, cluster.nodes.size());
  for (std::size_t i = kept; i < cluster.nodes.size(); ++i) {
    const engines::InstanceSpec spec = spec_of(key, cluster, cluster.nodes[i]);
    // After a restart of haar the engine may run unadopted: no folder is pulled from under it.
    (void)engines::adopt(host_.supervisor, spec).ok();
    TRY(host_.supervisor.stop(spec.id, stop_now));
    TRY(engines::remove_instance(host_.supervisor, spec));
    health_.forget(spec.id);
    host_.states.forget(spec.id);
  }
  return transact_as_service(
      host_, key.account(), Region(key.region()), elasticache::service_principal, [&](api::Call& call) -> Result<void> {
        const Cluster* record = call.txn.get(elasticache::clusters, key);
        if (record == nullptr) return {};
        Cluster changed = *record;
        for (; changed.nodes.size() > kept; changed.nodes.pop_back()) {
          const Node& node = changed.nodes.back();
          if (!node.interface_id.empty())
            TRY(ec2::delete_managed_interface(call, elasticache::service_principal, call.shared_caller(),
                                              node.interface_id));
          if (node.placed()) ec2::release_host_address(call.txn, node.address);
        }
        call.txn.put(elasticache::clusters, key, std::move(changed));
        return {};
      });
}

Result<void> ElastiCacheController::remove_cluster(const store::Key& key, const Cluster& cluster) {
  // What engines left below it is theirs: renamed away at once, and deleted in the background without following links.
  TRY(host_.supervisor.discard(folder_of(key, cluster)));
  const std::string resource_id = cluster.resource_id, address = cluster.configuration_address;
  TRY(transact_as_service(host_, key.account(), Region(key.region()), elasticache::service_principal,
                          [&](api::Call& call) -> Result<void> {
                            if (!address.empty()) ec2::release_host_address(call.txn, address);
                            call.txn.erase(elasticache::clusters, key);
                            return {};
                          }));
  const std::lock_guard lock(mutex_);
  key_of_resource_.erase(resource_id);
  failures_.erase(key.bytes());
  return {};
}

Result<void> ElastiCacheController::update(const store::Key& key, const std::function<bool(Cluster&)>& change) {
  return transact_as_service(host_, key.account(), Region(key.region()), elasticache::service_principal,
                             [&](api::Call& call) -> Result<void> {
                               const Cluster* record = call.txn.get(elasticache::clusters, key);
                               if (record == nullptr) return {};
                               Cluster changed = *record;
                               if (change(changed)) call.txn.put(elasticache::clusters, key, std::move(changed));
                               return {};
                             });
}

void ElastiCacheController::stop_engines() {
  const store::Reader reader(host_.db.snapshot());
  std::vector<std::string> ids;
  for (const auto& [key, cluster] : reader.scan(elasticache::clusters, {})) {
    for (const Node& node : cluster.nodes) {
      const engines::InstanceSpec spec = spec_of(key, cluster, node);
      // After a start that was cut short an engine may run unadopted.
      (void)engines::adopt(host_.supervisor, spec).ok();
      if (host_.supervisor.running(spec.id)) ids.push_back(spec.id);
    }
  }
  const Result<void> stopped = host_.supervisor.stop_all(ids, SIGTERM, stop_total);
  if (!stopped.ok()) log_warning("an engine did not stop", {{"reason", stopped.error().message}});
}

void ElastiCacheController::plan_endpoints(const store::Reader& reader, std::vector<EndpointPlan>& out) const {
  for (const auto& [key, cluster] : reader.scan(elasticache::clusters, {})) {
    const elasticache::DomainRecord* domain =
        reader.get(elasticache::domains, store::key_of(key.account(), key.region(), "label"));
    const std::string label = domain == nullptr ? "" : domain->label;
    EndpointPlan plan;
    plan.service = elasticache::service_principal;
    plan.account = key.account();
    plan.region = Region(key.region());
    plan.resource_arn =
        make_arn(host_.env.partition, "elasticache", plan.region.value, plan.account, "cluster:" + cluster.id);
    plan.port = static_cast<std::uint16_t>(cluster.port);
    plan.group_ids = cluster.security_group_ids;
    std::vector<std::string> running;
    for (const Node& node : cluster.nodes) {
      if (!node.placed()) continue;
      const engines::InstanceSpec spec = spec_of(key, cluster, node);
      EndpointPlan one = plan;
      one.id = owner_of(cluster, node.id);
      one.name = elasticache::node_endpoint_name(cluster, node.id, label, plan.region.value);
      one.address = node.address;
      if (cluster.status != elasticache::status::deleting && host_.supervisor.running(spec.id)) {
        one.targets = {spec.handoff()};
        running.push_back(spec.handoff());
      }
      out.push_back(std::move(one));
    }
    if (cluster.configuration_address.empty()) continue;
    plan.id = owner_of(cluster, "cfg");
    plan.name = elasticache::configuration_endpoint_name(cluster, label, plan.region.value);
    plan.address = cluster.configuration_address;
    // What is no question about the cluster goes to the first node that runs.
    plan.targets = std::move(running);
    const Result<elasticache::EngineVersion> version =
        elasticache::choose_version(host_.catalog, cluster.engine, cluster.engine_version);
    if (is_placed(cluster) && version.ok()) plan.answers = configuration_answers(cluster, version.value().program.version);
    out.push_back(std::move(plan));
  }
}

}  // namespace haar::control
