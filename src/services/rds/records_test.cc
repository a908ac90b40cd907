// This build still reads every version of rds's records that was ever written.
#include "services/rds/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(Records, a_cluster_is_read_as_it_was_written) {
  ClusterRecord r;
  r.id = "demo";
  r.resource_id = "cluster-A6TSYXITZCZXJHIRVFUBZ5LTWY";
  r.engine = "aurora-postgresql";
  r.engine_version = "15.17";
  r.generation = 4;
  r.deleting = true;
  r.password_generation = 3;
  r.master_username = "postgres";
  r.master_verifier = "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy";
  r.database_name = "demo";
  r.port = 5432;
  r.subnet_group = "default";
  r.vpc_id = "vpc-0a1b2c3d4e5f60718";
  r.security_group_ids = {"sg-0a1b2c3d4e5f60718"};
  r.zones = {"us-east-1a", "us-east-1b", "us-east-1c"};
  r.writer_address = "127.9.1.2";
  r.reader_address = "127.9.1.3";
  r.backup_retention_days = 7;
  r.backup_window = "03:00-03:30";
  r.maintenance_window = "sun:04:00-sun:04:30";
  r.deletion_protection = true;
  r.auto_minor_version_upgrade = false;
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  r.parameter_group = "demo";
  r.stopped = true;
  r.starts_again = Timestamp{1'700'604'800'000'000};
  r.copy_tags_to_snapshot = true;
  r.iam_authentication = true;
  r.failovers = 4;
  r.failover_target = "db-UEMCBIN2L3QES5HMV47JYTTOXQ";
  r.master_secret = "rds!cluster-00000000-0000-4000-8000-000000000001";
  r.password_version = "00000000-0000-4000-8000-000000000002";
  r.http_endpoint = true;
  r.standalone = true;
  const Result<void> read = store::check_goldens<ClusterRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, an_instance_is_read_as_it_was_written) {
  InstanceRecord r;
  r.id = "demo-1";
  r.resource_id = "db-UEMCBIN2L3QES5HMV47JYTTOXQ";
  r.cluster_id = "demo";
  r.instance_class = "db.t4g.medium";
  r.generation = 2;
  r.deleting = true;
  r.zone = "us-east-1a";
  r.interface_id = "eni-0a";
  r.address = "127.9.1.4";
  r.promotion_tier = 2;
  r.publicly_accessible = true;
  r.auto_minor_version_upgrade = false;
  r.maintenance_window = "sun:04:00-sun:04:30";
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  r.parameter_group = "demo";
  r.reboots = 3;
  r.pending_class = "db.r6g.large";
  r.pending_due = Timestamp{1'700'604'800'000'000};
  r.storage_gib = 400;
  r.iops = 12'000;
  r.storage_throughput = 500;
  r.storage_type = "gp3";
  r.pending_storage_gib = 500;
  r.pending_iops = 20'000;
  r.pending_throughput = 600;
  r.pending_storage_type = "io2";
  r.pending_id = "demo-2";
  r.pending_engine_version = "15.17";
  const Result<void> read = store::check_goldens<InstanceRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_is_read_as_it_was_written) {
  ClusterStateRecord cluster;
  cluster.observed_generation = 4;
  cluster.volume_ready = true;
  cluster.password_set = 3;
  cluster.epoch = 2;
  cluster.writer = "db-UEMCBIN2L3QES5HMV47JYTTOXQ";
  cluster.given_up = true;
  cluster.failures = 5;
  cluster.problem = "the disk is full";
  cluster.stopped = true;
  cluster.volume = "db-UEMCBIN2L3QES5HMV47JYTTOXQ";
  cluster.promoted_epoch = 2;
  cluster.failovers_done = 3;
  cluster.synchronous = {"db-A6TSYXITZCZXJHIRVFUBZ5LTWY"};
  cluster.synchronous_now = true;
  const Result<void> read = store::check_goldens<ClusterStateRecord>({{1, cluster}});
  EXPECT_TRUE(read.ok()) << read.error().message;
  InstanceStateRecord instance;
  instance.observed_generation = 2;
  instance.made = true;
  instance.role = "writer";
  instance.epoch = 2;
  instance.position = 50332008;
  instance.node = "local";
  instance.given_up = true;
  instance.failures = 5;
  instance.problem = "the engine does not start";
  instance.config = {"db.t4g.medium", 5432, 3, "demo", "demo", {{"work_mem", "8192"}}, {{"max_connections", "77"}}};
  instance.reboots_done = 2;
  instance.class_done = "db.t4g.medium";
  instance.volume = "db-UEMCBIN2L3QES5HMV47JYTTOXQ";
  instance.has_data = true;
  const Result<void> state = store::check_goldens<InstanceStateRecord>({{1, instance}});
  EXPECT_TRUE(state.ok()) << state.error().message;
}

TEST(Records, a_subnet_group_and_a_domain_are_read_as_they_were_written) {
  SubnetGroupRecord group;
  group.name = "default";
  group.description = "default";
  group.vpc_id = "vpc-0a1b2c3d4e5f60718";
  group.subnet_ids = {"subnet-0a", "subnet-0b"};
  group.tags = {{"team", "red"}};
  const Result<void> read = store::check_goldens<SubnetGroupRecord>({{1, group}});
  EXPECT_TRUE(read.ok()) << read.error().message;
  const Result<void> domain = store::check_goldens<DomainRecord>({{1, DomainRecord{"cst8vk4dkt82"}}});
  EXPECT_TRUE(domain.ok()) << domain.error().message;
}

template <class Record>
void check_parameter_group() {
  Record r;
  r.name = "demo";
  r.family = "aurora-postgresql15";
  r.description = "of a shop";
  r.values = {{"max_connections", "77"}, {"work_mem", "{DBInstanceClassMemory/1048576}"}};
  r.at_reboot = {"statement_timeout", "work_mem"};
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  const Result<void> read = store::check_goldens<Record>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, parameter_groups_are_read_as_they_were_written) {
  check_parameter_group<ClusterParameterGroupRecord>();
  check_parameter_group<ParameterGroupRecord>();
}

TEST(Records, an_event_is_read_as_it_was_written) {
  EventRecord r;
  r.source_type = "db-instance";
  r.source = "demo-1";
  r.source_arn = "arn:aws:rds:us-east-1:111122223333:db:demo-1";
  r.category = "availability";
  r.message = "DB instance restarted";
  r.at = Timestamp{1'700'000'000'000'000};
  const Result<void> read = store::check_goldens<EventRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
