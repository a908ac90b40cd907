#include "services/rds/roles/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(ClusterRoles, ARecordIsReadAsItWasWritten) {
  ClusterRolesRecord r;
  r.roles = {{"arn:aws:iam::111122223333:role/import", "s3Import"}};
  const Result<void> read = store::check_goldens<ClusterRolesRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
