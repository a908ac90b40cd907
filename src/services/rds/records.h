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
namespace status {
inline constexpr std::string_view creating = "creating";
inline constexpr std::string_view available = "available";
inline constexpr std::string_view deleting = "deleting";
inline constexpr std::string_view failed = "failed";
// Shown of an available instance, and of its cluster, and never stored: its engine does not answer (it starts, or
// recovers from a crash); its volume is used up. Of clusters AWS's page does not list the second; a cluster that
// refuses writes is not called available here.
inline constexpr std::string_view starting = "starting";
inline constexpr std::string_view storage_full = "storage-full";
}  // namespace status

// A DB cluster: the volume with its data, the master user, the endpoints.
struct ClusterRecord {
  static constexpr std::string_view record_name = "rds.cluster";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // cluster-ABC…: names the folder on disk; never reused
  std::string engine;       // "aurora-postgresql"
  std::string engine_version;
  std::string status;
  std::string master_username;
  std::string master_verifier;  // SCRAM: the password itself is never stored
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
  // What the controller has done: the volume exists on disk; the master user exists in it.
  bool volume_ready = false;
  bool master_ready = false;
  // Why the controller gave up, for people; empty if it did not.
  std::string problem;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, engine); v(4, engine_version); v(5, status); v(6, master_username);
    v(7, master_verifier); v(8, database_name); v(9, port); v(10, subnet_group); v(11, vpc_id);
    v(12, security_group_ids); v(13, zones); v(14, writer_address); v(15, reader_address);
    v(16, backup_retention_days); v(17, backup_window); v(18, maintenance_window); v(19, deletion_protection);
    v(20, auto_minor_version_upgrade); v(21, tags); v(22, created_at); v(23, volume_ready); v(24, master_ready);
    v(25, problem);
  }
};

// A DB instance: one engine process on the cluster's volume.
struct InstanceRecord {
  static constexpr std::string_view record_name = "rds.instance";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string resource_id;  // db-ABC…
  std::string cluster_id;
  std::string instance_class;
  std::string status;
  std::string zone;
  std::string interface_id;  // eni-…: its private address and security groups
  std::string address;       // of this host; never changed
  std::int32_t promotion_tier = 1;
  bool publicly_accessible = false;
  bool auto_minor_version_upgrade = true;
  std::string maintenance_window;
  Tags tags;
  Timestamp created_at{};
  std::string problem;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, resource_id); v(3, cluster_id); v(4, instance_class); v(5, status); v(6, zone);
    v(7, interface_id); v(8, address); v(9, promotion_tier); v(10, publicly_accessible);
    v(11, auto_minor_version_upgrade); v(12, maintenance_window); v(13, tags); v(14, created_at); v(15, problem);
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

extern const store::KeySpace<ClusterRecord> clusters;
extern const store::KeySpace<InstanceRecord> instances;
extern const store::KeySpace<SubnetGroupRecord> subnet_groups;
extern const store::KeySpace<DomainRecord> domains;

}  // namespace haar::rds
