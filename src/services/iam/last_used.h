// When access keys and roles were last used: noted in memory with every request, written in batches.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_access-advisor.html
#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/caller.h"
#include "base/clock.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::iam {

// Uses of different keys and roles kept between two flushes; further ones are not noted.
inline constexpr std::size_t last_used_pending_max = 100'000;
// Written in one flush, so that a flush stays within the limits of a transaction.
inline constexpr std::size_t last_used_flush_max = 100;

// Thread-safe. Uses that were not flushed are lost with the process: the figures are AWS's to within
// minutes as well.
class LastUsed {
 public:
  // `service`: the signing name. Long-term keys count for themselves, role sessions for their role.
  void note(const api::Caller& caller, std::string_view service, std::string_view region, Timestamp now);
  // Writes what was noted, of keys and roles that still exist. Returns how many notes are left for the
  // next flush. A work that the writer runs again calls it again: the notes are dropped by flushed().
  std::size_t flush(store::Txn& txn);
  void flushed();
  [[nodiscard]] bool empty() const;

 private:
  struct Note {
    store::Key key;  // of the LastUsedRecord
    bool is_role = false;
    LastUsedRecord record;
  };
  static constexpr std::size_t shards = 16;
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Note> notes;  // by key id or unique id
  };
  Shard& shard_of(std::string_view id) { return shards_[std::hash<std::string_view>{}(id) % shards]; }

  std::array<Shard, shards> shards_;
  std::vector<std::pair<std::string, Timestamp>> writing_;  // touched by the writer's thread only
};

}  // namespace haar::iam
