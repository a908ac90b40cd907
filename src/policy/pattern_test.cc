#include "policy/pattern.h"

#include <gtest/gtest.h>

namespace haar::policy {
namespace {

Tri match(std::string_view pattern, std::string_view text, const Context& context,
    Variables variables = Variables::active) {
  return Pattern(pattern, Wildcards::active, variables).match(text, context);
}

Tri arn(std::string_view pattern, std::string_view text, const Context& context) {
  return ArnPattern(pattern, Variables::active).match(ArnView(text), context);
}

TEST(Pattern, WildcardsMatchAnyRunAndAnyCharacter) {
  const Context none;
  struct Case {
    const char *pattern, *text;
    bool yes;
  };
  const Case cases[] = {{"*", "", true},        {"*", "a:b/c", true},  {"", "", true},         {"", "a", false},
                        {"a", "a", true},       {"a", "A", false},     {"a*", "a", true},      {"a*",
                            "abc", true},
                        {"*c", "abc", true},    {"*c", "abcd", false}, {"a*c", "abcbc", true}, {"a*b*c",
                            "a-b-b-c", true},
                        {"a*b*c", "acb", false}, {"?", "", false},     {"?", "x", true},       {"??", "x",
                            false},
                        {"a?c", "abc", true},   {"?", "\xc3\xa9", true}, {"*?", "\xc3\xa9", true}, {"??",
                            "\xc3\xa9", false},
                        {"**", "x", true},      {"*?*", "", false},    {"a**b", "ab", true},   {"*a*a*a*",
                            "aa", false},
                        {"*ab", "aab", true},   {"*?b", "b", false}};
  for (const Case& c : cases) EXPECT_EQ(match(c.pattern, c.text, none) == Tri::yes, c.yes) << c.pattern
      << " on " << c.text;
}

TEST(Pattern, ManyStarsDoNotBlowUp) {
  const Context none;
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  EXPECT_EQ(match(pattern + "*b", std::string(5000, 'a'), none), Tri::no);
}

TEST(Pattern, VariablesBringLiteralText) {
  Context context;
  context.set(Key::username, "a*b");
  context.set_number(Key::multi_factor_auth_age, 42);
  context.set_bool(Key::secure_transport, true);
  const std::string_view list[] = {"x"};
  context.set_list(Key::tag_keys, list);
  EXPECT_EQ(match("${aws:username}", "a*b", context), Tri::yes);
  EXPECT_EQ(match("${aws:username}", "axb", context), Tri::no);
  EXPECT_EQ(match("x/${AWS:UserName}/*", "x/a*b/y", context), Tri::yes);
  EXPECT_EQ(match("${aws:MultiFactorAuthAge}${aws:SecureTransport}", "42true", context), Tri::yes);
  EXPECT_EQ(match("${aws:userid}", "", context), Tri::unresolved);
  EXPECT_EQ(match("*${aws:userid}", "x", context), Tri::unresolved);
  EXPECT_EQ(match("${aws:userid, 'none'}", "none", context), Tri::yes);
  EXPECT_EQ(match("${aws:userid, ''}", "", context), Tri::yes);
  EXPECT_EQ(match("${aws:userid, 'a}b'}", "a}b", context), Tri::yes);
  EXPECT_EQ(match("${aws:username, 'none'}", "a*b", context), Tri::yes);
  EXPECT_EQ(match("${aws:TagKeys}", "x", context), Tri::unresolved);  // multi-valued keys cannot be variables
  EXPECT_EQ(match("${*}${?}${$}", "*?$", context), Tri::yes);
  EXPECT_EQ(match("${*}", "x", context), Tri::no);
  EXPECT_EQ(match("${aws:username", "${aws:username", context), Tri::yes);  // never closed
}

TEST(Pattern, VariablesAreTextUnderTheOldVersion) {
  Context context;
  context.set(Key::username, "ana");
  EXPECT_EQ(match("${aws:username}", "ana", context, Variables::literal), Tri::no);
  EXPECT_EQ(match("${aws:username}", "${aws:username}", context, Variables::literal), Tri::yes);
  EXPECT_EQ(match("${*}", "${anything}", context, Variables::literal), Tri::yes);
}

TEST(ArnPattern, ComponentsAreComparedOneByOne) {
  const Context none;
  struct Case {
    const char *pattern, *text;
    bool yes;
  };
  const char* user = "arn:aws:iam::111122223333:user/path/ana";
  const Case cases[] = {
      {"*", user, true},
      {"*", "anything", true},
      {"arn:aws:iam::*:user/*", user, true},
      {"arn:aws:iam::111122223333:user/path/ana", user, true},
      {"arn:aws:iam::111122223333:user/path/an", user, false},
      {"arn:aws:iam::111122223333:user/path/ana2", user, false},
      {"arn:aws:iam::1111*:user/*", user, true},
      {"arn:aws:iam::????????????:user/*", user, true},
      {"arn:aws:iam:*:user/path/ana", user, false},   // one * for two components
      {"arn:*:user/path/ana", user, false},
      {"arn:aws:iam::*", user, false},                // five components
      {"arn:aws:*:*:*:*", user, true},
      {"arn:aws:iam::*:*", user, true},
      {"ARN:aws:iam::*:*", user, false},
      {"arn:aws:iam::*:user/*", "arn:aws:iam::111122223333:role/ana", false},
      {"arn:aws:iam::*:user/*", "*", false},
      {"arn:aws:logs:*:*:log-group:*", "arn:aws:logs:us-east-1:1:log-group:x:log-stream:y", true},
          // the sixth may hold colons
      {"arn:aws:logs:*:*:log-group:*:log-stream:y", "arn:aws:logs:us-east-1:1:log-group:x:log-stream:y", true},
      {"arn:aws:s3:::b*t/a?", "arn:aws:s3:::bucket/ab", true},
      {"arn:aws:s3:::*", "arn:aws:s3:::", true},
      {"arn:aws:s3:::", "arn:aws:s3:::", true},
      {"arn:aws:s3:::b", "arn:aws:s3", false},
      {"arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:us-east-1::instance/i-1", true}};
  for (const Case& c : cases) EXPECT_EQ(arn(c.pattern, c.text, none) == Tri::yes, c.yes) << c.pattern
      << " on " << c.text;
}

TEST(ArnPattern, VariablesBeforeAndAfterTheFifthColon) {
  Context context;
  context.set(Key::username, "ana:*");
  context.set(Key::principal_arn, "arn:aws:iam::1:role/r*");
  context.set(Key::principal_account, "1");
  EXPECT_EQ(arn("arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/ana:*", context), Tri::yes);
  EXPECT_EQ(arn("arn:aws:iam::1:user/${aws:username}", "arn:aws:iam::1:user/ana:x", context), Tri::no);
  EXPECT_EQ(arn("${aws:PrincipalArn}", "arn:aws:iam::1:role/r*", context), Tri::yes);
  EXPECT_EQ(arn("${aws:PrincipalArn}", "arn:aws:iam::1:role/rx", context), Tri::no);
  EXPECT_EQ(arn("arn:aws:iam::${aws:PrincipalAccount}:role/*", "arn:aws:iam::1:role/x", context), Tri::yes);
  EXPECT_EQ(arn("arn:aws:iam::${aws:PrincipalAccount}:role/*", "arn:aws:iam::2:role/x", context), Tri::no);
  EXPECT_EQ(arn("arn:aws:iam::1:user/${aws:userid}", "arn:aws:iam::1:user/", context), Tri::unresolved);
  const ArnPattern pattern("arn:aws:iam::1:user/${aws:userid}", Variables::active);
  EXPECT_FALSE(pattern.resolves(context));
  ASSERT_EQ(pattern.variables().size(), 1U);
  EXPECT_EQ(key_text(pattern.variables()[0]), "aws:userid");
}

TEST(Context, KeysAreCaseInsensitiveAndTagKeysToo) {
  Context context;
  context.set("AWS:UserName", "ana");
  context.set("aws:principaltag/Team", "blue");
  context.set("iam:PassedToService", "ec2.amazonaws.com");
  context.set_tag(KeySpace::request_tag, "Cost", "1");
  const auto text = [&context](std::string_view key) {
    const Value* value = context.find(resolve_key(key));
    return value == nullptr ? std::string("(absent)") : std::string(value->text());
  };
  EXPECT_EQ(text("aws:username"), "ana");
  EXPECT_EQ(text("aws:PrincipalTag/team"), "blue");
  EXPECT_EQ(text("IAM:passedtoservice"), "ec2.amazonaws.com");
  EXPECT_EQ(text("aws:RequestTag/cost"), "1");
  EXPECT_EQ(text("aws:ResourceTag/cost"), "(absent)");
  EXPECT_EQ(text("aws:userid"), "(absent)");
  context.set("AWS:PRINCIPALTAG/TEAM", "red");  // the last one wins
  EXPECT_EQ(text("aws:PrincipalTag/Team"), "red");
}

TEST(Context, AnEmptyListIsAbsentAndManyKeysFit) {
  Context context;
  context.set_list(Key::tag_keys, {});
  EXPECT_EQ(context.find(resolve_key("aws:TagKeys")), nullptr);
  for (int i = 0; i < 100; ++i) context.set(context.keep("svc:key" + std::to_string(i)),
      context.keep(std::to_string(i)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(context.find(resolve_key("svc:Key" +
      std::to_string(i)))->text(), std::to_string(i));
  context.set_list("svc:list", context.keep(std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(context.find(resolve_key("svc:list"))->list().size(), 2U);
}

TEST(Context, EveryGlobalKeyResolvesToItself) {
  for (int i = 0; i < static_cast<int>(Key::count_); ++i) {
    const KeyRef key{KeySpace::global, static_cast<Key>(i), {}};
    const KeyRef again = resolve_key(key_text(key));
    EXPECT_EQ(again.space, KeySpace::global) << key_text(key);
    EXPECT_EQ(again.global, key.global) << key_text(key);
  }
  EXPECT_EQ(resolve_key("aws:PrincipalTag/").space, KeySpace::other);
  EXPECT_EQ(key_text(resolve_key("AWS:requesttag/A b")), "aws:RequestTag/A b");
}

}  // namespace
}  // namespace haar::policy
