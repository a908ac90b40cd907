// What an account's root has switched: regions that are opted into, of those that are not enabled from the start, and whether
// users and roles may see what the account costs.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_billing.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/names.h"
#include "store/reader.h"

namespace haar::iam {

struct AccountSettingsRecord {
  static constexpr std::string_view record_name = "iam.account-settings";
  static constexpr std::uint32_t record_version = 1;

  std::vector<std::string> opted_in_regions;  // sorted
  bool iam_access_to_billing = false;

  template <class V>
  void fields(V& v) {
    v(1, opted_in_regions), v(2, iam_access_to_billing);
  }
};

// (account, global, "settings"): of an account that has none, nothing is switched.
extern const store::KeySpace<AccountSettingsRecord> account_settings;
AccountSettingsRecord settings_of(const store::Reader& reader, const AccountId& account);
void put_settings(store::Txn& txn, const AccountId& account, AccountSettingsRecord settings);

bool opted_in(const store::Reader& reader, const AccountId& account, std::string_view region);
void opt_in(store::Txn& txn, const AccountId& account, std::string region);
void opt_out(store::Txn& txn, const AccountId& account, std::string_view region);

}  // namespace haar::iam
