#include "engines/postgres_storage.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "engines/instance_files.h"

namespace haar::engines::postgres {
namespace {

constexpr std::string_view file_name = "storage.conf";
constexpr std::string_view as_usual = "# The volume has room.\n";
constexpr std::string_view refuse_writes = "# The volume has reached its limit.\ndefault_transaction_read_only = on\n";

// STAND-IN, to be replaced by a function of the supervisor that signals through the pidfd it holds: the process that
// was running when the descriptor was opened, and still is, is the one that the descriptor leads to.
Result<void> reload(const Supervisor& supervisor, const std::string& id) {
  const std::optional<pid_t> pid = supervisor.running(id);
  if (!pid) return {};
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (!process.valid() || supervisor.running(id) != pid) return {};  // it has just ended
  if (::syscall(SYS_pidfd_send_signal, process.get(), SIGHUP, nullptr, 0) != 0 && errno != ESRCH)
    return system_error("cannot signal", id);
  return {};
}

}  // namespace

Result<void> set_read_only(Supervisor& supervisor, const InstanceSpec& spec, bool read_only) {
  const std::string_view wanted = read_only ? refuse_writes : as_usual;
  // conf/ is haar's own: the engine can read what lies there, and cannot put anything in its place.
  const Result<std::string> present = read_file(spec.conf() + "/" + std::string(file_name));
  if (!present.ok() && !read_only) return {};  // it was never full
  if (!present.ok() || *present != wanted) {
    const EngineUser user = TRY(supervisor.user_for(Engine::postgres));
    TRY(write_config(spec, user, std::string(file_name), wanted));
  }
  return reload(supervisor, spec.id);
}

}  // namespace haar::engines::postgres
