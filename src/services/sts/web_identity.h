// A web identity token against the account's OpenID Connect providers.
#pragma once

#include <string>
#include <string_view>

#include "api/row.h"
#include "services/sts/federated_session.h"

namespace haar::sts {

struct WebIdentity {
  FederatedIdentity who;
  std::string audience, provider_name;
};

// May fetch the provider's keys. Errors: InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError.
Result<WebIdentity> verify_web_identity(const api::Preparation& at, const AccountId& account, std::string_view token);

}  // namespace haar::sts
