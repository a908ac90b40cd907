// What the caches must never do: answer for what was.
#include <gtest/gtest.h>

#include "model/iam/AddUserToGroup.h"
#include "model/iam/AttachGroupPolicy.h"
#include "model/iam/CreateGroup.h"
#include "model/iam/CreatePolicy.h"
#include "model/iam/CreatePolicyVersion.h"
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/DeleteRole.h"
#include "model/iam/GetAccessKeyLastUsed.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListGroups.h"
#include "model/iam/ListUsers.h"
#include "model/iam/PutRolePolicy.h"
#include "model/iam/PutUserPermissionsBoundary.h"
#include "model/iam/SetDefaultPolicyVersion.h"
#include "model/iam/TagUser.h"
#include "model/iam/UpdateAccessKey.h"
#include "model/iam/UpdateGroup.h"
#include "policy/policy_set.h"
#include "services/iam/principals/entities.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

GetUserRequest get_user(const std::string& name) {
  GetUserRequest in;
  in.UserName = name;
  return in;
}

TEST(Identity, AChangedPermissionCountsAtOnce) {
  TestWorld world;
  const auto ana = world.user("ana", allow("iam:GetUser"));
  EXPECT_EQ(world.error<ops::GetUser>(ana, get_user("ana")), "");
  world.put_policy("ana", allow("iam:ListUsers"));
  EXPECT_TRUE(world.error<ops::GetUser>(ana, get_user("ana")).starts_with("AccessDenied"));

  // The same through a group, a managed policy's version, and a boundary.
  CreatePolicyRequest policy;
  policy.PolicyName = "get";
  policy.PolicyDocument = allow("iam:GetUser");
  const std::string arn = *world.run<ops::CreatePolicy>(policy).value().Policy->Arn;
  CreateGroupRequest group;
  group.GroupName = "g";
  ASSERT_EQ(world.error<ops::CreateGroup>(group), "");
  AddUserToGroupRequest add;
  add.GroupName = "g";
  add.UserName = "ana";
  ASSERT_EQ(world.error<ops::AddUserToGroup>(add), "");
  AttachGroupPolicyRequest attach;
  attach.GroupName = "g";
  attach.PolicyArn = arn;
  ASSERT_EQ(world.error<ops::AttachGroupPolicy>(attach), "");
  EXPECT_EQ(world.error<ops::GetUser>(ana, get_user("ana")), "");

  CreatePolicyVersionRequest version;
  version.PolicyArn = arn;
  version.PolicyDocument = allow("s3:*");
  version.SetAsDefault = true;
  ASSERT_EQ(world.error<ops::CreatePolicyVersion>(version), "");
  EXPECT_TRUE(world.error<ops::GetUser>(ana, get_user("ana")).starts_with("AccessDenied"));
  SetDefaultPolicyVersionRequest back;
  back.PolicyArn = arn;
  back.VersionId = "v1";
  ASSERT_EQ(world.error<ops::SetDefaultPolicyVersion>(back), "");
  EXPECT_EQ(world.error<ops::GetUser>(ana, get_user("ana")), "");

  UpdateGroupRequest rename;
  rename.GroupName = "g";
  rename.NewGroupName = "h";
  ASSERT_EQ(world.error<ops::UpdateGroup>(rename), "");
  EXPECT_EQ(world.error<ops::GetUser>(ana, get_user("ana")), "");

  PutUserPermissionsBoundaryRequest boundary;
  boundary.UserName = "ana";
  boundary.PermissionsBoundary = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
  ASSERT_EQ(world.error<ops::PutUserPermissionsBoundary>(boundary), "");
  EXPECT_NE(world.error<ops::GetUser>(ana, get_user("ana")).find("because no permissions boundary allows"),
            std::string::npos);
}

TEST(Identity, AKeyIsKnownUntilItsRecordOrItsUserChanges) {
  TestWorld world;
  const auto ana = world.user("ana");
  const auto find = [&] {
    return world.identities().find_access_key(store::Reader(world.snapshot()), ana->access_key_id);
  };
  const auto first = find();
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(find(), first) << "the same object, so that what is derived from it can be kept";
  ASSERT_EQ(world.error<ops::CreateUser>({.UserName = "other"}), "");
  EXPECT_EQ(find(), first) << "somebody else's change is none";

  UpdateAccessKeyRequest off;
  off.UserName = "ana";
  off.AccessKeyId = ana->access_key_id;
  off.Status = "Inactive";
  ASSERT_EQ(world.error<ops::UpdateAccessKey>(off), "");
  EXPECT_FALSE(find()->active);
  TagUserRequest tag;
  tag.UserName = "ana";
  tag.Tags = {{"team", "blue"}};
  ASSERT_EQ(world.error<ops::TagUser>(tag), "");
  EXPECT_EQ(find()->caller->tags.at("team"), "blue");
  DeleteAccessKeyRequest remove;
  remove.UserName = "ana";
  remove.AccessKeyId = ana->access_key_id;
  ASSERT_EQ(world.error<ops::DeleteAccessKey>(remove), "");
  EXPECT_EQ(find(), nullptr);
}

