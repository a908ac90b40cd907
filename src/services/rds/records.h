// Every record of rds and its key spaces. Keys are (account, region, identifier); identifiers are lower case.
// A field's number is its name in stored data: numbers are never reused, new fields get new numbers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/managed/subnet_groups.h"
#include "store/space.h"

namespace haar::rds {

using Tags = std::map<std::string, std::string>;

// Statuses as AWS names them; only those that haar can be in.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html
//
// None is stored: status.h computes them of what is wanted and what is seen.
namespace status {
inline constexpr std::string_view creating = "creating";
inline constexpr std::string_view available = "available";
inline constexpr std::string_view deleting = "deleting";
inline constexpr std::string_view failed = "failed";
// Of an available instance, and of its cluster: its engine does not answer (it starts, or
// recovers from a crash); its volume is used up. Of clusters AWS's page does not list the second; a cluster that
// refuses writes is not called available here.
inline constexpr std::string_view starting = "starting";
inline constexpr std::string_view stopping = "stopping";
inline constexpr std::string_view stopped = "stopped";
inline constexpr std::string_view rebooting = "rebooting";
inline constexpr std::string_view modifying = "modifying";
inline constexpr std::string_view failing_over = "failing-over";  // of a cluster
inline constexpr std::string_view storage_full = "storage-full";
}  // namespace status

// What is wanted of a DB cluster: the volume with its data, the master user, the endpoints. The API alone writes it; what
// is seen of it stands in ClusterStateRecord.
struct ClusterRecord {
  static constexpr std::string_view record_name = "rds.db-cluster";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // cluster-ABC…: names the folder on disk; never reused
  std::string engine;       // "aurora-postgresql"
  std::string engine_version;
  std::int64_t generation = 1;  // rises with every change of this record
  bool deleting = false;
  std::string master_username;
  std::string master_verifier;  // in the engine's form (master_password.h): the password itself is never stored
  std::int64_t password_generation = 1;  // rises with every change of the password
  std::string database_name;
  std::int32_t port = 0;
  std::string subnet_group;
  std::string vpc_id;
  std::vector<std::string> security_group_ids;
  std::vector<std::string> zones;
  // Addresses of this host that stand for the cluster and the reader endpoint; never changed.
  std::string writer_address, reader_address;
  std::int32_t backup_retention_days = 1;
  std::string backup_window, maintenance_window;
  bool deletion_protection = false;
  bool auto_minor_version_upgrade = true;
  Tags tags;
  Timestamp created_at{};
  std::string parameter_group;  // of DB cluster parameters
  bool stopped = false;         // by StopDBCluster
  Timestamp starts_again{};     // of a stopped one: when it is started though nobody asks
  bool copy_tags_to_snapshot = false;
  bool iam_authentication = false;  // tokens of IAM open it (iam_login/)
  // How many failovers were asked for, and to which instance the last (its resource id; empty: whichever is the best).
  std::int64_t failovers = 0;
  std::string failover_target;
  // Of a password that RDS keeps: the secret's name, and the secret's version that master_verifier is of. A copy of the
  // cluster has a secret of its own or none.
  std::string master_secret, password_version;
  bool http_endpoint = false;  // the Data API may be used
  // What a DB instance without a cluster has in the place of one. Its identifier is the instance's resource id, which in
  // capital letters is no identifier of a cluster's; operations on clusters do not show it (standalone/hidden_cluster.h).
  bool standalone = false;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, engine); v(4, engine_version); v(5, generation); v(6, deleting);
    v(7, master_username); v(8, master_verifier); v(9, password_generation); v(10, database_name); v(11, port);
    v(12, subnet_group); v(13, vpc_id); v(14, security_group_ids); v(15, zones); v(16, writer_address);
    v(17, reader_address); v(18, backup_retention_days); v(19, backup_window); v(20, maintenance_window);
    v(21, deletion_protection); v(22, auto_minor_version_upgrade); v(23, tags); v(24, created_at);
    v(25, parameter_group); v(26, stopped); v(27, starts_again); v(28, copy_tags_to_snapshot); v(30, failovers);
    v(31, failover_target); v(50, iam_authentication); v(55, master_secret); v(56, password_version); v(57, http_endpoint);
    v(60, standalone);
  }
};

