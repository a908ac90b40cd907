#include "api/pipeline/unbuilt.h"
#include "model/rds/CreateDBCluster.h"

#include <gtest/gtest.h>


namespace haar::api {
namespace {

const wire::Operation& create_cluster() { return rds::ops::CreateDBCluster::model(); }

// A parameter that haar does not act on is refused by name; one that asks for nothing is not.
TEST(Unbuilt, RefusesWhatIsAskedAndNotActedOn) {
  rds::CreateDBClusterMessage in;
  in.DBClusterIdentifier = "demo";
  in.Engine = "aurora-postgresql";
  in.StorageEncrypted = false;
  in.EnableCloudwatchLogsExports.emplace();
  in.KmsKeyId = "";
  EXPECT_TRUE(refuse_unbuilt(create_cluster(), &in, {"DBClusterIdentifier", "Engine"}).ok());
  in.StorageEncrypted = true;
  const Result<void> refused = refuse_unbuilt(create_cluster(), &in, {"DBClusterIdentifier", "Engine"});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "NotImplemented");
  EXPECT_EQ(refused.error().http_status, 501);
  EXPECT_EQ(refused.error().message, "The parameter StorageEncrypted of rds:CreateDBCluster is not implemented by haar.");
}

}  // namespace
}  // namespace haar::api
