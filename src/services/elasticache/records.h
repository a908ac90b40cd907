// Every record of elasticache and its key spaces. Keys are (account, region, identifier); identifiers are
// lower case. A field's number is its name in stored data: numbers are never reused, new fields get new ones.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/managed/subnet_groups.h"
#include "store/space.h"

namespace haar::elasticache {

using Tags = std::map<std::string, std::string>;

// Statuses as AWS names them; only those that haar can be in.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html
namespace status {
inline constexpr std::string_view creating = "creating";
inline constexpr std::string_view available = "available";
inline constexpr std::string_view deleting = "deleting";
// Its nodes could not get interfaces or addresses.
inline constexpr std::string_view incompatible_network = "incompatible-network";
// Its engines could not be started: the one status of AWS's list that says so of a new cluster.
inline constexpr std::string_view restore_failed = "restore-failed";
// Shown of an available cluster, and never stored, while one of its nodes does not answer: AWS's one status for nodes
// that come back.
inline constexpr std::string_view rebooting_nodes = "rebooting cluster nodes";
// Of such a node. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheNode.html
inline constexpr std::string_view rebooting_node = "rebooting";
}  // namespace status

namespace engine {
inline constexpr std::string_view redis = "redis";
inline constexpr std::string_view memcached = "memcached";
}  // namespace engine

// One engine process of a cluster.
struct NodeRecord {
  std::string id;  // "0001"
  std::string zone;
  std::string subnet_id;
  std::string interface_id;  // eni-…; empty until the controller has placed the node
  std::string address;       // of this host; never changed; empty as long as the interface
  Timestamp created_at{};

  [[nodiscard]] bool placed() const { return !address.empty(); }
  template <class V>
  void fields(V& v) { v(1, id); v(2, zone); v(3, subnet_id); v(4, interface_id); v(5, address); v(6, created_at); }
};

struct ClusterRecord {
  static constexpr std::string_view record_name = "elasticache.cluster";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // "<id>-<random>": names the folder on disk; never reused
  std::string engine;       // "redis", "memcached"
  std::string engine_version;  // as AWS names what was asked for: "7.1", "1.6.17"
  std::string node_type;
  std::string status;
  std::int32_t port = 0;
  std::string parameter_group;
  std::string subnet_group;
  std::string vpc_id;
  std::vector<std::string> security_group_ids;
  std::vector<NodeRecord> nodes;
  // Of this host: where memcached clients ask for the list of nodes. Empty for redis, and until placed.
  std::string configuration_address;
  std::string maintenance_window;
  std::string snapshot_window;  // redis only
  bool auto_minor_version_upgrade = true;
  Tags tags;
  Timestamp created_at{};
  // Why the controller gave up, for people; empty if it did not.
  std::string problem;

  [[nodiscard]] bool has_configuration_endpoint() const { return engine == engine::memcached; }
  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, engine); v(4, engine_version); v(5, node_type); v(6, status); v(7, port);
    v(8, parameter_group); v(9, subnet_group); v(10, vpc_id); v(11, security_group_ids); v(12, nodes);
    v(13, configuration_address); v(14, maintenance_window); v(15, snapshot_window);
    v(16, auto_minor_version_upgrade); v(17, tags); v(18, created_at); v(19, problem);
  }
};

struct SubnetGroupRecord : managed::SubnetGroup {
  static constexpr std::string_view record_name = "elasticache.subnet-group";
  static constexpr std::uint32_t record_version = 1;
};

// One per account and region: the part of endpoint names that is the account's own ("pc4ldq").
struct DomainRecord {
  static constexpr std::string_view record_name = "elasticache.domain";
  static constexpr std::uint32_t record_version = 1;

  std::string label;

  template <class V>
  void fields(V& v) { v(1, label); }
};

extern const store::KeySpace<ClusterRecord> clusters;
extern const store::KeySpace<SubnetGroupRecord> subnet_groups;
extern const store::KeySpace<DomainRecord> domains;

}  // namespace haar::elasticache
