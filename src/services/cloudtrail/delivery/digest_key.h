// The RSA keys that sign digests: made, used, and shown as ListPublicKeys shows them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace haar::cloudtrail {

struct DigestKey {
  std::string fingerprint;  // MD5 of the public key, in hex
  std::string public_der;   // PKCS #1
  std::string private_der;  // PKCS #8: a secret
};
// Slow: not within a transaction.
Result<DigestKey> make_digest_key();

// SHA256withRSA (PKCS #1 v1.5), in hex: the same input has the same signature.
Result<std::string> sign_digest(std::string_view private_der, std::string_view text);

}  // namespace haar::cloudtrail
