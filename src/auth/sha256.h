// SHA-256, HMAC-SHA-256 (RFC 2104), HKDF (RFC 5869) and PBKDF2 (RFC 8018), sized for the request path:
// a hash costs no allocation, and a keyed hash starts from the two states its key leaves behind.
#pragma once

#include <openssl/sha.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace haar::auth {

using Digest = std::array<std::uint8_t, 32>;

inline std::string_view bytes_of(const Digest& d) { return {reinterpret_cast<const char*>(d.data()), d.size()}; }
// Overwrites what the optimizer would otherwise leave behind.
void wipe(void* data, std::size_t size);

class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view bytes);
  Digest finish();

 private:
  friend class HmacKey;
  SHA256_CTX state_;
};

Digest sha256(std::string_view bytes);
std::string sha256_hex(std::string_view bytes);

// A key prepared once, for many messages. Wiped when destroyed.
class HmacKey {
 public:
  explicit HmacKey(std::string_view key);
  HmacKey(const HmacKey&) = default;
  HmacKey& operator=(const HmacKey&) = default;
  ~HmacKey() { wipe(this, sizeof(*this)); }
  [[nodiscard]] Digest sign(std::string_view message) const;

 private:
  SHA256_CTX inner_, outer_;
};

Digest hmac_sha256(std::string_view key, std::string_view message);
// One block of output (32 bytes): all that haar asks of it.
Digest hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info);
Digest pbkdf2_sha256(std::string_view password, std::string_view salt, int iterations);

}  // namespace haar::auth
