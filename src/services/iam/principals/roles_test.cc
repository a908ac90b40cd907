#include <gtest/gtest.h>

#include "model/iam/CreateRole.h"
#include "model/iam/CreateServiceLinkedRole.h"
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

}  // namespace
}  // namespace haar::iam
