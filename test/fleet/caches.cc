#include "caches.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/elasticache/AddTagsToResource.h"
#include "model/elasticache/CreateCacheCluster.h"
#include "model/elasticache/CreateCacheParameterGroup.h"
#include "model/elasticache/DeleteCacheCluster.h"
#include "model/elasticache/ModifyCacheParameterGroup.h"
#include "model/elasticache/RebootCacheCluster.h"
#include "services/elasticache/names.h"
#include "services/elasticache/parameters/config.h"

namespace haar::fleet::sim {
namespace {

constexpr std::uint64_t cluster_ids = 3;
// More than are placed in one transaction.
constexpr std::int64_t nodes_max = 10;
constexpr const char* parameter_group = "mine";

store::Key key_of(const std::string& id) { return store::key_of(account, region, id); }
std::string arn_of(const std::string& id) { return fmt::format("arn:aws:elasticache:{}:{}:cluster:{}", region, account.value, id); }

}  // namespace

void Caches::note(const std::string& call, const std::string& id, const Result<void>& done) {
  life_.tell(fmt::format("{} {}: {}", call, id, done.ok() ? "ok" : done.error().code + " " + done.error().message));
}

void Caches::call_something() {
  out_of_addresses_ = life_.faults && life_.chance.in_thousand(100);
  const std::uint64_t what = life_.chance.below(100);
  if (what < 40) create();
  else if (what < 50) tag();
  else if (what < 60) reboot();
  else if (what < 70) change_parameters();
  else remove();
}

// Mostly one that is there.
std::string Caches::some_cluster() {
  std::vector<std::string> there;
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, cluster] : reader.scan(elasticache::clusters, {})) {
    if (cluster.replication_group.empty()) there.push_back(cluster.id);
  }
  if (!there.empty() && life_.chance.in_thousand(900)) return life_.chance.one_of(there);
  return fmt::format("k{}", life_.chance.below(cluster_ids));
}

void Caches::create() {
  elasticache::CreateCacheClusterMessage in;
  in.CacheClusterId = fmt::format("k{}", life_.chance.below(cluster_ids));
  in.Engine = life_.chance.in_thousand(500) ? "redis" : "memcached";
  in.CacheNodeType = "cache.t3.micro";
  in.NumCacheNodes = in.Engine == "redis" ? 1 : static_cast<std::int32_t>(life_.chance.between(1, nodes_max));
  if (in.Engine == "redis" && life_.world.reader().get(elasticache::parameter_groups, key_of(parameter_group)) != nullptr)
    in.CacheParameterGroupName = parameter_group;
  const bool there = life_.world.reader().get(elasticache::clusters, key_of(in.CacheClusterId)) != nullptr;
  const auto made = life_.world.call<elasticache::ops::CreateCacheCluster>(in);
  note("CreateCacheCluster", in.CacheClusterId, made.ok() ? Result<void>{} : made.error());
  if (!made.ok()) return;
  if (there) life_.violation("a cache that is there was made again: " + in.CacheClusterId);
  const store::Reader reader = life_.world.reader();
  const elasticache::ClusterView cluster = *elasticache::find_cluster(reader, key_of(in.CacheClusterId));
  wishes_[in.CacheClusterId] = {*in.Engine, cluster.wanted.resource_id, static_cast<std::size_t>(*in.NumCacheNodes), {}, false};
  const bool curse = life_.chance.in_thousand(life_.curse_rate);
  for (const elasticache::NodeView& node : cluster.nodes) {
    const std::string id = elasticache::engine_id(cluster.wanted.resource_id, node.wanted.id);
    engines_ever_.insert(id);
    if (curse && (no_engine_.empty() || life_.chance.in_thousand(300))) no_engine_.insert(id);
  }
}

