// Derived signing keys, kept: deriving one is four keyed hashes, and a client uses the same one all day.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "auth/sigv4.h"
#include "auth/siphash.h"

namespace haar::auth {

// (access key id, date, region, service) and a fingerprint of the secret -> signing key. A changed secret
// has another fingerprint, so its old key is never used again and is replaced on the next call. Bounded:
// when full, the older half goes. Not shared between threads: see signing_keys().
class SigningKeyCache {
 public:
  explicit SigningKeyCache(std::size_t capacity = 4'096);
  // The returned key stays valid while held, whatever the cache does.
  std::shared_ptr<const SigningKey> find(const SignatureClaims& claims, std::string_view secret);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    ShortHash fingerprint;
    std::uint64_t last_use;
    std::shared_ptr<const SigningKey> key;
  };
  void drop_older_half();

  std::size_t capacity_;
  std::uint64_t uses_ = 0;
  std::array<std::uint64_t, 2> fingerprint_key_{};
  std::string name_;  // reused between calls
  std::unordered_map<std::string, Entry> entries_;
};

// This thread's own cache.
SigningKeyCache& signing_keys();

}  // namespace haar::auth
