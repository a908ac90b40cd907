#include "services/elasticache/cluster_view.h"

#include <algorithm>

#include "services/elasticache/parameters/config.h"
#include "services/elasticache/parameters/groups.h"
#include "services/elasticache/users/access.h"

namespace haar::elasticache {
bool ClusterView::placed() const {
  if (wanted.has_configuration_endpoint() && seen.configuration_address.empty()) return false;
  return std::ranges::all_of(nodes, [](const NodeView& node) { return node.seen.placed(); });
}

std::optional<ClusterView> find_cluster(const store::Reader& reader, const store::Key& key) {
  const ClusterRecord* wanted = reader.get(clusters, key);
  if (wanted == nullptr) return std::nullopt;
  ClusterView out{*wanted, {}, {}};
  if (const ClusterStateRecord* seen = reader.get(cluster_states, key)) out.seen = *seen;
  for (const auto& [node_key, node] : reader.scan(nodes, nodes_of(key))) {
    const NodeStateRecord* seen = reader.get(node_states, node_key);
    out.nodes.push_back({node, seen == nullptr ? NodeStateRecord{} : *seen});
  }
  out.parameters = values_of_group(reader, key, wanted->parameter_group);
  if (wanted->replication_group.empty()) return out;
  const GroupRecord* group = reader.get(groups, store::key_of(key.account(), key.region(), wanted->replication_group));
  if (group != nullptr) out.access = access_versions(reader, key, *group);
  return out;
}

store::Key nodes_of(const store::Key& cluster) {
  return store::prefix_of(cluster.account(), cluster.region(), cluster.part(2));
}

store::Key node_key(const store::Key& cluster, std::string_view node) {
  return store::key_of(cluster.account(), cluster.region(), cluster.part(2), node);
}

std::string_view status_of(const ClusterRecord& wanted, const ClusterStateRecord& seen) {
  if (wanted.deleting) return status::deleting;
  if (seen.made) return status::available;
  return seen.given_up.empty() ? status::creating : std::string_view(seen.given_up);
}

bool is_changing(const ClusterView& cluster) {
  return std::ranges::any_of(cluster.nodes, [&](const NodeView& node) {
    return node.wanted.deleting || !node.seen.config.started || node.seen.config.node_type != cluster.wanted.node_type;
  });
}

std::string_view status_of(const ClusterView& cluster) {
  const std::string_view out = status_of(cluster.wanted, cluster.seen);
  if (out != status::available) return out;
  if (std::ranges::any_of(cluster.nodes, needs_start)) return status::rebooting_nodes;
  return is_changing(cluster) ? status::modifying : out;
}

}  // namespace haar::elasticache
