// Every format that was ever written is read by this build (test/store/formats).
#include <gtest/gtest.h>

#include "services/organizations/records.h"
#include "store/golden.h"

namespace haar::organizations {
namespace {

template <class Record>
void expect_golden(const Record& record) {
  const Result<void> read = store::check_goldens<Record>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

const Timestamp then = Timestamp::from_seconds(1'700'000'000), later = Timestamp::from_seconds(1'700'000'100);

TEST(Records, OrganizationIsRead) {
  OrganizationRecord r;
  r.id = "o-1", r.feature_set = "ALL", r.root_id = "r-1", r.created = then, r.scp = {true, 3}, r.rcp = {false, 2};
  r.trusted_services = {{"iam.amazonaws.com", later}}, r.accounts = 7, r.stamp = 0xfedcba9876543210;
  expect_golden(r);
}

TEST(Records, NodeIsRead) {
  NodeRecord r;
  r.id = "ou-1-2", r.name = "Sandbox", r.parent_id = "r-1", r.tags = {{"k", "v"}}, r.scps = {1, {"p-1", "p-2"}};
  r.rcps = {2, {"p-3"}};
  expect_golden(r);
}

TEST(Records, MemberIsRead) {
  MemberRecord r;
  r.organization_id = "o-1", r.management_account = "111122223333", r.parent_id = "ou-1-2", r.joined_method = "CREATED";
  r.joined = then, r.tags = {{"k", "v"}}, r.scps = {1, {"p-1"}}, r.rcps = {2, {"p-3"}};
  r.delegated_services = {{"iam.amazonaws.com", later}};
  expect_golden(r);
}

TEST(Records, PolicyIsRead) {
  PolicyRecord r;
  r.id = "p-1", r.name = "n", r.description = "d", r.type = "SERVICE_CONTROL_POLICY", r.content = "{}";
  r.tags = {{"k", "v"}};
  expect_golden(r);
}

TEST(Records, AccountRequestIsRead) {
  AccountRequestRecord r;
  r.id = "car-1", r.account_name = "n", r.email = "e@example.com", r.role_name = "Admin", r.tags = {{"k", "v"}};
  r.state = "FAILED", r.failure_reason = "EMAIL_ALREADY_EXISTS", r.account_id = "222222222222", r.requested = then;
  r.completed = later;
  expect_golden(r);
}

TEST(Records, HandshakeIsRead) {
  HandshakeRecord r;
  r.id = "h-1", r.action = "INVITE", r.state = "OPEN", r.organization_id = "o-1", r.management_account = "111122223333";
  r.target_type = "EMAIL", r.target = "e@example.com", r.notes = "hello", r.tags = {{"k", "v"}}, r.requested = then;
  r.expires = later, r.closed = then;
  expect_golden(r);
}

TEST(Records, ResourcePolicyIsRead) {
  ResourcePolicyRecord r;
  r.id = "rp-1", r.content = "{}", r.tags = {{"k", "v"}};
  expect_golden(r);
}

}  // namespace
}  // namespace haar::organizations
