// This build still reads every version of the records of copies that was ever written.
#include "services/rds/snapshots/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

CopiedCluster copied_cluster() {
  return {"demo", "cluster-A6TSYXITZCZXJHIRVFUBZ5LTWY", "aurora-postgresql", "15.17", "ana",
          "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy", "shop", "vpc-0a1b2c3d4e5f60718", 5432, {"us-east-1a", "us-east-1b"},
          Timestamp{1'700'000'000'000'000}};
}

TEST(CopyRecords, a_snapshot_is_read_as_it_was_written) {
  SnapshotRecord r;
  r.id = "rds:demo-2026-11-30-03-12";
  r.resource_id = "snapshot-UEMCBIN2L3QES5HMV47JYTTOXQ";
  r.automated = r.first = r.final = r.deleting = true;
  r.cluster = copied_cluster();
  r.created_at = Timestamp{1'700'000'100'000'000};
  r.shared_with = {"444455556666", "all"};
  r.tags = {{"team", "red"}};
  r.source_arn = "arn:aws:rds:us-west-2:111122223333:cluster-snapshot:demo";
  r.source_resource_id = "snapshot-A6TSYXITZCZXJHIRVFUBZ5LTWY";
  const Result<void> read = store::check_goldens<SnapshotRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(CopyRecords, what_is_seen_of_a_snapshot_is_read_as_it_was_written) {
  SnapshotStateRecord r;
  r.made = r.given_up = r.has_master = true;
  r.failures = 5;
  r.problem = "the disk is full";
  r.made_at = Timestamp{1'700'000'101'000'000};
  r.made_micros = 1'700'000'101'000'001;
  const Result<void> read = store::check_goldens<SnapshotStateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(CopyRecords, a_retained_backup_is_read_as_it_was_written) {
  RetainedBackupRecord r;
  r.cluster = copied_cluster();
  r.backup_window = "03:00-03:30";
  r.retention_days = 7;
  r.retained_at = Timestamp{1'700'000'100'000'000};
  r.deleting = true;
  r.tags = {{"team", "red"}};
  const Result<void> read = store::check_goldens<RetainedBackupRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(CopyRecords, what_a_cluster_is_made_of_is_read_as_it_was_written) {
  RestoreRecord r;
  r.kind = "time";
  r.source = "cluster-UEMCBIN2L3QES5HMV47JYTTOXQ";
  r.to = Timestamp{1'700'000'000'500'000};
  const Result<void> read = store::check_goldens<RestoreRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(CopyRecords, what_is_kept_of_a_log_is_read_as_it_was_written) {
  BackupStateRecord r;
  r.began_micros = 1'700'000'000'000'001;
  r.until = Timestamp{1'700'000'100'000'000};
  r.until_micros = 1'700'000'100'000'001;
  r.ahead_from = {0, 1'700'000'050'000'000};
  r.ahead_micros = {0, 86'400'000'000};
  r.failures = 5;
  r.problem = "the disk is full";
  const Result<void> read = store::check_goldens<BackupStateRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