// A wish that is none of the fleet's, while the fleet is at work.
void Caches::tag() {
  elasticache::AddTagsToResourceMessage in;
  const std::string id = some_cluster(), value = std::to_string(life_.chance.below(1000));
  in.ResourceName = arn_of(id);
  elasticache::Tag& tag = in.Tags.emplace_back();
  tag.Key = "team";
  tag.Value = value;
  const auto done = life_.world.call<elasticache::ops::AddTagsToResource>(in);
  note("AddTagsToResource", id, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[id].tags["team"] = value;
}

void Caches::reboot() {
  elasticache::RebootCacheClusterMessage in;
  in.CacheClusterId = some_cluster();
  in.CacheNodeIdsToReboot = {elasticache::node_id(life_.chance.below(2))};
  const auto done = life_.world.call<elasticache::ops::RebootCacheCluster>(in);
  note("RebootCacheCluster", in.CacheClusterId, done.ok() ? Result<void>{} : done.error());
}

// One that a running engine takes, or one that waits for a reboot.
void Caches::change_parameters() {
  if (life_.world.reader().get(elasticache::parameter_groups, key_of(parameter_group)) == nullptr) {
    elasticache::CreateCacheParameterGroupMessage in;
    in.CacheParameterGroupName = parameter_group;
    in.CacheParameterGroupFamily = "redis7";
    in.Description = "of a simulation";
    const auto made = life_.world.call<elasticache::ops::CreateCacheParameterGroup>(in);
    return note("CreateCacheParameterGroup", in.CacheParameterGroupName, made.ok() ? Result<void>{} : made.error());
  }
  elasticache::ModifyCacheParameterGroupMessage in;
  in.CacheParameterGroupName = parameter_group;
  elasticache::ParameterNameValue& one = in.ParameterNameValues.emplace_back();
  one.ParameterName = life_.chance.in_thousand(700) ? "timeout" : "databases";
  one.ParameterValue = std::to_string(life_.chance.between(20, 40));
  const auto done = life_.world.call<elasticache::ops::ModifyCacheParameterGroup>(in);
  note("ModifyCacheParameterGroup", in.CacheParameterGroupName, done.ok() ? Result<void>{} : done.error());
}

void Caches::remove() {
  elasticache::DeleteCacheClusterMessage in;
  in.CacheClusterId = some_cluster();
  const auto done = life_.world.call<elasticache::ops::DeleteCacheCluster>(in);
  note("DeleteCacheCluster", in.CacheClusterId, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[in.CacheClusterId].deleting = true;
}

std::vector<std::string> Caches::free_addresses(std::size_t count) {
  if (std::exchange(out_of_addresses_, false)) return {};
  return life_.world.some_addresses(count);
}

// ---- what has to hold ----------------------------------------------------------------------------------

void Caches::check_always() {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, state] : reader.scan(elasticache::cluster_states, {})) {
    const elasticache::ClusterRecord* cluster = reader.get(elasticache::clusters, key);
    if (cluster == nullptr) life_.violation("a state without its cache: " + key.text());
    else if (state.observed_generation > cluster->generation) life_.violation("a wish of the future was observed: " + key.text());
  }
  for (const auto& [key, node] : reader.scan(elasticache::nodes, {})) {
    if (reader.get(elasticache::clusters, key_of(key.part(2))) == nullptr) life_.violation("a node without its cache: " + key.text());
  }
  for (const auto& [key, state] : reader.scan(elasticache::node_states, {})) {
    if (reader.get(elasticache::nodes, key) == nullptr) life_.violation("a state without its node: " + key.text());
    // One without the other would be lost.
    if (state.address.empty() != state.interface_id.empty()) life_.violation("a node is half placed: " + key.text());
  }
}

void Caches::check_start(const std::string& engine_id) {
  const store::Reader reader = life_.world.reader();
  const auto found = reader.find(elasticache::clusters, elasticache::clusters_by_resource, elasticache::resource_of(engine_id)).first();
  if (!found) return life_.violation("the engine of a cache that is gone is started: " + engine_id);
  const std::optional<elasticache::ClusterView> cluster = elasticache::find_cluster(reader, found->key);
  const bool placed = std::ranges::any_of(cluster->nodes, [&](const elasticache::NodeView& node) {
    return node.seen.placed() && elasticache::engine_id(cluster->wanted.resource_id, node.wanted.id) == engine_id;
  });
  if (!placed) life_.violation("an engine without an address is started: " + engine_id);
}

