#include <gtest/gtest.h>

#include "base/encoding.h"
#include "data/service_linked_roles.h"
#include "model/iam/CreateRole.h"
#include "model/iam/CreateServiceLinkedRole.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/DeleteRole.h"
#include "model/iam/DeleteServiceLinkedRole.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/DetachRolePolicy.h"
#include "model/iam/GetRole.h"
#include "model/iam/GetServiceLinkedRoleDeletionStatus.h"
#include "model/iam/UpdateAssumeRolePolicy.h"
#include "model/iam/UpdateUser.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/service_linked_roles.h"
#include "services/iam/principals/trust.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

const std::string ana_arn = "arn:aws:iam::111122223333:user/ana";

std::string shown(TestWorld& world, const std::string& role) {
  GetRoleRequest get;
  get.RoleName = role;
  return percent_decode(*world.run<ops::GetRole>(get).value().Role.AssumeRolePolicyDocument, false).value();
}

std::string create_error(TestWorld& world, const std::string& document) {
  CreateRoleRequest create;
  create.RoleName = "r";
  create.AssumeRolePolicyDocument = document;
  return world.error<ops::CreateRole>(create);
}

TEST(Trust, APrincipalIsStoredAsItsIdAndShownAsItsArnWhileItLives) {
  TestWorld world;
  const auto ana = world.user("ana");
  world.role("r", trust(ana_arn));
  const store::Reader reader(world.snapshot());
  const RoleRecord* record = reader.get(roles, entity_key(world.account, "r"));
  ASSERT_NE(record, nullptr);
  EXPECT_NE(record->trust.find(ana->unique_id), std::string::npos);
  EXPECT_EQ(record->trust.find(ana_arn), std::string::npos);
  EXPECT_EQ(shown(world, "r"), trust(ana_arn));

  UpdateUserRequest rename;
  rename.UserName = "ana";
  rename.NewUserName = "anna";
  ASSERT_EQ(world.error<ops::UpdateUser>(rename), "");
  EXPECT_EQ(shown(world, "r"), trust("arn:aws:iam::111122223333:user/anna"));

  DeleteAccessKeyRequest key;
  key.UserName = "anna";
  key.AccessKeyId = ana->access_key_id;
  ASSERT_EQ(world.error<ops::DeleteAccessKey>(key), "");
  DeleteUserRequest remove;
  remove.UserName = "anna";
  ASSERT_EQ(world.error<ops::DeleteUser>(remove), "");
  EXPECT_EQ(shown(world, "r"), trust(ana->unique_id)) << "the id, once the user is gone";
  world.user("ana");
  EXPECT_EQ(shown(world, "r"), trust(ana->unique_id)) << "and nobody else under the old name";
}

TEST(Trust, APrincipalThatDoesNotExistIsRefusedInAwsWords) {
  TestWorld world;
  EXPECT_EQ(create_error(world, trust(ana_arn)),
            "MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"" + ana_arn + "\"");
  EXPECT_EQ(create_error(world, trust("AIDAAAAAAAAAAAAAAAAAA")),
            "MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"AIDAAAAAAAAAAAAAAAAAA\"");
  EXPECT_EQ(create_error(world, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"x"},)"
                                R"("Action":"sts:AssumeRole"}]})"),
            "MalformedPolicyDocument: Invalid principal in policy: \"SERVICE\":\"x\"");
  world.user("ana");
  EXPECT_TRUE(create_error(world, trust("arn:aws:iam::111122223333:user/dev/ana")).starts_with("MalformedPolicyDocument"))
      << "another path is another user";
}

std::string trusting_service(const std::string& principal) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":[")" + principal +
         R"("]},"Action":"sts:AssumeRole"}]})";
}

