#include "services/iam/account/organization_features.h"

#include <gtest/gtest.h>

#include "model/iam/DisableOrganizationsRootCredentialsManagement.h"
#include "model/iam/DisableOrganizationsRootSessions.h"
#include "model/iam/EnableOrganizationsRootCredentialsManagement.h"
#include "model/iam/EnableOrganizationsRootSessions.h"
#include "model/iam/GetAccountSummary.h"
#include "model/iam/ListOrganizationsFeatures.h"
#include "model/iam/SetSecurityTokenServicePreferences.h"
#include "services/iam/test_organizations.h"
#include "services/iam/test_world.h"

namespace haar::iam {
namespace {

using Enabled = std::vector<std::string>;

constexpr const char *own = "111122223333", *member = "222233334444", *delegate = "333344445555";

class OrganizationFeatures : public ::testing::Test {
 protected:
  OrganizationFeatures() : organizations_(own) {
    for (const char* account : {member, delegate}) {
      world_.add_account(AccountId(account));
      organizations_.join(account);
    }
    organizations_.members[delegate].delegated_services = {"iam.amazonaws.com"};
    world_.environment().organizations = &organizations_;
  }

  template <class Op>
  std::string error(const char* account = own) {
    return world_.error<Op>(world_.root(AccountId(account)), {});
  }
  // The code alone: the texts are the API reference's sentences.
  template <class Op>
  std::string code(const char* account = own) {
    const std::string text = error<Op>(account);
    return text.substr(0, text.find(':'));
  }
  Enabled listed(const char* account = own) {
    return world_.run<ops::ListOrganizationsFeatures>(world_.root(AccountId(account)), {}).value().EnabledFeatures.value();
  }

  TestWorld world_;
  TestOrganizations organizations_;
};

TEST_F(OrganizationFeatures, AreEnabledAndDisabledOneByOne) {
  EXPECT_EQ(listed(), Enabled{});
  const auto sessions = world_.run<ops::EnableOrganizationsRootSessions>({}).value();
  EXPECT_EQ(sessions.OrganizationId, "o-a1b2c3d4e5");
  EXPECT_EQ(sessions.EnabledFeatures, Enabled{"RootSessions"});
  const auto both = world_.run<ops::EnableOrganizationsRootCredentialsManagement>({}).value();
  EXPECT_EQ(both.EnabledFeatures, (Enabled{"RootCredentialsManagement", "RootSessions"}));
  // Again: nothing changes.
  EXPECT_EQ(error<ops::EnableOrganizationsRootSessions>(), "");
  EXPECT_EQ(listed(), (Enabled{"RootCredentialsManagement", "RootSessions"}));
  const auto left = world_.run<ops::DisableOrganizationsRootSessions>({}).value();
  EXPECT_EQ(left.EnabledFeatures, Enabled{"RootCredentialsManagement"});
  EXPECT_EQ(error<ops::DisableOrganizationsRootCredentialsManagement>(), "");
  EXPECT_EQ(listed(), Enabled{});
}

TEST_F(OrganizationFeatures, BelongToTheManagementAccountAndItsDelegate) {
  EXPECT_EQ(code<ops::ListOrganizationsFeatures>(member), "AccountNotManagementOrDelegatedAdministratorException");
  EXPECT_EQ(code<ops::EnableOrganizationsRootSessions>(member), "AccountNotManagementOrDelegatedAdministratorException");
  EXPECT_EQ(code<ops::DisableOrganizationsRootSessions>(member), "AccountNotManagementOrDelegatedAdministratorException");
  EXPECT_EQ(code<ops::EnableOrganizationsRootSessions>(delegate), "CallerIsNotManagementAccountException");
  EXPECT_EQ(code<ops::EnableOrganizationsRootCredentialsManagement>(delegate), "CallerIsNotManagementAccountException");
  EXPECT_EQ(error<ops::EnableOrganizationsRootSessions>(), "");
  EXPECT_EQ(listed(delegate), Enabled{"RootSessions"});
  EXPECT_EQ(error<ops::DisableOrganizationsRootSessions>(delegate), "");
  EXPECT_EQ(listed(), Enabled{});
}

TEST_F(OrganizationFeatures, NeedAnOrganizationWithAllFeaturesThatTrustsIam) {
  organizations_.members[own].all_features = false;
  EXPECT_EQ(code<ops::EnableOrganizationsRootSessions>(), "OrganizationNotInAllFeaturesModeException");
  organizations_.members[own].all_features = true;
  organizations_.members[own].trusted_services.clear();
  for (const std::string& text : {code<ops::EnableOrganizationsRootSessions>(), code<ops::ListOrganizationsFeatures>(),
                                  code<ops::DisableOrganizationsRootCredentialsManagement>()})
    EXPECT_EQ(text, "ServiceAccessNotEnabledException");
  organizations_.members.clear();
  EXPECT_EQ(code<ops::ListOrganizationsFeatures>(), "OrganizationNotFoundException");
  world_.environment().organizations = nullptr;
  EXPECT_EQ(code<ops::EnableOrganizationsRootSessions>(), "OrganizationNotFoundException");
}

TEST_F(OrganizationFeatures, EndWithTheOrganization) {
  EXPECT_EQ(error<ops::EnableOrganizationsRootSessions>(), "");
  organizations_.members[own].organization_id = "o-z9y8x7w6v5";
  EXPECT_EQ(listed(), Enabled{});
}

TEST_F(OrganizationFeatures, NeedPermission) {
  const auto nobody = world_.user("nobody");
  EXPECT_EQ(world_.error<ops::ListOrganizationsFeatures>(nobody, {}).substr(0, 13), "AccessDenied:");
  EXPECT_EQ(world_.error<ops::EnableOrganizationsRootSessions>(nobody, {}).substr(0, 13), "AccessDenied:");
  EXPECT_EQ(listed(), Enabled{});
}

TEST(TokenPreferences, ShowInTheAccountSummary) {
  TestWorld world;
  const auto version = [&] {
    return world.run<ops::GetAccountSummary>({}).value().SummaryMap->at("GlobalEndpointTokenVersion");
  };
  EXPECT_EQ(version(), 1);
  SetSecurityTokenServicePreferencesRequest set;
  set.GlobalEndpointTokenVersion = "v2Token";
  EXPECT_EQ(world.error<ops::SetSecurityTokenServicePreferences>(world.user("nobody"), set).substr(0, 13),
            "AccessDenied:");
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(world.error<ops::SetSecurityTokenServicePreferences>(set), "");
  EXPECT_EQ(version(), 2);
  set.GlobalEndpointTokenVersion = "v1Token";
  EXPECT_EQ(world.error<ops::SetSecurityTokenServicePreferences>(set), "");
  EXPECT_EQ(version(), 1);
}

}  // namespace
}  // namespace haar::iam
