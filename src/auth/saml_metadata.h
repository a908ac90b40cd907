// What an identity provider says of itself: SAML 2.0 metadata, as far as AWS reads it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace haar::auth {

// "The public key … must use a key size of at least 1024 bits and at most 16384":
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html
inline constexpr int min_saml_rsa_bits = 1'024, max_saml_rsa_bits = 16'384;

struct SamlMetadata {
  std::string entity_id;                          // the issuer of assertions
  std::vector<std::string> signing_certificates;  // DER; at least one
  std::optional<Timestamp> valid_until;           // the earliest that the document names
};

// Error: code "InvalidMetadata". Only one provider (EntityDescriptor) with an IDPSSODescriptor is taken.
Result<SamlMetadata> parse_saml_metadata(std::string_view xml);

}  // namespace haar::auth
