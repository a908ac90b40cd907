// Every format that was ever written is read by this build (test/store/formats).
#include "console/session/records.h"

#include <gtest/gtest.h>

#include "console/signin/flow_records.h"
#include "console/signin/guess_records.h"
#include "console/signin/role_records.h"
#include "store/golden.h"

namespace haar::console {
namespace {

template <class Record>
void expect_golden(const Record& record) {
  const Result<void> read = store::check_goldens<Record>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

const Timestamp then = Timestamp::from_seconds(1'700'000'000);

TEST(ConsoleRecords, SessionIsRead) {
  SessionRecord r;
  r.id = "s1", r.cookie_digest = "ab", r.kind = SignedInAs::federated, r.principal_id = "AIDA1";
  r.credentials = {"ASIA1", "token", then}, r.created = then, r.last_used = then, r.expires = then;
  r.mfa_serial = "arn:aws:iam::111122223333:mfa/phone", r.password_mark = "cd";
  r.source_ip = "127.0.0.1", r.user_agent = "Firefox";
  r.switched = SwitchedRole{{"ASIA2", "token2", then}, AccountId("444455556666"), "Deploy", "deploy @ prod", "red"};
  expect_golden(r);
}

TEST(ConsoleRecords, FlowIsRead) {
  FlowRecord r;
  r.cookie_digest = "ab", r.principal_id = "AIDA1", r.user_name = "ana", r.typed_account = "111122223333";
  r.password_mark = "cd", r.needs_password = true, r.mfa_serial = "arn:aws:iam::111122223333:mfa/phone";
  r.challenge = "xyz", r.return_path = "/console/iam", r.created = then;
  expect_golden(r);
}

TEST(ConsoleRecords, RoleHistoryIsRead) {
  RoleHistoryRecord r;
  r.roles = {{"111122223333", "Deploy", "deploy @ prod", "red"}};
  expect_golden(r);
}

TEST(ConsoleRecords, GuessIsRead) {
  GuessRecord r;
  r.failures = 7, r.last = then;
  expect_golden(r);
}

}  // namespace
}  // namespace haar::console