// What the fleet has seen and done of a cluster; it alone writes this. Without one nothing is done yet.
struct ClusterStateRecord {
  static constexpr std::string_view record_name = "rds.db-cluster-state";
  static constexpr std::uint32_t record_version = 1;

  std::int64_t observed_generation = 0;  // of the wish that is fulfilled
  bool volume_ready = false;             // it exists on disk
  std::int64_t password_set = 0;         // the generation of the password that the engine has; 0: no master user yet
  // Whose reign it is: the resource id of the writing instance. The epoch rises with each new one.
  std::int64_t epoch = 0;
  std::string writer;
  bool given_up = false;      // it could not be made
  std::int32_t failures = 0;  // actions that failed since it was last as wanted
  std::string problem;        // for people; empty if there is none
  bool stopped = false;       // its engines were ended because they should be
  // The volume whose data are the cluster's: its writer's. Kept when the last instance goes, for the next first one. Empty:
  // the first, which has the cluster's resource id (volumes.h).
  std::string volume;
  std::int64_t promoted_epoch = 0;  // the writer of this epoch takes writes; until then it is a reader that was elected
  std::int64_t failovers_done = 0;  // of those that were asked for
  // Where commits wait for a reader: those readers (resource ids) of which one has whatever was acknowledged; and whether
  // the writer surely goes by that.
  std::vector<std::string> synchronous;
  bool synchronous_now = false;

  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, volume_ready); v(3, password_set); v(4, epoch); v(5, writer); v(6, given_up);
    v(7, failures); v(8, problem); v(9, stopped); v(30, volume); v(31, promoted_epoch); v(32, failovers_done);
    v(33, synchronous); v(34, synchronous_now);
  }
};

// In the place of a generation of the password: the engine has one, and perhaps an older one than was set in another.
inline constexpr std::int64_t password_unsure = -1;

// What is wanted of a DB instance: one engine process on a volume of its own.
struct InstanceRecord {
  static constexpr std::string_view record_name = "rds.db-instance";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // db-ABC…
  std::string cluster_id;
  std::string instance_class;
  std::int64_t generation = 1;  // rises with every change of this record
  bool deleting = false;
  std::string zone;
  std::string interface_id;  // eni-…: its private address and security groups
  std::string address;       // of this host; never changed
  std::int32_t promotion_tier = 1;
  bool publicly_accessible = false;
  bool auto_minor_version_upgrade = true;
  std::string maintenance_window;
  Tags tags;
  Timestamp created_at{};
  std::string parameter_group;  // of DB parameters
  std::int64_t reboots = 0;     // how many were asked for
  // Of a change of class that waits for the maintenance window; empty: none does.
  std::string pending_class;
  Timestamp pending_due{};
  // Of one without a cluster (standalone/storage.h); 0 and empty for the others.
  std::int32_t storage_gib = 0, iops = 0, storage_throughput = 0;
  std::string storage_type;
  // What of that waits for the maintenance window, too.
  std::int32_t pending_storage_gib = 0, pending_iops = 0, pending_throughput = 0;
  std::string pending_storage_type;
  // Its new name, and its engine's new version, which wait likewise.
  std::string pending_id, pending_engine_version;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, cluster_id); v(4, instance_class); v(5, generation); v(6, deleting); v(7, zone);
    v(8, interface_id); v(9, address); v(10, promotion_tier); v(11, publicly_accessible);
    v(12, auto_minor_version_upgrade); v(13, maintenance_window); v(14, tags); v(15, created_at);
    v(16, parameter_group); v(17, reboots); v(18, pending_class); v(19, pending_due); v(60, storage_gib); v(61, iops);
    v(62, storage_throughput); v(63, storage_type); v(64, pending_storage_gib); v(65, pending_iops);
    v(66, pending_throughput); v(67, pending_storage_type); v(68, pending_id);
    v(69, pending_engine_version);
  }
};

// What a process of an engine runs with, or is to run with. Values are as they stand in the groups, by name; what is not
// in either has its default.
struct EngineConfig {
  std::string instance_class;
  std::int32_t port = 0;
  std::int64_t reboots = 0;
  std::string cluster_group, instance_group;
  std::map<std::string, std::string> cluster_values, instance_values;
  bool operator==(const EngineConfig&) const = default;
};

