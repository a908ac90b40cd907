#include "auth/signing_key_cache.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/ids.h"

namespace haar::auth {

SigningKeyCache::SigningKeyCache(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 2)) {
  // Random, so that what is kept beside a signing key tells nothing about the secret by itself.
  system_random().fill({reinterpret_cast<std::uint8_t*>(fingerprint_key_.data()), sizeof fingerprint_key_});
}

std::shared_ptr<const SigningKey> SigningKeyCache::find(const SignatureClaims& claims, std::string_view secret) {
  // '/' cannot stand in any of the parts: read_claims splits the scope at it.
  name_.assign(claims.access_key_id);
  for (const std::string* part : {&claims.date, &claims.region, &claims.service}) name_.append("/").append(*part);
  const ShortHash full = siphash(fingerprint_key_, secret);
  const auto found = entries_.find(name_);
  if (found != entries_.end() && found->second.fingerprint == full) {
    found->second.last_use = ++uses_;
    return found->second.key;
  }
  auto key = std::make_shared<const SigningKey>(
      SigningKey::derive(secret, claims.date, claims.region, claims.service));
  if (found == entries_.end() && entries_.size() >= capacity_) drop_older_half();
  entries_.insert_or_assign(name_, Entry{full, ++uses_, key});
  return key;
}

void SigningKeyCache::drop_older_half() {
  std::vector<std::uint64_t> uses;
  uses.reserve(entries_.size());
  for (const auto& [name, entry] : entries_) uses.push_back(entry.last_use);
  const auto middle = uses.begin() + static_cast<std::ptrdiff_t>(uses.size() / 2);
  std::nth_element(uses.begin(), middle, uses.end());
  const std::uint64_t oldest_kept = *middle;
  std::erase_if(entries_, [oldest_kept](const auto& item) { return item.second.last_use < oldest_kept; });
}

SigningKeyCache& signing_keys() {
  thread_local SigningKeyCache cache;
  return cache;
}

}  // namespace haar::auth
