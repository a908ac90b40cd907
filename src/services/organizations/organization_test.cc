#include "model/iam/GetRole.h"
#include "model/organizations/AcceptHandshake.h"
#include "model/organizations/CloseAccount.h"
#include "model/organizations/CreateAccount.h"
#include "model/organizations/CreateOrganization.h"
#include "model/organizations/CreateOrganizationalUnit.h"
#include "model/organizations/CreatePolicy.h"
#include "model/organizations/DeleteOrganization.h"
#include "model/organizations/DeleteOrganizationalUnit.h"
#include "model/organizations/DeleteResourcePolicy.h"
#include "model/organizations/DescribeAccount.h"
#include "model/organizations/DescribeHandshake.h"
#include "model/organizations/DescribeOrganization.h"
#include "model/organizations/EnableAWSServiceAccess.h"
#include "model/organizations/InviteAccountToOrganization.h"
#include "model/organizations/LeaveOrganization.h"
#include "model/organizations/ListAccounts.h"
#include "model/organizations/ListOrganizationalUnitsForParent.h"
#include "model/organizations/ListParents.h"
#include "model/organizations/ListRoots.h"
#include "model/organizations/ListTagsForResource.h"
#include "model/organizations/PutResourcePolicy.h"
#include "model/organizations/RegisterDelegatedAdministrator.h"
#include "model/organizations/RemoveAccountFromOrganization.h"
#include "model/organizations/TagResource.h"
#include "services/organizations/test_world.h"

