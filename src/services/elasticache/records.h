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

// Statuses as AWS names them; only those that haar can be in. None is stored: cluster_view.h computes them of what is
// wanted and what is seen.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html
namespace status {
inline constexpr std::string_view creating = "creating";
inline constexpr std::string_view available = "available";
inline constexpr std::string_view deleting = "deleting";
// Its nodes could not get interfaces or addresses.
inline constexpr std::string_view incompatible_network = "incompatible-network";
// Its engines could not be started: the one status of AWS's list that says so of a new cluster.
inline constexpr std::string_view restore_failed = "restore-failed";
// Of a replication group.
inline constexpr std::string_view modifying = "modifying";
inline constexpr std::string_view create_failed = "create-failed";
// Of either, while a copy of its data is taken.
inline constexpr std::string_view snapshotting = "snapshotting";
// Of an available cluster while one of its nodes does not answer: AWS's one status for nodes that come back.
inline constexpr std::string_view rebooting_nodes = "rebooting cluster nodes";
// Of such a node. https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheNode.html
inline constexpr std::string_view rebooting_node = "rebooting";
}  // namespace status

// Of encryption in transit, as AWS names them; none is "".
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html
namespace transit {
inline constexpr std::string_view preferred = "preferred";  // clients choose
inline constexpr std::string_view required = "required";
}  // namespace transit

namespace engine {
inline constexpr std::string_view redis = "redis";
inline constexpr std::string_view memcached = "memcached";
}  // namespace engine

// What is wanted of a cache cluster. The API alone writes it, and its nodes; what is seen of them stands in the state
// records below.
struct ClusterRecord {
  static constexpr std::string_view record_name = "elasticache.cache-cluster";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // "<id>-<random>": names the folder on disk; never reused
  std::string engine;       // "redis", "memcached"
  std::string engine_version;  // as AWS names what was asked for: "7.1", "1.6.17"
  std::string node_type;
  std::int64_t generation = 1;  // rises with every change of what the fleet acts on
  bool deleting = false;
  std::int32_t port = 0;
  std::string parameter_group;
  std::string subnet_group;
  std::string vpc_id;
  std::vector<std::string> security_group_ids;
  std::string maintenance_window;
  std::string snapshot_window;  // redis only
  bool auto_minor_version_upgrade = true;
  Tags tags;
  Timestamp created_at{};
  std::string replication_group;  // whose member it is; empty: of none
  std::int32_t snapshot_retention_days = 0;  // of automated snapshots; 0: there are none
  Timestamp next_snapshot{};                 // when the next one is due
  std::int64_t node_lists = 1;  // how often the list of its nodes has changed: memcached's clients ask for it
  std::string restored_from;  // the snapshot, by its resource id, whose data its node begins with
  std::string transit_mode;   // of its group

  // Where memcached clients ask for the list of nodes.
  [[nodiscard]] bool has_configuration_endpoint() const { return engine == engine::memcached; }
  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, engine); v(4, engine_version); v(5, node_type); v(6, generation); v(7, deleting);
    v(8, port); v(9, parameter_group); v(10, subnet_group); v(11, vpc_id); v(12, security_group_ids);
    v(13, maintenance_window); v(14, snapshot_window); v(15, auto_minor_version_upgrade); v(16, tags); v(17, created_at);
    v(18, replication_group); v(19, snapshot_retention_days); v(20, next_snapshot); v(21, restored_from); v(22, node_lists);
    v(23, transit_mode);
  }
};

// What is wanted of one engine process of a cluster. Keys: (account, region, cluster, node).
struct NodeRecord {
  static constexpr std::string_view record_name = "elasticache.cache-node";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // "0001"
  std::int64_t generation = 1;  // rises with every change of this record
  std::string zone;
  std::string subnet_id;
  Timestamp created_at{};
  std::int64_t reboots = 0;  // how many were asked for
  bool deleting = false;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, generation); v(3, zone); v(4, subnet_id); v(5, created_at); v(6, reboots); v(7, deleting);
  }
};

