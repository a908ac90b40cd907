#include "base/lock_file.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

namespace haar {
namespace {

constexpr int pause_ms = 10;
constexpr int patience_pauses = 500;  // with the pause above five seconds

bool is_gone(const std::string& pid) {
  pid_t number = 0;
  const auto read = std::from_chars(pid.data(), pid.data() + pid.size(), number);
  return read.ec == std::errc() && number > 0 && ::kill(number, 0) != 0 && errno == ESRCH;
}

}  // namespace

Result<LockFile> take_lock_file(const std::string& path) {
  LockFile out{Fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)), false, ""};
  if (!out.fd.valid()) return system_error("cannot open", path);
  for (int pauses = 0; ::flock(out.fd.get(), LOCK_EX | LOCK_NB) != 0; ++pauses) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error("cannot lock", path);
    auto holder = read_file(path);
    out.holder = holder.ok() ? std::move(*holder) : "";
    if (!is_gone(out.holder) || pauses == patience_pauses) return out;
    ::poll(nullptr, 0, pause_ms);
  }
  // The pid is for messages, and to see that its owner is gone: a full disk must not keep haar from starting. Written
  // before the file is cut, so that the block it has is not given away.
  const std::string pid = std::to_string(::getpid());
  const bool written = ::pwrite(out.fd.get(), pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
  if (::ftruncate(out.fd.get(), written ? static_cast<off_t>(pid.size()) : 0) != 0) return system_error("cannot write", path);
  out.taken = true;
  return out;
}

}  // namespace haar
