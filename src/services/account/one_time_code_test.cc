// A code is good for its purpose, in its time, and only then.
#include "services/account/one_time_code.h"

#include <gtest/gtest.h>

#include <set>

namespace haar::account {
namespace {

const Timestamp now = Timestamp::from_seconds(1'700'000'000);

class Codes : public ::testing::Test {
 protected:
  CodeFit check(std::string_view purpose, std::string_view text, Timestamp at) const {
    return check_code(keyring_, code_.stored, purpose, text, at);
  }
  auth::Keyring keyring_ = auth::Keyring::ephemeral();
  NewCode code_ = new_code(keyring_, system_random(), "mail a@example.com", now);
};

TEST_F(Codes, the_right_one_is_right_until_it_expires) {
  EXPECT_EQ(code_.text.size(), code_length);
  EXPECT_EQ(code_.text.find_first_not_of(code_digits), std::string::npos);
  EXPECT_EQ(check("mail a@example.com", code_.text, now.plus_seconds(code_seconds - 1)), CodeFit::right);
  EXPECT_EQ(check("mail a@example.com", code_.text, now.plus_seconds(code_seconds)), CodeFit::expired);
}

TEST_F(Codes, no_other_code_fits) {
  std::string other = code_.text;
  other[0] = other[0] == '0' ? '1' : '0';
  for (const std::string& wrong : {other, std::string(), code_.text + "0", code_.text.substr(1)})
    EXPECT_EQ(check("mail a@example.com", wrong, now), CodeFit::wrong) << wrong;
}

TEST_F(Codes, it_is_of_no_use_for_another_purpose_or_under_another_key) {
  EXPECT_EQ(check("mail b@example.com", code_.text, now), CodeFit::wrong);
  EXPECT_EQ(check_code(auth::Keyring::ephemeral(), code_.stored, "mail a@example.com", code_.text, now), CodeFit::wrong);
}

TEST_F(Codes, nothing_fits_where_none_is_awaited) {
  EXPECT_EQ(check_code(keyring_, OneTimeCode{}, "mail a@example.com", "", now), CodeFit::wrong);
}

TEST_F(Codes, the_digest_does_not_hold_the_code) {
  EXPECT_EQ(code_.stored.digest.find(code_.text), std::string::npos);
  EXPECT_EQ(code_.stored.digest.size(), 64u);
}

}  // namespace
}  // namespace haar::account
