#include "services/rds/global/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(GlobalClusters, ARecordIsReadAsItWasWritten) {
  GlobalClusterRecord r;
  r.id = "world";
  r.resource_id = "cluster-A6TSYXITZCZXJHIRVFUBZ5LTWY";
  r.engine = "aurora-postgresql";
  r.engine_version = "15.17";
  r.database_name = "shop";
  r.deletion_protection = true;
  r.members = {{"arn:aws:rds:us-east-1:111122223333:cluster:shop", true}};
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  const Result<void> read = store::check_goldens<GlobalClusterRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
