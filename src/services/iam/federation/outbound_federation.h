// An account as an issuer of web identity tokens: what sts signs with, and what relying parties read.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/kit/own_endpoint.h"
#include "api/kit/public_documents.h"
#include "auth/keyring.h"
#include "services/iam/federation/federation_records.h"

namespace haar::iam {

// nullptr: never enabled, or disabled.
const OutboundFederationRecord* enabled_outbound_federation(const store::Reader& reader, const AccountId& account);

// The issuer's URL, under this server's own so that a relying party can fetch what is published there:
// docs/decisions/2026-11-20-outbound-issuer.md
std::string outbound_issuer_url(const api::OwnEndpoint& endpoint, const OutboundFederationRecord& record);

// The private key (PKCS #8) for "RS256" or "ES384", and its id.
struct OutboundKey {
  std::string id, private_der;
};
Result<OutboundKey> open_outbound_key(const auth::Keyring& keyring, const AccountId& account,
                                      const OutboundFederationRecord& record, std::string_view algorithm);

// The discovery document and the key set of every issuer: <issuer>/.well-known/openid-configuration and
// <issuer>/.well-known/jwks.json. Served after disabling too: tokens of before can still be verified.
class OutboundDocuments final : public api::PublicDocuments {
 public:
  explicit OutboundDocuments(const api::OwnEndpoint& endpoint) : endpoint_(endpoint) {}
  [[nodiscard]] std::optional<std::string> find(const store::Reader& reader, std::string_view path) const override;

 private:
  const api::OwnEndpoint& endpoint_;
};

}  // namespace haar::iam
