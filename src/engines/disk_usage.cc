#include "engines/disk_usage.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string_view>

#include "base/file.h"
#include "engines/folder.h"

namespace haar::engines {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t block_bytes = 512;  // the unit of st_blocks, whatever the file system's own
constexpr std::size_t entries_between_looks = 256;  // at the clock

// Only a folder, and never through a link: a FIFO or a device of this name is not opened.
Folder open_folder(int parent, const char* name) {
  const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return nullptr;
  Folder folder(::fdopendir(fd));
  if (!folder) ::close(fd);  // no memory: not EACCES
  return folder;
}

class Count {
 public:
  Count(const std::string& apart, const DiskBounds& bounds)
      : apart_(apart), bounds_(bounds), deadline_(Clock::now() + bounds.time_max) {}

  // False when a bound was met: counting is over.
  bool walk(DIR* folder, int depth, std::uint64_t& bytes) {
    if (depth > bounds_.depth_max) return !(usage.too_many = true);
    const int fd = ::dirfd(folder);
    while (const dirent* entry = ::readdir(folder)) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (!may_go_on()) return false;
      struct stat status{};
      if (::fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
      std::uint64_t& sum = depth == 0 && !apart_.empty() && name == apart_ ? usage.apart_bytes : bytes;
      sum += static_cast<std::uint64_t>(status.st_blocks) * block_bytes;
      if (!S_ISDIR(status.st_mode)) continue;
      const Folder below = open_folder(fd, entry->d_name);
      // What cannot be looked into may hold anything.
      if (!below && (errno == EACCES || errno == EPERM)) return !(usage.too_many = true);
      if (below && !walk(below.get(), depth + 1, sum)) return false;
    }
    return true;
  }

  DiskUsage usage;

 private:
  bool may_go_on() {
    if (++usage.entries > bounds_.entries_max) return !(usage.too_many = true);
    if (usage.entries % entries_between_looks != 0) return true;
    const bool cancelled = bounds_.cancelled != nullptr && bounds_.cancelled->load();
    if (cancelled || Clock::now() > deadline_) return !(usage.timed_out = true);
    return true;
  }

  const std::string& apart_;
  const DiskBounds& bounds_;
  const Clock::time_point deadline_;
};

}  // namespace

Result<DiskUsage> disk_usage(const std::string& folder, const std::string& apart, const DiskBounds& bounds) {
  const Folder top = open_folder(AT_FDCWD, folder.c_str());
  if (!top) return system_error("cannot measure", folder);
  Count count(apart, bounds);
  count.walk(top.get(), 0, count.usage.bytes);
  return count.usage;
}

Result<DiskSpace> disk_space(const std::string& folder) {
  struct statvfs space{};
  if (::statvfs(folder.c_str(), &space) != 0) return system_error("cannot measure", folder);
  const std::uint64_t unit = space.f_frsize;
  return DiskSpace{space.f_bavail * unit, space.f_blocks * unit};
}

}  // namespace haar::engines
