#include "store/room_vfs.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace haar::store {
namespace {

constexpr std::size_t log_header_bytes = 32;

std::int64_t share_of_disk(const std::string& folder, std::int64_t most) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return reserve_bytes_min;
  const std::uint64_t share = static_cast<std::uint64_t>(disk.f_blocks) * disk.f_frsize / reserve_share;
  return std::clamp(static_cast<std::int64_t>(std::min<std::uint64_t>(share, most)), reserve_bytes_min, most);
}

// As SQLite names its files: without links in the path.
std::string real_path(const std::string& folder) {
  const std::unique_ptr<char, decltype(&std::free)> path(::realpath(folder.c_str(), nullptr), &std::free);
  return path == nullptr ? folder : path.get();
}

}  // namespace

RoomVfs::RoomVfs(std::string vfs_name, const std::string& parent_name, const std::string& folder, Allocate allocate)
    : SyncVfs(std::move(vfs_name), parent_name),
      file_(real_path(folder) + "/state.db"),
      log_(file_ + "-wal"),
      folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
      file_room_(share_of_disk(folder, headroom_bytes_max), allocate),
      log_room_(share_of_disk(folder, headroom_bytes_max), allocate),
      reserve_(folder + "/state.reserve", share_of_disk(folder, reserve_file_bytes_max)) {}

bool RoomVfs::whole(std::int64_t file_bytes, std::int64_t log_bytes) {
  // Both are tried: each that is kept helps. The reserve file comes last: it can be given up, blocks of files cannot.
  const bool file = file_room_.ensure(file_bytes), log = log_room_.ensure(log_bytes);
  return file && log && reserve_.keep();
}

std::uint64_t RoomVfs::free_bytes() const { return free_disk_bytes(folder_.get()); }

Headroom* RoomVfs::room_of(const File& file) {
  if (file.path == nullptr) return nullptr;
  if (log_ == file.path) return &log_room_;
  return file_ == file.path ? &file_room_ : nullptr;
}

int RoomVfs::opened(File& file) {
  if (Headroom* room = room_of(file)) room->attach(file.path);
  return SyncVfs::opened(file);
}

int RoomVfs::write(File& file, const void* data, int size, sqlite3_int64 offset) {
  if (!permitted_ && room_of(file) == &log_room_ && !log_room_.ensure(offset + size)) return SQLITE_FULL;
  return SyncVfs::write(file, data, size, offset);
}

// Cutting a file gives back the blocks beyond its end, also when its size stays the same.
int RoomVfs::truncate(File& file, sqlite3_int64 size) {
  Headroom* room = room_of(file);
  if (room == nullptr) return SyncVfs::truncate(file, size);
  sqlite3_int64 now = 0;
  if (file.real->pMethods->xFileSize(file.real, &now) == SQLITE_OK && now == size) return SQLITE_OK;
  room->forget();
  return SyncVfs::truncate(file, size);
}

// SQLite removes the log when everything in it is in the file. Its blocks are kept, and its header is made nought,
// which says the same: a log without a header holds nothing.
int RoomVfs::remove(const char* path, int sync_folder) {
  if (log_ == path && log_room_.descriptor() >= 0) {
    constexpr std::array<char, log_header_bytes> nought{};
    if (::pwrite(log_room_.descriptor(), nought.data(), nought.size(), 0) == static_cast<ssize_t>(nought.size())) {
      return SQLITE_OK;
    }
    log_room_.detach();
  }
  return SyncVfs::remove(path, sync_folder);
}

}  // namespace haar::store
