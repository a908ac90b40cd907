// haar's own certificate authority (CA), one for each data folder:
//
//   <data>/tls/ca.pem   its certificate: what `haar ca` prints, to be given to everybody who is to trust haar
//   <data>/tls/ca.key   its private key (0600), like <data>/key
//
// Its certificate permits itself no other names than haar serves (RFC 5280 4.2.1.10), so that a machine that trusts it
// trusts it for those alone. When more names are configured, the same key signs a wider certificate for the same CA:
// who has the earlier one goes on with the names that it permits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "tls/names.h"
#include "tls/openssl.h"

namespace haar::tls {

// The code of an error that the next attempt may not have: a file could not be written.
inline constexpr std::string_view not_stored = "NotStored";

std::string authority_folder(const std::string& data);
std::string authority_file(const std::string& data);      // ca.pem
std::string authority_key_file(const std::string& data);  // ca.key

class Authority {
 public:
  // Reads both files. Makes them, durably, where there is neither; signs the certificate anew where it is missing, ends
  // within a year, or does not permit a configured name (where it cannot be written, the earlier one goes on). A missing
  // or foreign key is an error, for a new one would make every client distrust haar: the message says what to do.
  static Result<Authority> open(const std::string& data, const std::vector<Name>& configured, Timestamp now);

  [[nodiscard]] const X509* certificate() const { return certificate_.get(); }

  // A server's certificate for these names, of `key`.
  [[nodiscard]] Result<CertificatePtr> issue(const std::vector<Name>& names, EVP_PKEY* key, Timestamp now) const;

  static constexpr int lifetime_days = 10 * 365;
  static constexpr int renewed_before_end_days = 365;
  // Clients refuse what is valid for more than 398 days: https://support.apple.com/en-us/102028
  static constexpr int server_lifetime_days = 90;
  static constexpr int backdated_days = 1;  // for clients whose clock is slow

 private:
  Authority(CertificatePtr certificate, KeyPtr key) : certificate_(std::move(certificate)), key_(std::move(key)) {}

  CertificatePtr certificate_;
  KeyPtr key_;
};

// An elliptic-curve key (P-256): a signature takes some 20 microseconds, so it may be made on an I/O thread.
Result<KeyPtr> make_key();

}  // namespace haar::tls
