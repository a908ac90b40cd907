#include "main/folders.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "base/fnv.h"
#include "base/lock_file.h"
#include "base/log.h"

namespace haar::main {
namespace {

constexpr off_t log_headroom_bytes = 256 * 1024;

Error mistake(std::string message) {
  return Error{"InvalidConfiguration", std::move(message), 400, Fault::sender};
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string short_hash(const std::string& text) { return fmt::format("{:012x}", fnv1a(text) & 0xffffffffffffU); }

unsigned folder_mode() { return geteuid() == 0 ? 0711 : 0700; }

// Ours, a folder, and nobody else can write in it: anything else could be a trap.
Result<void> check_ours(const std::string& path) {
  struct stat seen{};
  if (lstat(path.c_str(), &seen) != 0) return system_error("cannot look at", path);
  if (!S_ISDIR(seen.st_mode)) return mistake(path + " is not a folder");
  if (seen.st_uid != geteuid()) {
    return mistake(fmt::format("{} belongs to user {}, not to the user haar runs as ({})", path, seen.st_uid,
                               geteuid()));
  }
  if ((seen.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return mistake(fmt::format("others can write to {}: run  chmod go-w {}", path, path));
  }
  return {};
}

}  // namespace

Result<std::string> resolve_data_folder(const std::string& given) {
  std::filesystem::path path = given;
  if (given.empty() && geteuid() == 0) path = "/var/lib/haar";
  if (path.empty()) {
    const std::string xdg = environment("XDG_DATA_HOME");
    const std::string home = environment("HOME");
    if (xdg.starts_with('/')) {
      path = std::filesystem::path(xdg) / "haar";
    } else if (home.starts_with('/')) {
      path = std::filesystem::path(home) / ".local/share/haar";
    } else {
      return mistake("no data folder: give one with --data FOLDER (neither $HAAR_DATA nor $HOME is set)");
    }
  }
  std::error_code failure;
  auto absolute = std::filesystem::weakly_canonical(std::filesystem::absolute(path), failure);
  if (failure)
    return mistake(fmt::format("the data folder {} cannot be used: {}", path.string(), failure.message()));
  std::string text = absolute.string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

Result<void> check_parents(const std::string& data, bool is_root) {
  if (!is_root) return {};  // engines run as the same user then
  for (std::size_t at = data.find('/', 1); at != std::string::npos; at = data.find('/', at + 1)) {
    const std::string parent = data.substr(0, at);
    struct stat seen{};
    if (stat(parent.c_str(), &seen) != 0) return {};  // from here on the folders are made by haar
    if ((seen.st_mode & S_IXOTH) == 0) {
      return mistake(
          fmt::format("the data folder {} cannot be used: databases and caches run as users of their own, "
                      "and those cannot enter "
                      "{} (mode {:04o}). Choose another folder with --data, or run  chmod o+x {}",
                      data, parent, seen.st_mode & 07777, parent));
    }
  }
  return {};
}

Result<void> prepare_data_folder(const std::string& data) {
  TRY(check_parents(data, geteuid() == 0));
  const bool existed = access(data.c_str(), F_OK) == 0;
  const auto parent = std::filesystem::path(data).parent_path().string();
  if (!parent.empty() && parent != "/") TRY(make_folders(parent, 0755));
  TRY(make_folders(data, folder_mode()));
  TRY(check_ours(data));
  if (!existed && chmod(data.c_str(), folder_mode()) != 0)
    return system_error("cannot set the mode of", data);
  TRY(check_parents(data + "/", geteuid() == 0));  // the folder itself, and what the umask made of the rest
  return make_folders(data + "/log", 0700);
}

Result<Fd> lock_data_folder(const std::string& data) {
  LockFile lock = TRY(take_lock_file(data + "/lock"));
  if (lock.taken) return std::move(lock.fd);
  return mistake(fmt::format("another haar{} is already using {}", lock.holder.empty() ? "" : " (pid " + lock.holder + ")",
                             data));
}

Result<Fd> open_log(const std::string& data) {
  const std::string path = data + "/log/haar.log";
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd.valid() && (errno == ENOSPC || errno == EDQUOT)) {
    fd = Fd(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0));
    log_warning("the disk is full: the log goes to stderr until haar is started again", {{"file", path}});
  }
  if (!fd.valid()) return system_error("cannot open", path);
  // Blocks beyond its end, so that it can say that the disk is full. Where there are none, it is full already.
  struct stat seen{};
  if (fstat(fd.get(), &seen) == 0)
    [[maybe_unused]] const int kept = ::fallocate(fd.get(), FALLOC_FL_KEEP_SIZE, seen.st_size, log_headroom_bytes);
  return fd;
}

std::string run_folder(const std::string& data) {
  const std::string inside = data + "/run";
  if (inside.size() + 1 + max_socket_name_bytes <= max_socket_path_bytes) return inside;
  const std::string hash = short_hash(data);
  if (geteuid() == 0) return "/run/haar-" + hash;
  const std::string runtime = environment("XDG_RUNTIME_DIR");
  if (runtime.starts_with('/') && runtime.size() + 20 + max_socket_name_bytes <= max_socket_path_bytes) {
    return runtime + "/haar-" + hash;
  }
  return fmt::format("/tmp/haar-{}-{}", geteuid(), hash);
}

Result<std::string> prepare_run_folder(const std::string& data) {
  const std::string path = run_folder(data);
  if (::mkdir(path.c_str(), folder_mode()) != 0 && errno != EEXIST)
    return system_error("cannot create folder", path);
  TRY(check_ours(path));
  if (chmod(path.c_str(), folder_mode()) != 0) return system_error("cannot set the mode of", path);
  return path;
}

}  // namespace haar::main
