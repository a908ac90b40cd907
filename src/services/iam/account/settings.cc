#include "services/iam/account/settings.h"

#include <algorithm>

#include "store/key_space.h"

namespace haar::iam {
namespace {

store::Key key_of(const AccountId& account) { return store::key_of(account, store::global, "settings"); }

}  // namespace

const store::KeySpace<AccountSettingsRecord> account_settings{"iam/account-settings"};

AccountSettingsRecord settings_of(const store::Reader& reader, const AccountId& account) {
  const AccountSettingsRecord* record = reader.get(account_settings, key_of(account));
  return record == nullptr ? AccountSettingsRecord{} : *record;
}

void put_settings(store::Txn& txn, const AccountId& account, AccountSettingsRecord settings) {
  txn.put(account_settings, key_of(account), std::move(settings));
}

bool opted_in(const store::Reader& reader, const AccountId& account, std::string_view region) {
  const AccountSettingsRecord* record = reader.get(account_settings, key_of(account));
  return record != nullptr && std::ranges::binary_search(record->opted_in_regions, region);
}

void opt_in(store::Txn& txn, const AccountId& account, std::string region) {
  AccountSettingsRecord settings = settings_of(txn, account);
  std::vector<std::string>& list = settings.opted_in_regions;
  list.insert(std::ranges::lower_bound(list, region), std::move(region));
  put_settings(txn, account, std::move(settings));
}

void opt_out(store::Txn& txn, const AccountId& account, std::string_view region) {
  AccountSettingsRecord settings = settings_of(txn, account);
  if (std::erase(settings.opted_in_regions, region) == 0) return;
  put_settings(txn, account, std::move(settings));
}

}  // namespace haar::iam
