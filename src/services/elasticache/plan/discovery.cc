#include "services/elasticache/plan/discovery.h"

#include <fmt/format.h>

#include <string>

namespace haar::elasticache {
namespace {

// The version of the list: it goes up when nodes are added or removed, which no operation does yet.
constexpr int configuration_version = 1;

}  // namespace

frontdoor::FixedReplies discovery_replies(const ClusterView& cluster, std::string_view program_version) {
  std::string list = fmt::format("{}\n", configuration_version);
  for (const NodeView& node : cluster.nodes) {
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
