// The rules of conditions one by one; test/policy/condition_table_test.cc goes through all combinations.
#include "policy/condition.h"

#include <gtest/gtest.h>

namespace haar::policy {
namespace {

bool holds(const Context& context, const char* op, const char* key, const std::vector<std::string>& values) {
  const auto parsed = parse_operator(op);
  EXPECT_TRUE(parsed) << op;
  return Condition(*parsed, key, values, Variables::active).matches(context);
}

TEST(Condition, OperatorsAreKnownByTheirExactName) {
  EXPECT_TRUE(parse_operator("ForAnyValue:StringNotLikeIfExists"));
  EXPECT_TRUE(parse_operator("ForAllValues:Null"));
  for (const char* name : {"", "stringequals", "StringEqual", "ForAnyValue::StringEquals", "ForAnyValue:",
      "IfExists",
                           "NullIfExists", "StringEqualsIfExistsIfExists",
                               "ForAllValues:ForAnyValue:StringEquals"}) {
    EXPECT_FALSE(parse_operator(name)) << name;
  }
}

TEST(Condition, AMissingKey) {
  const Context none;
  for (const char* op : {"StringEquals", "StringLike", "StringEqualsIgnoreCase", "NumericLessThan",
      "DateGreaterThan", "Bool",
                         "IpAddress", "ArnLike", "ArnEquals", "BinaryEquals"}) {
    EXPECT_FALSE(holds(none, op, "aws:x", {"true"})) << op;
    EXPECT_TRUE(holds(none, (std::string(op) + "IfExists").c_str(), "aws:x", {"true"})) << op;
  }
  for (const char* op : {"StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase",
      "NumericNotEquals", "DateNotEquals",
                         "NotIpAddress", "ArnNotEquals", "ArnNotLike"}) {
    const std::vector<std::string> value{std::string(op).starts_with("N") ? "10" : "2020-01-01T00:00:00Z"};
    EXPECT_TRUE(holds(none, op, "aws:x", std::string(op) == "NotIpAddress"
        ? std::vector<std::string>{"10.0.0.0/8"} : value)) << op;
    EXPECT_FALSE(holds(none, (std::string("ForAnyValue:") + op).c_str(), "aws:x", {"10.0.0.1"})) << op;
  }
  EXPECT_TRUE(holds(none, "Null", "aws:x", {"true"}));
  EXPECT_FALSE(holds(none, "Null", "aws:x", {"false"}));
  EXPECT_TRUE(holds(none, "ForAllValues:StringEquals", "aws:x", {"a"}));
  EXPECT_FALSE(holds(none, "ForAnyValue:StringEquals", "aws:x", {"a"}));
  // Long-term keys have no MFA key at all: only the IfExists form catches them.
  EXPECT_FALSE(holds(none, "Bool", "aws:MultiFactorAuthPresent", {"false"}));
  EXPECT_TRUE(holds(none, "BoolIfExists", "aws:MultiFactorAuthPresent", {"false"}));
}

TEST(Condition, SetOperatorsOverManyValues) {
  Context context;
  const std::string_view tags[] = {"team", "cost"};
  context.set_list(Key::tag_keys, tags);
  EXPECT_TRUE(holds(context, "ForAllValues:StringEquals", "aws:TagKeys", {"team", "cost", "name"}));
  EXPECT_FALSE(holds(context, "ForAllValues:StringEquals", "aws:TagKeys", {"team"}));
  EXPECT_TRUE(holds(context, "ForAnyValue:StringEquals", "aws:TagKeys", {"team"}));
  EXPECT_FALSE(holds(context, "ForAnyValue:StringEquals", "aws:TagKeys", {"name"}));
  EXPECT_TRUE(holds(context, "ForAnyValue:StringNotEquals", "aws:TagKeys",
      {"team"}));    // cost is none of them
  EXPECT_FALSE(holds(context, "ForAnyValue:StringNotEquals", "aws:TagKeys", {"team", "cost"}));
  EXPECT_TRUE(holds(context, "ForAllValues:StringNotEquals", "aws:TagKeys", {"name"}));
  EXPECT_FALSE(holds(context, "ForAllValues:StringNotEquals", "aws:TagKeys", {"cost"}));
  // A multi-valued key without a set operator matches nothing, negated or not.
  EXPECT_FALSE(holds(context, "StringEquals", "aws:TagKeys", {"team", "cost"}));
  EXPECT_FALSE(holds(context, "StringNotEquals", "aws:TagKeys", {"name"}));
  EXPECT_FALSE(holds(context, "StringEqualsIfExists", "aws:TagKeys", {"team"}));
  EXPECT_TRUE(holds(context, "Null", "aws:TagKeys", {"false"}));
  EXPECT_TRUE(holds(context, "ForAnyValue:Null", "aws:TagKeys", {"false"}));
}

TEST(Condition, NegationIsNoneOfTheValues) {
  Context context;
  context.set(Key::username, "ana");
  EXPECT_TRUE(holds(context, "StringNotEquals", "aws:username", {"bob", "eve"}));
  EXPECT_FALSE(holds(context, "StringNotEquals", "aws:username", {"bob", "ana"}));
  EXPECT_FALSE(holds(context, "StringNotEquals", "aws:username", {"${aws:username}"}));
  EXPECT_TRUE(holds(context, "StringNotEquals", "aws:username",
      {"${aws:userid}"}));  // no value: matches nothing
  EXPECT_FALSE(holds(context, "StringEquals", "aws:username", {"${aws:userid}"}));
  EXPECT_FALSE(holds(context, "StringEquals", "aws:username", {}));
  EXPECT_TRUE(holds(context, "StringNotEquals", "aws:username", {}));
}

TEST(Condition, Strings) {
  Context context;
  context.set(Key::username, "Ana*");
  EXPECT_TRUE(holds(context, "StringEquals", "aws:username", {"Ana*"}));
  EXPECT_FALSE(holds(context, "StringEquals", "aws:username", {"A*"}));  // a wildcard is a character here
  EXPECT_TRUE(holds(context, "StringLike", "aws:username", {"A*"}));
  EXPECT_FALSE(holds(context, "StringLike", "aws:username", {"a*"}));
  EXPECT_TRUE(holds(context, "StringEqualsIgnoreCase", "aws:username", {"aNA*"}));
  EXPECT_FALSE(holds(context, "StringEqualsIgnoreCase", "aws:username", {"a*"}));
  EXPECT_FALSE(holds(context, "StringNotEqualsIgnoreCase", "aws:username", {"ANA*"}));
  // An ARN as a string: * crosses colons.
  context.set(Key::source_arn, "arn:aws:iam::1:role/x");
  EXPECT_TRUE(holds(context, "StringLike", "aws:SourceArn", {"arn:*:role/x"}));
  EXPECT_FALSE(holds(context, "ArnLike", "aws:SourceArn", {"arn:*:role/x"}));
  EXPECT_TRUE(holds(context, "ArnEquals", "aws:SourceArn", {"arn:aws:iam::*:role/*"}));
  EXPECT_FALSE(holds(context, "ArnNotEquals", "aws:SourceArn", {"arn:aws:iam::*:role/*"}));
}

TEST(Condition, NumbersAreExact) {
  Context context;
  context.set("s3:max-keys", "10.50");
  EXPECT_TRUE(holds(context, "NumericEquals", "s3:max-keys", {"10.5"}));
  EXPECT_TRUE(holds(context, "NumericLessThan", "s3:max-keys", {"5", "11"}));
  EXPECT_FALSE(holds(context, "NumericLessThan", "s3:max-keys", {"10.5"}));
  EXPECT_TRUE(holds(context, "NumericLessThanEquals", "s3:max-keys", {"10.5"}));
  EXPECT_TRUE(holds(context, "NumericGreaterThan", "s3:max-keys", {"-3"}));
  EXPECT_TRUE(holds(context, "NumericGreaterThanEquals", "s3:max-keys", {"010.5"}));
  EXPECT_FALSE(holds(context, "NumericEquals", "s3:max-keys", {"ten"}));
  EXPECT_FALSE(holds(context, "NumericNotEquals", "s3:max-keys", {"ten"}));  // no number: no match either way
  context.set("s3:max-keys", "many");
  EXPECT_FALSE(holds(context, "NumericNotEquals", "s3:max-keys", {"1"}));
  // Beyond what a double can tell apart.
  EXPECT_NE(*parse_decimal("9007199254740993"), *parse_decimal("9007199254740992"));
  EXPECT_NE(*parse_decimal("0.100000000001"), *parse_decimal("0.1"));
  EXPECT_EQ(*parse_decimal("-0"), *parse_decimal("0"));
  for (const char* text : {"", "-", ".", "1.", ".5", "1e3", "0x1", " 1", "1 ", "1,0", "1.2.3",
      "9999999999999999999999999"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

TEST(Condition, DatesInTheFormsOfTheNote) {
  Context context;
  context.set_now(*parse_timestamp("2026-11-20T09:12:40Z"));
  EXPECT_TRUE(holds(context, "DateGreaterThan", "aws:CurrentTime", {"2026-11-20T09:12:39Z"}));
  EXPECT_TRUE(holds(context, "DateEquals", "aws:CurrentTime", {"2026-11-20T10:12:40+01:00"}));
  EXPECT_TRUE(holds(context, "DateEquals", "aws:EpochTime", {"1795165960"}));
  EXPECT_TRUE(holds(context, "NumericEquals", "aws:EpochTime", {"1795165960"}));
  EXPECT_TRUE(holds(context, "DateEquals", "aws:CurrentTime", {"1795165960"}));
  EXPECT_TRUE(holds(context, "DateGreaterThanEquals", "aws:CurrentTime", {"2026"}));
  EXPECT_TRUE(holds(context, "DateGreaterThanEquals", "aws:CurrentTime", {"2026-11"}));
  EXPECT_TRUE(holds(context, "DateLessThan", "aws:CurrentTime", {"2026-11-21"}));
  EXPECT_TRUE(holds(context, "DateLessThan", "aws:CurrentTime", {"2026-11-20T09:13Z"}));
  EXPECT_TRUE(holds(context, "StringEquals", "aws:CurrentTime", {"2026-11-20T09:12:40Z"}));
  EXPECT_FALSE(holds(context, "DateNotEquals", "aws:CurrentTime", {"2026-11-20T09:12:40Z"}));
  EXPECT_TRUE(holds(context, "DateLessThan", "aws:CurrentTime", {"9223372036854775807"}));
  EXPECT_TRUE(holds(context, "DateGreaterThan", "aws:CurrentTime", {"-292275054"}));
  EXPECT_TRUE(holds(context, "DateGreaterThan", "aws:CurrentTime", {"01T"}));
}

TEST(Condition, Booleans) {
  Context context;
  context.set_bool(Key::secure_transport, false);
  EXPECT_TRUE(holds(context, "Bool", "aws:SecureTransport", {"false"}));
  EXPECT_TRUE(holds(context, "Bool", "aws:SecureTransport", {"False"}));
  EXPECT_FALSE(holds(context, "Bool", "aws:SecureTransport", {"true"}));
  EXPECT_FALSE(holds(context, "Bool", "aws:SecureTransport", {"no"}));
  EXPECT_TRUE(holds(context, "StringEquals", "aws:SecureTransport", {"false"}));
}

TEST(Condition, Addresses) {
  Context context;
  const auto from = [&context](const char* address, const char* op, const char* range) {
    context.set(Key::source_ip, address);
    return holds(context, op, "aws:SourceIp", {range});
  };
  EXPECT_TRUE(from("10.1.2.3", "IpAddress", "10.0.0.0/8"));
  EXPECT_FALSE(from("11.1.2.3", "IpAddress", "10.0.0.0/8"));
  EXPECT_TRUE(from("10.1.2.3", "IpAddress", "10.1.2.3"));
  EXPECT_FALSE(from("10.1.2.4", "IpAddress", "10.1.2.3"));
  EXPECT_TRUE(from("10.1.2.3", "IpAddress", "0.0.0.0/0"));
  EXPECT_TRUE(from("10.1.2.200", "IpAddress", "10.1.2.128/25"));
  EXPECT_FALSE(from("10.1.2.100", "IpAddress", "10.1.2.128/25"));
  EXPECT_TRUE(from("2001:db8::1", "IpAddress", "2001:DB8::/32"));
  EXPECT_FALSE(from("2001:db9::1", "IpAddress", "2001:db8::/32"));
  EXPECT_FALSE(from("2001:db8::1", "IpAddress", "0.0.0.0/0"));
  EXPECT_TRUE(from("::ffff:10.1.2.3", "IpAddress", "10.0.0.0/8"));
  EXPECT_TRUE(from("11.0.0.1", "NotIpAddress", "10.0.0.0/8"));
  EXPECT_FALSE(from("10.0.0.1", "NotIpAddress", "10.0.0.0/8"));
  EXPECT_TRUE(from("10.0.0.1", "NotIpAddress", "::ffff:0:0/95"));  // a block of IPv6, which holds no client of IPv4
  EXPECT_FALSE(from("10.0.0.1", "IpAddress", "::ffff:0:0/95"));
  EXPECT_FALSE(from("AWS Internal", "NotIpAddress", "10.0.0.0/8"));  // no address: no match either way
  for (const char* text : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
      "::/129", "a.b.c.d"}) {
    EXPECT_FALSE(parse_ip_block(text)) << text;
  }
}

TEST(Condition, Bytes) {
  Context context;
  context.set("svc:key", "QmluYXJ5");
  EXPECT_TRUE(holds(context, "BinaryEquals", "svc:key", {"QmluYXJ5"}));
  EXPECT_FALSE(holds(context, "BinaryEquals", "svc:key", {"Qml1YXJ5"}));
  EXPECT_FALSE(holds(context, "BinaryEquals", "svc:key", {"not base64"}));
}

}  // namespace
}  // namespace haar::policy
