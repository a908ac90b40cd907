#include "services/secretsmanager/random_password.h"

#include <gtest/gtest.h>

#include <set>

namespace haar::secretsmanager {
namespace {

bool has_of(const std::string& text, std::string_view characters) {
  return text.find_first_of(characters) != std::string::npos;
}

TEST(RandomPassword, HasEachTypeThatIsIncluded) {
  for (int i = 0; i < 200; ++i) {
    PasswordRules rules;
    rules.length = 5;
    rules.space = true;
    const Password password = random_password(system_random(), rules);
    ASSERT_FALSE(password.fault);
    ASSERT_EQ(password.text.size(), 5U);
    EXPECT_TRUE(has_of(password.text, "0123456789"));
    EXPECT_TRUE(has_of(password.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    EXPECT_TRUE(has_of(password.text, "abcdefghijklmnopqrstuvwxyz"));
    EXPECT_TRUE(has_of(password.text, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"));
    EXPECT_TRUE(has_of(password.text, " "));
  }
}

TEST(RandomPassword, LeavesOutWhatIsExcluded) {
  PasswordRules rules;
  rules.length = 4000;
  rules.excluded = "abcXYZ019!~";
  rules.punctuation = false;
  const Password password = random_password(system_random(), rules);
  ASSERT_EQ(password.text.size(), 4000U);
  EXPECT_FALSE(has_of(password.text, rules.excluded));
  EXPECT_FALSE(has_of(password.text, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "));
}

TEST(RandomPassword, IsNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_password(system_random(), {}).text);
  EXPECT_EQ(seen.size(), 100U);
}

TEST(RandomPassword, SaysWhyItCannotBe) {
  PasswordRules none{.numbers = false, .punctuation = false, .uppercase = false, .lowercase = false};
  EXPECT_EQ(random_password(system_random(), none).fault, PasswordFault::no_characters);
  PasswordRules digits;
  digits.excluded = "0123456789";
  EXPECT_EQ(random_password(system_random(), digits).fault, PasswordFault::empty_type);
  digits.require_each = false;
  EXPECT_FALSE(random_password(system_random(), digits).fault);
  PasswordRules three;
  three.length = 3;
  EXPECT_EQ(random_password(system_random(), three).fault, PasswordFault::too_short);
}

}  // namespace
}  // namespace haar::secretsmanager
