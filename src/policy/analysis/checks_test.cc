#include "policy/analysis/checks.h"

#include <gtest/gtest.h>

namespace haar::policy::analysis {
namespace {

std::string policy(const std::string& statements) { return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}"; }

Subject subject(const std::string& statements, PolicyClass kind = PolicyClass::identity) {
  auto read = read_subject(policy(statements), kind);
  EXPECT_TRUE(read) << read.error().message << "\n" << statements;
  return read ? *read : Subject{};
}

std::string allow(const std::string& actions, const std::string& resources, const std::string& condition = "") {
  return R"({"Effect":"Allow","Action":)" + actions + R"(,"Resource":)" + resources +
         (condition.empty() ? "" : R"(,"Condition":)" + condition) + "}";
}
std::string deny(const std::string& actions, const std::string& resources, const std::string& condition = "") {
  std::string out = allow(actions, resources, condition);
  return out.replace(out.find("Allow"), 5, "Deny");
}
std::string trust(const std::string& principal, const std::string& condition = "") {
  return R"({"Effect":"Allow","Principal":)" + principal + R"(,"Action":"sts:AssumeRole")" +
         (condition.empty() ? "" : R"(,"Condition":)" + condition) + "}";
}

// Each "yes" is held against the evaluator here as well.
Answer is_new(const Subject& now, const Subject& before) {
  const CheckResult result = new_access(now, before);
  for (const Grant& grant : result.grants) {
    EXPECT_TRUE(lets_through(now, grant.witness)) << in_words(grant.witness);
    EXPECT_FALSE(lets_through(before, grant.witness)) << in_words(grant.witness);
  }
  return result.answer;
}
Answer is_new(const std::string& now, const std::string& before, PolicyClass kind = PolicyClass::identity) {
  return is_new(subject(now, kind), subject(before, kind));
}

const std::string star = R"("*")", get = R"("s3:GetObject")";

TEST(NewAccess, ActionsAndTheirPatterns) {
  EXPECT_EQ(is_new(allow(get, star), allow(R"("s3:Get*")", star)), Answer::no);
  EXPECT_EQ(is_new(allow(R"("s3:Get*")", star), allow(get, star)), Answer::yes);
  EXPECT_EQ(is_new(allow(R"("S3:getobject")", star), allow(get, star)), Answer::no);
  EXPECT_EQ(is_new(allow(star, star), allow(R"("*:*")", star)), Answer::no);
  EXPECT_EQ(is_new(allow(R"("s3:*")", star), allow(R"(["s3:G*","s3:?*"])", star)), Answer::no);
}

TEST(NewAccess, AUnionCoversWhatNoPartDoes) {
  EXPECT_EQ(is_new(allow(get, star), allow(get, star, R"({"Bool":{"aws:SecureTransport":"true"}})") + "," +
                                         allow(get, star, R"({"Bool":{"aws:SecureTransport":"false"}})")),
            Answer::no);
  // This key can be missing.
  EXPECT_EQ(is_new(allow(get, star), allow(get, star, R"({"Bool":{"aws:MultiFactorAuthPresent":"true"}})") + "," +
                                         allow(get, star, R"({"Bool":{"aws:MultiFactorAuthPresent":"false"}})")),
            Answer::yes);
  EXPECT_EQ(is_new(allow(get, R"("arn:aws:s3:::b/*")"), allow(get, R"(["arn:aws:s3:::b/?*","arn:aws:s3:::b/"])")), Answer::no);
}

TEST(NewAccess, ResourcesBySegments) {
  EXPECT_EQ(is_new(allow(get, R"("arn:aws:s3:::b/*")"), allow(get, R"("arn:aws:s3:::b*")")), Answer::no);
  EXPECT_EQ(is_new(allow(get, R"("arn:aws:s3:::b*")"), allow(get, R"("arn:aws:s3:::b/*")")), Answer::yes);
  EXPECT_EQ(is_new(allow(get, star), allow(get, R"("arn:aws:s3:::*")")), Answer::yes);
  EXPECT_EQ(is_new(allow(R"("sqs:*")", R"("arn:aws:sqs:*:1:q")"), allow(R"("sqs:*")", R"("arn:aws:sqs:*:*:*")")), Answer::no);
}

TEST(NewAccess, DeniesOfBothSides) {
  EXPECT_EQ(is_new(allow(star, star) + "," + deny(R"("iam:*")", star), allow(star, star)), Answer::no);
  EXPECT_EQ(is_new(allow(star, star), allow(star, star) + "," + deny(R"("iam:*")", star)), Answer::yes);
  EXPECT_EQ(is_new(allow(star, star) + "," + deny(R"("*:Get*")", star), allow(star, star) + "," + deny(R"("iam:Get*")", star)),
      Answer::no);
}

TEST(NewAccess, TypedConditions) {
  const auto on = [](const std::string& condition) { return allow(get, star, condition); };
  EXPECT_EQ(is_new(on(R"({"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}})"), on(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})")),
      Answer::no);
  EXPECT_EQ(is_new(on(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})"),
      on(R"({"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.128.0.0/9"]}})")),
            Answer::no);
  EXPECT_EQ(is_new(on(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"10"}})"),
      on(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"11"}})")),
            Answer::no);
  EXPECT_EQ(is_new(on(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"11"}})"),
      on(R"({"NumericLessThan":{"aws:MultiFactorAuthAge":"10"}})")),
            Answer::yes);
  EXPECT_EQ(is_new(on(R"({"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}})"),
                   on(R"({"DateLessThanEquals":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}})")),
            Answer::no);
  EXPECT_EQ(is_new(on(R"({"ForAllValues:StringEquals":{"aws:TagKeys":"a"}})"),
      on(R"({"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}})")),
            Answer::no);
  // Of no values at all, "for all" is true and "for any" is not.
  EXPECT_EQ(is_new(on(R"({"ForAllValues:StringEquals":{"aws:TagKeys":"a"}})"),
      on(R"({"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}})")),
            Answer::yes);
  EXPECT_EQ(is_new(on(R"({"StringEquals":{"aws:RequestedRegion":"eu-west-1"}})"),
      on(R"({"StringLike":{"aws:requestedregion":"eu-*"}})")),
            Answer::no);
}

TEST(NewAccess, PolicyVariables) {
  const std::string own = R"("arn:aws:s3:::b/${aws:username}/*")";
  EXPECT_EQ(is_new(allow(get, own), allow(get, own)), Answer::no);
  EXPECT_EQ(is_new(allow(get, own), allow(get, R"("arn:aws:s3:::b/*")")), Answer::no);
  EXPECT_EQ(is_new(allow(get, R"("arn:aws:s3:::b/*")"), allow(get, own)), Answer::yes);
  EXPECT_EQ(is_new(allow(get, own), allow(get, R"("arn:aws:s3:::b/ana/*")")), Answer::yes);
  EXPECT_EQ(is_new(allow(get, own), allow(get, R"("arn:aws:s3:::b/${aws:userid}/*")")), Answer::yes);
  // Only a value without a slash is refused: nothing at a glance, and no value that is tried.
  const CheckResult open = new_access(subject(allow(get, own)), subject(allow(get, R"("arn:aws:s3:::b/e*")") + "," + deny(get,
      R"("arn:aws:s3:::b/f*")")));
  EXPECT_EQ(open.answer, Answer::unknown);
  ASSERT_EQ(open.open.size(), 1U);
  EXPECT_EQ(open.open[0].why, "the answer depends on the values of policy variables");
}

TEST(NewAccess, AnIdentityPolicyCanBeAnybodys) {
  const std::string role = R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app"}})";
  EXPECT_EQ(is_new(allow(get, star, role), ""), Answer::yes);
  const std::string own = R"({"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}})";
  EXPECT_EQ(is_new(allow(get, star, own), ""), Answer::yes);
  EXPECT_EQ(is_new(allow(get, star, own), allow(get, star, own)), Answer::no);
}

TEST(NewAccess, StatementsAreNamed) {
  const CheckResult result = new_access(
      subject(allow(get, star) + R"(,{"Sid":"More","Effect":"Allow","Action":"s3:PutObject","Resource":"*"})"),
          subject(allow(get, star)));
  ASSERT_EQ(result.grants.size(), 1U);
  EXPECT_EQ(result.grants[0].statement, 1U);
  EXPECT_EQ(result.grants[0].sid, "More");
  EXPECT_EQ(in_words(result.grants[0].witness), "arn:aws:iam::111122223333:user/example may s3:PutObject on *");
}

TEST(NewAccess, APolicyWithoutStatements) {
  EXPECT_EQ(is_new(allow(get, star), ""), Answer::yes);
  EXPECT_EQ(is_new("", allow(get, star)), Answer::no);
}

TEST(NewAccess, CallersOfTrustPolicies) {
  const auto is = [](const std::string& now, const std::string& before) { return is_new(now, before, PolicyClass::resource); };
  const std::string account = R"({"AWS":"111122223333"})", ana = R"({"AWS":"arn:aws:iam::111122223333:user/ana"})";
  EXPECT_EQ(is(trust(ana), trust(account)), Answer::no);
  EXPECT_EQ(is(trust(account), trust(ana)), Answer::yes);
  EXPECT_EQ(is(trust(R"({"AWS":"*"})", R"({"StringEquals":{"aws:PrincipalAccount":"111122223333"}})"), trust(account)),
      Answer::no);
  EXPECT_EQ(is(trust(account), trust(R"({"AWS":"*"})", R"({"StringEquals":{"aws:PrincipalAccount":"111122223333"}})")),
      Answer::no);
  EXPECT_EQ(is(trust(R"({"Service":"ec2.amazonaws.com"})"), trust(R"({"AWS":"*"})")), Answer::yes);
  EXPECT_EQ(is(trust(account, R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/app-*"}})"), trust(account)),
      Answer::no);
}

TEST(GrantedAccess, ActionsAndResources) {
  const Subject one = subject(allow(R"(["s3:GetObject","s3:ListBucket"])", R"(["arn:aws:s3:::b","arn:aws:s3:::b/*"])"));
  EXPECT_EQ(granted_access(one, {{{"s3:DeleteBucket", "s3:GetBucketLocation"}, {}}}).answer, Answer::no);
  EXPECT_EQ(granted_access(one, {{{"s3:DeleteBucket", "s3:listbucket"}, {}}}).answer, Answer::yes);
  EXPECT_EQ(granted_access(one, {{{}, {"arn:aws:s3:::b/k"}}}).answer, Answer::yes);
  EXPECT_EQ(granted_access(one, {{{}, {"arn:aws:s3:::c/k"}}}).answer, Answer::no);
  EXPECT_EQ(granted_access(one, {{{"s3:GetObject"}, {"arn:aws:s3:::c/*"}}, {{"s3:Put*"}, {}}}).answer, Answer::no);
  EXPECT_EQ(granted_access(subject(allow(star, star) + "," + deny(R"("iam:Pass*")", star)), {{{"iam:PassRole"}, {}}}).answer,
      Answer::no);
}

TEST(PublicAccess, StrangersAndWhatNamesThem) {
  const auto is_public = [](const std::string& principal, const std::string& condition) {
    return public_access(subject(trust(principal, condition), PolicyClass::resource)).answer == Answer::yes;
  };
  const std::string all = R"({"AWS":"*"})";
  EXPECT_TRUE(is_public(all, ""));
  EXPECT_FALSE(is_public(R"({"AWS":"111122223333"})", ""));
  EXPECT_FALSE(is_public(all, R"({"StringEquals":{"aws:PrincipalOrgID":"o-example1234"}})"));
  EXPECT_FALSE(is_public(all, R"({"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}})"));
  EXPECT_TRUE(is_public(all, R"({"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}})"));
  EXPECT_TRUE(is_public(all, R"({"StringLike":{"aws:SourceVpc":"vpc-*"}})"));
  EXPECT_FALSE(is_public(all, R"({"StringEquals":{"aws:SourceVpc":"vpc-1"}})"));
  EXPECT_TRUE(is_public(all, R"({"StringNotEquals":{"aws:SourceVpc":"vpc-1"}})"));
  EXPECT_FALSE(is_public(all, R"({"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:111122223333:*"}})"));
  EXPECT_TRUE(is_public(all, R"({"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin"}})"));
  EXPECT_TRUE(is_public(all, R"({"Bool":{"aws:SecureTransport":"true"}})"));
  // A bucket policy of AWS's own example, without Resource.
  EXPECT_EQ(public_access(subject(R"({"Sid":"Bob","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/JohnDoe"},
                                     "Action":["s3:GetObject"]})", PolicyClass::resource)).answer, Answer::no);
}

}  // namespace
}  // namespace haar::policy::analysis
