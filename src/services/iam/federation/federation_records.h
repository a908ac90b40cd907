// What iam keeps of identity providers, and of haar as one: records and key spaces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/records.h"

namespace haar::iam {

// A private key of a SAML provider that decrypts assertions.
struct SamlKeyRecord {
  std::string id;
  std::string sealed_pem;  // by the keyring, with the record's key and the id as associated data
  Timestamp added{};
  template <class V>
  void fields(V& v) {
    v(1, id), v(2, sealed_pem), v(3, added);
  }
};

struct SamlProviderRecord {
  static constexpr std::string_view record_name = "iam.saml-provider";
  static constexpr std::uint32_t record_version = 1;

  std::string name, unique_id;
  std::string metadata;  // the document as it was given
  Timestamp created{}, valid_until{};
  TagList tags;
  std::string encryption_mode;  // "Required", "Allowed", or empty: no assertion is encrypted
  std::vector<SamlKeyRecord> keys;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, unique_id), v(3, metadata), v(4, created), v(5, valid_until), v(6, tags);
    v(7, encryption_mode), v(8, keys);
  }
};

struct OidcProviderRecord {
  static constexpr std::string_view record_name = "iam.oidc-provider";
  static constexpr std::uint32_t record_version = 1;

  std::string url;  // the issuer, with its scheme
  std::vector<std::string> client_ids, thumbprints;
  Timestamp created{};
  TagList tags;

  template <class V>
  void fields(V& v) {
    v(1, url), v(2, client_ids), v(3, thumbprints), v(4, created), v(5, tags);
  }
};

struct OutboundKeyRecord {
  std::string id, algorithm;  // "RS256" or "ES384"
  std::string sealed_key;     // PKCS #8, by the keyring, with the record's key and the id as associated data
  std::string public_jwk;     // JSON, as published
  template <class V>
  void fields(V& v) {
    v(1, id), v(2, algorithm), v(3, sealed_key), v(4, public_jwk);
  }
};

// An account as an issuer of web identity tokens. Disabling keeps the issuer and its keys, so that tokens of
// before can still be verified and the issuer stays the same when it is enabled again.
struct OutboundFederationRecord {
  static constexpr std::string_view record_name = "iam.outbound-federation";
  static constexpr std::uint32_t record_version = 1;

  std::string issuer_id;  // a UUID
  bool enabled = false;
  std::vector<OutboundKeyRecord> keys;

  template <class V>
  void fields(V& v) {
    v(1, issuer_id), v(2, enabled), v(3, keys);
  }
};

// One redemption of a SAML assertion for one role, kept until the assertion ends: it is good once.
struct RedeemedAssertionRecord {
  static constexpr std::string_view record_name = "sts.redeemed-assertion";
  static constexpr std::uint32_t record_version = 1;

  Timestamp ends{};

  template <class V>
  void fields(V& v) {
    v(1, ends);
  }
};

// (account, global, folded name)
extern const store::KeySpace<SamlProviderRecord> saml_providers;
// (account, global, issuer without its scheme): URLs are distinguished by case
extern const store::KeySpace<OidcProviderRecord> oidc_providers;
// (account, global, "outbound-federation")
extern const store::Index<OutboundFederationRecord> outbound_by_issuer;
extern const store::KeySpace<OutboundFederationRecord> outbound_federation;
// (account, global, end in seconds with leading zeros, hash): in the order in which they end
extern const store::KeySpace<RedeemedAssertionRecord> redeemed_assertions;

}  // namespace haar::iam
