// Policies as their handlers share them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/organizations/ListPoliciesForTarget.h"
#include "model/organizations/ListRoots.h"
#include "services/organizations/common.h"

namespace haar::organizations {

// AWS's own policy of a type, as if it were a record.
PolicyRecord aws_policy(const PolicyType& type);
// A customer's or AWS's own; PolicyNotFoundException.
Result<PolicyRecord> need_policy(const Call& call, const OrganizationCaller& org_caller, std::string_view id);
PolicySummary policy_summary(const Call& call, const OrganizationCaller& org_caller, const PolicyRecord& record);
// PolicyTypeNotAvailableForOrganizationException in an organization for consolidated billing only.
Result<void> check_all_features(const OrganizationCaller& org_caller);

// `organization`: as the call leaves it.
Root root_view(const Call& call, const OrganizationCaller& org_caller, const OrganizationRecord& organization);

// A root, OU or account that a policy is attached to.
struct Target {
  std::string id, name, type;  // ROOT, ORGANIZATIONAL_UNIT, ACCOUNT
};
// The root first, then OUs, then accounts, each in the order of their ids.
std::vector<Target> targets_of(const Call& call, const OrganizationCaller& org_caller, std::string_view policy_id);

}  // namespace haar::organizations
