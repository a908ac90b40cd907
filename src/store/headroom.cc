#include "store/headroom.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"

namespace haar::store {
namespace {

// Files grow by this at a time, where there is room.
constexpr std::int64_t step_bytes = 1 << 20;
constexpr std::int64_t disk_block_bytes = 512;  // of st_blocks

bool means_full(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

}  // namespace

int allocate_blocks(int fd, std::int64_t from, std::int64_t bytes) {
  for (;;) {
    if (::fallocate(fd, FALLOC_FL_KEEP_SIZE, from, bytes) == 0) return 0;
    if (errno != EINTR) return errno;
  }
}

std::uint64_t free_disk_bytes(int fd) {
  struct statvfs disk {};
  return ::fstatvfs(fd, &disk) == 0 ? static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize : 0;
}

void Headroom::attach(const std::string& path) {
  if (fd_.valid()) return;
  fd_ = Fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  allocated_ = 0;
}

bool Headroom::ensure(std::int64_t end) {
  if (!fd_.valid() || !supported_ || end + aside_ <= allocated_) return true;
  return extend(end + aside_ + step_bytes) || extend(end + aside_);
}

bool Headroom::extend(std::int64_t to) {
  // Looked at first: a file system that is asked for what it does not have goes to great lengths before it says so.
  // Only what the file did not have before counts; the first time that is not known.
  const bool known = allocated_ > 0;
  if (known && free_disk_bytes(fd_.get()) < static_cast<std::uint64_t>(to - allocated_)) return false;
  const int failed = allocate_(fd_.get(), allocated_, to - allocated_);
  if (means_full(failed)) return false;
  if (failed != 0) {
    log_warning("the file system cannot keep room aside for the state: a full disk may refuse deletes too",
                {{"reason", std::to_string(failed)}});
    supported_ = false;
    return true;
  }
  allocated_ = to;
  return true;
}

bool ReserveFile::keep() {
  if (kept_) return true;
  const Fd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  struct stat info {};
  if (!fd.valid() || ::fstat(fd.get(), &info) != 0) return false;
  if (info.st_blocks * disk_block_bytes >= bytes_) return kept_ = true;
  const bool room = free_disk_bytes(fd.get()) >= 2 * static_cast<std::uint64_t>(bytes_);
  if (room && ::posix_fallocate(fd.get(), 0, bytes_) == 0) return kept_ = true;
  ::unlink(path_.c_str());
  return false;
}

bool ReserveFile::give_up() {
  if (!kept_) return false;
  kept_ = false;
  ::unlink(path_.c_str());
  // The blocks are free once the file system's own journal is written.
  const std::size_t slash = path_.rfind('/');
  [[maybe_unused]] const Result<void> synced = fsync_folder(path_.substr(0, slash));
  return true;
}

}  // namespace haar::store
