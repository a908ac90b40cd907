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
  const Result<void> read = store::check_goldens<ClusterRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_node_is_read_as_it_was_written) {
  const NodeRecord r{"0002", 2, "us-east-1b", "subnet-0b", Timestamp{1'700'000'000'000'002}};
  const Result<void> read = store::check_goldens<NodeRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_of_a_cluster_is_read_as_it_was_written) {
  const ClusterStateRecord r{3, true, "127.9.1.4", std::string(status::restore_failed), true, 7, "no address is free"};
  const Result<void> read = store::check_goldens<ClusterStateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_of_a_node_is_read_as_it_was_written) {
  const Result<void> read = store::check_goldens<NodeStateRecord>({{1, {2, "eni-0b", "127.9.1.3", "local"}}});
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
