// The AWS managed policies: all of them are of our grammar, and what they say is what AWS documents.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/managed_policies.h"
#include "policy/decide.h"
#include "policy/naive.h"
#include "policy/validation/findings.h"

namespace {

namespace policy = haar::policy;

std::shared_ptr<const policy::PolicySet> load(std::string_view name) {
  for (const auto& p : haar::data::managed_policies()) {
    if (p.name == name) {
      auto document = policy::parse(p.document, policy::Kind::managed);
      EXPECT_TRUE(document) << name;
      return policy::PolicySet::build({std::string(p.arn), policy::SourceType::aws_managed, *document});
    }
  }
  ADD_FAILURE() << "no " << name;
  return nullptr;
}

const policy::Principal kAna{.type = policy::PrincipalType::user,
                             .account = "111122223333",
                             .arn = "arn:aws:iam::111122223333:user/ana",
                             .principal_arn = "arn:aws:iam::111122223333:user/ana",
                             .unique_id = "AIDAAAAAAAAAAAAAAANAA",
                             .userid = "AIDAAAAAAAAAAAAAAANAA",
                             .canonical_id = {}};

bool may(std::string_view policy_name, std::string_view action, std::string_view resource) {
  policy::Context context;
  context.set(policy::Key::username, "ana");
  const auto set = load(policy_name);
  policy::Policies policies;
  policies.identity = set.get();
  const policy::Request request{.principal = kAna, .action = action, .resource = resource,
      .resource_account = "111122223333", .context = context};
  return policy::decide(request, policies).allowed();
}

TEST(ManagedPolicies, AllOfThemAreThereSortedAndFound) {
  const auto all = haar::data::managed_policies();
  ASSERT_EQ(all.size(), 1486U);
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(all[i - 1].arn, all[i].arn);
    }
    EXPECT_EQ(haar::data::find_managed_policy(all[i].arn), &all[i]);
    EXPECT_EQ(all[i].arn, "arn:aws:iam::aws:policy" + std::string(all[i].path) + std::string(all[i].name));
    EXPECT_TRUE(ids.insert(all[i].id).second) << all[i].name;
    EXPECT_EQ(all[i].id.size(), 21U);
    EXPECT_LE(all[i].created, all[i].updated) << all[i].name;
  }
  EXPECT_EQ(haar::data::find_managed_policy("arn:aws:iam::aws:policy/Nope"), nullptr);
  EXPECT_EQ(haar::data::find_managed_policy(""), nullptr);
  const auto* admin = haar::data::find_managed_policy("arn:aws:iam::aws:policy/AdministratorAccess");
  ASSERT_NE(admin, nullptr);
  EXPECT_EQ(admin->created, 1'423'247'986);  // 2015-02-06T18:39:46Z
  EXPECT_TRUE(admin->attachable_by_customers());
  const auto* linked = haar::data::find_managed_policy("arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy");
  ASSERT_NE(linked, nullptr);
  EXPECT_FALSE(linked->attachable_by_customers());
}

TEST(ManagedPolicies, AllOfThemAreParsed) {
  std::size_t statements = 0;
  for (const auto& p : haar::data::managed_policies()) {
    const auto document = policy::parse(p.document, policy::Kind::managed);
    ASSERT_TRUE(document) << p.name << ": " << document.error().message;
    statements += policy::statement_count(**document);
  }
  EXPECT_EQ(statements, 7862U);
}

