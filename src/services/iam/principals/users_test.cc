#include <gtest/gtest.h>

#include "model/iam/AddUserToGroup.h"
#include "model/iam/AttachUserPolicy.h"
#include "model/iam/CreateAccessKey.h"
#include "model/iam/CreateGroup.h"
#include "model/iam/CreatePolicy.h"
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/DeleteUserPolicy.h"
#include "model/iam/DetachUserPolicy.h"
#include "model/iam/GetGroup.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListAccessKeys.h"
#include "model/iam/ListUsers.h"
#include "model/iam/UpdateGroup.h"
#include "model/iam/UpdateUser.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

CreateUserRequest new_user(const std::string& name) {
  CreateUserRequest in;
  in.UserName = name;
  return in;
}

TEST(Users, NamesAreNotDistinguishedByCase) {
  TestWorld world;
  EXPECT_EQ(world.error<ops::CreateUser>(new_user("Ana")), "");
  EXPECT_EQ(world.error<ops::CreateUser>(new_user("ana")),
            "EntityAlreadyExists: User with name ana already exists.");
  GetUserRequest get;
  get.UserName = "ANA";
  EXPECT_EQ(world.run<ops::GetUser>(get).value().User.UserName, "Ana");
}

TEST(Users, ARenameKeepsIdMembershipAndKeys) {
  TestWorld world;
  const auto caller = world.user("ana", allow("iam:*"));
  CreateGroupRequest group;
  group.GroupName = "devs";
  ASSERT_EQ(world.error<ops::CreateGroup>(group), "");
  AddUserToGroupRequest add;
  add.GroupName = "devs";
  add.UserName = "ana";
  ASSERT_EQ(world.error<ops::AddUserToGroup>(add), "");
  UpdateUserRequest update;
  update.UserName = "ana";
  update.NewUserName = "anna";
  update.NewPath = "/eng/";
  ASSERT_EQ(world.error<ops::UpdateUser>(update), "");

  const auto credential = world.identities().find_access_key(store::Reader(world.snapshot()), caller->access_key_id);
  ASSERT_NE(credential, nullptr);
  EXPECT_EQ(credential->caller->arn, "arn:aws:iam::111122223333:user/eng/anna");
  EXPECT_EQ(credential->caller->unique_id, caller->unique_id);
  GetGroupRequest get;
  get.GroupName = "devs";
  const GetGroupResponse members = world.run<ops::GetGroup>(get).value();
  ASSERT_EQ(members.Users.size(), 1u);
  EXPECT_EQ(members.Users[0].UserName, "anna");
}

// Names are told apart without their case, so the own name in another case is taken; the very same one is no change.
TEST(Users, AndGroupsAreNotRenamedToTheirOwnNameInAnotherCase) {
  TestWorld world;
  ASSERT_EQ(world.error<ops::CreateUser>(new_user("ana")), "");
  UpdateUserRequest user;
  user.UserName = "ana";
  user.NewUserName = "ANA";
  EXPECT_EQ(world.error<ops::UpdateUser>(user), "EntityAlreadyExists: User with name ANA already exists.");
  user.UserName = "Ana";
  user.NewUserName = "ana";
  user.NewPath = "/eng/";
  EXPECT_EQ(world.error<ops::UpdateUser>(user), "");
  GetUserRequest get;
  get.UserName = "ANA";
  EXPECT_EQ(world.run<ops::GetUser>(get).value().User.Arn, "arn:aws:iam::111122223333:user/eng/ana");

  CreateGroupRequest create;
  create.GroupName = "devs";
  ASSERT_EQ(world.error<ops::CreateGroup>(create), "");
  UpdateGroupRequest group;
  group.GroupName = "devs";
  group.NewGroupName = "Devs";
  EXPECT_EQ(world.error<ops::UpdateGroup>(group), "EntityAlreadyExists: Group with name Devs already exists.");
  group.NewGroupName = "devs";
  group.NewPath = "/eng/";
  EXPECT_EQ(world.error<ops::UpdateGroup>(group), "");
}

TEST(Users, AreNotDeletedWhileSomethingHangsOnThem) {
  TestWorld world;
  const auto caller = world.user("ana", allow("iam:*"));
  AttachUserPolicyRequest attach;
  attach.UserName = "ana";
  attach.PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  ASSERT_EQ(world.error<ops::AttachUserPolicy>(attach), "");
  DeleteUserRequest remove;
  remove.UserName = "ana";
  EXPECT_EQ(world.error<ops::DeleteUser>(remove), "DeleteConflict: Cannot delete entity, must delete access keys first.");
  DeleteAccessKeyRequest key;
  key.UserName = "ana";
  key.AccessKeyId = caller->access_key_id;
  ASSERT_EQ(world.error<ops::DeleteAccessKey>(key), "");
  EXPECT_EQ(world.error<ops::DeleteUser>(remove), "DeleteConflict: Cannot delete entity, must detach all policies first.");
  DetachUserPolicyRequest detach;
  detach.UserName = "ana";
  detach.PolicyArn = attach.PolicyArn;
  ASSERT_EQ(world.error<ops::DetachUserPolicy>(detach), "");
  EXPECT_EQ(world.error<ops::DeleteUser>(remove), "DeleteConflict: Cannot delete entity, must delete policies first.");
  DeleteUserPolicyRequest inline_policy;
  inline_policy.UserName = "ana";
  inline_policy.PolicyName = "p";
  ASSERT_EQ(world.error<ops::DeleteUserPolicy>(inline_policy), "");
  EXPECT_EQ(world.error<ops::DeleteUser>(remove), "");
}