// What a node's engine runs with: what its parameter group said, by name. What is not in it has its default.
struct NodeConfig {
  bool started = false;
  std::int64_t reboots = 0;  // those that this start answered
  std::map<std::string, std::string> values;
  std::string node_type;
  // Whose access it was given since it began: generations of users by their ids, see users/access.h. Empty: nobody's yet, or
  // it goes by none.
  std::map<std::string, std::int64_t> access;
  bool operator==(const NodeConfig&) const = default;
};

// What the fleet has seen and done of a cluster; it alone writes this. Without one nothing is done yet.
struct ClusterStateRecord {
  static constexpr std::string_view record_name = "elasticache.cache-cluster-state";
  static constexpr std::uint32_t record_version = 1;

  std::int64_t observed_generation = 0;  // of the wish that is fulfilled
  bool made = false;                     // it was available once
  std::string configuration_address;     // of this host; never changed. Empty for redis, and until its nodes are placed
  std::string given_up;       // the status in which its making ended; empty: it did not
  bool rests = false;         // what was given up: none of its engines runs any more
  std::int32_t failures = 0;  // actions that failed since it was last as wanted
  std::string problem;        // for people; empty if there is none

  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, made); v(3, configuration_address); v(4, given_up); v(5, rests);
    v(6, failures); v(7, problem);
  }
};

// What the fleet has seen and done of a node; it alone writes this. Under the key of the node.
struct NodeStateRecord {
  static constexpr std::string_view record_name = "elasticache.cache-node-state";
  static constexpr std::uint32_t record_version = 1;

  std::int64_t observed_generation = 0;  // of the wish that it was placed for
  std::string interface_id;  // eni-…; empty until the node is placed
  std::string address;       // of this host; never changed; empty as long as the interface
  std::string host;          // which haar runs its engine
  NodeConfig config;         // written down before its engine is started, and when it has taken a change

  [[nodiscard]] bool placed() const { return !address.empty(); }
  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, interface_id); v(3, address); v(4, host); v(5, config.started); v(6, config.reboots);
    v(7, config.values); v(8, config.node_type); v(9, config.access);
  }
};

// The changed parameters of a group. Default groups are computed.
struct ParameterGroupRecord {
  static constexpr std::string_view record_name = "elasticache.parameter-group";
  static constexpr std::uint32_t record_version = 1;

  std::string name;
  std::string family;  // "redis7"
  std::string description;
  std::map<std::string, std::string> values;  // by parameter; what is not in it has its default
  Tags tags;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) { v(1, name); v(2, family); v(3, description); v(4, values); v(5, tags); v(6, created_at); }
};

// Something that happened, as DescribeEvents tells it.
struct EventRecord {
  static constexpr std::string_view record_name = "elasticache.event";
  static constexpr std::uint32_t record_version = 1;

  std::string source_type, source;  // "cache-cluster", "demo"
  std::string message;
  Timestamp at{};

