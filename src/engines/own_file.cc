#include "engines/own_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"

namespace haar::engines {

Result<std::string> read_own_file(const std::string& path, std::size_t longest) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat status{};
  if (!fd.valid()) return system_error("cannot open", path);
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{"InternalFailure", fmt::format("{} is not a plain file", path), 500, Fault::receiver};
  }
  std::string text(longest + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = ::read(fd.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have > longest) {
    return Error{"InternalFailure", fmt::format("{} is longer than {} bytes", path, longest), 500, Fault::receiver};
  }
  text.resize(have);
  return text;
}

}  // namespace haar::engines