TEST(Identity, AnAccountThatIsNotActiveHasNoKeys) {
  TestWorld world;
  const auto ana = world.user("ana");
  world.write([&](store::Txn& txn) {
    AccountRecord record = *find_account(txn, world.account);
    record.state = "SUSPENDED";
    txn.put(accounts, account_key(world.account), record);
  });
  EXPECT_EQ(world.identities().find_access_key(store::Reader(world.snapshot()), ana->access_key_id), nullptr);
}

auth::SessionClaims session(TestWorld& world, const std::string& role) {
  const store::Reader reader(world.snapshot());
  const RoleRecord& record = *reader.get(roles, entity_key(world.account, role));
  auth::SessionClaims claims;
  claims.account = world.account;
  claims.principal_id = record.unique_id;
  claims.principal_arn = arn_of(Partition("aws"), world.account, record);
  claims.session_name = "s";
  return claims;
}

TEST(Identity, ASessionEndsWithItsRole) {
  TestWorld world;
  world.role("r", trust("111122223333"));
  const auth::SessionClaims claims = session(world, "r");
  const auto caller = world.identities().find_session(store::Reader(world.snapshot()), claims, "ASIAX");
  ASSERT_TRUE(caller.ok());
  EXPECT_EQ((*caller)->arn, "arn:aws:sts::111122223333:assumed-role/r/s");
  EXPECT_EQ((*caller)->user_id(), claims.principal_id + ":s");
  DeleteRoleRequest remove;
  remove.RoleName = "r";
  ASSERT_EQ(world.error<ops::DeleteRole>(remove), "");
  world.role("r", trust("111122223333"));
  const auto after = world.identities().find_session(store::Reader(world.snapshot()), claims, "ASIAX");
  ASSERT_FALSE(after.ok()) << "a new role of the same name is another role";
  EXPECT_EQ(after.error().code, "InvalidClientTokenId");
}

TEST(Identity, ASessionPolicyLimitsItsSessionOnly) {
  TestWorld world;
  world.role("r", trust("111122223333"));
  PutRolePolicyRequest put;
  put.RoleName = "r";
  put.PolicyName = "p";
  put.PolicyDocument = allow("iam:*");
  ASSERT_EQ(world.error<ops::PutRolePolicy>(put), "");
  auth::SessionClaims claims = session(world, "r");
  const auto whole = world.identities().find_session(store::Reader(world.snapshot()), claims, "ASIA1").value();
  claims.policies = {allow("iam:ListUsers")};
  const auto limited = world.identities().find_session(store::Reader(world.snapshot()), claims, "ASIA2").value();
  EXPECT_EQ(world.error<ops::ListGroups>(whole, {}), "");
  EXPECT_EQ(world.error<ops::ListUsers>(limited, {}), "");
  EXPECT_NE(world.error<ops::ListGroups>(limited, {}).find("because no session policy allows"), std::string::npos);
  EXPECT_EQ(world.error<ops::ListGroups>(whole, {}), "");
}

TEST(LastUsed, IsWrittenOnceForManyUses) {
  TestWorld world;
  const auto ana = world.user("ana", allow("iam:*"));
  LastUsed& uses = world.identities().last_used();
  for (int i = 0; i < 3; ++i) {
    world.clock().advance_seconds(60);
    uses.note(*ana, {"sts", "GetCallerIdentity", "eu-west-1"}, world.clock().now());
  }
  GetAccessKeyLastUsedRequest get;
  get.AccessKeyId = ana->access_key_id;
  EXPECT_EQ(world.run<ops::GetAccessKeyLastUsed>(get).value().AccessKeyLastUsed->ServiceName, "N/A");
  world.write([&](store::Txn& txn) { EXPECT_EQ(uses.flush(txn), 0u); });
  uses.flushed();
  EXPECT_TRUE(uses.empty());
  const GetAccessKeyLastUsedResponse used = world.run<ops::GetAccessKeyLastUsed>(get).value();
  EXPECT_EQ(*used.UserName, "ana");
  EXPECT_EQ(used.AccessKeyLastUsed->ServiceName, "sts");
  EXPECT_EQ(used.AccessKeyLastUsed->Region, "eu-west-1");
  EXPECT_EQ(used.AccessKeyLastUsed->LastUsedDate, world.clock().now());
  get.AccessKeyId = "AKIAIOSFODNN7EXAMPLE";
  EXPECT_EQ(world.error<ops::GetAccessKeyLastUsed>(ana, get),
            "AccessDenied: User: arn:aws:iam::111122223333:user/ana is not authorized to perform "
            "iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE");
}

}  // namespace
}  // namespace haar::iam
