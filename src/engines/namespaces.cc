#include "engines/namespaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"

namespace haar::engines::namespaces {
namespace {

constexpr unsigned long own_everything = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC;

bool write_map(pid_t child, const char* name, const std::string& text) {
  const Fd fd(::open(fmt::format("/proc/{}/{}", child, name).c_str(), O_WRONLY | O_CLOEXEC));
  return fd.valid() && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Whether a child in such namespaces can be made, named and given a mount of its own.
bool works(Kind kind) {
  std::array<int, 2> go{};
  if (::pipe2(go.data(), O_CLOEXEC) != 0) return false;
  Fd reading(go[0]), writing(go[1]);
  const std::vector<NoexecFolder> root = noexec_folders({"/tmp"});
  const pid_t child = fork_into(kind);
  if (child == 0) {
    // What haar has open is not held by a child that outlives it for a moment: the data folder's lock least of all.
    // And with its own copy of the writing end, the child would wait for ever for a haar that was killed.
    char byte = 0;
    if (::dup2(reading.get(), 0) != 0 || ::syscall(SYS_close_range, 1U, ~0U, 0U) != 0) ::_exit(1);
    if (::read(0, &byte, 1) != 1 || !close_mounts(root)) ::_exit(1);
    ::_exit(0);
  }
  if (child < 0) return false;
  const bool named = kind != Kind::of_a_user || map_user(child);
  if (!named || ::write(writing.get(), "g", 1) != 1) ::kill(child, SIGKILL);
  writing.reset();
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return named && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Kind permitted() {
  static const Kind found = [] {
    const Kind wanted = ::geteuid() == 0 ? Kind::plain : Kind::of_a_user;
    return works(wanted) ? wanted : Kind::none;
  }();
  return found;
}

pid_t fork_into(Kind kind) {
  if (kind == Kind::none) return ::fork();
  const unsigned long flags = own_everything | (kind == Kind::of_a_user ? CLONE_NEWUSER : 0UL) | SIGCHLD;
  // No new stack and no other argument: as fork, and the same on every architecture that way.
  return static_cast<pid_t>(::syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
}

bool map_user(pid_t child) {
  return write_map(child, "setgroups", "deny") &&
         write_map(child, "uid_map", fmt::format("{0} {0} 1", ::geteuid())) &&
         write_map(child, "gid_map", fmt::format("{0} {0} 1", ::getegid()));
}

std::vector<NoexecFolder> noexec_folders(const std::vector<std::string>& paths) {
  constexpr std::array<std::pair<unsigned long, unsigned long>, 5> kept{{{ST_RDONLY, MS_RDONLY},
                                                                         {ST_NOATIME, MS_NOATIME},
                                                                         {ST_NODIRATIME, MS_NODIRATIME},
                                                                         {ST_RELATIME, MS_RELATIME},
                                                                         {ST_SYNCHRONOUS, MS_SYNCHRONOUS}}};
  std::vector<NoexecFolder> out;
  for (const std::string& path : paths) {
    struct statvfs status{};
    NoexecFolder folder{path, MS_NOEXEC | MS_NOSUID | MS_NODEV};
    if (::statvfs(path.c_str(), &status) == 0) {
      for (const auto& [has, keeps] : kept) {
        if ((status.f_flag & has) != 0) folder.flags |= keeps;
      }
    }
    out.push_back(std::move(folder));
  }
  return out;
}

bool close_mounts(const std::vector<NoexecFolder>& folders) {
  // Slaves, not private: a file system that the machine takes away is let go here, too.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return false;
  for (const NoexecFolder& folder : folders) {
    const char* path = folder.path.c_str();
    if (::mount(path, path, nullptr, MS_BIND, nullptr) != 0 ||
        ::mount(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | folder.flags, nullptr) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace haar::engines::namespaces