// What the fleet has seen and done of an instance; it alone writes this.
struct InstanceStateRecord {
  static constexpr std::string_view record_name = "rds.db-instance-state";
  static constexpr std::uint32_t record_version = 1;

  std::int64_t observed_generation = 0;
  bool made = false;          // it was available once
  std::string role;           // "writer", "reader"; empty before its first start
  std::int64_t epoch = 0;     // of that role
  std::uint64_t position = 0;  // in its writer's log, where that is known
  std::string node;           // which haar runs its engine
  bool given_up = false;
  std::int32_t failures = 0;
  std::string problem;
  bool rests = false;         // what was given up: its engine surely runs no more
  // What its process was given: written down before it is started, and when it has taken a change. No class: none was
  // started yet.
  EngineConfig config;
  // What of that was seen to answer: a reboot, a change of class or of port is over.
  std::int64_t reboots_done = 0;
  std::string class_done;
  std::string volume;      // on which its engine runs; empty: it has none yet
  bool has_data = false;   // of a reader: its volume is a copy of the writer's, and can follow it

  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, made); v(3, role); v(4, epoch); v(5, position); v(6, node); v(7, given_up);
    v(8, failures); v(9, problem); v(10, rests); v(11, config.instance_class); v(12, config.port); v(13, config.reboots);
    v(14, config.cluster_group); v(15, config.instance_group); v(16, config.cluster_values); v(17, config.instance_values);
    v(18, reboots_done); v(19, class_done); v(30, volume); v(31, has_data);
  }
};

struct SubnetGroupRecord : managed::SubnetGroup {
  static constexpr std::string_view record_name = "rds.subnet-group";
  static constexpr std::uint32_t record_version = 1;
};

// The changed parameters of a group. Another name for each level, which are kinds of resource of their own.
struct ParameterGroup {
  std::string name;
  std::string family;  // "aurora-postgresql15"
  std::string description;
  std::map<std::string, std::string> values;  // by parameter; what is not in it has its default
  // Of those that take effect with the next reboot though they could at once, the set ones and the reset ones.
  std::vector<std::string> at_reboot;
  Tags tags;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, name); v(2, family); v(3, description); v(4, values); v(5, at_reboot); v(6, tags); v(7, created_at);
  }
};
struct ClusterParameterGroupRecord : ParameterGroup {
  static constexpr std::string_view record_name = "rds.cluster-parameter-group";
  static constexpr std::uint32_t record_version = 1;
};
struct ParameterGroupRecord : ParameterGroup {
  static constexpr std::string_view record_name = "rds.parameter-group";
  static constexpr std::uint32_t record_version = 1;
};

// Something that happened, as DescribeEvents tells it.
struct EventRecord {
  static constexpr std::string_view record_name = "rds.event";
  static constexpr std::uint32_t record_version = 1;

  std::string source_type, source, source_arn;  // "db-instance", "demo-1", arn:…
  std::string category, message;
  Timestamp at{};

  template <class V>
  void fields(V& v) {
    v(1, source_type); v(2, source); v(3, source_arn); v(4, category); v(5, message); v(6, at);
  }
};

// One per account and region: the part of endpoint names that is the account's own ("cst8vk4dkt82").
struct DomainRecord {
  static constexpr std::string_view record_name = "rds.domain";
  static constexpr std::uint32_t record_version = 1;

  std::string label;

  template <class V>
  void fields(V& v) { v(1, label); }
};

extern const store::Index<InstanceRecord> instances_by_cluster;
extern const store::Index<ClusterRecord> clusters_by_resource;
extern const store::Index<InstanceStateRecord> instance_states_by_volume;

extern const store::KeySpace<ClusterRecord> clusters;
extern const store::KeySpace<InstanceRecord> instances;
// Under the keys of the records above.
extern const store::KeySpace<ClusterStateRecord> cluster_states;
extern const store::KeySpace<InstanceStateRecord> instance_states;
extern const store::KeySpace<SubnetGroupRecord> subnet_groups;
extern const store::KeySpace<DomainRecord> domains;
extern const store::KeySpace<ClusterParameterGroupRecord> cluster_parameter_groups;
extern const store::KeySpace<ParameterGroupRecord> parameter_groups;
// Under their time.
extern const store::KeySpace<EventRecord> events;

}  // namespace haar::rds
