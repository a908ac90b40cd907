#include "services/elasticache/snapshots/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::elasticache {
namespace {

TEST(Records, a_snapshot_is_read_as_it_was_written) {
  SnapshotRecord r;
  r.name = "nightly";
  r.resource_id = "snapshot-0a1b2c3d4e";
  r.automated = true;
  r.cluster = "demo-001";
  r.group = "demo";
  r.cluster_resource = "demo-001-0a1b2c3d4e";
  r.group_description = "a group";
  r.node_type = "cache.t3.micro";
  r.engine = "redis";
  r.engine_version = "7.1";
  r.parameter_group = "default.redis7";
  r.port = 6379;
  r.retention_days = 5;
  r.automatic_failover = true;
  r.cluster_created_at = Timestamp{1'700'000'000'000'000};
  r.created_at = Timestamp{1'700'000'000'000'001};
  r.copy_of = "snapshot-0a1b2c3d4f";
  r.deletes_source = true;
  r.tags = {{"team", "blue"}};
  const Result<void> read = store::check_goldens<SnapshotRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, what_is_seen_of_a_snapshot_is_read_as_it_was_written) {
  const SnapshotStateRecord r{true, false, Timestamp{1'700'000'000'000'000}, 12'345, 2, "no room"};
  const Result<void> read = store::check_goldens<SnapshotStateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::elasticache
