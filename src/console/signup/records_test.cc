// Every format that was ever written is read by this build (test/store/formats).
#include "console/signup/records.h"

#include <gtest/gtest.h>

#include "console/signup/recovery.h"
#include "store/golden.h"

namespace haar::console {
namespace {

const Timestamp then = Timestamp::from_seconds(1'700'000'000);

TEST(SignUpRecords, SignUpIsRead) {
  SignUpRecord r;
  r.step = "phone", r.email = "a@example.com", r.account_name = "Example", r.source_address = "127.0.0.1", r.begun = then;
  r.mail_code = {"digest", then}, r.wrong_codes = 2, r.password_hash = "$argon2id$", r.contact.full_name = "Ana";
  r.billing.card_last_digits = "4242", r.phone = "+49 30 1", r.method = "call", r.call = "key", r.sealed_call_code = "sealed";
  r.account_id = "111122223333";
  const Result<void> read = store::check_goldens<SignUpRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(SignUpRecords, RecoveryIsRead) {
  const RecoveryRecord r{"phone", "device", "a@example.com", "111122223333", then, {"digest", then}, 2, "key", "sealed"};
  const Result<void> read = store::check_goldens<RecoveryRecord>({{1, r}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

}  // namespace
}  // namespace haar::console