TEST(Users, APageEndsWhereTheNextBegins) {
  TestWorld world;
  for (const char* name : {"a", "B", "c", "D", "e"}) ASSERT_EQ(world.error<ops::CreateUser>(new_user(name)), "");
  ListUsersRequest list;
  list.MaxItems = 2;
  std::string names;
  for (int pages = 0; pages < 3; ++pages) {
    const ListUsersResponse page = world.run<ops::ListUsers>(list).value();
    for (const User& user : page.Users) names += user.UserName;
    EXPECT_EQ(*page.IsTruncated, pages < 2);
    EXPECT_EQ(page.Marker.has_value(), pages < 2);
    list.Marker = page.Marker;
  }
  EXPECT_EQ(names, "aBcDe");
  list.MaxItems = 2;
  list.Marker.reset();
  list.Marker = world.run<ops::ListUsers>(list).value().Marker;
  list.PathPrefix = "/other/";
  EXPECT_EQ(world.error<ops::ListUsers>(list).substr(0, 15), "ValidationError") << "a marker of another listing";
}

TEST(Users, ARefusalNamesTheUserAsAwsDoes) {
  TestWorld world;
  const auto caller = world.user("nobody");
  ASSERT_EQ(world.error<ops::CreateUser>(new_user("ana")), "");
  GetUserRequest get;
  get.UserName = "ana";
  EXPECT_EQ(world.error<ops::GetUser>(caller, get),
            "AccessDenied: User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: iam:GetUser on "
            "resource: user ana because no identity-based policy allows the iam:GetUser action");
  EXPECT_EQ(world.error<ops::ListUsers>(caller, {}),
            "AccessDenied: User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: iam:ListUsers on "
            "resource: arn:aws:iam::111122223333:user/ because no identity-based policy allows the iam:ListUsers action");
  EXPECT_EQ(world.error<ops::CreateUser>(caller, new_user("eve")),
            "AccessDenied: User: arn:aws:iam::111122223333:user/nobody is not authorized to perform: iam:CreateUser on "
            "resource: arn:aws:iam::111122223333:user/eve because no identity-based policy allows the iam:CreateUser "
            "action");
  // Whether a user exists is not told to whom may not ask.
  get.UserName = "who";
  EXPECT_TRUE(world.error<ops::GetUser>(caller, get).starts_with("AccessDenied: "));
}

TEST(Users, APolicyOnOnePathDoesNotReachAnother) {
  TestWorld world;
  const auto caller = world.user("path-admin", allow("iam:*", "arn:aws:iam::111122223333:user/dev/*"));
  CreateUserRequest inside = new_user("ana");
  inside.Path = "/dev/";
  EXPECT_EQ(world.error<ops::CreateUser>(caller, inside), "");
  EXPECT_TRUE(world.error<ops::CreateUser>(caller, new_user("eve")).starts_with("AccessDenied: "));
  UpdateUserRequest move;
  move.UserName = "ana";
  move.NewPath = "/prod/";
  EXPECT_TRUE(world.error<ops::UpdateUser>(caller, move).starts_with("AccessDenied: ")) << "moved out of reach";
}

TEST(AccessKeys, TwoAreTheMostAndTheSecretIsSealed) {
  TestWorld world;
  ASSERT_EQ(world.error<ops::CreateUser>(new_user("ana")), "");
  CreateAccessKeyRequest create;
  create.UserName = "ana";
  const AccessKey first = world.run<ops::CreateAccessKey>(create).value().AccessKey;
  ASSERT_EQ(world.error<ops::CreateAccessKey>(create), "");
  EXPECT_EQ(world.error<ops::CreateAccessKey>(create), "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2");
  const store::Reader reader(world.snapshot());
  const AccessKeyRecord& record = *find_access_key(reader, first.AccessKeyId).record;
  EXPECT_EQ(store::encode(record).find(first.SecretAccessKey), std::string::npos);
  EXPECT_EQ(open_secret(world.account, record, world.keyring()).value(), first.SecretAccessKey);
  EXPECT_FALSE(open_secret(AccountId("444455556666"), record, world.keyring()).ok()) << "sealed to its place";
}

TEST(AccessKeys, WithoutUserNameTheyAreTheCallers) {
  TestWorld world;
  const AccessKey of_root = world.run<ops::CreateAccessKey>({}).value().AccessKey;
  const auto credential = world.identities().find_access_key(store::Reader(world.snapshot()), of_root.AccessKeyId);
  ASSERT_NE(credential, nullptr);
  EXPECT_EQ(credential->caller->type, api::CallerType::root);
  EXPECT_EQ(credential->secret, of_root.SecretAccessKey);
  const auto ana = world.user("ana", allow("iam:ListAccessKeys"));
  const ListAccessKeysResponse own = world.run<ops::ListAccessKeys>(ana, {}).value();
  ASSERT_EQ(own.AccessKeyMetadata.size(), 1u);
  EXPECT_EQ(*own.AccessKeyMetadata[0].AccessKeyId, ana->access_key_id);
}

TEST(Tags, OfUsersAreNotDistinguishedByCaseAndOfPoliciesAre) {
  TestWorld world;
  CreateUserRequest user = new_user("ana");
  user.Tags = std::vector<Tag>{{"Team", "a"}, {"team", "b"}};
  EXPECT_EQ(world.error<ops::CreateUser>(user),
            "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  CreatePolicyRequest policy;
  policy.PolicyName = "p";
  policy.PolicyDocument = allow("s3:*");
  policy.Tags = user.Tags;
  EXPECT_EQ(world.error<ops::CreatePolicy>(policy), "");
}

}  // namespace
}  // namespace haar::iam
