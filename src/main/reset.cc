#include "main/reset.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/log.h"
#include "main/services.h"

namespace haar::main {
namespace {

std::string mark(const std::string& data) { return data + "/resetting"; }

Result<void> remove_all(const std::string& data) {
  std::vector<std::string_view> parts{"state", "engine-users", "key", "key.new", "aws"};
  for (const services::Service* service : all_services().all) {
    if (!service->data_folder.empty()) parts.push_back(service->data_folder);
  }
  for (const std::string_view part : parts) {
    const std::string path = fmt::format("{}/{}", data, part);
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
