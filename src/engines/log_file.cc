#include "engines/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

namespace haar::engines {

void rotate_log(const std::string& path, off_t longest) {
  struct stat status{};
  if (path.empty() || ::stat(path.c_str(), &status) != 0 || status.st_size <= longest) return;
  const Fd from(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  const Fd to(::open((path + ".1").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  // The newest lines; a tenant can write more than anybody wants to copy.
  off_t at = status.st_size - longest;
  while (at < status.st_size) {
    const auto left = static_cast<std::size_t>(status.st_size - at);
    if (::copy_file_range(from.get(), &at, to.get(), nullptr, left, 0) <= 0) break;
  }
  if (::ftruncate(from.get(), 0) != 0) log_warning("cannot cut an engine's log", {{"path", path}});
}

}  // namespace haar::engines
