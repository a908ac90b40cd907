// Accounts as people name them on sign-in pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/names.h"
#include "store/reader.h"

namespace haar::console {

// "111122223333", "1111-2222-3333", or an alias in any case. nullopt: no account is called so.
std::optional<AccountId> find_named_account(const store::Reader& reader, std::string_view name);
// As it is typed, without blanks around it and hyphens within an id, and no longer than a name can be.
std::string tidy_account_name(std::string_view typed);
// Its alias, or else its id.
std::string name_of_account(const store::Reader& reader, const AccountId& account);

}  // namespace haar::console
