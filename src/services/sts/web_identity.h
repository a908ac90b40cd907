// A web identity token against the account's OpenID Connect providers.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/kit/row.h"
#include "services/sts/federated_session.h"

namespace haar::sts {

struct WebIdentity {
  FederatedIdentity who;
  std::string audience, provider_name;
};

// True if the provider's keys have to be fetched first; see ProviderKeys::fetch_for. Nothing is fetched for issuers that
// the account has not registered, nor for tokens that are no good whatever the keys say.
bool fetch_web_identity_keys(const api::Preparation& at, const AccountId& account, std::string_view token,
                             std::function<void()> ready);

// With the keys that are at hand. Errors: InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError.
Result<WebIdentity> verify_web_identity(const api::Preparation& at, const AccountId& account, std::string_view token);

}  // namespace haar::sts
