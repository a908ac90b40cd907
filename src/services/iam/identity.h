// Who principals are and what is attached to them, for the pipeline. Everything is cached, and every
// answer is checked against the state it is asked about, so that a change counts from the moment it is
// committed: credentials by the revision of the snapshot, grants by the stamps of the records they were
// made from.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/kit/identity.h"
#include "auth/keyring.h"
#include "base/names.h"
#include "policy/document.h"
#include "services/iam/usage/last_used.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::iam {

// Entries of one cache; beyond them a sixteenth of it is emptied.
inline constexpr std::size_t identity_cache_max = 65'536;

template <class Value>
class ShardedCache {
 public:
  std::shared_ptr<const Value> find(std::string_view key) const {
    const Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto at = shard.values.find(key);
    return at == shard.values.end() ? nullptr : at->second;
  }
  void put(std::string_view key, std::shared_ptr<const Value> value) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (shard.values.size() >= identity_cache_max / shards) shard.values.clear();
    shard.values.insert_or_assign(std::string(key), std::move(value));
  }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  static constexpr std::size_t shards = 16;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::shared_ptr<const Value>, Hash, std::equal_to<>> values;
  };
  Shard& shard_of(std::string_view key) { return shards_[Hash{}(key) % shards]; }
  const Shard& shard_of(std::string_view key) const { return shards_[Hash{}(key) % shards]; }
  std::array<Shard, shards> shards_;
};

class IamIdentities final : public api::Identities {
 public:
  explicit IamIdentities(const auth::Keyring& keyring, Partition partition = Partition("aws"))
      : keyring_(keyring), partition_(std::move(partition)) {}

  // `reader`: of a published snapshot, whose revision says what it holds. Keys of accounts that are not
  // ACTIVE, and keys whose user is gone, are not found.
  std::shared_ptr<const api::Credential> find_access_key(const store::Reader& reader,
                                                         std::string_view access_key_id) override;
  Result<std::shared_ptr<const api::Caller>> find_session(const store::Reader& reader,
                                                          const auth::SessionClaims& claims,
                                                          std::string_view access_key_id) override;
  // `reader`: any, a transaction that has written included.
  std::shared_ptr<const api::EffectivePolicies> effective_policies(const store::Reader& reader,
                                                                   const api::Caller& caller) override;
  std::shared_ptr<const api::Caller> service_linked_caller(const store::Reader& reader, const AccountId& account,
                                                           std::string_view service) override;

  void note_use(const api::Caller& caller, const api::Use& use, Timestamp now) override {
    last_used_.note(caller, use, now);
  }
  // For whoever writes the figures down now and then.
  LastUsed& last_used() { return last_used_; }

 private:
  struct KnownKey {
    std::shared_ptr<const api::Credential> credential;
    std::string sealed_secret;
    std::uint64_t owner_stamp = 0;
    mutable std::atomic<Revision> checked{0};  // the newest revision at which it was found unchanged
  };
  struct KnownSession {
    auth::SessionClaims claims;
    std::shared_ptr<const api::Caller> caller;
    std::uint64_t owner_stamp = 0;
    mutable std::atomic<Revision> checked{0};
  };
  struct CachedPolicies;

  std::shared_ptr<const api::Credential> check_access_key(const store::Reader& reader, std::string_view access_key_id,
                                                          const std::shared_ptr<const KnownKey>& known);
  Result<std::optional<api::Caller>> live_principal(const store::Reader& reader, const auth::SessionClaims& claims,
                                                    std::uint64_t known_stamp, std::uint64_t& stamp) const;

  const auth::Keyring& keyring_;
  const Partition partition_;
  ShardedCache<KnownKey> keys_;
  ShardedCache<KnownSession> sessions_;
  ShardedCache<CachedPolicies> effective_;
  ShardedCache<policy::Document> aws_documents_;  // by ARN: compiled once for all who carry them
  LastUsed last_used_;
};

}  // namespace haar::iam
