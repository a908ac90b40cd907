#include "auth/key_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>

#include "base/file.h"

namespace haar::auth {
namespace {

std::string unused_path(const std::string& path) { return path + ".new"; }

Result<bool> exists(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0) return true;
  if (errno != ENOENT) return system_error("cannot look at the key file", path);
  return false;
}

}  // namespace

Result<KeyFile> open_key_file(const std::string& path, bool state_exists) {
  if (TRY(exists(path))) return KeyFile{TRY(Keyring::open(path, true)), false};
  if (state_exists && !TRY(exists(unused_path(path)))) return missing_key(path);
  return KeyFile{TRY(Keyring::open(unused_path(path), false)), true};
}

Result<void> take_into_use(const std::string& path) {
  if (std::rename(unused_path(path).c_str(), path.c_str()) != 0) return system_error("cannot rename to", path);
  const std::size_t slash = path.rfind('/');
  return fsync_folder(slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash));
}

Error missing_key(const std::string& path) {
  return Error{"InternalFailure", "the key file " + path +
               " is missing, and the state beside it is encrypted under it: put the file back, or start "
               "with an empty data folder", 500, Fault::receiver};
}

}  // namespace haar::auth
