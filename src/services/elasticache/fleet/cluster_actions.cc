// The steps of a cache cluster. None waits long: what takes time is asked for again.
#include <algorithm>

#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/names.h"
#include "services/elasticache/parameters/config.h"
#include "services/elasticache/placement.h"
#include "services/elasticache/snapshots/snapshot_kind.h"

namespace haar::elasticache {
namespace {

// Offered to a transaction beyond what it needs, since others may take some in between.
constexpr std::size_t spare_addresses = 4;
// An engine starts in a fraction of this; one that needs longer is asked again, after others had their turn.
constexpr fleet::Milliseconds ready_patience{2'000};
// What a cache holds goes with its process.
constexpr fleet::Epoch only_epoch = 1;

const NodeView* find_node(const ClusterView& cluster, std::string_view id) {
  const auto found = std::ranges::find_if(cluster.nodes, [&](const NodeView& node) { return node.wanted.id == id; });
  return found == cluster.nodes.end() ? nullptr : &*found;
}

}  // namespace

Result<void> ClusterKind::place_nodes(const store::Key& key, const ClusterView& cluster, const std::vector<std::string>& ids) {
  const std::vector<std::string> candidates =
      parts_.free_addresses(static_cast<std::uint16_t>(cluster.wanted.port), ids.size() + 1 + spare_addresses);
  return transact(key, [&](api::Call& call) -> Result<void> {
    const std::optional<ClusterView> now = find_cluster(call.txn, key);
    if (!now || now->wanted.deleting) return {};
    for (const std::string& id : ids) {
      const NodeView* node = find_node(*now, id);
      if (node == nullptr || node->seen.placed()) continue;
      NodeStateRecord seen;
      seen.observed_generation = node->wanted.generation;
      seen.host = parts_.host.node;
      seen.address = TRY(ec2::take_host_address(call.txn, candidates, endpoint_id(now->wanted, id)));
      seen.interface_id = TRY(ec2::create_managed_interface(
          call, service_principal, call.shared_caller(),
          {node->wanted.subnet_id, now->wanted.security_group_ids, "ElastiCache " + now->wanted.id, seen.address}));
      call.txn.put(node_states, node_key(key, id), std::move(seen));
    }
    if (now->wanted.has_configuration_endpoint() && now->seen.configuration_address.empty()) {
      ClusterStateRecord seen = now->seen;
      seen.configuration_address =
          TRY(ec2::take_host_address(call.txn, candidates, endpoint_id(now->wanted, configuration_role)));
      call.txn.put(cluster_states, key, std::move(seen));
    }
    return {};
  });
}

Result<void> ClusterKind::start_engine(const store::Key& key, const ClusterView& cluster, const std::string& node) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster.wanted, node);
  if (health_.watched(engine->id()) && !engine->running()) {
    health_.forget(engine->id());
    return Error{"EngineStartFailed", engine->id() + " ended before it answered", 500, Fault::receiver};
  }
  if (!engine->running() && !TRY(engine->adopt())) {
    // Once, until it was available: a node that ends later begins anew, empty.
    const bool restores = !cluster.wanted.restored_from.empty() && !cluster.seen.made;
    if (restores) TRY(engine->restore(snapshot_folder(parts_.host.state_folder, key, cluster.wanted.restored_from)));
    else TRY(engine->create());
    TRY(certify(key, cluster, node));
    const NodeConfig config = config_at_start(cluster, *find_node(cluster, node));
    TRY(note_config(key, node, config));
    TRY(engine->set_parameters(engine_parameters(cluster.wanted, config)));
    // A member of a group gets its role from the group.
    TRY(engine->start(cluster.wanted.replication_group.empty() ? fleet::Role::writer : fleet::Role::reader, only_epoch));
  }
  watch(key, engine);
  return {};
}

bool ClusterKind::certified(const store::Key& key, const ClusterView& cluster, std::string_view node) const {
  if (cluster.wanted.engine != engine::redis || !parts_.certificates.can_make()) return true;
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster.wanted, node);
  {
    const std::lock_guard lock(certified_lock_);
    if (!certified_.contains(engine->id())) return false;
  }
  const store::Reader reader(parts_.host.db.snapshot());
  return parts_.certificates.is_good(engine->certificate(), certificate_names(reader, key, cluster, node));
}

// Of a good one, the engine is told again: a haar that ended may not have come to that.
Result<void> ClusterKind::certify(const store::Key& key, const ClusterView& cluster, const std::string& node) {
  if (cluster.wanted.engine != engine::redis || !parts_.certificates.can_make()) return {};
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster.wanted, node);
  std::string pem = engine->certificate();
  const store::Reader reader(parts_.host.db.snapshot());
  const std::optional<ClusterView> now = find_cluster(reader, key);
  if (!now) return {};
  const std::vector<tls::Name> names = certificate_names(reader, key, *now, node);
  if (!parts_.certificates.is_good(pem, names)) pem = TRY(parts_.certificates.make(names));
  TRY(engine->set_certificate(pem));
  {
    const std::lock_guard lock(certified_lock_);
    certified_.insert(engine->id());
  }
  tell_group(key, cluster.wanted);
  return {};
}

