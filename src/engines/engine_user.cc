// Users and folders of engines.
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/file.h"
#include "engines/engine_user.h"
#include "engines/supervisor.h"

namespace haar::engines {

std::optional<EngineUser> user_named(const std::string& name) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return std::nullopt;
  }
  return EngineUser{name, entry.pw_uid, entry.pw_gid};
}

EngineUser current_user() {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  EngineUser user{"", ::geteuid(), ::getegid()};
  if (::getpwuid_r(user.uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    user.name = entry.pw_name;
  }
  return user;
}

Result<void> make_engine_folder(const std::string& path, const EngineUser& user) {
  if (const std::size_t slash = path.rfind('/'); slash != 0 && slash != std::string::npos) {
    TRY(make_folders(path.substr(0, slash), 0711));
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error("cannot create folder", path);
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return system_error("cannot look at", path);
  if (!S_ISDIR(status.st_mode)) {
    errno = ENOTDIR;
    return system_error("cannot use", path);
  }
  if (::geteuid() == 0 && ::chown(path.c_str(), user.uid, user.gid) != 0) {
    return system_error("cannot give away", path);
  }
  if (::chmod(path.c_str(), 0700) != 0) return system_error("cannot set the mode of", path);
  return {};
}

Result<void> check_enterable(const std::string& path, const EngineUser& user) {
  if (user.uid == 0) return {};
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    const std::string parent = path.substr(0, slash);
    struct stat status{};
    if (::stat(parent.c_str(), &status) != 0) return system_error("cannot look at", parent);
    const mode_t needed = status.st_uid == user.uid ? S_IXUSR : status.st_gid == user.gid ? S_IXGRP : S_IXOTH;
    if ((status.st_mode & needed) != 0) continue;
    return Error{"EngineFolderUnreachable",
                 fmt::format("the engine's user {} cannot enter {} (mode {:04o}): permit it (chmod o+x) or use "
                             "another data folder", user.name, parent, status.st_mode & 07777U),
                 500, Fault::receiver};
  }
  return {};
}

}  // namespace haar::engines
