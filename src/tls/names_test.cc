#include "tls/names.h"

#include <gtest/gtest.h>

#include "tls/test_authority.h"

namespace haar::tls {
namespace {

TEST(Names, DnsNamesAndAddressesAreRead) {
  for (const char* name : {"localhost", "haar", "HAAR.Test", "*.haar.test", "*.localhost", "a-b.c_d", "1.example"}) {
    const auto read = parse_name(name);
    ASSERT_TRUE(read.ok()) << name;
    EXPECT_FALSE(read->is_address) << name;
  }
  EXPECT_EQ(parse_name("HAAR.Test")->bytes, "haar.test");
  EXPECT_EQ(parse_name("127.0.0.1")->bytes, std::string("\x7f\0\0\1", 4));
  EXPECT_EQ(parse_name("::1")->bytes, std::string(15, '\0') + '\1');
}

TEST(Names, OtherTextsAreRefused) {
  for (const std::string name : {"", ".", "a..b", ".a", "a.", "*", "*.", "a.*", "*.*.a", "-a", "a-", "a b", "a/b",
                                 "127.1", "1.2.3.4.5", "10.0.0.256", "[::1]", "h\xc3\xa4r", "a:1"})
    EXPECT_FALSE(parse_name(name).ok()) << name;
  EXPECT_FALSE(parse_name(std::string("a\0.b", 4)).ok());
  EXPECT_FALSE(parse_name(std::string(64, 'a')).ok());
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += i == 0 ? "a" : ".a";
  EXPECT_TRUE(parse_name(longest).ok());
  EXPECT_FALSE(parse_name(longest + "b").ok());
}

TEST(Names, AListIsSeparatedByCommas) {
  const auto names = parse_names(" haar.test, 10.0.0.5,,::1 ");
  ASSERT_TRUE(names.ok());
  ASSERT_EQ(names->size(), 3U);
  EXPECT_EQ((*names)[0], dns_name("haar.test"));
  EXPECT_TRUE((*names)[2].is_address);
  EXPECT_TRUE(parse_names("")->empty());
  EXPECT_FALSE(parse_names("haar.test,a b").ok());
}

TEST(Names, OwnCertificatesAreForWhatHaarServes) {
  const ServedNames names = testing::served_names("*.haar.test,rig.test");
  for (const char* host : {"a.localhost", "a.b.localhost", "x.haar.test", "rig.test", "iam.amazonaws.com",
                           "sts.us-east-1.amazonaws.com", "sts-fips.us-west-2.amazonaws.com", "rds.us-east-1.api.aws"})
    EXPECT_TRUE(is_served(names, host)) << host;
  for (const char* host : {"example.com", "haar.test", "a.b.haar.test", "a.rig.test", "localhost", "s3.amazonaws.com",
                           "amazonaws.com",
                           "sts.us-east-9.amazonaws.com", "sts.us-east-1.amazonaws.com.evil.com",
                           "a.sts.us-east-1.amazonaws.com",
                           "sts.api.aws", "..localhost", "a b.localhost", "*.localhost", ""})
    EXPECT_FALSE(is_served(names, host)) << host;
}

}  // namespace
}  // namespace haar::tls
