// For tests: an organization that lives in memory, its accounts made as the controller makes them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/iam/CreateUser.h"
#include "model/organizations/AttachPolicy.h"
#include "model/organizations/CreateAccount.h"
#include "model/organizations/CreateOrganization.h"
#include "model/organizations/CreateOrganizationalUnit.h"
#include "model/organizations/CreatePolicy.h"
#include "model/organizations/DescribeCreateAccountStatus.h"
#include "model/organizations/DetachPolicy.h"
#include "model/organizations/EnablePolicyType.h"
#include "model/organizations/ListPoliciesForTarget.h"
#include "model/organizations/ListRoots.h"
#include "model/organizations/MoveAccount.h"
#include "services/iam/test_world.h"
#include "services/organizations/joining.h"
#include "services/organizations/membership.h"
#include "services/organizations/operations.h"
#include "services/organizations/records.h"
#include "services/organizations/service.h"

namespace haar::organizations {

class OrganizationTest : public ::testing::Test {
 protected:
  OrganizationTest() : world(&manifest()) { world.env().organizations = &memberships; }

  void create_organization() {
    organization = world.run<ops::CreateOrganization>({}).value().Organization.value();
    root_id = *world.run<ops::ListRoots>({}).value().Roots->front().Id;
  }
  // What the controller does after CreateAccount has answered.
  void finish_requests() {
    for (const store::Key& key : requests_in_progress(store::Reader(world.snapshot()))) {
      world.write([&](store::Txn& txn) {
        make_account(txn, Partition("aws"), key, world.clock().now(), system_random(), world.keyring());
        finish_request(txn, key, world.clock().now());
      });
    }
  }
  CreateAccountStatus status_of(const std::string& request_id) {
    DescribeCreateAccountStatusRequest in;
    in.CreateAccountRequestId = request_id;
    return *world.run<ops::DescribeCreateAccountStatus>(in).value().CreateAccountStatus;
  }
  AccountId create_account(const std::string& name) {
    CreateAccountRequest in;
    in.AccountName = name;
    in.Email = name + "@example.com";
    const std::string id = *world.run<ops::CreateAccount>(in).value().CreateAccountStatus->Id;
    finish_requests();
    return AccountId(*status_of(id).AccountId);
  }
  std::string create_unit(const std::string& name, const std::string& parent = {}) {
    CreateOrganizationalUnitRequest in;
    in.Name = name;
    in.ParentId = parent.empty() ? root_id : parent;
    return *world.run<ops::CreateOrganizationalUnit>(in).value().OrganizationalUnit->Id;
  }
  void move(const AccountId& account, const std::string& from, const std::string& to) {
    EXPECT_EQ(world.error<ops::MoveAccount>({account.value, from, to}), "");
  }
  void enable(const std::string& type) { EXPECT_EQ(world.error<ops::EnablePolicyType>({root_id, type}), ""); }
  CreatePolicyRequest policy(const std::string& name, const std::string& content,
                             const std::string& type = "SERVICE_CONTROL_POLICY") {
    CreatePolicyRequest in;
    in.Name = name;
    in.Content = content;
    in.Type = type;
    return in;
  }
  std::string create_policy(const std::string& name, const std::string& content,
                            const std::string& type = "SERVICE_CONTROL_POLICY") {
    return *world.run<ops::CreatePolicy>(policy(name, content, type)).value().Policy->PolicySummary->Id;
  }
  void attach(const std::string& policy_id, const std::string& target) {
    EXPECT_EQ(world.error<ops::AttachPolicy>({policy_id, target}), "");
  }
  void detach(const std::string& policy_id, const std::string& target) {
    EXPECT_EQ(world.error<ops::DetachPolicy>({policy_id, target}), "");
  }
  std::vector<std::string> attached(const std::string& target, const std::string& type = "SERVICE_CONTROL_POLICY") {
    ListPoliciesForTargetRequest in;
    in.TargetId = target;
    in.Filter = type;
    std::vector<std::string> ids;
    const ListPoliciesForTargetResponse out = world.run<ops::ListPoliciesForTarget>(in).value();
    for (const PolicySummary& summary : *out.Policies) ids.push_back(*summary.Id);
    return ids;
  }
  std::shared_ptr<const api::Membership> membership(const AccountId& account) {
    return memberships.find(store::Reader(world.snapshot()), account);
  }
  // The code of what iam:CreateUser answers the root user of an account.
  std::string create_user(const AccountId& account, const std::string& name) {
    iam::CreateUserRequest in;
    in.UserName = name;
    return world.error<iam::ops::CreateUser>(world.root(account), in);
  }

  iam::TestWorld world;
  Memberships memberships;
  Organization organization;
  std::string root_id;
  const AccountId management{"111122223333"};
};

inline std::string deny(const std::string& action) {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":")" + action + R"(","Resource":"*"}})";
}

}  // namespace haar::organizations
