#include "control/elasticache_plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace haar::control {
namespace {

// The version of the list: it goes up when nodes are added or removed, which no operation does yet.
constexpr int configuration_version = 1;

}  // namespace

bool is_placed(const elasticache::ClusterRecord& cluster) {
  if (cluster.has_configuration_endpoint() && cluster.configuration_address.empty()) return false;
  return std::all_of(cluster.nodes.begin(), cluster.nodes.end(),
                     [](const elasticache::NodeRecord& node) { return node.placed(); });
}

CacheStep next_step(const elasticache::ClusterRecord& cluster, const CacheObserved& observed) {
  // Deleting comes first: it must get through whatever else is half done.
  if (cluster.status == elasticache::status::deleting)
    return cluster.nodes.empty() ? CacheStep::remove_cluster : CacheStep::remove_nodes;
  if (cluster.status != elasticache::status::creating && cluster.status != elasticache::status::available)
    return observed.engines_running > 0 ? CacheStep::stop_engines : CacheStep::none;
  if (!is_placed(cluster)) return CacheStep::place_nodes;
  if (observed.engines_running < cluster.nodes.size()) return CacheStep::start_engines;
  if (observed.engines_ready < cluster.nodes.size()) return CacheStep::await_engines;
  if (cluster.status == elasticache::status::creating || !cluster.problem.empty()) return CacheStep::finish_cluster;
  return CacheStep::none;
}

std::string_view step_name(CacheStep step) {
  switch (step) {
    case CacheStep::none: return "none";
    case CacheStep::place_nodes: return "place_nodes";
    case CacheStep::start_engines: return "start_engines";
    case CacheStep::await_engines: return "await_engines";
    case CacheStep::stop_engines: return "stop_engines";
    case CacheStep::finish_cluster: return "finish_cluster";
    case CacheStep::remove_nodes: return "remove_nodes";
    case CacheStep::remove_cluster: return "remove_cluster";
  }
  return "?";
}

frontdoor::Answers configuration_answers(const elasticache::ClusterRecord& cluster, std::string_view program_version) {
  std::string list = fmt::format("{}\n", configuration_version);
  for (const elasticache::NodeRecord& node : cluster.nodes) {
    // Host and address are one: clients of this machine reach nodes by address.
    if (!list.ends_with('\n')) list += ' ';
    list += fmt::format("{}|{}|{}", node.address, node.address, cluster.port);
  }
  list += '\n';
  return {{"config get cluster", fmt::format("CONFIG cluster 0 {}\r\n{}\r\nEND\r\n", list.size(), list)},
          {"get AmazonElastiCache:cluster",
           fmt::format("VALUE AmazonElastiCache:cluster 0 {}\r\n{}\r\nEND\r\n", list.size(), list)},
          {"version", fmt::format("VERSION {}\r\n", program_version)}};
}

}  // namespace haar::control
