// A cluster as a whole: what is wanted of it and what is seen, and the status that follows.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/elasticache/records.h"
#include "store/reader.h"

namespace haar::elasticache {

struct NodeView {
  NodeRecord wanted;
  NodeStateRecord seen;  // empty: nothing is done yet
};

struct ClusterView {
  ClusterRecord wanted;
  ClusterStateRecord seen;
  std::vector<NodeView> nodes;  // in the order of their ids
  std::map<std::string, std::string> parameters = {};  // what its parameter group says
  std::map<std::string, std::int64_t> access = {};     // by whose access its nodes are to go (users/access.h); empty: anybody's

  // Whether every node has its address, and a memcached cluster that of its configuration endpoint.
  [[nodiscard]] bool placed() const;
};

// nullopt: there is no such cluster.
std::optional<ClusterView> find_cluster(const store::Reader& reader, const store::Key& key);
// Matches the keys of the cluster's nodes.
store::Key nodes_of(const store::Key& cluster);
store::Key node_key(const store::Key& cluster, std::string_view node);

// creating, available, modifying, rebooting cluster nodes, deleting, incompatible-network, restore-failed.
std::string_view status_of(const ClusterRecord& wanted, const ClusterStateRecord& seen);
std::string_view status_of(const ClusterView& cluster);
// Whether its nodes are not all yet, or still, what is wanted.
bool is_changing(const ClusterView& cluster);

}  // namespace haar::elasticache
