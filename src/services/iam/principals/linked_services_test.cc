#include <gtest/gtest.h>

#include "data/managed_policies.h"
#include "services/iam/principals/service_linked_roles.h"

namespace haar::iam {
namespace {

TEST(LinkedServices, AreSortedAndTheirPoliciesExist) {
  std::string_view before;
  for (const LinkedService& service : all_linked_services()) {
    EXPECT_LT(before, service.principal);
    before = service.principal;
    EXPECT_EQ(find_linked_service(service.principal), &service);
    const std::string arn = "arn:aws:iam::aws:policy/aws-service-role/" + std::string(service.policy);
    EXPECT_NE(data::find_managed_policy(arn), nullptr) << arn;
    EXPECT_TRUE(service.role_name.starts_with("AWSServiceRoleFor")) << service.role_name;
    EXPECT_LE(service.role_name.size(), 64u);
  }
  EXPECT_EQ(find_linked_service("nosuch.amazonaws.com"), nullptr);
}

}  // namespace
}  // namespace haar::iam
