#include "engines/deleted_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "engines/folder.h"

namespace haar::engines {
namespace {

constexpr std::size_t processes_max = 100'000;
constexpr std::size_t held_max = 200'000;  // descriptors and mappings of all of an engine's processes
constexpr std::size_t status_length = 4096;
constexpr std::uint64_t block_bytes = 512;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

// The number behind "\nPPid:\t" and the like.
std::optional<std::uint64_t> field(std::string_view status, std::string_view name) {
  const std::size_t at = status.find(name);
  return at == std::string_view::npos ? std::nullopt : number(status.substr(at + name.size()));
}

struct Process {
  pid_t pid = 0, parent = 0;
  uid_t user = 0;
};

std::vector<Process> all_processes() {
  std::vector<Process> out;
  const Folder proc(::opendir("/proc"));
  if (!proc) return out;
  std::array<char, status_length> buffer{};
  while (const dirent* entry = ::readdir(proc.get())) {
    const auto pid = number(entry->d_name);
    if (!pid || out.size() >= processes_max) continue;
    // "status" is open to everybody, whatever the process makes of its own folder's owner.
    const std::string path = fmt::format("/proc/{}/status", *pid);
    const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t got = file.valid() ? ::read(file.get(), buffer.data(), buffer.size()) : -1;
    if (got <= 0) continue;
    const std::string_view status(buffer.data(), static_cast<std::size_t>(got));
    const auto parent = field(status, "\nPPid:\t"), user = field(status, "\nUid:\t");
    if (parent && user) out.push_back({static_cast<pid_t>(*pid), static_cast<pid_t>(*parent), static_cast<uid_t>(*user)});
  }
  return out;
}

class Held {
 public:
  // What lies in /proc/<pid>/fd or /proc/<pid>/map_files: links that lead to the files, with a name or without.
  void count(pid_t pid, const char* kind) {
    const std::string path = fmt::format("/proc/{}/{}", pid, kind);
    const Folder folder(::opendir(path.c_str()));
    if (!folder) {
      if (errno == EACCES || errno == EPERM) unseen_ = true;
      return;
    }
    while (const dirent* entry = ::readdir(folder.get())) {
      if (entry->d_name[0] == '.') continue;
      if (++seen_ > held_max) unseen_ = true;
      if (unseen_) return;
      struct stat status{};
      if (::fstatat(::dirfd(folder.get()), entry->d_name, &status, 0) != 0) {
        if (errno == EACCES || errno == EPERM) unseen_ = true;
        continue;
      }
      if (!S_ISREG(status.st_mode) || status.st_nlink != 0) continue;
      if (files_.emplace(status.st_dev, status.st_ino).second)
        bytes_ += static_cast<std::uint64_t>(status.st_blocks) * block_bytes;
    }
  }
  [[nodiscard]] std::uint64_t bytes() const { return unseen_ ? unseen_bytes : bytes_; }

 private:
  std::set<std::pair<dev_t, ino_t>> files_;
  std::size_t seen_ = 0;
  std::uint64_t bytes_ = 0;
  bool unseen_ = false;
};

}  // namespace

std::vector<pid_t> processes_of(pid_t process, std::optional<uid_t> own_user) {
  const std::vector<Process> all = all_processes();
  std::multimap<pid_t, pid_t> children;
  std::set<pid_t> found{process};
  for (const Process& one : all) {
    children.emplace(one.parent, one.pid);
    if (own_user && one.user == *own_user) found.insert(one.pid);
  }
  std::vector<pid_t> waiting(found.begin(), found.end());
  while (!waiting.empty()) {
    const pid_t parent = waiting.back();
    waiting.pop_back();
    const auto [from, to] = children.equal_range(parent);
    for (auto it = from; it != to; ++it) {
      if (found.insert(it->second).second) waiting.push_back(it->second);
    }
  }
  return {found.begin(), found.end()};
}

std::uint64_t deleted_bytes(const std::vector<pid_t>& processes) {
  Held held;
  for (const pid_t pid : processes) {
    held.count(pid, "fd");
    // Only root may follow these; others see what is open, not what is mapped alone.
    if (::geteuid() == 0) held.count(pid, "map_files");
  }
  return held.bytes();
}

}  // namespace haar::engines
