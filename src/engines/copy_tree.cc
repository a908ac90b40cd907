#include "engines/copy_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/file.h"
#include "engines/folder.h"

namespace haar::engines {
namespace {

constexpr int deepest = 16;

bool give(int fd, const EngineUser& owner) {
  return ::geteuid() != 0 || ::fchown(fd, owner.uid, owner.gid) == 0;
}

Result<void> copy_file(int from_folder, int to_folder, const char* name, mode_t mode, off_t size,
                       const EngineUser& owner, bool may_vanish) {
  const Fd from(::openat(from_folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!from.valid() && may_vanish && errno == ENOENT) return {};
  const int creating = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  const Fd to(::openat(to_folder, name, creating, mode & 0777));
  if (!from.valid() || !to.valid() || !give(to.get(), owner)) return system_error("cannot copy", name);
  bool by_range = true;
  while (size > 0) {
    const auto left = static_cast<std::size_t>(size);
    const ssize_t copied = by_range ? ::copy_file_range(from.get(), nullptr, to.get(), nullptr, left, 0)
                                    : ::sendfile(to.get(), from.get(), nullptr, left);
    if (copied < 0 && errno == EINTR) continue;
    // Templates may lie on another file system than the data.
    if (copied < 0 && by_range && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS)) {
      by_range = false;
      continue;
    }
    if (copied < 0) return system_error("cannot copy", name);
    if (copied == 0) break;
    size -= copied;
  }
  return {};
}

Result<void> copy_folder(Fd from, Fd to, const EngineUser& owner, int depth, const CopyRules* rules = nullptr,
                         const std::string& path = "") {
  if (depth > deepest) {
    return Error{"InternalFailure", "the template's folders are too deep", 500, Fault::receiver};
  }
  const int from_fd = from.get();
  const Folder entries(::fdopendir(from.release()));
  if (!entries) return system_error("cannot read", "the template");
  while (const dirent* entry = ::readdir(entries.get())) {
    const char* name = entry->d_name;
    if (std::string_view(name) == "." || std::string_view(name) == "..") continue;
    if (rules != nullptr && !rules->is_copied(path + name)) continue;
    if (rules != nullptr && rules->is_over())
      return Error{"EngineNotReady", "the copy was not done in time", 503, Fault::receiver};
    struct stat status{};
    if (::fstatat(from_fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (rules != nullptr && errno == ENOENT) continue;
      return system_error("cannot look at", name);
    }
    if (S_ISREG(status.st_mode)) {
      TRY(copy_file(from_fd, to.get(), name, status.st_mode, status.st_size, owner, rules != nullptr));
      continue;
    }
    if (!S_ISDIR(status.st_mode)) continue;
    Fd inner_from(::openat(from_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!inner_from.valid() && rules != nullptr && errno == ENOENT) continue;
    if (::mkdirat(to.get(), name, status.st_mode & 0777) != 0) return system_error("cannot create folder", name);
    Fd inner_to(::openat(to.get(), name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!inner_from.valid() || !inner_to.valid() || !give(inner_to.get(), owner)) {
      return system_error("cannot copy folder", name);
    }
    TRY(copy_folder(std::move(inner_from), std::move(inner_to), owner, depth + 1, rules, path + name + "/"));
  }
  return {};
}

}  // namespace

Result<void> copy_tree(const std::string& from, const std::string& to, const EngineUser& owner) {
  Fd source(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!source.valid()) return system_error("cannot open folder", from);
  Fd target(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!target.valid()) return system_error("cannot open folder", to);
  return copy_folder(std::move(source), std::move(target), owner, 0);
}

Result<void> copy_running_tree(const std::string& from, const std::string& to, const EngineUser& owner,
                               const CopyRules& rules) {
  Fd source(::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!source.valid()) return system_error("cannot open folder", from);
  Fd target(::open(to.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!target.valid()) return system_error("cannot open folder", to);
  return copy_folder(std::move(source), std::move(target), owner, 0, &rules);
}

Result<void> sync_file_system(const std::string& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::syncfs(fd.get()) != 0) return system_error("cannot sync", folder);
  return {};
}

}  // namespace haar::engines
