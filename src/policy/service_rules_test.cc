#include "policy/service_rules.h"

#include <gtest/gtest.h>

namespace haar::policy {
namespace {

constexpr const char* linked = "arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS";
constexpr const char* reserved =
    "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_Admin_0123456789abcdef";
constexpr const char* own = "arn:aws:iam::111122223333:role/team/app";
constexpr const char* of_aws = "arn:aws:iam::aws:policy/job-function/Billing";

std::string refusal(const char* action, const char* resource) {
  const auto rule = service_rule(action, resource);
  return rule ? rule->code + ": " + rule->message : "";
}

TEST(ServiceRules, ProtectedRoles) {
  for (const char* action : {"iam:AttachRolePolicy", "iam:DetachRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy",
                             "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRole",
                             "iam:UpdateAssumeRolePolicy", "IAM:deleterole"}) {
    EXPECT_EQ(refusal(action, linked), "UnmodifiableEntity: Cannot perform the operation on the protected role "
                                       "'AWSServiceRoleForRDS' - this role is only modifiable by AWS")
        << action;
    EXPECT_EQ(refusal(action, reserved), "UnmodifiableEntity: Cannot perform the operation on the protected role "
                                         "'AWSReservedSSO_Admin_0123456789abcdef' - this role is only modifiable by AWS")
        << action;
    EXPECT_EQ(refusal(action, own), "") << action;
  }
  for (const char* action : {"iam:GetRole", "iam:TagRole", "iam:UpdateRoleDescription", "iam:DeleteServiceLinkedRole",
                             "iam:PassRole", "sts:AssumeRole", "DeleteRole", "iam:"}) {
    EXPECT_EQ(refusal(action, linked), "") << action;
    EXPECT_EQ(refusal(action, reserved), "") << action;
  }
}

TEST(ServiceRules, NobodyMakesRolesUnderTheirPaths) {
  EXPECT_EQ(refusal("iam:CreateRole", linked),
            "InvalidInput: Path prefix '/aws-service-role/' can only be used for AWS Service linked Roles");
  EXPECT_TRUE(refusal("iam:CreateRole", reserved).starts_with("InvalidInput: Path prefix '/aws-reserved/'"));
  EXPECT_EQ(refusal("iam:CreateRole", own), "");
  EXPECT_EQ(refusal("iam:CreateServiceLinkedRole", linked), "");
  EXPECT_EQ(refusal("iam:CreateUser", "arn:aws:iam::111122223333:user/aws-reserved/x"), "");
}

TEST(ServiceRules, PoliciesOfAwsAreAwsToChange) {
  for (const char* action : {"iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion",
                             "iam:SetDefaultPolicyVersion", "iam:TagPolicy", "iam:UntagPolicy"}) {
    EXPECT_EQ(owner_of(action, of_aws, "111122223333"), "aws") << action;
    EXPECT_TRUE(refusal(action, of_aws).starts_with("AccessDenied: ")) << action;
    EXPECT_EQ(owner_of(action, "arn:aws:iam::444455556666:policy/x", "111122223333"), "444455556666");
    EXPECT_EQ(refusal(action, "arn:aws:iam::111122223333:policy/x"), "");
  }
  for (const char* action : {"iam:GetPolicy", "iam:ListEntitiesForPolicy", "iam:GetPolicyVersion"}) {
    EXPECT_EQ(owner_of(action, of_aws, "111122223333"), "111122223333") << action;
    EXPECT_EQ(refusal(action, of_aws), "") << action;
  }
  EXPECT_EQ(owner_of("imagebuilder:GetComponent", "arn:aws:imagebuilder:eu-central-1:aws:component/x", "111122223333"),
            "111122223333");
  EXPECT_EQ(owner_of("ec2:RunInstances", "arn:aws:ec2:eu-central-1:amazon:image/ami-1", "111122223333"), "111122223333");
  EXPECT_EQ(owner_of("iam:GetPolicy", "arn:aws:iam::nobody:policy/x", "111122223333"), "nobody");
  EXPECT_EQ(owner_of("iam:GetRole", "arn:aws:iam::*:role/x", "111122223333"), "111122223333");
  EXPECT_EQ(owner_of("sqs:SendMessage", "arn:aws:sqs:eu-central-1:444455556666:q", "111122223333"), "444455556666");
  EXPECT_EQ(owner_of("s3:GetObject", "arn:aws:s3:::b/k", "111122223333"), "111122223333");
  EXPECT_EQ(owner_of("iam:ListUsers", "*", "111122223333"), "111122223333");
}

}  // namespace
}  // namespace haar::policy
