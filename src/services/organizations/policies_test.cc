#include "model/organizations/AttachPolicy.h"
#include "model/organizations/CreateOrganization.h"
#include "model/organizations/CreatePolicy.h"
#include "model/organizations/DeletePolicy.h"
#include "model/organizations/DetachPolicy.h"
#include "model/organizations/DisablePolicyType.h"
#include "model/organizations/EnablePolicyType.h"
#include "model/organizations/ListPolicies.h"
#include "model/organizations/ListRoots.h"
#include "model/organizations/ListTargetsForPolicy.h"
#include "model/organizations/UpdatePolicy.h"
#include "services/organizations/test_world.h"

namespace haar::organizations {
namespace {

using Policies = OrganizationTest;
const std::string scp = "SERVICE_CONTROL_POLICY", rcp = "RESOURCE_CONTROL_POLICY";

bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST_F(Policies, TypesAreEnabledWithFullAccessEverywhere) {
  create_organization();
  const std::string unit = create_unit("dev");
  const AccountId account = create_account("dev");
  EXPECT_TRUE(attached(root_id).empty());
  enable(scp);
  EXPECT_TRUE(world.error<ops::EnablePolicyType>({root_id, scp}).starts_with("PolicyTypeAlreadyEnabledException"));
  for (const std::string& target : {root_id, unit, account.value, management.value})
    EXPECT_EQ(attached(target), std::vector<std::string>{"p-FullAWSAccess"}) << target;
  EXPECT_TRUE(attached(root_id, rcp).empty());
  enable(rcp);
  EXPECT_EQ(attached(account.value, rcp), std::vector<std::string>{"p-RCPFullAWSAccess"});
  EXPECT_TRUE(world.error<ops::DetachPolicy>({"p-RCPFullAWSAccess", root_id}).starts_with("InvalidInputException"));
  ListTargetsForPolicyRequest targets;
  targets.PolicyId = "p-FullAWSAccess";
  EXPECT_EQ(world.run<ops::ListTargetsForPolicy>(targets).value().Targets->size(), 4u);
}

// Disabling detaches everything, also when the type comes back.
TEST_F(Policies, ATypeThatIsEnabledAgainBeginsAnew) {
  create_organization();
  enable(scp);
  const std::string denial = create_policy("deny", deny("s3:*"));
  attach(denial, root_id);
  DeletePolicyRequest remove{denial};
  EXPECT_TRUE(world.error<ops::DeletePolicy>(remove).starts_with("PolicyInUseException"));
  EXPECT_EQ(world.error<ops::DisablePolicyType>({root_id, scp}), "");
  EXPECT_TRUE(world.error<ops::AttachPolicy>({denial, root_id}).starts_with("PolicyTypeNotEnabledException"));
  enable(scp);
  EXPECT_EQ(attached(root_id), std::vector<std::string>{"p-FullAWSAccess"});
  EXPECT_EQ(world.error<ops::DeletePolicy>(remove), "");
}

TEST_F(Policies, AttachmentsAreBounded) {
  create_organization();
  enable(scp);
  EXPECT_TRUE(world.error<ops::DetachPolicy>({"p-FullAWSAccess", root_id}).starts_with(
      "ConstraintViolationException: You cannot remove the last policy attached to the specified target."));
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(create_policy("p" + std::to_string(i), deny("s3:*")));
  for (int i = 0; i < 4; ++i) attach(ids[static_cast<std::size_t>(i)], root_id);
  EXPECT_EQ(world.error<ops::AttachPolicy>({ids[4], root_id}),
            "ConstraintViolationException: You have attached the maximum number of policies to the specified target.");
  EXPECT_TRUE(world.error<ops::AttachPolicy>({ids[0], root_id}).starts_with("DuplicatePolicyAttachmentException"));
  detach("p-FullAWSAccess", root_id);
  EXPECT_TRUE(world.error<ops::DetachPolicy>({ids[4], root_id}).starts_with("PolicyNotAttachedException"));
  EXPECT_EQ(world.error<ops::AttachPolicy>({ids[4], "ou-abcd-12345678"}),
            "TargetNotFoundException: You specified a target that doesn't exist.");
  EXPECT_EQ(world.error<ops::AttachPolicy>({"p-99999999", root_id}),
            "PolicyNotFoundException: You specified a policy that doesn't exist.");
}

TEST_F(Policies, DocumentsAreChecked) {
  create_organization();
  const std::string malformed = "MalformedPolicyDocumentException: The provided policy document does not meet the "
                                "requirements of the specified policy type.";
  const auto error = [&](const std::string& content, const std::string& type = scp) {
    return world.error<ops::CreatePolicy>(policy("p", content, type));
  };
  EXPECT_EQ(error("{}"), malformed);
  EXPECT_EQ(error("not json"), malformed);
  const std::string everybody = R"("Principal":"*","Action":"*","Resource":"*"}})";
  EXPECT_EQ(error(R"({"Version":"2012-10-17","Statement":{"Effect":"Deny",)" + everybody), malformed);
  EXPECT_EQ(error(deny("s3:*"), rcp), malformed);
  // AWS's own is the only RCP that allows.
  EXPECT_EQ(error(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow",)" + everybody, rcp), malformed);
  EXPECT_TRUE(error(deny(std::string(5200, 'a'))).starts_with("ConstraintViolationException: You have exceeded the maximum"));
  EXPECT_EQ(error("{}", "TAG_POLICY").substr(0, 14), "NotImplemented");
  EXPECT_EQ(error(deny("s3:*")), "");
  EXPECT_EQ(error(deny("s3:*")), "DuplicatePolicyException: A policy with the specified name and type already exists.");
  UpdatePolicyRequest update;
  update.PolicyId = "p-FullAWSAccess";
  EXPECT_TRUE(world.error<ops::UpdatePolicy>(update).starts_with("InvalidInputException"));
}

TEST_F(Policies, ConsolidatedBillingHasNone) {
  CreateOrganizationRequest in;
  in.FeatureSet = "CONSOLIDATED_BILLING";
  world.run<ops::CreateOrganization>(in).value();
  root_id = *world.run<ops::ListRoots>({}).value().Roots->front().Id;
  EXPECT_TRUE(world.error<ops::EnablePolicyType>({root_id, scp}).starts_with("PolicyTypeNotAvailableForOrganizationException"));
  EXPECT_FALSE(membership(management)->all_features);
}

// ---- what applies to whom -------------------------------------------------------------------------

TEST_F(Policies, MembershipsHaveALevelForEachNode) {
  create_organization();
  const AccountId account = create_account("dev");
  EXPECT_TRUE(membership(account)->scp_levels.empty());
  enable(scp);
  EXPECT_EQ(membership(account)->scp_levels.size(), 2u);
  EXPECT_TRUE(membership(account)->rcp_levels.empty());
  const std::string outer = create_unit("outer"), inner = create_unit("inner", outer);
  move(account, root_id, inner);
  const auto placed = membership(account);
  EXPECT_EQ(placed->scp_levels.size(), 4u);
  EXPECT_EQ(placed->path, *organization.Id + "/" + root_id + "/" + outer + "/" + inner + "/");
  EXPECT_EQ(placed->management_account, management);
  EXPECT_FALSE(placed->management);
  // The same answer until something changes.
  EXPECT_EQ(membership(account), placed);
  enable(rcp);
  EXPECT_EQ(membership(account)->rcp_levels.size(), 4u);
  EXPECT_TRUE(membership(management)->scp_levels.empty());
}

// At every level, from the commit on, and for the root user too; never in the management account.
TEST_F(Policies, AnScpDeniesAtEveryLevel) {
  create_organization();
  enable(scp);
  const AccountId account = create_account("dev");
  const std::string unit = create_unit("unit");
  move(account, root_id, unit);
  const std::string denial = create_policy("no users", deny("iam:CreateUser"));
  int names = 0;
  const auto name = [&] { return "u" + std::to_string(names++); };
  for (const std::string& target : {root_id, unit, account.value}) {
    EXPECT_EQ(create_user(account, name()), "");
    attach(denial, target);
    EXPECT_TRUE(says(create_user(account, name()), "with an explicit deny in a service control policy")) << target;
    EXPECT_EQ(create_user(management, name()), "");
    detach(denial, target);
  }
  // A level that allows less.
  const std::string only_s3 = create_policy("only s3", iam::allow("s3:*"));
  attach(only_s3, unit);
  EXPECT_EQ(create_user(account, name()), "");
  detach("p-FullAWSAccess", unit);
  EXPECT_TRUE(says(create_user(account, name()), "because no service control policy allows the iam:CreateUser action"));
  move(account, unit, root_id);
  EXPECT_EQ(create_user(account, name()), "");
  // A change of the policy itself.
  attach(denial, account.value);
  EXPECT_NE(create_user(account, name()), "");
  UpdatePolicyRequest update;
  update.PolicyId = denial;
  update.Content = deny("iam:DeleteUser");
  EXPECT_EQ(world.error<ops::UpdatePolicy>(update), "");
  EXPECT_EQ(create_user(account, name()), "");
}

// What was stored by hand, and cannot be read, denies: what it would deny is not known.
TEST_F(Policies, AnUnreadableScpDeniesEverything) {
  create_organization();
  enable(scp);
  const AccountId account = create_account("dev");
  const std::string id = create_policy("p", deny("s3:*"));
  attach(id, root_id);
  EXPECT_EQ(create_user(account, "before"), "");
  world.write([&](store::Txn& txn) {
    for (const auto& [key, found] : txn.scan(policies, {})) {
      PolicyRecord broken = found;
      broken.content = "{";
      txn.put(policies, key, broken);
    }
    OrganizationRecord touched = *txn.get(organization_records, organization_key(management));
    ++touched.stamp;
    txn.put(organization_records, organization_key(management), touched);
  });
  EXPECT_NE(create_user(account, "after"), "");
}

TEST_F(Policies, ListsComeInPages) {
  create_organization();
  for (int i = 0; i < 7; ++i) create_policy("p" + std::to_string(i), deny("s3:*"));
  ListPoliciesRequest in;
  in.Filter = scp;
  in.MaxResults = 3;
  std::set<std::string> seen;
  std::size_t pages = 0;
  do {
    const ListPoliciesResponse out = world.run<ops::ListPolicies>(in).value();
    for (const PolicySummary& summary : *out.Policies) EXPECT_TRUE(seen.insert(*summary.Id).second);
    in.NextToken = out.NextToken;
    ++pages;
  } while (in.NextToken);
  EXPECT_EQ(seen.size(), 8u);
  EXPECT_EQ(pages, 3u);
  in.NextToken = "nonsense";
  EXPECT_TRUE(world.error<ops::ListPolicies>(in).starts_with("InvalidInputException"));
}

}  // namespace
}  // namespace haar::organizations