Result<void> ClusterKind::note_config(const store::Key& key, const std::string& node, const NodeConfig& config) const {
  return transact(key, [&](api::Call& call) -> Result<void> {
    const NodeStateRecord* seen = call.txn.get(node_states, node_key(key, node));
    if (seen == nullptr || seen->config == config) return {};
    NodeStateRecord changed = *seen;
    changed.config = config;
    call.txn.put(node_states, node_key(key, node), std::move(changed));
    return {};
  });
}

// Clients are led away from it by those who hear of its end.
Result<void> ClusterKind::stop_engine(const store::Key& key, const ClusterView& cluster, const std::string& node) {
  TRY(end_engine(engine_of(key, cluster.wanted, node)));
  parts_.endpoints_changed(key);
  return {};
}

Result<void> ClusterKind::reload_engine(const store::Key& key, const ClusterView& cluster, const std::string& node) {
  const NodeConfig config = config_now(cluster, *find_node(cluster, node));
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster.wanted, node);
  TRY(engine->apply_parameters(engine_parameters(cluster.wanted, config), ready_patience));
  return note_config(key, node, config);
}

// One patience for all of them, whatever their number.
Result<void> ClusterKind::await_engines(const store::Key& key, const ClusterView& cluster, const Act& act) {
  const fleet::Ticks deadline = ticks_() + ready_patience;
  for (const std::string& node : act.nodes) {
    const std::string id = engine_id(cluster.wanted.resource_id, node);
    if (health_.ready(id)) continue;
    // It was started and not watched yet when an action was cut short.
    if (!health_.silent_since(id)) watch(key, engine_of(key, cluster.wanted, node));
    const auto left = std::chrono::duration_cast<fleet::Milliseconds>(deadline - ticks_());
    const Result<void> answer = health_.ask(id, std::max(left, fleet::Milliseconds{1}));
    if (answer.ok()) continue;
    if (!engine_of(key, cluster.wanted, node)->running()) health_.forget(id);
    // Not answering yet is no failure; it becomes one when it lasts.
    if (answer.error().code == "EngineNotReady" && !act.overdue) return fleet::waiting(answer.error().message);
    return answer;
  }
  parts_.endpoints_changed(key);
  return {};
}

Result<void> ClusterKind::rest(const store::Key& key, const ClusterView& cluster) {
  for (const NodeView& node : cluster.nodes) TRY(end_engine(engine_of(key, cluster.wanted, node.wanted.id)));
  return update_state(key, [](ClusterStateRecord& seen) { seen.rests = true; });
}

Result<void> ClusterKind::end_engine(const std::shared_ptr<fleet::Engine>& engine) {
  (void)engine->adopt().ok();
  TRY(engine->stop());
  health_.forget(engine->id());
  return {};
}

// Its endpoints are open before it is said to be available.
Result<void> ClusterKind::settle(const store::Key& key, const ClusterView& cluster) {
  parts_.endpoints_changed(key);
  TRY(update_state(key, [&](ClusterStateRecord& seen) {
    seen.made = true;
    seen.observed_generation = cluster.wanted.generation;  // of what was looked at: a later wish is still to come
    seen.failures = 0;
    seen.problem.clear();
  }));
  tell_group(key, cluster.wanted);
  return {};
}

Result<void> ClusterKind::remove_nodes(const store::Key& key, const ClusterView& cluster, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    const std::shared_ptr<fleet::Engine> engine = engine_of(key, cluster.wanted, id);
    TRY(end_engine(engine));
    TRY(engine->remove());
    parts_.host.states.forget(engine->id());
  }
  return transact(key, [&](api::Call& call) -> Result<void> {
    for (const std::string& id : ids) {
      const store::Key node = node_key(key, id);
      if (const NodeStateRecord* seen = call.txn.get(node_states, node)) {
        if (!seen->interface_id.empty())
          TRY(ec2::delete_managed_interface(call, service_principal, call.shared_caller(), seen->interface_id));
        if (seen->placed()) ec2::release_host_address(call.txn, seen->address);
      }
      call.txn.erase(node_states, node);
      call.txn.erase(nodes, node);
    }
    return {};
  });
}

Result<void> ClusterKind::remove_cluster(const store::Key& key, const ClusterView& cluster) {
  // What engines left below it is theirs: it goes in the background.
  TRY(parts_.discard(folder_of(key, cluster.wanted)));
  TRY(transact(key, [&](api::Call& call) -> Result<void> {
    if (const ClusterStateRecord* seen = call.txn.get(cluster_states, key); seen && !seen->configuration_address.empty())
      ec2::release_host_address(call.txn, seen->configuration_address);
    call.txn.erase(cluster_states, key);
    call.txn.erase(clusters, key);
    return {};
  }));
  tell_group(key, cluster.wanted);
  return {};
}

}  // namespace haar::elasticache
