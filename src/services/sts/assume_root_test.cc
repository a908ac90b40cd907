#include <gtest/gtest.h>

#include "api/pipeline/authorize.h"
#include "model/iam/CreateAccessKey.h"
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/DisableOrganizationsRootCredentialsManagement.h"
#include "model/iam/DisableOrganizationsRootSessions.h"
#include "model/iam/EnableOrganizationsRootCredentialsManagement.h"
#include "model/iam/EnableOrganizationsRootSessions.h"
#include "model/iam/GetAccountSummary.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListAccessKeys.h"
#include "model/iam/ListUsers.h"
#include "model/iam/PutUserPolicy.h"
#include "model/sts/AssumeRoot.h"
#include "model/sts/GetCallerIdentity.h"
#include "model/sts/GetSessionToken.h"
#include "policy/decide.h"
#include "services/iam/test_organizations.h"
#include "services/iam/test_world.h"
#include "services/sts/operations.h"
#include "services/sts/service.h"

namespace haar::sts {
namespace {

constexpr const char *own = "111122223333", *member = "222233334444", *delegate = "333344445555",
                     *stranger = "444455556666";
const std::string tasks = "arn:aws:iam::aws:policy/root-task/";

class AssumeRoot : public ::testing::Test {
 protected:
  AssumeRoot() : world_(&manifest()), organizations_(own) {
    for (const char* account : {member, delegate, stranger}) world_.add_account(AccountId(account));
    organizations_.join(member);
    organizations_.join(delegate).delegated_services = {"iam.amazonaws.com"};
    world_.environment().organizations = &organizations_;
    admin_ = world_.user("admin", iam::allow("*"));
    EXPECT_EQ(world_.error<iam::ops::EnableOrganizationsRootCredentialsManagement>({}), "");
    EXPECT_EQ(world_.error<iam::ops::EnableOrganizationsRootSessions>({}), "");
  }

  static AssumeRootRequest request(const std::string& target = member, const std::string& task = "IAMAuditRootUserCredentials") {
    AssumeRootRequest in;
    in.TargetPrincipal = target;
    in.TaskPolicyArn.arn = tasks + task;
    return in;
  }
  std::string error(const AssumeRootRequest& in) { return world_.error<ops::AssumeRoot>(admin_, in); }
  std::shared_ptr<const api::Caller> assume(const AssumeRootRequest& in) {
    const Credentials made = world_.run<ops::AssumeRoot>(admin_, in).value().Credentials.value();
    return world_.session(made.AccessKeyId, made.SessionToken);
  }
  static std::string refusal(const std::string& target) {
    return "AccessDenied: User: arn:aws:iam::111122223333:user/admin is not authorized to perform: sts:AssumeRoot on "
           "resource: arn:aws:iam::" + target + ":root";
  }

