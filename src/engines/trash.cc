#include "engines/trash.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/loop_guard.h"
#include "engines/folder.h"

namespace haar::engines {
namespace {

constexpr std::string_view prefix = ".gone-";
constexpr int deepest = 32;
constexpr std::size_t suffix_length = 12;

std::string gone_name(const std::string& parent) {
  return fmt::format("{}/{}{}", parent, prefix, random_text(system_random(), alphabet_lower_alnum, suffix_length));
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

Trash::Trash() : thread_("trash", [this] { run(); }) {}

Trash::~Trash() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<void> Trash::discard(const std::string& folder) {
  const std::string parent = parent_of(folder);
  const std::string gone = gone_name(parent);
  if (::rename(folder.c_str(), gone.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_error("cannot remove", folder);
  }
  TRY(fsync_folder(parent));
  add(gone);
  return {};
}

void Trash::sweep(const std::string& parent) {
  const Folder entries(::opendir(parent.c_str()));
  if (!entries) return;
  while (const dirent* entry = ::readdir(entries.get())) {
    if (std::string_view(entry->d_name).starts_with(prefix)) add(fmt::format("{}/{}", parent, entry->d_name));
  }
}

void Trash::add(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (known_.insert(path).second) queue_.push_back(path);
  changed_.notify_all();
}

bool Trash::stopping() {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Trash::run() {
  LoopGuard guard("trash");
  for (;;) {
    std::string path;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      path = queue_.front();
      queue_.pop_front();
    }
    guard.rest();
    guard.turn([&] {
      if (!delete_tree(parent_of(path), AT_FDCWD, path, 0) && !stopping()) log_warning("cannot delete", {{"path", path}});
    });
    const std::lock_guard lock(mutex_);
    known_.erase(path);
  }
}

bool Trash::lift(const std::string& beside, int parent_fd, const std::string& name) {
  const std::string place = gone_name(beside);
  if (::renameat(parent_fd, name.c_str(), AT_FDCWD, place.c_str()) != 0) return false;
  add(place);
  return true;
}

bool Trash::delete_tree(const std::string& beside, int parent_fd, const std::string& name, int depth) {
  if (stopping()) return false;
  if (::unlinkat(parent_fd, name.c_str(), 0) == 0 || errno == ENOENT) return true;
  if (depth > deepest) return lift(beside, parent_fd, name);
  constexpr int how = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  int fd = ::openat(parent_fd, name.c_str(), how);
  if (fd < 0 && errno == EACCES) {  // its owner closed it, and is haar's own user
    ::fchmodat(parent_fd, name.c_str(), 0700, 0);
    fd = ::openat(parent_fd, name.c_str(), how);
  }
  if (fd < 0) return false;
  if (::geteuid() != 0) ::fchmod(fd, 0700);  // the same of one that may not be written
  const Folder entries(::fdopendir(fd));
  if (!entries) {
    ::close(fd);
    return false;
  }
  bool all = true;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string child = entry->d_name;
    if (child != "." && child != "..") all = delete_tree(beside, fd, child, depth + 1) && all;
  }
  return all && ::unlinkat(parent_fd, name.c_str(), AT_REMOVEDIR) == 0;
}

}  // namespace haar::engines