TEST(ManagedPolicies, SayWhatTheirPagesSay) {
  const char* any = "arn:aws:iam::111122223333:user/bob";
  EXPECT_TRUE(may("AdministratorAccess", "iam:CreateUser", any));
  EXPECT_TRUE(may("PowerUserAccess", "rds:CreateDBCluster", "arn:aws:rds:us-east-1:111122223333:cluster:c"));
  EXPECT_FALSE(may("PowerUserAccess", "iam:CreateUser", any));
  EXPECT_TRUE(may("PowerUserAccess", "iam:CreateServiceLinkedRole",
      "arn:aws:iam::111122223333:role/aws-service-role/x/y"));
  EXPECT_TRUE(may("ReadOnlyAccess", "ec2:DescribeInstances", "*"));
  EXPECT_FALSE(may("ReadOnlyAccess", "ec2:RunInstances", "arn:aws:ec2:us-east-1:111122223333:instance/*"));
  EXPECT_TRUE(may("IAMUserChangePassword", "iam:ChangePassword", "arn:aws:iam::111122223333:user/ana"));
  EXPECT_FALSE(may("IAMUserChangePassword", "iam:ChangePassword", any));
  EXPECT_TRUE(may("IAMReadOnlyAccess", "iam:GetUser", any));
  EXPECT_FALSE(may("IAMReadOnlyAccess", "iam:DeleteUser", any));
  EXPECT_TRUE(may("AmazonElastiCacheFullAccess", "elasticache:CreateCacheCluster",
      "arn:aws:elasticache:us-east-1:111122223333:cluster:c"));
  EXPECT_TRUE(may("SecurityAudit", "iam:ListUsers", "arn:aws:iam::111122223333:user/"));
  EXPECT_FALSE(may("SecurityAudit", "s3:GetObject", "arn:aws:s3:::b/k"));
}

TEST(ManagedPolicies, TheIndexAgreesWithTheNaiveEvaluatorOnTheBroadOnes) {
  const char* actions[] = {"iam:GetUser", "iam:CreateUser", "ec2:DescribeInstances",
      "ec2:GetConsoleOutput", "s3:GetObject", "s3:ListBucket",
                           "rds:DescribeDBClusters", "rds:CreateDBCluster", "rds:ListTagsForResource",
                               "logs:FilterLogEvents", "kms:Decrypt",
                           "cloudtrail:LookupEvents", "organizations:DescribeOrganization",
                               "sts:AssumeRole", "account:GetRegionOptStatus",
                           "s3express:CreateSession", "nope:Nothing", "elasticache:DescribeCacheClusters",
                               "lambda:GetFunction"};
  int allowed = 0;
  for (const char* name : {"ReadOnlyAccess", "ViewOnlyAccess", "SecurityAudit", "PowerUserAccess",
      "SystemAdministrator", "DatabaseAdministrator",
                           "NetworkAdministrator", "SupportUser", "Billing", "DataScientist"}) {
    for (const auto& p : haar::data::managed_policies()) {
      if (p.name != name) continue;
      const auto set = load(name);
      for (const char* action : actions) {
        naive::World world;
        world.caller_type = "user";
        world.account = "111122223333";
        world.arn = world.entity_arn = std::string(kAna.arn);
        world.action = action;
        world.resource = "*";
        world.identity = {std::string(p.document)};
        policy::Context context;
        policy::Policies policies;
        policies.identity = set.get();
        const policy::Request request{.principal = kAna, .action = action, .resource = "*",
            .resource_account = {}, .context = context};
        const bool ours = policy::decide(request, policies).allowed();
        EXPECT_EQ(ours, naive::decide(world) == naive::Answer::allow) << name << " " << action;
        allowed += ours ? 1 : 0;
      }
    }
  }
  EXPECT_GT(allowed, 40);
}

// AWS's page of the checks names managed policies of its own that lack a qualifier; no other error is in any.
TEST(ManagedPolicies, ValidationFindsNoErrors) {
  namespace validation = haar::policy::validation;
  std::size_t findings = 0;
  for (const auto& p : haar::data::managed_policies()) {
    for (const validation::Finding& finding : validation::validate(p.document, validation::PolicyKind::identity)) {
      ++findings;
      if (finding.check->code == "MISSING_QUALIFIER") continue;
      EXPECT_NE(finding.check->type, validation::FindingType::error)
          << p.name << ": " << finding.check->code << ": " << finding.details;
    }
  }
  // A validation that looks at nothing would find nothing.
  EXPECT_GT(findings, 100U);
}

}  // namespace