std::uint64_t Caches::check_rest(Held& held) {
  const store::Reader reader = life_.world.reader();
  std::set<std::string> alive;
  for (const auto& [key, record] : reader.scan(elasticache::clusters, {})) {
    const elasticache::ClusterView cluster = *elasticache::find_cluster(reader, key);
    check_cluster(key, cluster);
    if (!cluster.seen.configuration_address.empty()) held.addresses.insert(cluster.seen.configuration_address);
    for (const elasticache::NodeView& node : cluster.nodes) {
      const std::string id = elasticache::engine_id(cluster.wanted.resource_id, node.wanted.id);
      alive.insert(id);
      held.volumes.insert(id);
      if (!node.seen.placed()) continue;
      held.addresses.insert(node.seen.address);
      held.interfaces.insert(node.seen.interface_id);
    }
  }
  for (const std::string& id : engines_ever_) {
    if (!alive.contains(id) && life_.world.shows(id)) life_.violation("something is shown of what is gone: " + id);
  }
  check_wishes(reader);
  return given_up_;
}

bool Caches::cursed_cluster(const elasticache::ClusterView& cluster) const {
  return std::ranges::any_of(cluster.nodes, [&](const elasticache::NodeView& node) {
    return cursed(elasticache::engine_id(cluster.wanted.resource_id, node.wanted.id));
  });
}

void Caches::check_cluster(const store::Key& key, const elasticache::ClusterView& cluster) {
  const std::string& id = cluster.wanted.id;
  const std::string_view status = elasticache::status_of(cluster);
  const bool given_up = !cluster.seen.given_up.empty();
  if (status != elasticache::status::available && !given_up)
    return life_.violation(fmt::format("the cache {} is {} for ever", id, status));
  for (const elasticache::NodeView& node : cluster.nodes) check_node(cluster, node, given_up);
  if (given_up) {
    ++given_up_;
    if (cluster.seen.problem.empty()) life_.violation("given up, and nobody says why: " + id);
    if (!life_.faults && !cursed_cluster(cluster) && cluster.wanted.replication_group.empty()) life_.violation("given up without a fault: " + id);
    return;
  }
  if (cursed_cluster(cluster)) life_.violation("available, and one of its engines never answered: " + id);
  if (!cluster.placed()) life_.violation("an available cache has no place: " + key.text());
  if (cluster.seen.observed_generation != cluster.wanted.generation) life_.violation("a wish was not observed: " + id);
  if (cluster.seen.failures != 0 || !cluster.seen.problem.empty())
    life_.violation(fmt::format("the cache {} keeps {} failures: {}", id, cluster.seen.failures, cluster.seen.problem));
}

void Caches::check_node(const elasticache::ClusterView& cluster, const elasticache::NodeView& node, bool rests) {
  const std::string id = elasticache::engine_id(cluster.wanted.resource_id, node.wanted.id);
  const auto& engines = life_.world.machine->instances();
  const auto engine = engines.find(id);
  const bool running = engine != engines.end() && engine->second.process.has_value();
  if (rests && running) life_.violation("the engine of what was given up runs on: " + id);
  if (!rests && !running) life_.violation("no engine runs for " + id);
  if (rests || !running) return;
  if (elasticache::needs_start(node)) life_.violation("a reboot was forgotten: " + id);
  if (elasticache::needs_reload(cluster, node)) life_.violation("parameters have not reached " + id);
  if (engine->second.process->parameters != elasticache::engine_parameters(cluster.wanted, node.seen.config))
    life_.violation("an engine runs with other parameters than is written down: " + id);
}

// No wish is lost: what a caller was told is what is written.
void Caches::check_wishes(const store::Reader& reader) {
  for (const auto& [id, wish] : wishes_) {
    const std::optional<elasticache::ClusterView> cluster = elasticache::find_cluster(reader, key_of(id));
    if (wish.deleting) {
      if (cluster) life_.violation("a cache that was deleted is there: " + id);
    } else if (!cluster || cluster->wanted.resource_id != wish.resource_id) {
      life_.violation("a cache that nobody deleted is gone: " + id);
    } else if (cluster->wanted.engine != wish.engine || cluster->nodes.size() != wish.nodes || cluster->wanted.tags != wish.tags) {
      life_.violation("a wish was lost: " + id);
    }
  }
}

}  // namespace haar::fleet::sim
