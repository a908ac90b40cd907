// Every format that was ever written is read by this build (test/store/formats): profiles, reports, delegation.
#include <gtest/gtest.h>

#include "services/iam/access_records.h"
#include "services/iam/instance_profile_records.h"
#include "store/golden.h"

namespace haar::iam {
namespace {

template <class Record>
void expect_golden(const Record& record) {
  const Result<void> read = store::check_goldens<Record>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

const Timestamp then = Timestamp::from_seconds(1'700'000'000);

TEST(ReportRecords, InstanceProfileIsRead) {
  InstanceProfileRecord r;
  r.name = "Web", r.path = "/app/", r.unique_id = "AIPA1", r.created = then, r.tags = {{"k", "v"}};
  r.role_ids = {"AROA1"};
  expect_golden(r);
}

TEST(ReportRecords, ServiceAccessIsRead) {
  ServiceAccessRecord r;
  r.service = "iam", r.time = then, r.region = "us-east-1", r.actions = {{"CreateUser", then, "us-east-1"}};
  expect_golden(r);
}

TEST(ReportRecords, AccessReportIsRead) {
  AccessReportRecord r;
  r.created = then, r.requester_id = "AIDA1", r.subject = "arn:u", r.granularity = "ACTION_LEVEL";
  r.error_code = "E", r.error_message = "m";
  r.services = {{"iam", then, "arn:u", "us-east-1", 2, {{"CreateUser", "arn:u", then, "us-east-1"}}}};
  expect_golden(r);
}




}  // namespace
}  // namespace haar::iam
