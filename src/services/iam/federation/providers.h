// What the two kinds of identity providers share, and what sts asks of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/iam/principals/entities.h"
#include "services/iam/federation/federation_records.h"

namespace haar::iam {

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t saml_providers_max = 100, oidc_providers_max = 100;
inline constexpr std::size_t client_ids_max = 100, thumbprints_max = 5, saml_keys_max = 2;

inline store::Key oidc_provider_key(const AccountId& account, std::string_view name) {
  return store::key_of(account, store::global, name);
}
inline store::Key saml_provider_key(const AccountId& account, std::string_view name) {
  return entity_key(account, name);
}

// "idp.example.com/path" of "https://idp.example.com/path": in ARNs and condition keys.
std::string_view oidc_provider_name(std::string_view url);
std::string oidc_provider_arn(const Partition& partition, const AccountId& account, std::string_view name);
std::string saml_provider_arn(const Partition& partition, const AccountId& account, std::string_view name);

// Whether a URL may be an issuer: https, or http to the machine itself, without query, fragment and user.
bool is_issuer_url(std::string_view url);

// Binds a sealed private key to its provider.
std::string saml_key_binding(const AccountId& account, const SamlProviderRecord& provider, std::string_view key_id);

}  // namespace haar::iam
