// The VFS of the state file where it keeps room aside (headroom.h): for the write-ahead log, so that a commit needs no
// block from the file system; for the file itself, so that what is in the log can always be moved into it and the log
// begin anew; and in a file of its own, given up when that does not suffice (a file system that writes nothing in
// place). A commit without permission leaves all of this whole: where it cannot, it fails as on a full disk.
#pragma once

#include <memory>
#include <string>

#include "store/headroom.h"
#include "store/vfs_shim.h"

namespace haar::store {

// Less on a small disk; see reserve_share.
inline constexpr std::int64_t headroom_bytes_max = 4 << 20;       // of the write-ahead log, and of the file
inline constexpr std::int64_t reserve_file_bytes_max = 32 << 20;
inline constexpr std::int64_t reserve_bytes_min = 1 << 20;
inline constexpr std::uint64_t reserve_share = 64;                // at most a 64th of the disk for each

class RoomVfs final : public SyncVfs {
 public:
  // `folder` holds state.db; it exists.
  RoomVfs(std::string name, const std::string& parent, const std::string& folder, Allocate allocate);

  // What follows is for one thread at a time: the holder of the backend's write lock.
  // Whether the next writes may use what is kept aside.
  void permit_reserve(bool permitted) { permitted_ = permitted; }
  // Room for a file of `bytes`, beside what is kept aside.
  bool ensure_file(std::int64_t bytes) { return file_room_.ensure(bytes); }
  // Whether everything that is to be kept aside is; makes what is missing.
  bool whole(std::int64_t file_bytes, std::int64_t log_bytes);
  bool give_up_reserve() { return reserve_.give_up(); }
  [[nodiscard]] std::uint64_t free_bytes() const;

  int opened(File& file) override;
  int write(File& file, const void* data, int size, sqlite3_int64 offset) override;
  int truncate(File& file, sqlite3_int64 size) override;
  int remove(const char* path, int sync_folder) override;

 private:
  [[nodiscard]] Headroom* room_of(const File& file);

  const std::string file_, log_;
  const Fd folder_;
  Headroom file_room_, log_room_;
  ReserveFile reserve_;
  bool permitted_ = true;  // until the backend is open
};

}  // namespace haar::store
