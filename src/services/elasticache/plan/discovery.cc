#include "services/elasticache/plan/discovery.h"

#include <fmt/format.h>

#include <string>

namespace haar::elasticache {
frontdoor::FixedReplies discovery_replies(const ClusterView& cluster, std::string_view program_version) {
  std::string list = fmt::format("{}\n", cluster.wanted.node_lists);
  for (const NodeView& node : cluster.nodes) {
    if (node.wanted.deleting || !node.seen.config.started) continue;
    // Host and address are one: clients of this machine reach nodes by address.
    if (!list.ends_with('\n')) list += ' ';
    list += fmt::format("{}|{}|{}", node.seen.address, node.seen.address, cluster.wanted.port);
  }
  list += '\n';
  return {{"config get cluster", fmt::format("CONFIG cluster 0 {}\r\n{}\r\nEND\r\n", list.size(), list)},
          {"get AmazonElastiCache:cluster",
           fmt::format("VALUE AmazonElastiCache:cluster 0 {}\r\n{}\r\nEND\r\n", list.size(), list)},
          {"version", fmt::format("VERSION {}\r\n", program_version)}};
}

}  // namespace haar::elasticache
