// What a refusal of EC2's says to those only who may decode it (sts:DecodeAuthorizationMessage): the decision, the
// statements that matched, and the keys that were looked at.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kit/caller.h"
#include "auth/keyring.h"
#include "base/names.h"
#include "policy/decide.h"

namespace haar::api {

// DecodeAuthorizationMessage takes no longer ones, so longer ones are not made: conditions and statements are
// left out, last first, until it fits.
inline constexpr std::size_t authorization_message_characters_max = 10'240;

// The JSON that a message decodes to. `decision`: with Detail::all.
std::string authorization_message(const policy::Request& request, const policy::Decision& decision,
                                  const Caller& caller);

// The encoded message: base64 of the URL-safe alphabet without padding. Good in the account that made the request
// and in no other.
std::string seal_authorization_message(const auth::Keyring& keyring, const AccountId& account, std::string_view json);
// nullopt for anything that was not sealed here for this account.
std::optional<std::string> open_authorization_message(const auth::Keyring& keyring, const AccountId& account,
                                                      std::string_view message);

}  // namespace haar::api
