#include "auth/totp.h"

#include <gtest/gtest.h>

namespace haar::auth {
namespace {

// RFC 6238, appendix B (its codes have eight digits; the last six are the same).
TEST(Totp, MakesTheCodesOfTheStandard) {
  const std::string secret = "12345678901234567890";
  const auto at = [&](std::int64_t seconds) { return totp_code(secret, totp_step(Timestamp::from_seconds(seconds))); };
  EXPECT_EQ(at(59), "287082");
  EXPECT_EQ(at(1111111109), "081804");
  EXPECT_EQ(at(1111111111), "050471");
  EXPECT_EQ(at(1234567890), "005924");
  EXPECT_EQ(at(2000000000), "279037");
  EXPECT_EQ(at(20000000000), "353130");
}

TEST(Totp, ReadsSeeds) {
  EXPECT_EQ(totp_secret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "12345678901234567890");
  EXPECT_EQ(totp_secret("not base32!"), std::nullopt);
}

// A pair of codes is found only where the second follows the first at once.
TEST(Totp, FindsTheStep) {
  const std::string secret = "12345678901234567890";
  const auto code = [&](std::int64_t step) { return totp_code(secret, step); };
  EXPECT_EQ(find_totp_step(secret, 95, 105, code(100)), 100);
  EXPECT_EQ(find_totp_step(secret, 101, 105, code(100)), std::nullopt);
  EXPECT_EQ(find_totp_step(secret, 95, 105, code(100), code(101)), 100);
  EXPECT_EQ(find_totp_step(secret, 95, 105, code(100), code(102)), std::nullopt);
  EXPECT_EQ(find_totp_step(secret, 95, 105, code(101), code(100)), std::nullopt);
  EXPECT_EQ(find_totp_step(secret, -5, 2, code(1)), 1);
  EXPECT_EQ(find_totp_step(secret, 95, 105, ""), std::nullopt);
}

}  // namespace
}  // namespace haar::auth
