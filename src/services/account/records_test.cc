// Every format that was ever written is read by this build (test/store/formats).
#include <gtest/gtest.h>

#include "services/account/messages.h"
#include "services/account/records.h"
#include "store/golden.h"

namespace haar::account {
namespace {

template <class Record>
void expect_golden(const Record& record) {
  const Result<void> read = store::check_goldens<Record>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

const Timestamp then = Timestamp::from_seconds(1'700'000'000);

TEST(Records, ContactIsRead) {
  expect_golden(ContactRecord{"Ana", "Example", "1 Way", "2", "3", "Town", "District", "State", "12345", "DE", "+49 30 1",
                              "https://example.com", "PENDING", {"digest", then}});
}

TEST(Records, AlternateContactIsRead) {
  expect_golden(AlternateContactRecord{"Ana", "CFO", "ana@example.com", "+49 30 1"});
}

TEST(Records, EmailUpdateIsRead) { expect_golden(EmailUpdateRecord{"new@example.com", "PENDING", then, {"digest", then}}); }

TEST(Records, BillingIsRead) { expect_golden(BillingRecord{"Ana", "4242", "12/2030", "business", "basic", then}); }

TEST(Records, MessageIsRead) {
  MessageRecord r;
  r.kind = "call", r.to = "+49 30 1", r.subject = "s", r.sealed_text = "sealed", r.created = then, r.delivery = "failed";
  r.attempts = 3, r.due = then, r.problem = "p", r.call_state = "ringing", r.call_code = {"digest", then}, r.wrong_codes = 2;
  expect_golden(r);
}

}  // namespace
}  // namespace haar::account
