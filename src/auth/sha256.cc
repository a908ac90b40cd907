// OpenSSL 3 marks the plain SHA-256 functions as deprecated in favour of EVP, whose every hash costs an
// allocation or two: as much as hashing a small request. They are the same code underneath.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "auth/sha256.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#include "base/encoding.h"

namespace haar::auth {

void wipe(void* data, std::size_t size) { OPENSSL_cleanse(data, size); }

Sha256::Sha256() { SHA256_Init(&state_); }

Sha256& Sha256::add(std::string_view bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
  return *this;
}

Digest Sha256::finish() {
  Digest out;
  SHA256_Final(out.data(), &state_);
  return out;
}

Digest sha256(std::string_view bytes) { return Sha256().add(bytes).finish(); }

std::string sha256_hex(std::string_view bytes) { return to_hex(bytes_of(sha256(bytes))); }

HmacKey::HmacKey(std::string_view key) {
  std::array<std::uint8_t, SHA256_CBLOCK> block{};
  if (key.size() > block.size()) {
    const Digest shorter = sha256(key);
    std::copy(shorter.begin(), shorter.end(), block.begin());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  for (auto& b : block) b ^= 0x36;
  SHA256_Init(&inner_);
  SHA256_Update(&inner_, block.data(), block.size());
  for (auto& b : block) b ^= 0x36 ^ 0x5c;
  SHA256_Init(&outer_);
  SHA256_Update(&outer_, block.data(), block.size());
  wipe(block.data(), block.size());
}

Digest HmacKey::sign(std::string_view message) const {
  Sha256 hash;
  hash.state_ = inner_;
  const Digest inner = hash.add(message).finish();
  hash.state_ = outer_;
  return hash.add(bytes_of(inner)).finish();
}

Digest hmac_sha256(std::string_view key, std::string_view message) { return HmacKey(key).sign(message); }

Digest hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info) {
  Digest extracted = hmac_sha256(salt, secret);
  std::string block(info);
  block.push_back(1);
  const Digest out = hmac_sha256(bytes_of(extracted), block);
  wipe(extracted.data(), extracted.size());
  return out;
}

Digest pbkdf2_sha256(std::string_view password, std::string_view salt, int iterations) {
  const HmacKey key(password);
  std::string first(salt);
  first.append("\0\0\0\1", 4);
  Digest round = key.sign(first);
  Digest out = round;
  for (int i = 1; i < iterations; ++i) {
    round = key.sign(bytes_of(round));
    for (std::size_t k = 0; k < out.size(); ++k) out[k] ^= round[k];
  }
  return out;
}

}  // namespace haar::auth
