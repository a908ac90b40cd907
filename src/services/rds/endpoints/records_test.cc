#include "services/rds/endpoints/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(CustomEndpoints, ARecordIsReadAsItWasWritten) {
  CustomEndpointRecord r;
  r.id = "reports";
  r.resource_id = "cluster-endpoint-A6TSYXITZCZXJHIRVFUBZ5LTWY";
  r.cluster_id = "shop";
  r.type = "READER";
  r.static_members = {"shop-2"};
  r.excluded_members = {"shop-3"};
  r.address = "127.9.1.5";
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  const Result<void> read = store::check_goldens<CustomEndpointRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
