// Every format that was ever written is read by this build (test/store/formats).
#include "services/iam/federation/preference_records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::iam {
namespace {

template <class Record>
void expect_golden(const Record& record) {
  const Result<void> read = store::check_goldens<Record>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(PreferenceRecords, TokenPreferencesAreRead) {
  TokenPreferencesRecord r;
  r.global_endpoint_version = "v2Token";
  expect_golden(r);
}

TEST(PreferenceRecords, OrganizationFeaturesAreRead) {
  OrganizationFeaturesRecord r;
  r.organization_id = "o-a1b2c3d4e5", r.enabled = {"RootCredentialsManagement", "RootSessions"};
  expect_golden(r);
}

}  // namespace
}  // namespace haar::iam
