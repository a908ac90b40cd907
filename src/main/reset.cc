#include "main/reset.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/log.h"

namespace haar::main {
namespace {

std::string mark(const std::string& data) { return data + "/resetting"; }

Result<void> remove_all(const std::string& data) {
  for (const char* part : {"state", "rds", "elasticache", "engine-users", "key", "key.new", "aws"}) {
    const std::string path = data + "/" + part;
    std::error_code failure;
    std::filesystem::remove_all(path, failure);
    if (failure) {
      return Error{"InternalFailure", "a reset could not remove " + path + " (" + failure.message() +
                   "); the next start tries again", 500, Fault::receiver};
    }
  }
  TRY(fsync_folder(data));
  if (::unlink(mark(data).c_str()) != 0) return system_error("cannot remove", mark(data));
  return fsync_folder(data);
}

}  // namespace

Result<void> throw_away(const std::string& data) {
  TRY(write_file_durably(mark(data), "", 0600));  // an empty file needs no room on a full disk
  return remove_all(data);
}

Result<void> finish_throwing_away(const std::string& data) {
  struct stat info {};
  if (::lstat(mark(data).c_str(), &info) != 0) {
    if (errno == ENOENT) return {};
    return system_error("cannot look at", mark(data));
  }
  log_warning("a reset was interrupted and is finished now", {{"data", data}});
  return remove_all(data);
}

}  // namespace haar::main
