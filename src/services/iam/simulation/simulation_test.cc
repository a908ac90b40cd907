#include <gtest/gtest.h>

#include "api/kit/organization.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "services/iam/simulation/statement_span.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

SimulateCustomPolicyRequest custom(const std::string& policy, const std::string& action) {
  SimulateCustomPolicyRequest in;
  in.PolicyInputList = {policy};
  in.ActionNames = {action};
  return in;
}

EvaluationResult only(const SimulatePolicyResponse& out) {
  EXPECT_EQ(out.EvaluationResults->size(), 1U);
  return out.EvaluationResults->front();
}

ContextEntry entry(const std::string& name, const std::string& type, std::vector<std::string> values) {
  ContextEntry out;
  out.ContextKeyName = name;
  out.ContextKeyType = type;
  out.ContextKeyValues = std::move(values);
  return out;
}

std::string place(const Statement& s) {
  return std::to_string(*s.StartPosition->Line) + ":" + std::to_string(*s.StartPosition->Column) + "-" +
         std::to_string(*s.EndPosition->Line) + ":" + std::to_string(*s.EndPosition->Column);
}

// The places that AWS gives, in its CLI's example and in recorded answers: see statement_span.h.
TEST(Simulation, PositionsAreCountedAsAwsCountsThem) {
  TestWorld world;
  const std::string example =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",)"
      R"("Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}})";
  auto in = custom(example, "dynamodb:CreateBackup");
  in.ContextEntries = {{entry("aws:CurrentTime", "date", {"2019-04-25T11:00:00Z"})}};
  const auto single = only(world.run<ops::SimulateCustomPolicy>(in).value());
  EXPECT_EQ(single.EvalDecision, "allowed");
  EXPECT_EQ(place(single.MatchedStatements->at(0)), "1:38-1:167");

  const std::string administrator = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n"
                                    "      \"Effect\": \"Allow\",\n      \"Action\": \"*\",\n"
                                    "      \"Resource\": \"*\"\n    }\n  ]\n}\n";
  const auto listed = only(world.run<ops::SimulateCustomPolicy>(custom(administrator, "s3:GetObject")).value());
  EXPECT_EQ(place(listed.MatchedStatements->at(0)), "3:17-8:6");

  // A statement begins where the one before it ended.
  const std::string two = R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:a", )"
                          R"("Resource": "*"}, {"Effect": "Allow", "Action": "s3:b", "Resource": "*"}]})";
  const auto first = only(world.run<ops::SimulateCustomPolicy>(custom(two, "s3:a")).value());
  const auto second = only(world.run<ops::SimulateCustomPolicy>(custom(two, "s3:b")).value());
  EXPECT_EQ(place(first.MatchedStatements->at(0)), "1:41-1:95");
  EXPECT_EQ(place(second.MatchedStatements->at(0)), "1:95-1:151");
}

class OneOrganization final : public api::Organizations {
 public:
  std::shared_ptr<const api::Membership> find(const store::Reader&, const AccountId& account) override {
    return account == AccountId("111122223333") ? membership : nullptr;
  }
  std::shared_ptr<api::Membership> membership = std::make_shared<api::Membership>();
};

std::shared_ptr<const policy::PolicySet> scp(const std::string& text) {
  return policy::PolicySet::build(
      policy::Attached{"p-1", policy::SourceType::organization, policy::parse(text, policy::Kind::scp).value()});
}

// OrganizationsDecisionDetail is there for members only, and an SCP decides without being shown as a statement.
TEST(Simulation, ServiceControlPoliciesDecide) {
  TestWorld world;
  OneOrganization organization;
  organization.membership->organization_id = "o-a1b2c3d4e5";
  organization.membership->scp_levels = {
      scp(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:*","iam:*"],"Resource":"*"}})")};
  EXPECT_FALSE(only(world.run<ops::SimulateCustomPolicy>(custom(allow("*"), "s3:GetObject")).value())
                   .OrganizationsDecisionDetail);
  world.environment().organizations = &organization;
  const auto within = only(world.run<ops::SimulateCustomPolicy>(custom(allow("*"), "s3:GetObject")).value());
  EXPECT_EQ(within.EvalDecision, "allowed");
  EXPECT_TRUE(*within.OrganizationsDecisionDetail->AllowedByOrganizations);
  const auto outside = only(world.run<ops::SimulateCustomPolicy>(custom(allow("*"), "ec2:StopInstances")).value());
  EXPECT_EQ(outside.EvalDecision, "implicitDeny");
  EXPECT_FALSE(*outside.OrganizationsDecisionDetail->AllowedByOrganizations);
  EXPECT_TRUE(outside.MatchedStatements->empty());
  organization.membership->management = true;
  const auto management = only(world.run<ops::SimulateCustomPolicy>(custom(allow("*"), "ec2:StopInstances")).value());
  EXPECT_EQ(management.EvalDecision, "allowed");
}

// Every type of context entry takes its own values only.
TEST(Simulation, ContextEntriesAreChecked) {
  TestWorld world;
  struct Case {
    std::string type, good, bad;
  };
  for (const Case& c : {Case{"numeric", "1.5", "one"}, Case{"boolean", "TRUE", "yes"}, Case{"ip", "10.0.0.0/8", "10.0.0"},
                        Case{"date", "2026-11-20T12:00:00Z", "soon"}, Case{"binary", "aGk=", "%"}}) {
    for (const std::string& list : {std::string(), std::string("List")}) {
      auto in = custom(allow("s3:*"), "s3:GetObject");
      in.ContextEntries = {{entry("aws:x", c.type + list, {c.good})}};
      EXPECT_EQ(world.error<ops::SimulateCustomPolicy>(in), "") << c.type << list;
      in.ContextEntries = {{entry("aws:x", c.type + list, {c.bad})}};
      EXPECT_EQ(world.error<ops::SimulateCustomPolicy>(in).substr(0, 13), "InvalidInput:") << c.type << list;
    }
    auto in = custom(allow("s3:*"), "s3:GetObject");
    in.ContextEntries = {{entry("aws:x", c.type, {c.good, c.good})}};
    EXPECT_EQ(world.error<ops::SimulateCustomPolicy>(in).substr(0, 13), "InvalidInput:") << c.type;
  }
}

// Actions times resources times statements are bounded, so that one request cannot keep a thread.
TEST(Simulation, TooManyCombinationsAreRefused) {
  TestWorld world;
  std::string statements;
  for (int i = 0; i < 50; ++i)
    statements += std::string(i == 0 ? "" : ",") + R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})";
  auto in = custom(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}", "s3:GetObject");
  in.ActionNames.assign(100, "s3:GetObject");
  in.ResourceArns.emplace(401, "arn:aws:s3:::b/k");
  EXPECT_EQ(world.error<ops::SimulateCustomPolicy>(in),
            "InvalidInput: At most 500000 combinations of actions, resources and statements can be simulated at once.");
}

}  // namespace
}  // namespace haar::iam
