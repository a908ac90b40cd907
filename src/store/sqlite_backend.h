// The embedded backend: one SQLite file `state.db` in the data folder, in WAL mode with synchronous=FULL,
// so that a commit is one fsync. One haar at a time per folder, held by a lock on `state.lock`.
#pragma once

#include <memory>
#include <string>

#include "store/backend.h"
#include "store/headroom.h"

namespace haar::store {

// The number of the file's layout. A folder with a higher one is refused by name.
inline constexpr int sqlite_format = 2;
// 8 KiB pages hold rows of up to about 2,000 bytes without overflow pages.
inline constexpr std::int64_t page_bytes = 8192;

struct SqliteOptions {
  std::string folder{};               // created if missing, mode 0700
  std::string writer = "haar";        // the program's name and version, stored for the message to an older one
  // A key file that belongs to a state: where it is named, a missing state file is an error and never a new one.
  std::string key{};
  // For tests of durability only.
  std::string vfs{};                  // a registered SQLite VFS to stand on; empty: the system's
  std::string synchronous = "FULL";
  // For tests of a full disk.
  Allocate allocate = allocate_blocks;
};

// What it gives is a SpareRoom too (disk_room.h).
Result<std::unique_ptr<Backend>> open_sqlite_backend(SqliteOptions options);

}  // namespace haar::store
