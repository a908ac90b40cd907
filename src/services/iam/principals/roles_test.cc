#include <gtest/gtest.h>

#include "model/iam/AttachRolePolicy.h"
#include "model/iam/CreateRole.h"
#include "model/iam/CreateServiceLinkedRole.h"
#include "model/iam/DeleteRole.h"
#include "model/iam/DeleteRolePermissionsBoundary.h"
#include "model/iam/DeleteRolePolicy.h"
#include "model/iam/DetachRolePolicy.h"
#include "model/iam/PutRolePermissionsBoundary.h"
#include "model/iam/PutRolePolicy.h"
#include "model/iam/UpdateAssumeRolePolicy.h"
#include "services/iam/principals/entities.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

CreateRoleRequest new_role(const std::string& path) {
  CreateRoleRequest in;
  in.RoleName = "example";
  in.Path = path;
  in.AssumeRolePolicyDocument = trust("111122223333");
  return in;
}

// Policies of organizations exempt what lies there, by its ARN: a role of a customer's own must not.
TEST(Roles, OnlyAwsMakesThemUnderItsPaths) {
  TestWorld world;
  const std::string linked =
      "InvalidInput: Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles";
  for (const char* path : {"/aws-service-role/", "/aws-service-role/rds.amazonaws.com/", "/aws-service-role/x/y/"})
    EXPECT_EQ(world.error<ops::CreateRole>(new_role(path)), linked) << path;
  for (const char* path : {"/aws-reserved/", "/aws-reserved/sso.amazonaws.com/"})
    EXPECT_TRUE(world.error<ops::CreateRole>(new_role(path)).starts_with("InvalidInput: Path prefix '/aws-reserved/'"));
  // Who may not make roles hears nothing of it.
  const auto nobody = world.user("eve");
  EXPECT_TRUE(world.error<ops::CreateRole>(nobody, new_role("/aws-service-role/")).starts_with("AccessDenied: "));
  CreateServiceLinkedRoleRequest rds;
  rds.AWSServiceName = "rds.amazonaws.com";
  EXPECT_EQ(world.run<ops::CreateServiceLinkedRole>(rds).value().Role->Path, "/aws-service-role/rds.amazonaws.com/");
  EXPECT_EQ(world.error<ops::CreateRole>(new_role("/service-role/")), "");
}

template <class Op, class Input>
void expect_protected(TestWorld& world, Input in) {
  in.RoleName = "AWSReservedSSO_Admin_0123456789abcdef";
  EXPECT_EQ(world.error<Op>(in), "UnmodifiableEntity: Cannot perform the operation on the protected role "
                                 "'AWSReservedSSO_Admin_0123456789abcdef' - this role is only modifiable by AWS")
      << Op::model().name;
}

// The roles of IAM Identity Center are as protected as service-linked ones.
TEST(Roles, ThoseUnderReservedPathsAreAwsToChange) {
  TestWorld world;
  world.write([&](store::Txn& txn) {
    RoleRecord role;
    role.name = "AWSReservedSSO_Admin_0123456789abcdef";
    role.path = "/aws-reserved/sso.amazonaws.com/";
    role.unique_id = iam_unique_id(system_random(), "AROA");
    role.trust = trust("111122223333");
    save(txn, system_random(), roles, world.account, std::move(role));
  });
  const std::string arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const std::string document = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  AttachRolePolicyRequest attach;
  attach.PolicyArn = arn;
  expect_protected<ops::AttachRolePolicy>(world, attach);
  DetachRolePolicyRequest detach;
  detach.PolicyArn = arn;
  expect_protected<ops::DetachRolePolicy>(world, detach);
  PutRolePolicyRequest put;
  put.PolicyName = "p", put.PolicyDocument = document;
  expect_protected<ops::PutRolePolicy>(world, put);
  DeleteRolePolicyRequest erase;
  erase.PolicyName = "p";
  expect_protected<ops::DeleteRolePolicy>(world, erase);
  PutRolePermissionsBoundaryRequest boundary;
  boundary.PermissionsBoundary = arn;
  expect_protected<ops::PutRolePermissionsBoundary>(world, boundary);
  expect_protected<ops::DeleteRolePermissionsBoundary>(world, DeleteRolePermissionsBoundaryRequest());
  UpdateAssumeRolePolicyRequest trusted;
  trusted.PolicyDocument = trust("111122223333");
  expect_protected<ops::UpdateAssumeRolePolicy>(world, trusted);
  expect_protected<ops::DeleteRole>(world, DeleteRoleRequest());
}

}  // namespace
}  // namespace haar::iam