namespace haar::organizations {
namespace {

using Organizations = OrganizationTest;

TEST_F(Organizations, WithoutOneEverythingIsRefused) {
  const std::string refusal = "AWSOrganizationsNotInUseException: Your account is not a member of an organization.";
  EXPECT_EQ(world.error<ops::DescribeOrganization>({}), refusal);
  EXPECT_EQ(world.error<ops::ListRoots>({}), refusal);
  EXPECT_EQ(world.error<ops::DeleteOrganization>({}), refusal);
  EXPECT_EQ(membership(management), nullptr);
}

TEST_F(Organizations, IsMadeWithItsRootAndItsRole) {
  create_organization();
  EXPECT_TRUE(organization.Id->starts_with("o-"));
  EXPECT_EQ(organization.Arn, "arn:aws:organizations::111122223333:organization/" + *organization.Id);
  EXPECT_EQ(organization.MasterAccountArn, "arn:aws:organizations::111122223333:account/" + *organization.Id + "/111122223333");
  EXPECT_EQ(organization.FeatureSet, "ALL");
  iam::GetRoleRequest role;
  role.RoleName = "AWSServiceRoleForOrganizations";
  EXPECT_EQ(world.error<iam::ops::GetRole>(role), "");
  EXPECT_EQ(world.error<ops::CreateOrganization>({}),
            "AlreadyInOrganizationException: The AWS account is already a member of an organization.");
  const Root root = world.run<ops::ListRoots>({}).value().Roots->front();
  EXPECT_EQ(root.Arn, "arn:aws:organizations::111122223333:root/" + *organization.Id + "/" + root_id);
  EXPECT_TRUE(root.PolicyTypes->empty());
  EXPECT_TRUE(membership(management)->management);
}

TEST_F(Organizations, MakingOneNeedsThePermissionForItsRole) {
  const auto ana = world.user("ana", iam::allow("organizations:*"));
  const Result<CreateOrganizationResponse> made = world.run<ops::CreateOrganization>(ana, {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, "AccessDeniedForDependencyException");
  EXPECT_EQ(made.error().details.front().second, "ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE");
  EXPECT_EQ(membership(management), nullptr);
}

TEST_F(Organizations, IsDeletedWhenNobodyElseIsInIt) {
  create_organization();
  const AccountId member = create_account("dev");
  create_unit("left behind");
  create_policy("left behind", deny("s3:*"));
  EXPECT_TRUE(world.error<ops::DeleteOrganization>({}).starts_with("OrganizationNotEmptyException: "));
  RemoveAccountFromOrganizationRequest remove;
  remove.AccountId = member.value;
  EXPECT_EQ(world.error<ops::RemoveAccountFromOrganization>(remove), "");
  EXPECT_EQ(world.error<ops::DeleteOrganization>({}), "");
  EXPECT_EQ(membership(management), nullptr);
  EXPECT_EQ(membership(member), nullptr);
  // A new one begins empty, before and after what is left of the old one is swept up.
  create_organization();
  ListOrganizationalUnitsForParentRequest units;
  units.ParentId = root_id;
  EXPECT_TRUE(world.run<ops::ListOrganizationalUnitsForParent>(units).value().OrganizationalUnits->empty());
  world.write([](store::Txn& txn) { EXPECT_TRUE(sweep(txn)); });
  world.write([](store::Txn& txn) { EXPECT_FALSE(sweep(txn)); });
  const store::Reader reader(world.snapshot());
  EXPECT_EQ(reader.count(nodes, {}), 1u);
  EXPECT_EQ(reader.count(policies, {}), 0u);
}

TEST_F(Organizations, AccountsComeWithRolesAndWithoutAPassword) {
  create_organization();
  CreateAccountRequest in;
  in.AccountName = "Sandbox";
  in.Email = "sandbox@example.com";
  in.RoleName = "Admin";
  in.Tags.emplace().push_back({"team", "blue"});
  const CreateAccountStatus asked = *world.run<ops::CreateAccount>(in).value().CreateAccountStatus;
  EXPECT_EQ(asked.State, "IN_PROGRESS");
  EXPECT_FALSE(asked.AccountId.has_value());
  finish_requests();
  const CreateAccountStatus done = status_of(*asked.Id);
  EXPECT_EQ(done.State, "SUCCEEDED");
  const AccountId id(*done.AccountId);
  EXPECT_TRUE(iam::find_account(store::Reader(world.snapshot()), id)->root_password_hash.empty());
  for (const std::string name : {"Admin", "AWSServiceRoleForOrganizations"}) {
    iam::GetRoleRequest role;
    role.RoleName = name;
    EXPECT_EQ(world.error<iam::ops::GetRole>(world.root(id), role), "") << name;
  }
  DescribeAccountRequest describe;
  describe.AccountId = id.value;
  const Account account = *world.run<ops::DescribeAccount>(describe).value().Account;
  EXPECT_EQ(account.Name, "Sandbox");
  EXPECT_EQ(account.Status, "ACTIVE");
  EXPECT_EQ(account.State, "ACTIVE");
  EXPECT_EQ(account.JoinedMethod, "CREATED");
  EXPECT_EQ(account.Paths->front(), *organization.Id + "/" + root_id + "/" + id.value + "/");
  ListTagsForResourceRequest tags;
  tags.ResourceId = id.value;
  EXPECT_EQ(world.run<ops::ListTagsForResource>(tags).value().Tags->front().Value, "blue");
}

TEST_F(Organizations, AnAccountThatCannotBeMadeSaysWhy) {
  create_organization();
  create_account("taken");
  CreateAccountRequest in;
  in.AccountName = "Again";
  in.Email = "TAKEN@example.com";
  const std::string id = *world.run<ops::CreateAccount>(in).value().CreateAccountStatus->Id;
  finish_requests();
  EXPECT_EQ(status_of(id).State, "FAILED");
  EXPECT_EQ(status_of(id).FailureReason, "EMAIL_ALREADY_EXISTS");
  world.write([&](store::Txn& txn) {
    OrganizationRecord full = *txn.get(organization_records, organization_key(management));
    full.accounts = 10'000;
    txn.put(organization_records, organization_key(management), full);
  });
  in.Email = "other@example.com";
  const std::string beyond = *world.run<ops::CreateAccount>(in).value().CreateAccountStatus->Id;
  finish_requests();
  EXPECT_EQ(status_of(beyond).FailureReason, "ACCOUNT_LIMIT_EXCEEDED");
}

// A crash between the transactions: the first made the account, the second is repeated and makes no other.
TEST_F(Organizations, MakingAnAccountCanBeRepeated) {
  create_organization();
  CreateAccountRequest in;
  in.AccountName = "Once";
  in.Email = "once@example.com";
  world.run<ops::CreateAccount>(in).value();
  const store::Key key = requests_in_progress(store::Reader(world.snapshot())).front();
  MadeAccount first, second;
  const auto make = [&](MadeAccount& made) {
    world.write([&](store::Txn& txn) {
      made = make_account(txn, Partition("aws"), key, world.clock().now(), system_random(), world.keyring());
    });
  };
  make(first);
  make(second);
  EXPECT_TRUE(first.created);
  EXPECT_FALSE(second.created);
  EXPECT_EQ(first.id, second.id);
  EXPECT_EQ(requests_in_progress(store::Reader(world.snapshot())).size(), 1u);
  EXPECT_TRUE(world.error<ops::DeleteOrganization>({}).starts_with("ConstraintViolationException: "));
}

TEST_F(Organizations, AClosedAccountIsCut) {
  create_organization();
  const AccountId id = create_account("dev");
  CloseAccountRequest in;
  in.AccountId = id.value;
  EXPECT_EQ(world.error<ops::CloseAccount>(in), "");
  EXPECT_TRUE(world.error<ops::CloseAccount>(in).starts_with("AccountAlreadyClosedException"));
  EXPECT_EQ(iam::find_account(store::Reader(world.snapshot()), id)->state, "SUSPENDED");
  in.AccountId = management.value;
  EXPECT_TRUE(world.error<ops::CloseAccount>(in).starts_with("ConstraintViolationException"));
  in.AccountId = "999999999999";
  EXPECT_EQ(world.error<ops::CloseAccount>(in), "AccountNotFoundException: You specified an account that doesn't exist.");
}

TEST_F(Organizations, UnitsFormATree) {
  create_organization();
  std::string parent = root_id;
  for (const std::string name : {"a", "b", "c", "d", "e"}) parent = create_unit(name, parent);
  CreateOrganizationalUnitRequest deeper;
  deeper.ParentId = parent;
  deeper.Name = "f";
  const Result<CreateOrganizationalUnitResponse> refused = world.run<ops::CreateOrganizationalUnit>(deeper);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().details.front().second, "OU_DEPTH_LIMIT_EXCEEDED");
  deeper.ParentId = root_id;
  deeper.Name = "a";
  EXPECT_EQ(world.error<ops::CreateOrganizationalUnit>(deeper),
            "DuplicateOrganizationalUnitException: An OU with the same name already exists.");
  ListParentsRequest parents;
  parents.ChildId = parent;
  const Parent above = world.run<ops::ListParents>(parents).value().Parents->front();
  EXPECT_EQ(above.Type, "ORGANIZATIONAL_UNIT");
  DeleteOrganizationalUnitRequest remove;
  remove.OrganizationalUnitId = *above.Id;
  EXPECT_TRUE(world.error<ops::DeleteOrganizationalUnit>(remove).starts_with("OrganizationalUnitNotEmptyException"));
  remove.OrganizationalUnitId = parent;
  EXPECT_EQ(world.error<ops::DeleteOrganizationalUnit>(remove), "");
}

TEST_F(Organizations, InvitationsBringAccountsIn) {
  create_organization();
  const AccountId other("444455556666");
  world.add_account(other);
  InviteAccountToOrganizationRequest invite;
  invite.Target = {other.value, "ACCOUNT"};
  const Handshake sent = *world.run<ops::InviteAccountToOrganization>(invite).value().Handshake;
  EXPECT_EQ(sent.State, "OPEN");
  EXPECT_TRUE(world.error<ops::InviteAccountToOrganization>(invite).starts_with("DuplicateHandshakeException"));
  AcceptHandshakeRequest accept;
  accept.HandshakeId = *sent.Id;
  EXPECT_TRUE(world.error<ops::AcceptHandshake>(accept).starts_with("AccessDeniedException"));
  EXPECT_EQ(world.error<ops::AcceptHandshake>(world.root(other), accept), "");
  EXPECT_TRUE(world.error<ops::AcceptHandshake>(world.root(other), accept).starts_with("HandshakeAlreadyInStateException"));
  EXPECT_EQ(membership(other)->organization_id, *organization.Id);
  EXPECT_TRUE(world.error<ops::InviteAccountToOrganization>(invite).starts_with("HandshakeConstraintViolationException"));
  EXPECT_EQ(world.error<ops::LeaveOrganization>(world.root(other), {}), "");
  EXPECT_EQ(membership(other), nullptr);
  // An invitation that nobody answers expires.
  const Handshake again = *world.run<ops::InviteAccountToOrganization>(invite).value().Handshake;
  world.clock().advance_seconds(16LL * 24 * 3600);
  DescribeHandshakeRequest describe;
  describe.HandshakeId = *again.Id;
  EXPECT_EQ(world.run<ops::DescribeHandshake>(describe).value().Handshake->State, "EXPIRED");
  accept.HandshakeId = *again.Id;
  EXPECT_TRUE(world.error<ops::AcceptHandshake>(world.root(other), accept).starts_with("InvalidHandshakeTransitionException"));
}

TEST_F(Organizations, WhoMayAsk) {
  create_organization();
  const AccountId member = create_account("dev");
  const std::string refusal = "AccessDeniedException: You don't have permissions to access this resource.";
  const auto root = world.root(member);
  EXPECT_EQ(world.error<ops::DescribeOrganization>(root, {}), "");
  EXPECT_EQ(world.error<ops::ListAccounts>(root, {}), refusal);
  EXPECT_EQ(world.error<ops::CreateAccount>(root, [] {
    CreateAccountRequest in;
    in.AccountName = "x";
    in.Email = "x@example.com";
    return in;
  }()), refusal);
  // A delegated administrator reads, and changes nothing.
  RegisterDelegatedAdministratorRequest administrator{member.value, "iam.amazonaws.com"};
  const Result<wire::Empty> early = world.run<ops::RegisterDelegatedAdministrator>(administrator);
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().details.front().second, "SERVICE_ACCESS_NOT_ENABLED");
  EXPECT_EQ(world.error<ops::EnableAWSServiceAccess>({"iam.amazonaws.com"}), "");
  EXPECT_EQ(world.error<ops::RegisterDelegatedAdministrator>(administrator), "");
  EXPECT_EQ(membership(member)->delegated_services, std::set<std::string>{"iam.amazonaws.com"});
  EXPECT_EQ(membership(management)->trusted_services, std::set<std::string>{"iam.amazonaws.com"});
  EXPECT_EQ(world.error<ops::ListAccounts>(root, {}), "");
  EXPECT_EQ(world.error<ops::CreatePolicy>(root, policy("p", deny("s3:*"))), refusal);
}

// The resource policy names who may manage policies: both it and the caller's own policies must allow.
TEST_F(Organizations, TheResourcePolicyDelegates) {
  create_organization();
  const AccountId member = create_account("dev");
  PutResourcePolicyRequest put;
  put.Content = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" + member.value +
                R"("},"Action":["organizations:CreatePolicy","organizations:DescribePolicy"],"Resource":"*"}]})";
  EXPECT_EQ(world.error<ops::PutResourcePolicy>(put), "");
  const auto root = world.root(member);
  EXPECT_EQ(world.error<ops::CreatePolicy>(root, policy("p", deny("s3:*"))), "");
  EXPECT_NE(world.error<ops::ListAccounts>(root, {}), "");
  const auto reason = [&](const std::string& content) {
    PutResourcePolicyRequest in;
    in.Content = content;
    const auto refused = world.run<ops::PutResourcePolicy>(in);
    return refused.ok() ? "" : refused.error().details.front().second;
  };
  EXPECT_EQ(reason("{}"), "INVALID_RESOURCE_POLICY_JSON");
  EXPECT_EQ(reason(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",)"
                   R"("Action":"organizations:ListRoots","Resource":"*"}})"),
            "INVALID_PRINCIPAL");
  EXPECT_EQ(reason(R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":")" + member.value +
                   R"("},"Action":"organizations:CreateAccount","Resource":"*"}})"),
            "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY");
  EXPECT_EQ(world.error<ops::DeleteResourcePolicy>({}), "");
  EXPECT_NE(world.error<ops::CreatePolicy>(root, policy("q", deny("s3:*"))), "");
}

TEST_F(Organizations, TagsAreBounded) {
  create_organization();
  TagResourceRequest in;
  in.ResourceId = root_id;
  for (int i = 0; i < 50; ++i) in.Tags.push_back({"k" + std::to_string(i), "v"});
  EXPECT_EQ(world.error<ops::TagResource>(in), "");
  in.Tags = {{"one more", "v"}};
  EXPECT_TRUE(world.error<ops::TagResource>(in).starts_with("ConstraintViolationException"));
  in.Tags = {{"k1", "a"}, {"k1", "b"}};
  EXPECT_TRUE(world.error<ops::TagResource>(in).starts_with("InvalidInputException"));
  in.Tags = {{"aws:k", "a"}};
  EXPECT_TRUE(world.error<ops::TagResource>(in).starts_with("InvalidInputException"));
}

}  // namespace
}  // namespace haar::organizations