  iam::TestWorld world_;
  iam::TestOrganizations organizations_;
  std::shared_ptr<const api::Caller> admin_;
};

TEST_F(AssumeRoot, GivesTheMembersRootForAQuarterOfAnHour) {
  const auto root = assume(request());
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root->type, api::CallerType::root);
  EXPECT_EQ(root->account.value, member);
  EXPECT_EQ(root->arn, "arn:aws:iam::222233334444:root");
  EXPECT_EQ(root->user_id(), member);
  EXPECT_TRUE(root->session->assumed_root);
  EXPECT_EQ(root->session->expires_at, world_.clock().now().plus_seconds(900));
  // By the ARN of its root user too, and for as short as is asked.
  AssumeRootRequest in = request("arn:aws:iam::222233334444:root");
  in.DurationSeconds = 60;
  EXPECT_EQ(assume(in)->session->expires_at, world_.clock().now().plus_seconds(60));
}

TEST_F(AssumeRoot, IsLimitedToItsTask) {
  const auto root = assume(request());
  EXPECT_EQ(world_.error<iam::ops::GetAccountSummary>(root, {}), "");
  EXPECT_EQ(world_.error<ops::GetCallerIdentity>(root, {}), "");
  EXPECT_EQ(world_.error<iam::ops::ListUsers>(root, {}),
            "AccessDenied: User: arn:aws:iam::222233334444:root is not authorized to perform: iam:ListUsers on resource: "
            "arn:aws:iam::222233334444:user/ with an explicit deny in a session policy");
  iam::CreateUserRequest create;
  create.UserName = "eve";
  EXPECT_NE(world_.error<iam::ops::CreateUser>(root, create), "");
  // Another task's session may not even do that.
  EXPECT_NE(world_.error<iam::ops::GetAccountSummary>(assume(request(member, "S3UnlockBucketPolicy")), {}), "");
  // Nor make further credentials.
  EXPECT_NE(world_.error<ops::AssumeRoot>(root, request()), "");
  EXPECT_NE(world_.error<ops::GetSessionToken>(root, {}), "");
}

// What it is for: a member's root user loses its access key, and somebody who may only look sees that it has one.
TEST_F(AssumeRoot, SeesAndDeletesTheCredentialsOfRootAndOfNobodyElse) {
  std::string id;
  world_.write([&](store::Txn& txn) {
    id = iam::create_root_access_key(txn, AccountId(member), world_.clock().now(), system_random(), world_.keyring())
             .value().id;
  });
  iam::CreateUserRequest create;
  create.UserName = "ana";
  EXPECT_EQ(world_.error<iam::ops::CreateUser>(world_.root(AccountId(member)), create), "");
  const auto auditor = assume(request()), deleter = assume(request(member, "IAMDeleteRootUserCredentials"));
  for (const auto& root : {auditor, deleter}) {
    const auto listed = world_.run<iam::ops::ListAccessKeys>(root, {});
    ASSERT_TRUE(listed.ok()) << listed.error().message;
    ASSERT_EQ(listed->AccessKeyMetadata.size(), 1U);
    EXPECT_EQ(listed->AccessKeyMetadata.front().AccessKeyId, id);
    EXPECT_EQ(world_.error<iam::ops::GetUser>(root, {}), "");
    iam::ListAccessKeysRequest of_user;
    of_user.UserName = "ana";
    EXPECT_EQ(world_.error<iam::ops::ListAccessKeys>(root, of_user).substr(0, 13), "AccessDenied:");
  }
  iam::DeleteAccessKeyRequest remove;
  remove.AccessKeyId = id;
  EXPECT_EQ(world_.error<iam::ops::DeleteAccessKey>(auditor, remove).substr(0, 13), "AccessDenied:");
  EXPECT_EQ(world_.error<iam::ops::DeleteAccessKey>(deleter, remove), "");
  EXPECT_TRUE(world_.run<iam::ops::ListAccessKeys>(auditor, {})->AccessKeyMetadata.empty());
}

TEST_F(AssumeRoot, WhatCannotBeReadGivesNothing) {
  auto broken = std::make_shared<api::Caller>(*assume(request()));
  broken->access_key_id = "ASIAOTHER";
  broken->session->policy_arns = {tasks + "NoSuchPolicy"};
  EXPECT_NE(world_.error<iam::ops::GetAccountSummary>(broken, {}), "");
  broken->access_key_id = "ASIANONE";
  broken->session->policy_arns = {};
  EXPECT_NE(world_.error<iam::ops::GetAccountSummary>(broken, {}), "");
}

TEST_F(AssumeRoot, TakesTheFiveTasksAndNoOther) {
  for (const char* task : {"IAMAuditRootUserCredentials", "IAMCreateRootUserPassword", "IAMDeleteRootUserCredentials",
                           "S3UnlockBucketPolicy", "SQSUnlockQueuePolicy"})
    EXPECT_EQ(error(request(member, task)), "") << task;
  EXPECT_EQ(error(request(member, "Everything")).substr(0, 16), "ValidationError:");
  AssumeRootRequest in = request();
  in.TaskPolicyArn.arn = "arn:aws:iam::aws:policy/AdministratorAccess";
  EXPECT_EQ(error(in).substr(0, 16), "ValidationError:");
  in.TaskPolicyArn.arn = std::nullopt;
  EXPECT_EQ(error(in).substr(0, 16), "ValidationError:");
}

TEST_F(AssumeRoot, NeedsTheFeatureOfItsTask) {
  EXPECT_EQ(world_.error<iam::ops::DisableOrganizationsRootSessions>({}), "");
  EXPECT_EQ(error(request(member, "S3UnlockBucketPolicy")), refusal(member));
  EXPECT_EQ(error(request(member)), "");
  EXPECT_EQ(world_.error<iam::ops::DisableOrganizationsRootCredentialsManagement>({}), "");
  EXPECT_EQ(error(request(member)), refusal(member));
}

TEST_F(AssumeRoot, IsForMembersOfTheCallersOrganizationOnly) {
  EXPECT_EQ(error(request(own)), refusal(own));
  EXPECT_EQ(error(request(stranger)), refusal(stranger));
  EXPECT_EQ(error(request("999999999999")), refusal("999999999999"));
  EXPECT_EQ(error(request("not an account")), refusal("not an account"));
  organizations_.members[member].organization_id = "o-z9y8x7w6v5";
  EXPECT_EQ(error(request()), refusal(member));
  organizations_.members[member].organization_id = "o-a1b2c3d4e5";
  organizations_.members[own].trusted_services.clear();
  EXPECT_EQ(error(request()), refusal(member));
  world_.environment().organizations = nullptr;
  EXPECT_EQ(error(request()), refusal(member));
}

TEST_F(AssumeRoot, IsForTheManagementAccountAndItsDelegate) {
  // Roles, since the world makes users of the first account only.
  const auto of_account = [](const char* account) {
    auto caller = std::make_shared<api::Caller>();
    caller->type = api::CallerType::root;
    caller->account = AccountId(account);
    caller->arn = caller->principal_arn = "arn:aws:iam::" + std::string(account) + ":root";
    caller->unique_id = account;
    return caller;
  };
  iam::CreateUserRequest create;
  create.UserName = "ana";
  iam::PutUserPolicyRequest put;
  put.UserName = "ana";
  put.PolicyName = "p";
  put.PolicyDocument = iam::allow("sts:AssumeRoot");
  const auto user_of = [&](const char* account) {
    EXPECT_EQ(world_.error<iam::ops::CreateUser>(of_account(account), create), "");
    EXPECT_EQ(world_.error<iam::ops::PutUserPolicy>(of_account(account), put), "");
    iam::CreateAccessKeyRequest key;
    key.UserName = "ana";
    const std::string id = world_.run<iam::ops::CreateAccessKey>(of_account(account), key).value().AccessKey.AccessKeyId;
    return world_.identities().find_access_key(store::Reader(world_.snapshot()), id)->caller;
  };
  EXPECT_EQ(world_.error<ops::AssumeRoot>(user_of(delegate), request()), "");
  EXPECT_NE(world_.error<ops::AssumeRoot>(user_of(member), request(delegate)), "");
  // "You cannot use root user credentials to make this call."
  EXPECT_NE(world_.error<ops::AssumeRoot>(world_.root(), request()), "");
}

TEST_F(AssumeRoot, NeedsPermissionForTheTaskAndTheMember) {
  const auto user = world_.user("ana", R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoot",
      "Resource":"arn:aws:iam::222233334444:root","Condition":{"StringEquals":{"sts:TaskPolicyArn":
      "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy"}}}]})");
  EXPECT_EQ(world_.error<ops::AssumeRoot>(user, request(member, "SQSUnlockQueuePolicy")), "");
  EXPECT_NE(world_.error<ops::AssumeRoot>(user, request(member, "S3UnlockBucketPolicy")), "");
  EXPECT_NE(world_.error<ops::AssumeRoot>(user, request(delegate, "SQSUnlockQueuePolicy")), "");
  EXPECT_NE(world_.error<ops::AssumeRoot>(world_.user("nobody"), request()), "");
}

}  // namespace
}  // namespace haar::sts
