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
  std::string master_verifier;  // SCRAM: the password itself is never stored
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

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, engine); v(4, engine_version); v(5, generation); v(6, deleting);
    v(7, master_username); v(8, master_verifier); v(9, password_generation); v(10, database_name); v(11, port);
    v(12, subnet_group); v(13, vpc_id); v(14, security_group_ids); v(15, zones); v(16, writer_address);
    v(17, reader_address); v(18, backup_retention_days); v(19, backup_window); v(20, maintenance_window);
    v(21, deletion_protection); v(22, auto_minor_version_upgrade); v(23, tags); v(24, created_at);
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

  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, volume_ready); v(3, password_set); v(4, epoch); v(5, writer); v(6, given_up);
    v(7, failures); v(8, problem);
  }
};

// What is wanted of a DB instance: one engine process on the cluster's volume.
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

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, cluster_id); v(4, instance_class); v(5, generation); v(6, deleting); v(7, zone);
    v(8, interface_id); v(9, address); v(10, promotion_tier); v(11, publicly_accessible);
    v(12, auto_minor_version_upgrade); v(13, maintenance_window); v(14, tags); v(15, created_at);
  }
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

  template <class V>
  void fields(V& v) {
    v(1, observed_generation); v(2, made); v(3, role); v(4, epoch); v(5, position); v(6, node); v(7, given_up);
    v(8, failures); v(9, problem); v(10, rests);
  }
};

struct SubnetGroupRecord : managed::SubnetGroup {
  static constexpr std::string_view record_name = "rds.subnet-group";
  static constexpr std::uint32_t record_version = 1;
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

extern const store::KeySpace<ClusterRecord> clusters;
extern const store::KeySpace<InstanceRecord> instances;
// Under the keys of the records above.
extern const store::KeySpace<ClusterStateRecord> cluster_states;
extern const store::KeySpace<InstanceStateRecord> instance_states;
extern const store::KeySpace<SubnetGroupRecord> subnet_groups;
extern const store::KeySpace<DomainRecord> domains;

}  // namespace haar::rds
