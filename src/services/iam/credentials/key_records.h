// What iam keeps of SSH keys, signing and server certificates, and service-specific credentials.
#pragma once

#include <string>
#include <string_view>

#include "services/iam/records.h"

namespace haar::iam {

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
inline constexpr std::size_t signing_certificates_max = 2;  // per user
inline constexpr std::size_t server_certificates_max = 20;  // per account

struct SshKeyRecord {
  static constexpr std::string_view record_name = "iam.ssh-key";
  static constexpr std::uint32_t record_version = 1;

  std::string id;          // APKA…
  std::string owner_id;    // the user's unique id
  std::string public_key;  // SSH's binary form
  bool active = true;
  Timestamp uploaded{};

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, owner_id), v(3, public_key), v(4, active), v(5, uploaded);
  }
};

struct SigningCertificateRecord {
  static constexpr std::string_view record_name = "iam.signing-certificate";
  static constexpr std::uint32_t record_version = 1;

  std::string id;
  std::string owner_id;     // the user's unique id, or the account id for root
  std::string body;         // PEM, as it was given
  std::string fingerprint;  // SHA-256 of the DER form
  bool active = true;
  Timestamp uploaded{};

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, owner_id), v(3, body), v(4, fingerprint), v(5, active), v(6, uploaded);
  }
};

struct ServerCertificateRecord {
  static constexpr std::string_view record_name = "iam.server-certificate";
  static constexpr std::uint32_t record_version = 1;

  std::string name, path;
  std::string unique_id;        // ASCA…
  std::string body, chain;      // PEM, trimmed; an empty chain: none
  std::string sealed_key;       // PEM, by the keyring, with "server-certificate" and unique_id as associated data
  Timestamp uploaded{}, expires{};
  TagList tags;

  template <class V>
  void fields(V& v) {
    v(1, name), v(2, path), v(3, unique_id), v(4, body), v(5, chain), v(6, sealed_key), v(7, uploaded), v(8, expires);
    v(9, tags);
  }
};

struct ServiceCredentialRecord {
  static constexpr std::string_view record_name = "iam.service-credential";
  static constexpr std::uint32_t record_version = 1;

  std::string id;            // ACCA…
  std::string owner_id;      // the user's unique id
  std::string service;       // "codecommit.amazonaws.com"
  std::string service_name;  // the user's name at the service: "ana+1-at-111122223333"
  std::string secret_hash;   // SHA-256, in hexadecimal: the secret is 256 random bits
  bool active = true;
  Timestamp created{}, expires{};  // expires: zero if it does not

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, owner_id), v(3, service), v(4, service_name), v(5, secret_hash), v(6, active), v(7, created);
    v(8, expires);
  }
};

template <class R>
void owner_term(const store::Key&, const R& record, store::Terms& out) {
  out.add(record.owner_id);
}

// (account, global, id)
extern const store::Index<SshKeyRecord> ssh_key_by_owner;
extern const store::KeySpace<SshKeyRecord> ssh_keys;

extern const store::Index<SigningCertificateRecord> signing_certificate_by_owner;
// Within one account: a certificate signs for one of its users alone.
extern const store::Index<SigningCertificateRecord> signing_certificate_by_fingerprint;
extern const store::KeySpace<SigningCertificateRecord> signing_certificates;

extern const store::Index<ServiceCredentialRecord> service_credential_by_owner;
extern const store::KeySpace<ServiceCredentialRecord> service_credentials;

// (account, global, folded name)
extern const store::KeySpace<ServerCertificateRecord> server_certificates;

}  // namespace haar::iam
