// What a full disk still takes: a backend on a disk keeps room aside, which only works that give room back may use.
#pragma once

#include <cstdint>

#include "store/backend.h"

namespace haar::store {

struct DiskRoom {
  std::uint64_t free_bytes = 0;  // of the file system, for everybody
  bool reserve_kept = true;      // false: some of it is in use, so that deletes could be committed
  bool only_deletes = false;     // other works are refused until there is room for the reserve again
};

// What a Backend may be besides. Thread-safe.
class SpareRoom {
 public:
  virtual ~SpareRoom() = default;
  // As Backend::commit, for a transaction that gives room back: it may use the reserve.
  virtual CommitResult commit_with_reserve(const Transaction& transaction) = 0;
  [[nodiscard]] virtual DiskRoom disk_room() const = 0;
};

}  // namespace haar::store
