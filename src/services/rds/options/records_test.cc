#include "services/rds/options/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::rds {
namespace {

TEST(OptionGroups, ARecordIsReadAsItWasWritten) {
  OptionGroupRecord r;
  r.name = "shop";
  r.description = "of the shop";
  r.engine = "postgres";
  r.major_version = "15";
  r.tags = {{"team", "red"}};
  r.created_at = Timestamp{1'700'000'000'000'000};
  r.source_arn = "arn:aws:rds:us-east-1:111122223333:og:base";
  r.copied_at = Timestamp{1'700'000'000'000'001};
  const Result<void> read = store::check_goldens<OptionGroupRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::rds
