// For tests: organizations as a table of accounts.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "api/kit/organization.h"

namespace haar::iam {

class TestOrganizations final : public api::Organizations {
 public:
  std::shared_ptr<const api::Membership> find(const store::Reader&, const AccountId& account) override {
    const auto at = members.find(account.value);
    return at == members.end() ? nullptr : std::make_shared<const api::Membership>(at->second);
  }

  // One organization that trusts IAM; further members are added with join().
  explicit TestOrganizations(const std::string& management) : management_(management) { join(management).management = true; }
  TestOrganizations() = default;

  api::Membership& join(const std::string& account) {
    api::Membership& member = members[account];
    member.organization_id = "o-a1b2c3d4e5";
    member.path = "o-a1b2c3d4e5/r-ab12/";
    member.management_account = AccountId(management_);
    member.trusted_services = {"iam.amazonaws.com"};
    return member;
  }

  std::map<std::string, api::Membership> members;

 private:
  std::string management_;
};

}  // namespace haar::iam
