// What a denial says, for each kind of it. The texts are those of AWS's page:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
#include <gtest/gtest.h>

#include "policy/decide_world_test.h"

namespace haar::policy {
namespace {

using namespace testing;

// Sets the policy of one type in a world in which everything else allows.
using Put = void (*)(World&, const std::string& statements);

std::string everyones(const std::string& statement) {
  return statement.substr(0, statement.size() - 1) + ",\"Principal\":\"*\"}";
}

struct Row {
  const char* title;
  Put put;
  const char* implicit;  // nullptr: the type cannot deny by saying nothing
  const char* explicitly;
};
const Row kRows[] = {
    {"service control policy", [](World& w, const std::string& s) { w.scp = {kAllow, s}; },
     "because no service control policy allows the secretsmanager:GetSecretValue action",
     "with an explicit deny in a service control policy"},
    {"resource control policy", [](World& w, const std::string& s) { w.rcp = {everyones(s)}; }, nullptr,
     "with an explicit deny in a resource control policy"},
    {"endpoint", [](World& w, const std::string& s) { w.endpoint = everyones(s); },
     "because no VPC endpoint policy allows the secretsmanager:GetSecretValue action",
     "with an explicit deny in a VPC endpoint policy"},
    {"boundary", [](World& w, const std::string& s) { w.boundary = s; },
     "because no permissions boundary allows the secretsmanager:GetSecretValue action",
     "with an explicit deny in a permissions boundary"},
    // The page has "sessions policy" once, for the explicit denial; the service's answers that people quote do not.
    {"session policy", [](World& w, const std::string& s) { w.session = s; },
     "because no session policy allows the secretsmanager:GetSecretValue action",
     "with an explicit deny in a session policy"},
    {"resource policy", [](World& w, const std::string& s) { w.resource_policy = everyones(s); w.must_allow = true; },
     "because no resource-based policy allows the secretsmanager:GetSecretValue action",
     "with an explicit deny in a resource-based policy"},
    {"identity policy", [](World& w, const std::string& s) { w.identity = s; },
     "because no identity-based policy allows the secretsmanager:GetSecretValue action",
     "with an explicit deny in an identity-based policy"},
};

TEST(Message, EveryTypeOfPolicyDeniesInAwsWords) {
  const std::string head =
      "User: arn:aws:sts::111122223333:assumed-role/app/session is not authorized to perform: secretsmanager:GetSecretValue "
      "on resource: arn:aws:secretsmanager:us-east-1:111122223333:secret:s ";
  const std::string deny = R"({"Effect":"Deny","Action":"secretsmanager:*","Resource":"*"})";
  for (const Row& row : kRows) {
    for (const char* expected : {row.implicit, row.explicitly}) {
      if (expected == nullptr) continue;
      World w;
      w.who = kSession;
      w.action = "secretsmanager:GetSecretValue";
      w.resource = "arn:aws:secretsmanager:us-east-1:111122223333:secret:s";
      w.identity = kAllow;
      row.put(w, expected == row.implicit ? kAllowOther : deny);
      EXPECT_FALSE(w.decide().allowed()) << row.title;
      EXPECT_EQ(w.message, head + expected);
    }
  }
}

TEST(Message, AcrossAccountsTheResourcesPolicyIsMissed) {
  World w;
  w.identity = kAllow;
  w.owner = kOther;
  (void)w.decide();
  EXPECT_EQ(w.message,
            "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::b/k "
            "because no resource-based policy allows the s3:GetObject action");
}

TEST(Message, TrustPoliciesStarsAndCallersWithoutArn) {
  World w;
  w.action = "sts:AssumeRole";
  w.resource = kRoleArn;
  w.must_allow = true;
  w.resource_kind = Kind::trust;
  (void)w.decide();
  EXPECT_EQ(w.message, "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: "
      "sts:AssumeRole on resource: "
                       "arn:aws:iam::111122223333:role/team/app because no role trust policy allows the "
                           "sts:AssumeRole action");
  w.resource_policy = R"({"Effect":"Deny","Action":"sts:AssumeRole","Principal":{"AWS":"*"}})";
  (void)w.decide();
  EXPECT_TRUE(w.message.ends_with(" with an explicit deny in the role trust policy")) << w.message;
  w.who = kWebIdentity;
  w.action = "sts:AssumeRoleWithWebIdentity";
  (void)w.decide();
  EXPECT_EQ(w.message, "Not authorized to perform sts:AssumeRoleWithWebIdentity");
  World star;
  star.resource = "*";
  star.action = "ec2:DescribeInstances";
  (void)star.decide();
  EXPECT_EQ(star.message, "User: arn:aws:iam::111122223333:user/ana is not authorized to perform: "
      "ec2:DescribeInstances because no "
                          "identity-based policy allows the ec2:DescribeInstances action");
  star.action = "iam:ListAccountAliases";
  (void)star.decide();
  EXPECT_NE(star.message.find(" on resource: * because"), std::string::npos);
  star.who = kAnonymous;
  (void)star.decide();
  EXPECT_TRUE(star.message.starts_with("User: anonymous is not authorized")) << star.message;
}

TEST(Message, ExplainNamesTheStatement) {
  World w;
  w.identity = R"({"Sid":"Admin","Effect":"Allow","Action":"*","Resource":"*"})";
  EXPECT_EQ(explain(w.decide()), "allowed by an identity-based policy (doc, statement Admin, line 1, "
      "column 38)");
  w.identity.reset();
  EXPECT_EQ(explain(w.decide()), "denied: no identity-based policy allows it");
}

}  // namespace
}  // namespace haar::policy
