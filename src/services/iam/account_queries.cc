// What iam says of the account as a whole.
#include <map>

#include "services/iam/entities.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"

namespace haar::iam {
namespace {

Result<ListAccountAliasesResponse> list_account_aliases(Call& call, const ListAccountAliasesRequest& in) {
  Page page = TRY(Page::open(call, "ListAccountAliases", in));
  ListAccountAliasesResponse out;
  const AccountRecord* account = call.txn.get(accounts, account_key(call.account()));
  if (account != nullptr && !account->alias.empty() && !page.before(account->alias) && page.take(account->alias))
    out.AccountAliases.push_back(account->alias);
  page.close(out);
  return out;
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
Result<GetAccountSummaryResponse> get_account_summary(Call& call, const wire::Empty&) {
  const store::Key all = store::prefix_of(call.account(), store::global);
  const auto number = [](std::size_t n) { return static_cast<std::int32_t>(n); };
  std::int32_t versions = 0, root_keys = 0;
  for (const auto& [key, record] : call.txn.scan(policies, all)) versions += number(record.versions.size());
  for ([[maybe_unused]] const auto& found : call.txn.find(access_keys, access_key_by_owner, call.account().value))
    root_keys = 1;
  const AccountRecord* account = call.txn.get(accounts, account_key(call.account()));
  GetAccountSummaryResponse out;
  out.SummaryMap = std::map<std::string, std::int32_t>{
      {"AccessKeysPerUserQuota", number(access_keys_max)},
      {"AccountAccessKeysPresent", root_keys},
      {"AccountMFAEnabled", 0},
      {"AccountPasswordPresent", account != nullptr && !account->root_password_hash.empty() ? 1 : 0},
      {"AccountSigningCertificatesPresent", 0},
      {"AssumeRolePolicySizeQuota", number(trust_characters_max)},
      {"AttachedPoliciesPerGroupQuota", number(attached_max)},
      {"AttachedPoliciesPerRoleQuota", number(attached_max)},
      {"AttachedPoliciesPerUserQuota", number(attached_max)},
      {"GroupPolicySizeQuota", number(group_inline_characters_max)},
      {"Groups", number(call.txn.count(groups, all))},
      {"GroupsPerUserQuota", number(groups_per_user_max)},
      {"GroupsQuota", number(groups_max)},
      {"InstanceProfiles", 0},
      {"InstanceProfilesQuota", 0},
      {"MFADevices", 0},
      {"MFADevicesInUse", 0},
      {"Policies", number(call.txn.count(policies, all))},
      {"PoliciesQuota", number(policies_max)},
      {"PolicySizeQuota", number(managed_policy_characters_max)},
      {"PolicyVersionsInUse", versions},
      {"PolicyVersionsInUseQuota", 10000},
      {"Providers", 0},
      {"RolePolicySizeQuota", number(role_inline_characters_max)},
      {"Roles", number(call.txn.count(roles, all))},
      {"RolesQuota", number(roles_max)},
      {"ServerCertificates", 0},
      {"ServerCertificatesQuota", 0},
      {"SigningCertificatesPerUserQuota", 0},
      {"UserPolicySizeQuota", number(user_inline_characters_max)},
      {"Users", number(call.txn.count(users, all))},
      {"UsersQuota", number(users_max)},
      {"VersionsPerPolicyQuota", number(policy_versions_max)},
  };
  return out;
}

}  // namespace

const api::Operations account_operations = {
    api::op<ops::ListAccountAliases>(list_account_aliases, api::any_resource, api::read_only),
    api::op<ops::GetAccountSummary>(get_account_summary, api::any_resource, api::read_only),
};

}  // namespace haar::iam
