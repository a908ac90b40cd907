#include "auth/mysql_password.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace haar::auth {
namespace {

// SELECT PASSWORD('password') of MySQL 5.7 and of MariaDB.
TEST(MysqlPassword, VerifierIsWhatServersStore) {
  EXPECT_EQ(mysql_native_verifier("password"), "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
  EXPECT_NE(mysql_native_verifier("Password"), mysql_native_verifier("password"));
}

// The server computes SHA1(answer XOR SHA1(scramble + stored)) and compares that to what it has stored.
TEST(MysqlPassword, AnswerDependsOnScrambleAndPassword) {
  const std::string scramble = "12345678901234567890";
  const std::string answer = mysql_native_answer("password", scramble);
  EXPECT_EQ(answer.size(), 20U);
  EXPECT_NE(answer, mysql_native_answer("password", "02345678901234567890"));
  EXPECT_NE(answer, mysql_native_answer("passwore", scramble));
  EXPECT_EQ(mysql_native_answer("", scramble), "");
}

}  // namespace
}  // namespace haar::auth
