#include <gtest/gtest.h>

#include <algorithm>

#include "policy/validation/findings.h"

namespace haar::policy::validation {
namespace {

std::string in_policy(const std::string& statements) { return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}"; }

std::vector<std::string> codes(const std::string& text, PolicyKind kind = PolicyKind::identity) {
  std::vector<std::string> out;
  for (const Finding& finding : validate(text, kind)) out.emplace_back(finding.check->code);
  return out;
}
std::vector<std::string> of(const std::string& statements, PolicyKind kind = PolicyKind::identity) {
  return codes(in_policy(statements), kind);
}
using Codes = std::vector<std::string>;

std::string allow(const std::string& more) { return R"({"Effect":"Allow",)" + more + "}"; }
std::string conditioned(const std::string& condition) {
  return allow(R"("Action":"s3:GetObject","Resource":"*","Condition":)" + condition);
}

TEST(Validate, AGoodPolicyHasNoFindings) {
  EXPECT_EQ(of(allow(R"("Action":["s3:GetObject","s3:List*"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/*"])")), Codes{});
  EXPECT_EQ(of(R"({"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"})", PolicyKind::trust),
      Codes{});
}

TEST(Validate, PlacesAreThoseOfTheText) {
  const std::string text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n"
                           "    {\"Effect\": \"Allow\", \"Action\": \"s3:GetObjekt\", \"Resource\": \"*\"}\n  ]\n}";
  const std::vector<Finding> found = validate(text, PolicyKind::identity);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].check->code, "INVALID_ACTION");
  EXPECT_EQ(found[0].details, "The action s3:GetObjekt does not exist. Did you mean s3:GetObject?");
  EXPECT_EQ(learn_more(*found[0].check),
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
            "#access-analyzer-reference-policy-checks-error-invalid-action");
  const Finding::Place& place = found[0].places.front();
  EXPECT_EQ(text.substr(place.begin, place.end - place.begin), "\"s3:GetObjekt\"");
  ASSERT_EQ(place.path.size(), 3U);
  EXPECT_EQ(place.path[0].text, "Statement");
  EXPECT_EQ(place.path[1].index, 0U);
  EXPECT_EQ(place.path[2].text, "Action");
}

TEST(Validate, NamesOfMembersArePlacesToo) {
  const std::string text = in_policy(conditioned(R"({"StringEquals":{"aws:Nope":"x"}})"));
  const std::vector<Finding> found = validate(text, PolicyKind::identity);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].details, "The condition key aws:Nope does not exist. Use a valid condition key.");
  const Finding::Place& place = found[0].places.front();
  EXPECT_EQ(text.substr(place.begin, place.end - place.begin), "\"aws:Nope\"");
  EXPECT_EQ(place.path.back().kind, PathElement::Kind::key);
}

TEST(Validate, TheDocument) {
  EXPECT_EQ(codes("{"), Codes{"JSON_SYNTAX_ERROR"});
  EXPECT_EQ(codes(R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b"}]})"), Codes{"MISSING_VERSION"});
  EXPECT_EQ(codes(R"({"Version":"2020-01-01","Statement":[]})"), (Codes{"INVALID_VERSION", "MISSING_STATEMENT"}));
  EXPECT_EQ(codes(R"({"Version":"2012-10-17","Statment":[]})"), (Codes{"MISSING_STATEMENT", "INVALID_POLICY_ELEMENT"}));
}

TEST(Validate, Statements) {
  EXPECT_EQ(of(R"({"Action":"s3:GetObject","Resource":"*"})"), Codes{"MISSING_EFFECT"});
  EXPECT_EQ(of(R"({"Effect":"allow","Action":"s3:GetObject","Resource":"*"})"), Codes{"INVALID_EFFECT"});
  EXPECT_EQ(of(R"({"Effect":"Deny"})"), (Codes{"MISSING_ACTION", "MISSING_RESOURCE"}));
  EXPECT_EQ(of(allow(R"("Action":"s3:GetObject","NotAction":"s3:PutObject","Resource":"*")")),
      Codes{"UNSUPPORTED_ELEMENT_COMBINATION"});
  EXPECT_EQ(of(allow(R"("Sid":"a-b","Action":"s3:GetObject","Resource":"*")")), Codes{"UNSUPPORTED_SID"});
  EXPECT_EQ(of(allow(R"("Action":"s3:GetObject","Resource":"*","Principal":"*")")), Codes{"UNSUPPORTED_PRINCIPAL"});
  const std::string one = allow(R"("Action":"s3:GetObject","Resource":"*")");
  EXPECT_EQ(of(one + "," + one), Codes{"REDUNDANT_STATEMENT"});
}

