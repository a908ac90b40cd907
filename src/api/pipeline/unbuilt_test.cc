#include "api/pipeline/unbuilt.h"

#include <gtest/gtest.h>

#include "model/rds/CreateDBCluster.h"

namespace haar::api {
namespace {

Row row_taking(std::string_view members) {
  Row row;
  row.model = &rds::ops::CreateDBCluster::model();
  row.takes = members;
  row.refused = members_to_refuse(row);
  return row;
}

// A parameter that haar does not act on is refused by name; one that asks for nothing is not.
TEST(Unbuilt, RefusesWhatIsAskedAndNotActedOn) {
  const Row row = row_taking("DBClusterIdentifier Engine");
  rds::CreateDBClusterMessage in;
  in.DBClusterIdentifier = "demo";
  in.Engine = "aurora-postgresql";
  in.StorageEncrypted = false;
  in.EnableCloudwatchLogsExports.emplace();
  in.KmsKeyId = "";
  EXPECT_TRUE(refuse_unbuilt(row, &in).ok());
  in.StorageEncrypted = true;
  const Result<void> refused = refuse_unbuilt(row, &in);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "NotImplemented");
  EXPECT_EQ(refused.error().http_status, 501);
  EXPECT_EQ(refused.error().message, "The parameter StorageEncrypted of rds:CreateDBCluster is not implemented by haar.");
}

TEST(Unbuilt, WhatIsSaidToBeWithoutEffectIsAccepted) {
  Row row = row_taking("DBClusterIdentifier Engine");
  row.without_effect.push_back({"StorageEncrypted", "for the test"});
  row.refused = members_to_refuse(row);
  rds::CreateDBClusterMessage in;
  in.StorageEncrypted = true;
  EXPECT_TRUE(refuse_unbuilt(row, &in).ok());
}

TEST(Unbuilt, ARowThatTakesNothingRefusesEveryMember) {
  const Row row = row_taking("");
  EXPECT_EQ(row.refused.size(), row.model->input->members.size());
  EXPECT_TRUE(taken_members(row).empty());
}

}  // namespace
}  // namespace haar::api
