// What the pipeline asks of whoever keeps organizations. services/organizations implements it; the pipeline
// stands below it and so knows only this.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/names.h"
#include "policy/policy_set.h"
#include "store/reader.h"

namespace haar::api {

// An account's place in its organization, and what applies to it there. Immutable.
struct Membership {
  std::string organization_id;   // "o-a1b2c3d4e5": aws:PrincipalOrgID, aws:ResourceOrgID
  std::string path;              // "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/": aws:PrincipalOrgPaths
  AccountId management_account;
  bool management = false;       // the account itself is the management account: neither SCPs nor RCPs apply
  bool all_features = true;      // false: consolidated billing only, so no policies
  std::set<std::string> trusted_services;  // EnableAWSServiceAccess: "iam.amazonaws.com"
  // Services for which the account is a delegated administrator (RegisterDelegatedAdministrator).
  std::set<std::string> delegated_services;
  // One set per level, root first, the account last. Empty while the policy type is not enabled.
  std::vector<std::shared_ptr<const policy::PolicySet>> scp_levels, rcp_levels;
};

class Organizations {
 public:
  virtual ~Organizations() = default;
  // nullptr: the account is in no organization. Asked for every request: keep it cached.
  virtual std::shared_ptr<const Membership> find(const store::Reader& reader, const AccountId& account) = 0;
};

}  // namespace haar::api
