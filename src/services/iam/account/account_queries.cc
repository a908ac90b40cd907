// The account's alias, and what iam says of the account as a whole.
#include <map>

#include "model/iam/CreateAccountAlias.h"
#include "model/iam/DeleteAccountAlias.h"
#include "model/iam/GetAccountSummary.h"
#include "model/iam/ListAccountAliases.h"
#include "model/iam/service.h"
#include "services/iam/credentials/fido_records.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/federation/federation_records.h"
#include "services/iam/federation/token_preferences.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profiles.h"

namespace haar::iam {
namespace {

constexpr std::size_t account_id_digits = 12;

Result<ListAccountAliasesResponse> list_account_aliases(Call& call, const ListAccountAliasesRequest& in) {
  Page page = TRY(Page::open(call, "ListAccountAliases", in));
  ListAccountAliasesResponse out;
  const AccountRecord* account = call.txn.get(accounts, account_key(call.account()));
  if (account != nullptr && !account->alias.empty() && !page.before(account->alias) && page.take(account->alias))
    out.AccountAliases.push_back(account->alias);
  page.close(out);
  return out;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/console_account-alias.html: unique in the whole partition, and
// "the new alias overwrites the previous alias".
Result<wire::Empty> create_account_alias(Call& call, const CreateAccountAliasRequest& in) {
  // Sign-in takes an alias or an id in the same field, so an alias that looks like an id could pass for another
  // account. (AWS's pages do not say what it answers.)
  if (in.AccountAlias.size() == account_id_digits && in.AccountAlias.find_first_not_of("0123456789") == std::string::npos)
    return errors::InvalidInput("An account alias cannot be a 12-digit number.");
  if (!call.txn.find(accounts, account_by_alias, in.AccountAlias).empty())
    return errors::EntityAlreadyExists("The account alias " + in.AccountAlias + " already exists.");
  const AccountRecord* stored = call.txn.get(accounts, account_key(call.account()));
  if (stored == nullptr) return no_such("account", call.account().value);
  AccountRecord account = *stored;
  account.alias = in.AccountAlias;
  call.txn.put(accounts, account_key(call.account()), std::move(account));
  return wire::Empty{};
}

Result<wire::Empty> delete_account_alias(Call& call, const DeleteAccountAliasRequest& in) {
  const AccountRecord* stored = call.txn.get(accounts, account_key(call.account()));
  if (stored == nullptr || stored->alias != in.AccountAlias)
    return errors::NoSuchEntity("The account alias with name " + in.AccountAlias + " cannot be found.");
  AccountRecord account = *stored;
  account.alias.clear();
  call.txn.put(accounts, account_key(call.account()), std::move(account));
  return wire::Empty{};
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
Result<GetAccountSummaryResponse> get_account_summary(Call& call, const wire::Empty&) {
  const store::Key all = store::prefix_of(call.account(), store::global);
  const auto number = [](std::size_t n) { return static_cast<std::int32_t>(n); };
  std::int32_t versions = 0, root_keys = 0;
  for (const auto& [key, record] : call.txn.scan(policies, all)) versions += number(record.versions.size());
  for ([[maybe_unused]] const auto& found : call.txn.find(access_keys, access_key_by_owner, call.account().value))
    root_keys = 1;
  std::int32_t mfa_in_use = 0;
  for (const auto& [key, device] : call.txn.scan(mfa_devices, all)) mfa_in_use += device.owner_id.empty() ? 0 : 1;
  mfa_in_use += number(call.txn.count(fido_devices, all));
  const std::string& root = call.account().value;
  const bool root_signs = !call.txn.find(signing_certificates, signing_certificate_by_owner, root).empty();
  const AccountRecord* account = call.txn.get(accounts, account_key(call.account()));
  GetAccountSummaryResponse out;
  out.SummaryMap = std::map<std::string, std::int32_t>{
      {"AccessKeysPerUserQuota", number(access_keys_max)},
      {"AccountAccessKeysPresent", root_keys},
      {"AccountMFAEnabled", has_mfa_device(call.txn, root) ? 1 : 0},
      {"AccountPasswordPresent", account != nullptr && !account->root_password_hash.empty() ? 1 : 0},
      {"AccountSigningCertificatesPresent", root_signs ? 1 : 0},
      {"AssumeRolePolicySizeQuota", number(trust_characters_max)},
      {"AttachedPoliciesPerGroupQuota", number(attached_max)},
      {"AttachedPoliciesPerRoleQuota", number(attached_max)},
      {"AttachedPoliciesPerUserQuota", number(attached_max)},
      {"GlobalEndpointTokenVersion", global_endpoint_token_version(call.txn, call.account())},
      {"GroupPolicySizeQuota", number(group_inline_characters_max)},
      {"Groups", number(call.txn.count(groups, all))},
      {"GroupsPerUserQuota", number(groups_per_user_max)},
      {"GroupsQuota", number(groups_max)},
      {"InstanceProfiles", number(call.txn.count(instance_profiles, all))},
      {"InstanceProfilesQuota", number(instance_profiles_max)},
      {"MFADevices", number(call.txn.count(mfa_devices, all) + call.txn.count(fido_devices, all))},
      {"MFADevicesInUse", mfa_in_use},
      {"Policies", number(call.txn.count(policies, all))},
      {"PoliciesQuota", number(policies_max)},
      {"PolicySizeQuota", number(managed_policy_characters_max)},
      {"PolicyVersionsInUse", versions},
      {"PolicyVersionsInUseQuota", 10000},
      {"Providers", number(call.txn.count(saml_providers, all) + call.txn.count(oidc_providers, all))},
      {"RolePolicySizeQuota", number(role_inline_characters_max)},
      {"Roles", number(call.txn.count(roles, all))},
      {"RolesQuota", number(roles_max)},
      {"ServerCertificates", number(call.txn.count(server_certificates, all))},
      {"ServerCertificatesQuota", number(server_certificates_max)},
      {"SigningCertificatesPerUserQuota", number(signing_certificates_max)},
      {"UserPolicySizeQuota", number(user_inline_characters_max)},
      {"Users", number(call.txn.count(users, all))},
      {"UsersQuota", number(users_max)},
      {"VersionsPerPolicyQuota", number(policy_versions_max)},
  };
  return out;
}

}  // namespace

const api::Operations account_operations = {
    api::op<ops::ListAccountAliases>(list_account_aliases, api::any_resource, api::read_only,
        api::takes("Marker MaxItems")),
    api::op<ops::CreateAccountAlias>(create_account_alias, api::any_resource, api::takes("AccountAlias")),
    api::op<ops::DeleteAccountAlias>(delete_account_alias, api::any_resource, api::takes("AccountAlias")),
    api::op<ops::GetAccountSummary>(get_account_summary, api::any_resource, api::read_only),
};

}  // namespace haar::iam