TEST(Trust, ServicesAreThoseThatAwsHas) {
  TestWorld world;
  for (const char* unknown : {"x.amazonaws.com", "tagging.amazonaws.com", "codepipeiine.amazonaws.com", "amazonaws.com",
                              ".amazonaws.com", "s3files.amazonaws.com", "bedrock-agent.amazonaws.com",
                              "ssm.eu-west-1.amazonaws.com", "logs.nowhere.amazonaws.com", "x.af-south-1.amazonaws.com",
                              "eks.amazonaws.com.cn", "EC2.amazonaws.com", "ec2..amazonaws.com", "ec2.amazonaws.org",
                              "ec2amazonaws.com", "sub.ec2.amazonaws.com"}) {
    EXPECT_EQ(create_error(world, trusting_service(unknown)),
              std::string("MalformedPolicyDocument: Invalid principal in policy: \"SERVICE\":\"") + unknown + "\"");
  }
  UpdateAssumeRolePolicyRequest update;
  update.RoleName = "all";
  world.role("all", trust("111122223333"));
  for (const char* known : {"ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "s3.amazonaws.com",
                            "monitoring.rds.amazonaws.com", "export.rds.amazonaws.com", "tasks.apprunner.amazonaws.com",
                            "osis-pipelines.amazonaws.com", "delivery.logs.amazonaws.com", "medialive.amazonaws.com",
                            "logs.eu-west-1.amazonaws.com", "states.us-gov-west-1.amazonaws.com",
                            "ssm.ap-east-1.amazonaws.com", "pods.eks.amazonaws.com", "edgelambda.amazonaws.com"}) {
    update.PolicyDocument = trusting_service(known);
    EXPECT_EQ(world.error<ops::UpdateAssumeRolePolicy>(update), "") << known;
  }
  for (const data::ServiceLinkedRole& service : data::service_linked_roles()) {
    update.PolicyDocument = trusting_service(std::string(service.principal));
    EXPECT_EQ(world.error<ops::UpdateAssumeRolePolicy>(update), "") << service.principal;
  }
}

TEST(Trust, InChinaServicesMayEndAsTheirAddressesDo) {
  TestWorld world;
  const store::Reader reader(world.snapshot());
  const std::string ec2 = trusting_service("ec2.amazonaws.com.cn");
  EXPECT_TRUE(stored_trust(reader, Partition("aws-cn"), ec2).ok());
  EXPECT_FALSE(stored_trust(reader, Partition("aws"), ec2).ok());
  EXPECT_FALSE(stored_trust(reader, Partition("aws-cn"), trusting_service("x.amazonaws.com.cn")).ok());
}

TEST(Trust, AnAccountIsShownByItsArnAndTheRestAsItIsWritten) {
  TestWorld world;
  const auto document = [](const std::string& accounts, const std::string& more) {
    return R"({ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow",
      "Principal": { "AWS": )" + accounts + R"(, "Service": ["ec2.amazonaws.com"] }, "Action": "sts:AssumeRole" },
      { "Effect": "Deny", "Principal": {"AWS": )" + more + R"(}, "Action": "sts:TagSession",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": "444455556666"}} } ] })";
  };
  const std::string arn = R"("arn:aws:iam::444455556666:root")", other = R"("arn:aws:iam::555566667777:root")";
  world.role("r", document(R"("444455556666")", R"(["444455556666", "*", )" + other + R"(, "555566667777"])"));
  EXPECT_EQ(shown(world, "r"), document(arn, "[" + arn + R"(, "*", )" + other + ", " + other + "]"));
  UpdateAssumeRolePolicyRequest update;
  update.RoleName = "r";
  update.PolicyDocument = document(R"(["555566667777"])", other);
  ASSERT_EQ(world.error<ops::UpdateAssumeRolePolicy>(update), "");
  EXPECT_EQ(shown(world, "r"), document("[" + other + "]", other));
}

TEST(Trust, WhatIsNoTrustPolicyIsRefused) {
  TestWorld world;
  EXPECT_EQ(create_error(world, "{"), "MalformedPolicyDocument: This policy contains invalid Json");
  EXPECT_EQ(create_error(world, trust("111122223333", R"("s3:GetObject")")),
            "MalformedPolicyDocument: AssumeRole policy may only specify STS AssumeRole actions.");
  EXPECT_EQ(create_error(world, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},)"
                                R"("Action":"sts:AssumeRole","Resource":"*"}]})"),
            "MalformedPolicyDocument: Has prohibited field Resource");
  std::string ids;
  for (int i = 0; i < 150; ++i) ids += "\"" + std::to_string(100'000'000'000 + i) + "\",";
  ids.pop_back();
  EXPECT_EQ(create_error(world, R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":[)" + ids +
                                R"(]},"Action":"sts:AssumeRole"}]})"),
            "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048");
}

