#include "base/encoding.h"

#include <gtest/gtest.h>

#include "base/arn.h"
#include "base/clock.h"
#include "base/ids.h"

namespace haar {
namespace {

TEST(Encoding, HexAndBase64RoundTripAndRefuseBrokenText) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  for (std::size_t n = 0; n <= bytes.size(); ++n) {
    const std::string part = bytes.substr(0, n);
    EXPECT_EQ(from_base64(to_base64(part)), part);
    EXPECT_EQ(from_hex(to_hex(part)), part);
  }
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  for (const char* bad : {"Zg", "Zg=", "Z===", "Zh==", "Z!==", "====", "Zg==Zg=="}) EXPECT_FALSE(from_base64(bad)) << bad;
  EXPECT_FALSE(from_hex("abc"));
  EXPECT_FALSE(from_hex("zz"));
}

TEST(Encoding, PercentEscapes) {
  EXPECT_EQ(percent_encode("a b/c~\xc3\xa9"), "a%20b%2Fc~%C3%A9");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
  EXPECT_EQ(percent_decode("a+b%2F", true), "a b/");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_FALSE(percent_decode("%2", true));
  EXPECT_FALSE(percent_decode("%zz", true));
}

TEST(Encoding, Utf8RefusesOverlongSurrogateAndCut) {
  EXPECT_TRUE(is_utf8("caf\xc3\xa9 \xf0\x9f\x8c\x8a"));
  for (const char* bad : {"\xc0\x80", "\xed\xa0\x80", "\xe2\x82", "\xff", "\xf4\x90\x80\x80"}) EXPECT_FALSE(is_utf8(bad));
}

TEST(Clock, FormatsAndParsesEveryForm) {
  const Timestamp t = Timestamp::from_seconds(1440938160);
  EXPECT_EQ(format_iso8601(t), "2015-08-30T12:36:00Z");
  EXPECT_EQ(format_basic(t), "20150830T123600Z");
  EXPECT_EQ(format_iso8601(Timestamp{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_iso8601(Timestamp{-1}), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_iso8601(Timestamp::from_seconds(951'782'399)), "2000-02-28T23:59:59Z");
  EXPECT_EQ(format_iso8601(Timestamp::from_seconds(951'782'400)), "2000-02-29T00:00:00Z");
  EXPECT_EQ(format_iso8601(Timestamp::from_seconds(253'402'300'799)), "9999-12-31T23:59:59Z");
  EXPECT_EQ(parse_timestamp("20000229T000000Z"), Timestamp::from_seconds(951'782'400));
  EXPECT_EQ(parse_timestamp("19691231T235959Z"), Timestamp::from_seconds(-1));
  EXPECT_EQ(format_basic(t), "20150830T123600Z");
  EXPECT_EQ(format_http_date(t), "Sun, 30 Aug 2015 12:36:00 GMT");
  for (const char* text : {"2015-08-30T12:36:00Z", "20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT", "1440938160",
                           "2015-08-30T14:36:00+02:00", "2015-08-30T12:36Z", "1440938160.0"})
    EXPECT_EQ(parse_timestamp(text), t) << text;
  for (const char* bad : {"", "yesterday", "2015-02-30T00:00:00Z", "2015-13-01", "20150830T1236", "2015-08-30T25:00:00Z"})
    EXPECT_FALSE(parse_timestamp(bad)) << bad;
  EXPECT_EQ(parse_timestamp("2015-08-30T12:36:00.5Z")->micros, t.micros + 500'000);
}

TEST(Arn, KeepsColonsOfTheResource) {
  const auto arn = Arn::parse("arn:aws:rds:us-east-1:111122223333:cluster:a:b");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->resource, "cluster:a:b");
  EXPECT_EQ(arn->str(), "arn:aws:rds:us-east-1:111122223333:cluster:a:b");
  for (const char* bad : {"", "arn:aws:rds", "arn:aws:rds:r:a:", "urn:aws:rds:r:a:x"}) EXPECT_FALSE(Arn::parse(bad));
}

TEST(Ids, HaveTheirLengthsAndAlphabets) {
  EXPECT_EQ(iam_unique_id(system_random(), "AIDA").size(), 21U);
  EXPECT_EQ(ec2_id(system_random(), "vpc").size(), 21U);
  EXPECT_NE(uuid4(system_random()), uuid4(system_random()));
}

}  // namespace
}  // namespace haar