  template <class V>
  void fields(V& v) { v(1, source_type); v(2, source); v(3, message); v(4, at); }
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

// What is wanted of a replication group with cluster mode disabled: one node group, "0001". Its members are cache clusters
// of one node, which say whose they are. The API alone writes it.
struct GroupRecord {
  static constexpr std::string_view record_name = "elasticache.replication-group";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // "<id>-<random>"; never reused
  std::string description;
  std::string engine, engine_version, node_type;
  std::int64_t generation = 1;  // rises with every change of what the fleet acts on
  bool deleting = false;
  std::int32_t port = 0;
  std::string parameter_group, subnet_group, vpc_id;
  std::vector<std::string> security_group_ids;
  std::string maintenance_window, snapshot_window;
  bool auto_minor_version_upgrade = true;
  bool automatic_failover = false, multi_az = false;
  std::string first_primary;        // the member that begins as the primary
  std::int64_t failover_asked = 0;  // how often TestFailover was called
  std::vector<Timestamp> failovers_asked_at;  // of the last 24 hours, for AWS's quota
  std::string switch_to;            // the replica that a caller made the primary
  std::int64_t switch_asked = 0;    // how often one was
  Tags tags;
  Timestamp created_at{};
  std::int32_t snapshot_retention_days = 0;
  std::string transit_mode;              // "preferred", "required"; empty: clients are not encrypted
  std::vector<std::string> user_groups;  // whose users its nodes let in; none: everybody, or who has an AUTH token
  std::vector<std::string> auth_tokens;  // those in force, as sealed digests (users/secrets.h), the newest last
  bool auth_optional = false;            // whoever shows no token is let in, too: the first one was rotated in
  std::int64_t auth_generation = 0;      // rises with every change of these
  Timestamp auth_changed_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, description); v(4, engine); v(5, engine_version); v(6, node_type); v(7, generation);
    v(8, deleting); v(9, port); v(10, parameter_group); v(11, subnet_group); v(12, vpc_id); v(13, security_group_ids);
    v(14, maintenance_window); v(15, snapshot_window); v(16, auto_minor_version_upgrade); v(17, automatic_failover);
    v(18, multi_az); v(19, first_primary); v(20, failover_asked); v(21, failovers_asked_at); v(22, switch_to);
    v(23, switch_asked); v(24, tags); v(25, created_at); v(26, snapshot_retention_days);
    v(27, transit_mode); v(28, user_groups); v(29, auth_tokens); v(30, auth_generation); v(31, auth_changed_at);
    v(32, auth_optional);
  }
};

// What the fleet has seen and done of a replication group; it alone writes this.
struct GroupStateRecord {
  static constexpr std::string_view record_name = "elasticache.replication-group-state";
  static constexpr std::uint32_t record_version = 1;

  std::int64_t observed_generation = 0;  // of the wish that is fulfilled
  bool made = false;                     // it was available once
  std::string primary_address, reader_address;  // of this host; never changed; empty until the group is placed
  // Who takes writes in this epoch. It is written down before anything is done about it, and nobody takes writes until
  // promoted_epoch has come to it.
  std::string primary;
  std::int64_t epoch = 0, promoted_epoch = 0;
  // Of the data that the epochs up to promoted_epoch have written, as Redis names it ("master_replid"): a node that has
  // another history, or begins anew, does not have them.
  std::string history;
  // Of the epochs before, the newest last: a node that lost its primary then has what was written until it did.
  std::vector<std::string> former_histories;
  bool provisional = false;  // the primary had no replica yet: with the first one its history gets another name
  std::int64_t failover_done = 0, switch_done = 0;  // of what was asked for
  std::int32_t failures = 0;  // actions that failed since it was last as wanted
  std::string problem;        // for people; empty if there is none
  std::string transit_mode;   // that is in force: who may not stay has been sent away

  [[nodiscard]] bool placed() const { return !primary_address.empty(); }
  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, made); v(3, primary_address); v(4, reader_address); v(5, primary); v(6, epoch);
    v(7, promoted_epoch); v(8, history); v(9, failover_done); v(10, switch_done); v(11, failures); v(12, problem);
    v(13, provisional); v(14, former_histories); v(15, transit_mode);
  }
};

// A resource id leads to the cluster.
extern const store::Index<ClusterRecord> clusters_by_resource;
// Account, region and replication group lead to the members.
extern const store::Index<ClusterRecord> clusters_by_group;
extern const store::KeySpace<ClusterRecord> clusters;
extern const store::KeySpace<NodeRecord> nodes;
extern const store::KeySpace<ClusterStateRecord> cluster_states;
extern const store::KeySpace<NodeStateRecord> node_states;
extern const store::KeySpace<GroupRecord> groups;
extern const store::KeySpace<GroupStateRecord> group_states;
extern const store::KeySpace<SubnetGroupRecord> subnet_groups;
extern const store::KeySpace<DomainRecord> domains;
extern const store::KeySpace<ParameterGroupRecord> parameter_groups;
// Under their time.
extern const store::KeySpace<EventRecord> events;

}  // namespace haar::elasticache
