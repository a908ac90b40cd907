#include "services/elasticache/parameters/config.h"

#include "services/elasticache/engine_versions.h"

namespace haar::elasticache {
namespace {

const ParameterFamily* family_of_cluster(const ClusterRecord& cluster) {
  return find_family(family_of(cluster.engine, cluster.engine_version));
}

}  // namespace

NodeConfig config_at_start(const ClusterView& cluster, const NodeView& node) {
  return {true, node.wanted.reboots, cluster.parameters, cluster.wanted.node_type, {}};
}

NodeConfig config_now(const ClusterView& cluster, const NodeView& node) {
  NodeConfig out = node.seen.config;
  out.node_type = cluster.wanted.node_type;
  if (const ParameterFamily* family = family_of_cluster(cluster.wanted))
    out.values = values_now(*family, cluster.parameters, node.seen.config.values);
  return out;
}

bool needs_start(const NodeView& node) {
  return node.seen.config.started && node.seen.config.reboots != node.wanted.reboots;
}

bool needs_reload(const ClusterView& cluster, const NodeView& node) {
  return node.seen.config.started && config_now(cluster, node) != node.seen.config;
}

std::string_view apply_status(const ClusterView& cluster, const NodeView& node) {
  if (!node.seen.config.started) return "in-sync";  // it will be started with them
  if (config_now(cluster, node).values != node.seen.config.values) return "applying";
  return node.seen.config.values == cluster.parameters ? "in-sync" : "pending-reboot";
}

fleet::Parameters engine_parameters(const ClusterRecord& cluster, const NodeConfig& config) {
  fleet::Parameters out;
  const ParameterFamily* family = family_of_cluster(cluster);
  if (family == nullptr) return out;
  for (const CacheParameter& one : known_parameters()) {
    if (!has(*family, one) || one.reach != Reach::engine) continue;
    const auto set = config.values.find(std::string(one.name));
    out[std::string(one.name)] = set == config.values.end() ? std::string(one.usual) : set->second;
  }
  return out;
}

}  // namespace haar::elasticache
