// Every format that was ever written is read by this build (test/store/formats): profiles, reports, delegation.
#include <gtest/gtest.h>

#include "services/iam/usage/access_records.h"
#include "services/iam/delegation/delegation_records.h"
#include "services/iam/principals/instance_profile_records.h"
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

TEST(ReportRecords, DelegationTemplateIsRead) {
  DelegationTemplateRecord r;
  r.arn = "arn:t", r.requestor_name = "Example Corp", r.document = "{}", r.created = then;
  expect_golden(r);
}

TEST(ReportRecords, DelegationRequestIsRead) {
  DelegationRequestRecord r;
  r.id = "id", r.requestor_name = "Example Corp", r.workflow_id = "flow-1", r.owner_account = "111122223333";
  r.owner_arn = "arn:o", r.owner_user_id = "AIDA1", r.description = "d", r.message = "m", r.redirect_url = "https://r";
  r.notification_channel = "arn:s", r.template_arn = "arn:t", r.parameters = {{"bucket", "string", {"b"}}};
  r.policy = "{}", r.session_seconds = 3600, r.only_send_by_owner = true, r.state = "ACCEPTED";
  r.created = r.updated = r.expires = r.finalized = then, r.notes = "n", r.rejection_reason = "rr";
  r.approver = {"arn:a", "role", "arn:p", "AROA1", "s", "si", {{"k", "v"}}};
  expect_golden(r);
}

TEST(ReportRecords, DelegationNoticeIsRead) {
  DelegationNoticeRecord r;
  r.time = then, r.topic_arn = "arn:s", r.request_id = "id", r.workflow_id = "flow-1", r.state = "ASSIGNED";
  r.owner_account = "111122223333";
  expect_golden(r);
}

}  // namespace
}  // namespace haar::iam
