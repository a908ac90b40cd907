// What PostgreSQL keeps of a password.
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>

#include "base/encoding.h"
#include "engines/postgres.h"

namespace haar::engines::postgres {
namespace {

constexpr int iterations = 4096;  // PostgreSQL's own default
constexpr std::size_t salt_length = 16;
using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest hmac(const Digest& key, std::string_view text) {
  Digest out{};
  unsigned int length = 0;
  ::HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), out.data(), &length);
  return out;
}

std::string base64(const Digest& digest) {
  return to_base64(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

}  // namespace

// RFC 5803. AWS's master passwords are printable ASCII, which SASLprep leaves as it is.
std::string scram_verifier(Random& random, std::string_view password) {
  std::array<std::uint8_t, salt_length> salt{};
  random.fill(salt);
  Digest salted{}, stored{};
  ::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(), static_cast<int>(salt.size()),
                      iterations, EVP_sha256(), static_cast<int>(salted.size()), salted.data());
  const Digest client_key = hmac(salted, "Client Key");
  ::SHA256(client_key.data(), client_key.size(), stored.data());
  return fmt::format("SCRAM-SHA-256${}:{}${}:{}", iterations,
                     to_base64(std::string_view(reinterpret_cast<const char*>(salt.data()), salt.size())),
                     base64(stored), base64(hmac(salted, "Server Key")));
}

}  // namespace haar::engines::postgres
