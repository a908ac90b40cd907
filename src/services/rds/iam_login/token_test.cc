#include "services/rds/iam_login/token.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

const std::string host = "Shop.cluster-cabc.us-east-1.rds.amazonaws.com:5432";
const std::string query =
    "Action=connect&DBUser=app%20user&X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261130%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date=20261130T120000Z"
    "&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
    "&X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(LoginToken, IsRead) {
  const LoginToken token = read_login_token(host + "/?" + query).value();
  EXPECT_EQ(token.host, host);  // as it was signed
  EXPECT_EQ(token.query, query);
  EXPECT_EQ(token.user, "app user");
  EXPECT_EQ(token.claims.access_key_id, "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(token.claims.service, "rds-db");
  EXPECT_EQ(token.claims.region, "us-east-1");
  EXPECT_EQ(token.claims.expires_seconds, 900);
}

TEST(LoginToken, IsGoodForAQuarterOfAnHourAtMost) {
  const auto expires = [](const std::string& with) {
    return read_login_token(host + "/?" + replaced(query, "&X-Amz-Expires=900", with))->claims.expires_seconds;
  };
  EXPECT_EQ(expires("&X-Amz-Expires=7200"), token_seconds);
  EXPECT_EQ(expires("&X-Amz-Expires=60"), 60);
}

TEST(LoginToken, WhatIsNoneIsRefusedInWordsWithoutIt) {
  const std::string whole = host + "/?" + query;
  for (const std::string& text :
       {std::string(), std::string("correct-horse-1"), std::string("/?") + query, "https://" + whole, "a b/?" + query,
        host + "/?",
        replaced(whole, "Action=connect", "Action=Connect"), replaced(whole, "Action=connect&", ""),
        replaced(whole, "DBUser=app%20user", "DBUser="), replaced(whole, "DBUser=app%20user", "DBUser=%zz"),
        replaced(whole, "DBUser=app%20user", "DBUser=a&DBUser=b"), replaced(whole, "&X-Amz-Algorithm=AWS4-HMAC-SHA256", ""),
        replaced(whole, "SignedHeaders=host", "SignedHeaders=x-y"), whole.substr(0, whole.size() / 2),
        whole + std::string(token_bytes_max, 'x')}) {
    const auto token = read_login_token(text);
    ASSERT_FALSE(token.ok()) << text;
    EXPECT_EQ(token.error().message.find("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(token.error().message.find("AKIA"), std::string::npos);
  }
}

}  // namespace
}  // namespace haar::rds
