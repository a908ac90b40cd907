// This build still reads every version of Secrets Manager's records that was ever written.
#include "services/secretsmanager/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::secretsmanager {
namespace {

TEST(Records, a_secret_is_read_as_it_was_written) {
  SecretRecord r;
  r.name = "prod/shop";
  r.suffix = "AbCd12";
  r.description = "The shop's database";
  r.kms_key_id = "alias/aws/secretsmanager";
  r.owning_service = "rds";
  r.labels = {{"AWSCURRENT", "00000000-0000-4000-8000-000000000002"}, {"AWSPREVIOUS", "00000000-0000-4000-8000-000000000001"}};
  r.tags = {{"team", "red"}, {"empty", ""}};
  r.policy = R"({"Version":"2012-10-17","Statement":[]})";
  r.created_at = Timestamp{1'700'000'000'000'000};
  r.changed_at = Timestamp{1'700'000'000'000'001};
  r.deleted_at = Timestamp{1'700'000'000'000'002};
  r.erased_at = Timestamp{1'700'000'000'000'003};
  r.rotates = true;
  r.rotation_days = 7;
  r.rotation_schedule = "rate(7 days)";
  r.rotated_at = Timestamp{1'700'000'000'000'004};
  r.rotates_next_at = Timestamp{1'700'000'000'000'005};
  r.rotating_to = "00000000-0000-4000-8000-000000000003";
  const Result<void> read = store::check_goldens<SecretRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, a_version_is_read_as_it_was_written) {
  const VersionRecord r{"00000000-0000-4000-8000-000000000001", "sealed", true, Timestamp{1'700'000'000'000'000}};
  const Result<void> read = store::check_goldens<VersionRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::secretsmanager
