// This build still reads every version of elasticache's records that was ever written.
#include "services/elasticache/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::elasticache {
namespace {

TEST(Records, a_cluster_is_read_as_it_was_written) {
  ClusterRecord r;
  r.id = "demo";
  r.resource_id = "demo-k3j9x0a1b2";
  r.engine = engine::memcached;
  r.engine_version = "1.6.17";
  r.node_type = "cache.t3.micro";
  r.generation = 3;
  r.deleting = true;
  r.port = 11211;
  r.parameter_group = "default.memcached1.6";
  r.subnet_group = "default";
  r.vpc_id = "vpc-0a1b2c3d4e5f60718";
  r.security_group_ids = {"sg-0a1b2c3d4e5f60718", "sg-0a1b2c3d4e5f60719"};
  r.maintenance_window = "sun:04:00-sun:05:00";
  r.snapshot_window = "03:00-04:00";
  r.auto_minor_version_upgrade = false;
  r.tags = {{"team", "red"}, {"empty", ""}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  r.replication_group = "demo-group";
  r.snapshot_retention_days = 5;
  r.next_snapshot = Timestamp{1'700'000'000'000'007};
  r.restored_from = "snapshot-0a1b2c3d4e";
  r.node_lists = 3;
  r.transit_mode = transit::required;
  const Result<void> read = store::check_goldens<ClusterRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_node_is_read_as_it_was_written) {
  const NodeRecord r{"0002", 2, "us-east-1b", "subnet-0b", Timestamp{1'700'000'000'000'002}, 4, true};
  const Result<void> read = store::check_goldens<NodeRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_of_a_cluster_is_read_as_it_was_written) {
  const ClusterStateRecord r{3, true, "127.9.1.4", std::string(status::restore_failed), true, 7, "no address is free"};
  const Result<void> read = store::check_goldens<ClusterStateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_of_a_node_is_read_as_it_was_written) {
  const Result<void> read = store::check_goldens<NodeStateRecord>({
      {1,
       {2, "eni-0b", "127.9.1.3", "local",
        {true, 3, {{"databases", "20"}, {"timeout", "60"}}, "cache.t3.micro", {{"ana", 3}}}}}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_parameter_group_is_read_as_it_was_written) {
  ParameterGroupRecord r;
  r.name = "mine";
  r.family = "redis7";
  r.description = "a group";
  r.values = {{"maxmemory-policy", "allkeys-lru"}};
  r.tags = {{"team", "blue"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  const Result<void> read = store::check_goldens<ParameterGroupRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, an_event_is_read_as_it_was_written) {
  const EventRecord r{"cache-cluster", "demo", "Cache cluster created", Timestamp{1'700'000'000'000'000}};
  const Result<void> read = store::check_goldens<EventRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_replication_group_is_read_as_it_was_written) {
  GroupRecord r;
  r.id = "demo";
  r.resource_id = "demo-k3j9x0a1b2";
  r.description = "a group";
  r.engine = engine::redis;
  r.engine_version = "7.1";
  r.node_type = "cache.t3.micro";
  r.generation = 4;
  r.deleting = true;
  r.port = 6380;
  r.parameter_group = "default.redis7";
  r.subnet_group = "default";
  r.vpc_id = "vpc-0a1b2c3d4e5f60718";
  r.security_group_ids = {"sg-0a1b2c3d4e5f60718"};
  r.maintenance_window = "sun:04:00-sun:05:00";
  r.snapshot_window = "03:00-04:00";
  r.auto_minor_version_upgrade = false;
  r.automatic_failover = true;
  r.multi_az = true;
  r.first_primary = "demo-001";
  r.failover_asked = 2;
  r.failovers_asked_at = {Timestamp{1'700'000'000'000'000}, Timestamp{1'700'000'000'000'001}};
  r.switch_to = "demo-002";
  r.switch_asked = 1;
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'002};
  r.snapshot_retention_days = 7;
  r.transit_mode = transit::preferred;
  r.user_groups = {"staff"};
  r.auth_tokens = {std::string("\x01\0\xff", 3), "sealed"};
  r.auth_optional = true;
  r.auth_generation = 3;
  r.auth_changed_at = Timestamp{1'700'000'000'000'003};
  const Result<void> read = store::check_goldens<GroupRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_of_a_replication_group_is_read_as_it_was_written) {
  GroupStateRecord r;
  r.observed_generation = 3;
  r.made = true;
  r.primary_address = "127.9.1.5";
  r.reader_address = "127.9.1.6";
  r.primary = "demo-002";
  r.epoch = 5;
  r.promoted_epoch = 4;
  r.history = "8d1f0c2b3a4e5f60718293a4b5c6d7e8f9a0b1c2";
  r.former_histories = {"0d1f0c2b3a4e5f60718293a4b5c6d7e8f9a0b1c2"};
  r.provisional = true;
  r.failover_done = 2;
  r.switch_done = 1;
  r.failures = 6;
  r.problem = "no address is free";
  r.transit_mode = transit::required;
  const Result<void> read = store::check_goldens<GroupStateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_subnet_group_is_read_as_it_was_written) {
  SubnetGroupRecord r;
  r.name = "default";
  r.description = "Default CacheSubnetGroup";
  r.vpc_id = "vpc-0a1b2c3d4e5f60718";
  r.subnet_ids = {"subnet-0a", "subnet-0b"};
  r.tags = {{"team", "red"}};
  const Result<void> read = store::check_goldens<SubnetGroupRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_domain_is_read_as_it_was_written) {
  const Result<void> read = store::check_goldens<DomainRecord>({{1, DomainRecord{"pc4ldq"}}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::elasticache
