// When access keys, roles and services were last used: noted in memory with every request, written in batches.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_access-advisor.html
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/kit/caller.h"
#include "api/kit/identity.h"
#include "base/clock.h"
#include "services/iam/usage/access_records.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::iam {

// Principals and keys with uses that are not yet written; uses of further ones are not noted.
inline constexpr std::size_t last_used_pending_max = 100'000;
// Entries kept after they were written, so that their next use costs no memory.
inline constexpr std::size_t last_used_kept_max = 16'384;
// Records written in one flush, so that a flush stays within the limits of a transaction.
inline constexpr std::size_t last_used_flush_max = 100;

// Thread-safe. Uses that were not flushed are lost with the process: the figures are AWS's to within
// hours as well.
class LastUsed {
 public:
  // Long-term keys count for themselves and for their user, role sessions for their role; sessions of users
  // and of root count for the principal only. A use like one already noted allocates nothing.
  void note(const api::Caller& caller, const api::Use& use, Timestamp now);
  // Writes what was noted, of keys and principals that still exist. Returns how many entries are left for the
  // next flush. A work that the writer runs again calls it again: the notes are dropped by flushed().
  std::size_t flush(store::Txn& txn);
  void flushed();
  [[nodiscard]] bool empty() const;

 private:
  // `seen` is the shard's count of uses at the last one: what is greater than the entry's `written` is new.
  struct ActionUse {
    std::string_view name;  // the model's own text, so its address identifies it
    Timestamp time{};
    std::string region;
    std::uint64_t seen = 0;
  };
  struct ServiceUse {
    std::string service;
    Timestamp time{};
    std::string region;
    std::uint64_t seen = 0;
    std::vector<ActionUse> actions;
  };
  struct Entry {
    AccountId account;
    std::string principal_id;
    std::string key_id;  // of the LastUsedRecord: an access key or a role; empty: none is kept
    api::CallerType type = api::CallerType::user;
    Timestamp time{};
    std::vector<ServiceUse> services;
    std::uint64_t seen = 0, written = 0;
    std::size_t last_service = 0;
    bool queued = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  static constexpr std::size_t shards = 16;
  struct Shard {
    mutable std::mutex mutex;
    std::uint64_t uses = 0;
    std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries;
    std::vector<Entry*> queue;  // entries with something new, in the order in which they came
  };
  struct Writing {
    std::size_t shard = 0;
    std::vector<std::uint64_t> seen;  // of the first entries of the queue, as they were written
  };

  Shard& shard_of(std::string_view id) { return shards_[Hash{}(id) % shards]; }
  static Entry* find_or_add(Shard& shard, std::string_view id, const api::Caller& caller);
  static ServiceUse& service_of(Entry& entry, std::string_view service);
  static void note_action(ServiceUse& service, const api::Use& use, Timestamp now, std::uint64_t seen);
  static bool exists(const store::Txn& txn, const Entry& entry);
  static std::size_t write(store::Txn& txn, const Entry& entry);

  std::array<Shard, shards> shards_;
  std::vector<Writing> writing_;  // touched by the writer's thread only
  std::size_t first_shard_ = 0;   // where the next flush begins, so that no shard waits for ever
};

// A principal that is deleted takes its figures with it.
void forget_uses(store::Txn& txn, const AccountId& account, const std::string& unique_id);

}  // namespace haar::iam