TEST(ServiceLinkedRoles, AreMadeOnceAndChangedByNobody) {
  TestWorld world;
  CreateServiceLinkedRoleRequest create;
  create.AWSServiceName = "rds.amazonaws.com";
  const Role role = *world.run<ops::CreateServiceLinkedRole>(create).value().Role;
  EXPECT_EQ(role.Arn, "arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS");
  EXPECT_EQ(world.error<ops::CreateServiceLinkedRole>(create),
            "InvalidInput: Service role name AWSServiceRoleForRDS has been taken in this account, please try a different "
            "suffix.");
  create.AWSServiceName = "elasticache.amazonaws.com";
  create.CustomSuffix = "mine";
  EXPECT_EQ(world.error<ops::CreateServiceLinkedRole>(create),
            "InvalidInput: Custom suffix is not allowed for elasticache.amazonaws.com");

  const std::string protection = "UnmodifiableEntity: Cannot perform the operation on the protected role "
                                 "'AWSServiceRoleForRDS' - this role is only modifiable by AWS";
  DeleteRoleRequest remove;
  remove.RoleName = role.RoleName;
  EXPECT_EQ(world.error<ops::DeleteRole>(remove), protection);
  DetachRolePolicyRequest detach;
  detach.RoleName = role.RoleName;
  detach.PolicyArn = "arn:aws:iam::aws:policy/aws-service-role/AmazonRDSServiceRolePolicy";
  EXPECT_EQ(world.error<ops::DetachRolePolicy>(detach), protection);
  UpdateAssumeRolePolicyRequest update;
  update.RoleName = role.RoleName;
  update.PolicyDocument = trust("111122223333");
  EXPECT_EQ(world.error<ops::UpdateAssumeRolePolicy>(update), protection);

  const auto caller = world.identities().service_linked_caller(store::Reader(world.snapshot()), world.account,
                                                               "rds.amazonaws.com");
  ASSERT_NE(caller, nullptr);
  EXPECT_TRUE(caller->service_linked);
  EXPECT_FALSE(world.identities().effective_policies(store::Reader(world.snapshot()), *caller)->identity->attached().empty());
}

TEST(ServiceLinkedRoles, StayWhileTheServiceUsesThem) {
  TestWorld world;
  bool used = true;
  world.role_uses().add("rds.amazonaws.com", [&](const store::Reader&, const AccountId&) {
    return used ? std::vector<RoleUse>{{"eu-west-1", {"arn:aws:rds:eu-west-1:111122223333:cluster:c"}}}
                : std::vector<RoleUse>{};
  });
  CreateServiceLinkedRoleRequest create;
  create.AWSServiceName = "rds.amazonaws.com";
  ASSERT_EQ(world.error<ops::CreateServiceLinkedRole>(create), "");
  DeleteServiceLinkedRoleRequest remove;
  remove.RoleName = "AWSServiceRoleForRDS";
  GetServiceLinkedRoleDeletionStatusRequest status;
  status.DeletionTaskId = world.run<ops::DeleteServiceLinkedRole>(remove).value().DeletionTaskId;
  const auto refused = world.run<ops::GetServiceLinkedRoleDeletionStatus>(status).value();
  EXPECT_EQ(refused.Status, "FAILED");
  EXPECT_EQ(*refused.Reason->RoleUsageList->front().Region, "eu-west-1");
  used = false;
  status.DeletionTaskId = world.run<ops::DeleteServiceLinkedRole>(remove).value().DeletionTaskId;
  EXPECT_EQ(world.run<ops::GetServiceLinkedRoleDeletionStatus>(status).value().Status, "SUCCEEDED");
  GetRoleRequest get;
  get.RoleName = remove.RoleName;
  EXPECT_EQ(world.error<ops::GetRole>(get), "NoSuchEntity: The role with name AWSServiceRoleForRDS cannot be found.");
}

}  // namespace
}  // namespace haar::iam
