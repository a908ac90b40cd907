// Which document is refused with which text; grammar.cc says where the texts are from.
#include <gtest/gtest.h>

#include "policy/compiled.h"
#include "policy/document.h"

namespace haar::policy {
namespace {

constexpr const char* kSyntax = "Syntax errors in policy.";
constexpr const char* kLegacy = "The policy failed legacy parsing";
constexpr const char* kVersion = "Policy document must be version 2012-10-17 or greater.";
constexpr const char* kVendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
constexpr const char* kColon = "Actions/Condition can contain only one colon.";
constexpr const char* kNoActions = "Policy statement must contain actions.";
constexpr const char* kNoResources = "Policy statement must contain resources.";
constexpr const char* kUnique = "Statement IDs (SID) in a single policy must be unique.";
constexpr const char* kIamPath =
    "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, "
        "instance-profile/, mfa/, "
    "server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.";
constexpr const char* kOrganizations =
    "The provided policy document does not meet the requirements of the specified policy type.";

// "" for a document that is accepted.
std::string answer(std::string_view text, Kind kind) {
  const auto parsed = parse(text, kind);
  return parsed ? "" : parsed.error().message;
}

std::string document(const std::string& statement) {
  return R"({"Version":"2012-10-17","Statement":)" + statement + "}";
}

// A statement with Effect, Action and Resource around the one member that a case is about.
std::string with(const std::string& member, const std::string& action = R"("s3:ListBucket")",
                 const std::string& resource = R"("arn:aws:s3:::b")") {
  return document(R"({"Effect":"Allow","Action":)" + action + ",\"Resource\":" + resource +
      (member.empty() ? "" : ",") + member + "}");
}

struct Case {
  std::string text;
  const char* message;
};

const Case kIdentityCases[] = {
    {"This is not a json document", kSyntax},
    {"null", kSyntax},
    {"{}", kSyntax},
    {R"({"Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}})", kVersion},
    {R"({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}})",
        kVersion},
    {R"({"Version":"2013-10-17","Statement":{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}})",
        kSyntax},
    {R"({"Version":"2012-10-17"})", kSyntax},
    {document("[\"afd\"]"), kSyntax},
    {document("[]"), kSyntax},
    {document("null"), kSyntax},
    {R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:L","Resource":"*"},)"
        R"("Extra field":"v"})", kSyntax},
    {with(R"("Extra field":"value")"), kSyntax},
    {R"({"Version":"2012-10-17","Id":["x"],"Statement":{"Effect":"Allow","Action":"s3:L",)"
        R"("Resource":"*"}})", kSyntax},
    {document(R"({"Effect":"invalid","Action":"s3:L","Resource":"*"})"), kSyntax},
    {document(R"({"Action":"s3:L","Resource":"*"})"), kSyntax},
    {document(R"({"Effect":"denY","Action":"s3:L","Resource":"*"})"), kLegacy},
    {with("", R"("invalid")"), kVendor},
    {with("", R"("")"), kVendor},
    {with("", R"("a a:ListBucket")"), "Vendor a a is not valid"},
    {with("", R"(":GetObject")"), "Vendor  is not valid"},
    {with("", R"("s3:List:Bucket")"), kColon},
    {with("", R"("s:3:ListBucket")", R"("sdfsadf")"), "Resource sdfsadf must be in ARN format or \"*\"."},
    {with("", R"("s3:L")", R"("invalid resource")"),
        "Resource invalid resource must be in ARN format or \"*\"."},
    {with("", R"("s3:L")", R"("")"), "Resource  must be in ARN format or \"*\"."},
    {with("", R"("s3:L")", R"(["adf"])"), "Resource adf must be in ARN format or \"*\"."},
    {with("", R"("s3:L")", R"("a:bsdfdsafsad")"), "Partition \"bsdfdsafsad\" is not valid for resource "
        "\"arn:bsdfdsafsad:*:*:*:*\"."},
    {with("", R"("s3:L")", R"("a:b:cadfsdf")"), "Partition \"b\" is not valid for resource "
        "\"arn:b:cadfsdf:*:*:*\"."},
    {with("", R"("s3:L")", R"("a:b:c:d:e:f:g:h")"),
        "Partition \"b\" is not valid for resource \"arn:b:c:d:e:f:g:h\"."},
    {with("", R"("s3:L")", R"("aws:s3:::example_bucket")"),
        "Partition \"s3\" is not valid for resource \"arn:s3:::example_bucket:*\"."},
    {with("", R"("s3:L")", R"("s3::example-bucket/*")"),
        "Partition \"\" is not valid for resource \"arn::example-bucket/*:*:*:*\"."},
    {with("", R"("s3:L")", R"("arn:aws2:s3:::b")"),
        "Partition \"aws2\" is not valid for resource \"arn:aws2:s3:::b\"."},
    {with("", R"("s3:L")", R"(["arn:error:s3:::b","arn:error:s3::b"])"),
        "Partition \"error\" is not valid for resource \"arn:error:s3:::b\"."},
    {with("", R"("s3:L")", R"("arn:aws:s3::example_bucket")"), kLegacy},
    {with("", R"("s3:L")", R"("arn:awss3::b/*")"), kLegacy},
    {with("", R"("s3:L")", R"("arn:aws::fdsasf")"), kLegacy},
    {with("", R"("s3:L")", R"("arn:aws::::example_bucket")"), kLegacy},
    {with("", R"("s3:L")", R"("arn:aws:iam::${aws:PrincipalAccount}:role/x")"), kLegacy},
    {with("", R"("s3:L")", R"("arn:aws")"), "Resource vendor must be fully qualified and cannot contain "
        "regexes."},
    {with("", R"("s3:L")", R"("arn:aws:s*:::b")"), "Resource vendor must be fully qualified and cannot "
        "contain regexes."},
    {with("", R"("s3:L")", R"("arn:aws:iam:us-east-1::user/x")"),
        "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information."},
    {with("", R"("s3:L")", R"("arn:aws:s3:us-east-1::b")"),
        "Resource arn:aws:s3:us-east-1::b can not contain region information."},
    {with("", R"("s3:L")", R"("arn:aws:iam:::example_bucket")"), kIamPath},
    {document(R"({"Effect":"Allow"})"), kNoActions},
    {document(R"({"Effect":"Allow","Action":[],"Resource":"*"})"), kNoActions},
    {document(R"({"Effect":"Allow","Action":"s3:L"})"), kNoResources},
    {document(R"({"Effect":"Allow","Action":"invalid"})"), kVendor},
    {document(R"({"Effect":"Allow","Action":"s3:a:b"})"), kColon},
    {document(R"({"Effect":"Allow","Action":"a a:L","Resource":[]})"), "Vendor a a is not valid"},
    {document(R"({"Effect":"Allow","NotAction":["s3:L","invalid"]})"), kVendor},
    {document(R"({"Effect":"Allow","Action":"s3:L","Resource":[]})"), kNoResources},
    {document(R"({"Effect":"Allow","Action":"s3:L","NotAction":"s3:G","Resource":"*"})"), kSyntax},
    {document(R"({"Effect":"Allow","NotAction":"s3:L","Action":[],"Resource":"*"})"), kSyntax},
    {document(R"({"Effect":"Allow","Action":"s3:L","Resource":"*","NotResource":[]})"), kSyntax},
    {document(R"({"Effect":"Allow","Action":{},"Resource":"*"})"), kSyntax},
    {document(R"({"Effect":"Allow","Action":[[]],"Resource":"*"})"), kSyntax},
    {document(R"({"Effect":"Allow","Action":123,"Resource":"*"})"), kSyntax},
    {document(R"({"Effect":"Deny","Action":"s3:L","Resource":["adfdf",{}]})"), kSyntax},
    {with(R"("Condition":[])"), kSyntax},
    {with(R"("Condition":"a")"), kSyntax},
    {with(R"("Condition":{"a":"b"})"), kSyntax},
    {with(R"("Condition":{"DateGreaterThan":[]})"), kSyntax},
    {with(R"("Condition":{"DateGreaterThan":{"a":{}}})"), kSyntax},
    {with(R"("Condition":{"x":{"a":"1"}})"), kSyntax},
    {with(R"("Condition":{"ForAnyValue::StringEqualsIfExists":{"a":"asf"}})"), kSyntax},
    {with(R"("Condition":{"NullIfExists":{"a":"true"}})"), kSyntax},
    {with(R"("Condition":{"DateGreaterThan":{"a":"sdfdsf"}})"), kLegacy},
    {with(R"("Condition":{"DateLessThan":{"a":"9223372036854775808"}})"), kLegacy},
    {with(R"("Condition":{"DateLessThanEquals":{"a":"234-13"}})"), kLegacy},
    {with(R"("Condition":{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.593194+1"}})"), kLegacy},
    {with(R"("Condition":{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.1999999999+10:59"}})"), kLegacy},
    {with(R"("Condition":{"StringEquals":{"aws:SourceIp":"a","AWS:sourceip":"b"}})"), kSyntax},
    {with(R"("Sid":{})"), kSyntax},
    {with(R"("Sid":"a b")"), "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies "
        "the regular expression [0-9A-Za-z]*"},
    {document(R"([{"Sid":"sdf","Effect":"Allow","Action":"s3:L","Resource":"*"},{"Sid":"sdf",)"
        R"("Effect":"Allow"}])"), kUnique},
    {with(R"("Principal":"*")"), "Policy document should not specify a principal."},
    {with(R"("NotPrincipal":{"AWS":"*"})"), "Policy document should not specify a principal."},
    {R"({"Version":"2012-10-17","Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:L",)"
        R"("Resource":"*"}})", kSyntax},
};

TEST(Grammar, IdentityPoliciesAreRefusedInAwsWords) {
  for (const Case& c : kIdentityCases) EXPECT_EQ(answer(c.text, Kind::managed), c.message) << c.text;
}

TEST(Grammar, TakesWhatAwsTakes) {
  const std::string accepted[] = {
      with(""), with("", "\"*\""), with("", R"("iam: asdf safdsf af ")"), with("",
          R"("aaaaaadsfdsafsadfsadfaaaaa:ListBucket")"),
      with("", R"("s3-s:ListBucket")"), with("", R"("s3.s:ListBucket")"), with("", R"("*:*")"),
      with("", R"("s3:L")", R"(["arn:aws:s3:::b","*"])"), with("", R"("s3:L")", R"("arn:aws:iam:::user/x")"),
      with("", R"("s3:L")", R"("arn:aws:fdsasf")"), with("", R"("s3:L")", R"("arn:aws:s33:::b")"),
      with("", R"("s3:L")", R"("arn:aws:ec2:us-east-1::x")"), with("", R"("s3:L")",
          R"("arn:aws:s3:*:*:accesspoint/a*")"),
      with("", R"("s3:L")", R"("arn:aws:iam::123456789012:root")"), with("", R"("s3:L")",
          R"("arn:aws:iam::*:*")"),
      with("", R"("s3:L")", R"("arn:aws*:s3:::b")"), with(R"("Condition":{})"),
      with(R"("Condition":{"a":{}})"), with(R"("Condition":{"DateGreaterThan":{"a":[]}})"),
      with(R"("Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"Department"}})"),
      with(R"("Condition":{"DateLessThanEquals":{"a":"2016-12-13T21:20:37.593194+00:00"}})"),
      with(R"("Condition":{"DateLessThanEquals":{"a":"2016-12-13t2:00:00.593194+23"}})"),
      with(R"("Condition":{"DateGreaterThan":{"a":["01T","2019-07-01T13:20:15Z"]}})"),
      with(R"("Condition":{"DateLessThan":{"a":"-292275054"}})"),
          with(R"("Condition":{"Bool":{"aws:SecureTransport":false}})"),
      with(R"("Condition":{"NumericLessThanEquals":{"s3:max-keys":10}})"),
      document(R"({"Effect":"Allow","NotAction":"s3:L","NotResource":"*"})"),
  };
  for (const std::string& text : accepted) EXPECT_EQ(answer(text, Kind::managed), "") << text;
}

TEST(Grammar, InlineAndSessionPoliciesMayHaveTheOldVersion) {
  const char* old = R"({"Statement":{"Effect":"Allow","Action":"s3:L","Resource":"*"}})";
  EXPECT_EQ(answer(old, Kind::identity), "");
  EXPECT_EQ(answer(old, Kind::session), "");
  EXPECT_EQ(answer(old, Kind::boundary), kVersion);
}

TEST(Grammar, TrustPolicies) {
  const auto trust = [](const std::string& members) { return document("{" + members + "}"); };
  const Case cases[] = {
      {trust(R"("Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")"), ""},
      {trust(R"("Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"],"AWS":"*"},)"
          R"("Action":["sts:AssumeRole","sts:TagSession"])"), ""},
      {trust(R"("Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/x"},)"
          R"("Action":"sts:AssumeRoleWithSAML")"), ""},
      {trust(R"("Effect":"Allow","Principal":"*","Action":"sts:AssumeRole")"),
          R"(AssumeRolepolicy contained an invalid principal: "STAR":"*".)"},
      {trust(R"("Effect":"Allow","Action":"sts:AssumeRole")"), "Missing required field Principal"},
      {trust(R"("Effect":"Allow","Principal":{},"Action":"sts:AssumeRole")"),
          "Missing required field Principal cannot be empty!"},
      {trust(R"("Effect":"Allow","Principal":{"AWS":[]},"Action":"sts:AssumeRole")"),
          "The passed in policy has a statement with no principals!"},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"nope"},"Action":"sts:AssumeRole")"),
          R"(Invalid principal in policy: "AWS":"nope")"},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"},)"
          R"("Action":"sts:AssumeRole")"),
          R"(Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/*")"},
      {trust(R"("Effect":"Allow","Principal":{"Service":"nope"},"Action":"sts:AssumeRole")"),
          R"(Invalid principal in policy: "SERVICE":"nope")"},
      {trust(R"("Effect":"Allow","Principal":{"CanonicalUser":"x"},"Action":"sts:AssumeRole")"),
          R"(Invalid principal in policy: "CanonicalUser")"},
      {trust(R"("Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")"),
          "Allow with NotPrincipal is not allowed."},
      {trust(R"("Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")"),
          "AssumeRole policy must not contain NotPrincipal field."},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"iam:GetUser")"),
          "AssumeRole policy may only specify STS AssumeRole actions."},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*")"),
          "AssumeRole policy may only specify STS AssumeRole actions."},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"111122223333"})"), "Missing required field Action"},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole",)"
          R"("Resource":"*")"), "Has prohibited field Resource"},
      {trust(R"("Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole",)"
          R"("NotResource":"*")"), "AssumeRole policy must not contain resources."},
      {trust(R"("Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")"),
          "Missing required field Effect"},
      {trust(R"("Effect":"Maybe","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole")"),
          "Invalid effect: Maybe"},
      {"{nope", "This policy contains invalid Json"},
  };
  for (const Case& c : cases) EXPECT_EQ(answer(c.text, Kind::trust), c.message) << c.text;
}

TEST(Grammar, WhoCanBeAPrincipal) {
  const auto answer_to = [](const std::string& space, const std::string& name) {
    return answer(with("\"Principal\":{\"" + space + "\":\"" + name + "\"}"), Kind::resource);
  };
  for (const char* name : {"*", "111122223333", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:user/a/b",
                           "arn:aws-cn:iam::111122223333:role/r", "arn:aws:sts::111122223333:assumed-role/r/s",
                           "arn:aws:sts::111122223333:federated-user/f", "AIDAEXAMPLEEXAMPLE012", "AROAEXAMPLEEXAMPLE012",
                           "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1EXAMPLE"}) {
    EXPECT_EQ(answer_to("AWS", name), "") << name;
  }
  for (const char* name : {"", "1111", "ana", "arn:aws:iam::111122223333:group/g", "arn:aws:iam::111122223333:user/*",
                           "arn:aws:iam::111122223333:user/", "arn:aws:iam::111122223333:policy/p", "arn:aws:iam::*:root",
                           "arn:aws:sts::111122223333:assumed-role/r", "arn:aws:sts::111122223333:assumed-role//s",
                           "arn:aws:sts::111122223333:assumed-role/r/s/t", "arn:aws:sts::111122223333:federated-user/a/b",
                           "arn:aws:s3:::b", "arn:aws:iam:us-east-1:111122223333:user/a", "111122223333*"}) {
    EXPECT_EQ(answer_to("AWS", name), "Invalid principal in policy: \"AWS\":\"" + std::string(name) + "\"") << name;
  }
  EXPECT_EQ(answer_to("Service", "ec2.amazonaws.com"), "");
  for (const char* name : {"ec2", "*", "*.amazonaws.com", "ec2.amazonaws.com "}) {
    EXPECT_EQ(answer_to("Service", name), "Invalid principal in policy: \"SERVICE\":\"" + std::string(name) + "\"") << name;
  }
  EXPECT_EQ(answer_to("Federated", "cognito-identity.amazonaws.com"), "");
  EXPECT_EQ(answer_to("Federated", "arn:aws:iam::111122223333:saml-provider/p"), "");
  EXPECT_NE(answer_to("Federated", "anyone"), "");
  EXPECT_NE(answer_to("Federated", "*"), "");
}

TEST(Grammar, ResourcePolicies) {
  EXPECT_EQ(answer(with(""), Kind::resource), "Missing required field Principal");
  EXPECT_EQ(answer(with(R"("Principal":"*")"), Kind::resource), "");
  EXPECT_EQ(answer(with(R"("Principal":{"CanonicalUser":"abc"})"), Kind::resource), "");
  EXPECT_EQ(answer(with(R"("NotPrincipal":{"AWS":"111122223333"})"), Kind::resource),
      "Allow with NotPrincipal is not allowed.");
  EXPECT_EQ(answer(document(R"({"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:L",)"
      R"("Resource":"*"})"), Kind::resource), "");
  EXPECT_EQ(answer(with(R"("Principal":"nope")"), Kind::endpoint),
      R"(Invalid principal in policy: "AWS":"nope")");
}

TEST(Grammar, OrganizationPolicies) {
  const auto scp = [](const std::string& s) { return answer(document(s), Kind::scp); };
  const auto rcp = [](const std::string& s) { return answer(document(s), Kind::rcp); };
  EXPECT_EQ(scp(R"({"Effect":"Allow","Action":"*","Resource":"*"})"), "");
  EXPECT_EQ(scp(R"({"Effect":"Allow","NotAction":"s3:*","NotResource":"arn:aws:s3:::b",)"
      R"("Condition":{"Null":{"a":"true"}}})"), "");
  EXPECT_EQ(scp(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(scp(R"({"Effect":"Deny","Action":"nope","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"})"), "");  // RCPFullAWSAccess
  EXPECT_EQ(rcp(R"({"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})"), "");
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":["S3:*","sts:Assume*","kms:?ecrypt"],"NotResource":"*"})"), "");
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":["s3:*","*"],"Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"*:*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"ec2:*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","Action":"s3:*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"})"),
      kOrganizations);
  EXPECT_EQ(rcp(R"({"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"})"), kOrganizations);
  EXPECT_EQ(parse("{}", Kind::scp).error().code, "MalformedPolicyDocumentException");
  EXPECT_EQ(parse("{}", Kind::identity).error().code, "MalformedPolicyDocument");
}

TEST(Grammar, DocumentsAreBounded) {
  std::string long_text = with("");
  long_text.append(kMaxDocumentBytes, ' ');
  EXPECT_EQ(answer(long_text, Kind::managed), kSyntax);
}

TEST(Document, StatementsKnowWhereTheyAre) {
  const auto parsed = parse("{\n \"Version\": \"2012-10-17\",\n \"Statement\": [\n  "
      "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"},\n  {\"Effect\":\"Deny\",\n   "
      "\"Action\":\"*\",\"Resource\":\"*\"}]}", Kind::managed);
  ASSERT_TRUE(parsed);
  const auto& statements = (*parsed)->statements;
  EXPECT_EQ(statements[0].start, (Position{4, 3}));
  EXPECT_EQ(statements[0].end, (Position{4, 48}));
  EXPECT_EQ(statements[1].start, (Position{5, 3}));
  EXPECT_EQ(statements[1].end, (Position{6, 31}));
}

TEST(Document, SizeLeavesOutWhiteSpaceBetweenTokensOnly) {
  EXPECT_EQ(counted_size(" { \"a b\" :\n\t\"c \\\" d\" }\r\n"),
      std::string_view("{\"a b\":\"c \\\" d\"}").size());
  EXPECT_EQ(counted_size("\"\xc3\xa9\""), 3U);  // characters, not bytes
  EXPECT_EQ(counted_size(""), 0U);
}

TEST(Document, PrincipalsAreListedAndReplacedInPlace) {
  const std::string text = R"({"Statement":[{"Effect":"Allow", 
     "Principal":{"AWS":["arn:aws:iam::111122223333:role/a", "111122223333"],"Service":"ec2.amazonaws.com"},
     "Action":"sts:AssumeRole"},
    {"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":"sts:TagSession"}]})";
  const auto parsed = parse(text, Kind::trust);
  ASSERT_TRUE(parsed) << parsed.error().message;
  const auto names = principals_of(**parsed);
  ASSERT_EQ(names.size(), 4U);
  EXPECT_EQ(names[0].text, "arn:aws:iam::111122223333:role/a");
  EXPECT_EQ(names[2].space, PrincipalSpace::service);
  const auto map = [](std::string_view from, std::string_view to) {
    return [=](std::string_view principal) { return std::string(principal == from ? to : principal); };
  };
  const std::string stored = map_principals(**parsed, map("arn:aws:iam::111122223333:role/a",
      "AROAAAAAAAAAAAAAAAAAA"));
  EXPECT_EQ(stored.find("role/a"), std::string::npos);
  EXPECT_NE(stored.find("\"ec2.amazonaws.com\""), std::string::npos);
  const auto again = parse(stored, Kind::trust);
  ASSERT_TRUE(again);
  EXPECT_EQ(map_principals(**again, map("AROAAAAAAAAAAAAAAAAAA", "arn:aws:iam::111122223333:role/a")), text);
}

TEST(Document, ContextKeysAreThoseOfConditionsAndVariables) {
  const char* condition = R"("Condition":{"StringEquals":{"aws:RequestTag/a":"${aws:PrincipalTag/b}","AWS:username":"x"},
                                          "Bool":{"aws:requesttag/A":"true"}})";
  const auto parsed = parse(with(condition, "\"*\"", R"("arn:aws:s3:::${aws:username}")"), Kind::managed);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(context_keys_of(**parsed), (std::vector<std::string>{"aws:username", "aws:RequestTag/a",
      "aws:PrincipalTag/b"}));
}

}  // namespace
}  // namespace haar::policy
