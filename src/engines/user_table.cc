#include "engines/user_table.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>

#include "base/file.h"
#include "base/fnv.h"
#include "engines/folder.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

constexpr uid_t lowest = 1'900'000'000;
constexpr std::uint64_t ranges = 60'000;
constexpr std::size_t longest_name = 200;  // bytes of an engine's name
constexpr int deepest = 64;                // folders in folders; PostgreSQL's own lie four deep

Result<void> give_one(int folder, const char* name, const struct stat& status, uid_t user, gid_t group) {
  if (status.st_uid == user && status.st_gid == group) return {};
  if (!S_ISDIR(status.st_mode) && status.st_nlink > 1) return {};
  if (::fchownat(folder, name, user, group, AT_SYMLINK_NOFOLLOW) != 0 && errno != ENOENT) {
    return system_error("cannot give away", name);
  }
  return {};
}

Result<void> give_inside(Fd folder, uid_t user, gid_t group, int depth) {
  const int fd = folder.get();
  const Folder entries(::fdopendir(fd));
  if (!entries) return system_error("cannot read", "an engine's folder");
  (void)folder.release();
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    struct stat status{};
    if (name == "." || name == ".." || ::fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    TRY(give_one(fd, name.c_str(), status, user, group));
    if (!S_ISDIR(status.st_mode) || depth == deepest) continue;
    Fd inner(::openat(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (inner.valid()) TRY(give_inside(std::move(inner), user, group, depth + 1));
  }
  return {};
}

}  // namespace

uid_t first_user_of(std::string_view folder) {
  return lowest + static_cast<uid_t>((fnv1a(folder) >> 8) % ranges) * users_per_installation;
}

UserTable::UserTable(std::string folder, uid_t first) : folder_(std::move(folder)), first_(first) {}

Result<void> UserTable::read() {
  if (read_) return {};
  TRY(make_folders(folder_, 0711));
  if (::chmod(folder_.c_str(), 0700) != 0) return system_error("cannot set the mode of", folder_);
  const Folder entries(::opendir(folder_.c_str()));
  if (!entries) return system_error("cannot read", folder_);
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    uid_t user = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), user);
    if (error != std::errc{} || end != name.data() + name.size()) continue;
    const std::string engine = TRY(read_own_file(fmt::format("{}/{}", folder_, name), longest_name));
    users_[engine] = user;
    engines_[user] = engine;
  }
  read_ = true;
  return {};
}

Result<uid_t> UserTable::of(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  TRY(read());
  if (const auto known = users_.find(engine); known != users_.end()) return known->second;
  uid_t user = first_;
  while (engines_.contains(user)) ++user;
  if (user - first_ >= users_per_installation) {
    return Error{"EngineUsersExhausted",
                 fmt::format("all {} user ids of this installation are in use by engines", users_per_installation), 503,
                 Fault::receiver};
  }
  TRY(write_file_durably(fmt::format("{}/{}", folder_, user), engine, 0600));
  users_[engine] = user;
  engines_[user] = engine;
  return user;
}

std::optional<uid_t> UserTable::known(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  if (!read().ok()) return std::nullopt;
  const auto found = users_.find(engine);
  return found == users_.end() ? std::nullopt : std::optional(found->second);
}

void UserTable::release(const std::string& engine) {
  const std::lock_guard lock(mutex_);
  if (!read().ok()) return;
  const auto found = users_.find(engine);
  if (found == users_.end()) return;
  // Not synced: an id that comes back after a power cut is one that nobody else has.
  ::unlink(fmt::format("{}/{}", folder_, found->second).c_str());
  engines_.erase(found->second);
  users_.erase(found);
}

void kill_processes_of(uid_t user) {
  if (::geteuid() != 0 || user < lowest) return;
  const pid_t child = ::fork();
  if (child == 0) {
    ::syscall(SYS_close_range, 0U, ~0U, 0U);  // a haar that is killed now leaves no lock behind
    // As that user, "everybody" is what it may signal: its own processes.
    if (::syscall(SYS_setresuid, user, user, user) == 0) ::kill(-1, SIGKILL);
    ::_exit(0);
  }
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<void> give_tree(const std::string& folder, uid_t user, gid_t group) {
  Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.valid()) return system_error("cannot open folder", folder);
  if (::fchown(fd.get(), user, group) != 0) return system_error("cannot give away", folder);
  return give_inside(std::move(fd), user, group, 0);
}

}  // namespace haar::engines
