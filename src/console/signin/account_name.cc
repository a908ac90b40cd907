#include "console/signin/account_name.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/iam/account/account.h"

namespace haar::console {
namespace {

constexpr std::size_t account_name_max = 63, account_digits = 12;

bool is_id(std::string_view text) {
  return text.size() == account_digits && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string tidy_account_name(std::string_view typed) {
  while (typed.starts_with(' ')) typed.remove_prefix(1);
  while (typed.ends_with(' ')) typed.remove_suffix(1);
  std::string name = to_lower(typed.substr(0, account_name_max));
  std::string digits = name;
  std::erase(digits, '-');
  return is_id(digits) ? digits : name;
}

std::optional<AccountId> find_named_account(const store::Reader& reader, std::string_view name) {
  const std::string tidy = tidy_account_name(name);
  if (tidy.empty()) return std::nullopt;
  if (is_id(tidy)) {
    const AccountId id(tidy);
    return iam::find_account(reader, id) != nullptr ? std::optional(id) : std::nullopt;
  }
  for (const auto& [key, account] : reader.find(iam::accounts, iam::account_by_alias, tidy)) return key.account();
  return std::nullopt;
}

std::string name_of_account(const store::Reader& reader, const AccountId& account) {
  const iam::AccountRecord* record = iam::find_account(reader, account);
  return record != nullptr && !record->alias.empty() ? record->alias : account.value;
}

}  // namespace haar::console