TEST(Validate, ActionsAndResources) {
  EXPECT_EQ(of(allow(R"("Action":["nosuch:Get","s3:Gt*"],"Resource":"*")")), (Codes{"INVALID_SERVICE_IN_ACTION",
      "INVALID_ACTION"}));
  EXPECT_EQ(of(allow(R"("Action":["iam:Get*","iam:GetUser"],"Resource":"*")")), Codes{"REDUNDANT_ACTION"});
  EXPECT_EQ(of(allow(R"("Action":"s3:GetObject","Resource":"b")")), Codes{"INVALID_ARN_PREFIX"});
  EXPECT_EQ(of(allow(R"("Action":"s3:GetObject","Resource":"arn:aws:s3")")), Codes{"MISSING_ARN_FIELD"});
  EXPECT_EQ(of(allow(R"("Action":"iam:GetUser","Resource":"arn:aws:iam::123:user/a")")), Codes{"INVALID_ARN_ACCOUNT"});
  EXPECT_EQ(of(allow(R"("Action":"s3:GetObject","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::b/x"])")),
      Codes{"REDUNDANT_RESOURCE"});
  EXPECT_EQ(of(allow(R"("Action":"iam:PassRole","Resource":"*")")), Codes{"PASS_ROLE_WITH_STAR_IN_RESOURCE"});
  const Codes all = of(allow(R"("Action":"*","Resource":"*")"));
  EXPECT_EQ(all, (Codes{"PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE"}));
}

TEST(Validate, Conditions) {
  EXPECT_EQ(of(conditioned(R"({"StringEqual":{"aws:PrincipalTag/a":"x"}})")), Codes{"INVALID_CONDITION_OPERATOR"});
  EXPECT_EQ(of(conditioned(R"({"StringEquals":{"aws:TagKeys":"x"}})")), Codes{"MISSING_QUALIFIER"});
  EXPECT_EQ(of(conditioned(R"({"ForAllValues:StringEquals":{"aws:PrincipalTag/a":"x"}})")),
      Codes{"FORALLVALUES_WITH_SINGLE_VALUED_KEY"});
  EXPECT_EQ(of(conditioned(R"({"Bool":{"aws:SecureTransport":"maybe"}})")), Codes{"TYPE_MISMATCH_BOOLEAN"});
  EXPECT_EQ(of(conditioned(R"({"IpAddress":{"aws:SourceIp":"203.0.113.7/24"}})")), Codes{"IMPROVE_IP_RANGE"});
  EXPECT_EQ(of(conditioned(R"({"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})")), Codes{"PRIVATE_IP_ADDRESS"});
  EXPECT_EQ(of(conditioned(R"({"StringEquals":{"aws:PrincipalTag/a":"x*"}})")), Codes{"WILDCARD_WITHOUT_LIKE_OPERATOR"});
  EXPECT_EQ(of(conditioned(R"({"StringEquals":{"s3:NoSuchKey":"x"}})")), Codes{"INVALID_SERVICE_CONDITION_KEY"});
  EXPECT_EQ(of(conditioned(R"({"StringEquals":{"aws:PrincipalTag/a":"${aws:username"}})")), Codes{"MISSING_BRACE_IN_VARIABLE"});
  EXPECT_EQ(of(conditioned("{}")), Codes{"EMPTY_OBJECT_CONDITION"});
}

TEST(Validate, PrincipalsByKind) {
  const auto trust = [](const std::string& principal) {
    return of(R"({"Effect":"Allow","Principal":)" + principal + R"(,"Action":"sts:AssumeRole"})", PolicyKind::trust);
  };
  EXPECT_EQ(trust("\"*\""), Codes{"ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL"});
  EXPECT_EQ(trust(R"({"AWs":"x"})"), Codes{"INVALID_PRINCIPAL_KEY"});
  EXPECT_EQ(trust(R"({"AWS":"arn:aws:iam::111122223333:role/*"})"), Codes{"UNSUPPORTED_WILDCARD_IN_PRINCIPAL"});
  EXPECT_EQ(of(R"({"Effect":"Allow","Action":"sts:AssumeRole"})", PolicyKind::trust), Codes{"MISSING_PRINCIPAL"});
  EXPECT_EQ(of(R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})", PolicyKind::rcp), Codes{});
  EXPECT_EQ(of(R"({"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"})", PolicyKind::rcp),
            Codes{"RCP_SYNTAX_ERROR_PRINCIPAL"});
  EXPECT_EQ(of(R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})", PolicyKind::scp),
      Codes{"SCP_SYNTAX_ERROR_PRINCIPAL"});
}

}  // namespace
}  // namespace haar::policy::validation
