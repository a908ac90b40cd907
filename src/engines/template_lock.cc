#include "engines/template_lock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>

#include <cerrno>

namespace haar::engines {

Result<Fd> lock_templates(const Supervisor& supervisor, const std::string& lock_path) {
  constexpr int lock_pause_ms = 20;
  Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  while (!lock.valid() || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (!lock.valid() || (errno != EWOULDBLOCK && errno != EINTR)) return system_error("cannot lock", lock_path);
    if (supervisor.cancelled()) return stopping_error();
    ::poll(nullptr, 0, lock_pause_ms);
  }
  return lock;
}

}  // namespace haar::engines
