#include "engines/instance.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/log.h"
#include "engines/instance_files.h"

namespace haar::engines {
namespace {

constexpr off_t tail_length = 2000;
constexpr std::size_t longest_run_folder = 80;  // leaves room for "/ask-xxxx/.s.PGSQL.65535" within 107
constexpr StopPlan outdated_stop{SIGINT, Milliseconds{5000}, SIGQUIT, Milliseconds{2000}};

bool valid_id(const std::string& id) {
  constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return !id.empty() && id.size() <= 100 && id.find_first_not_of(plain) == std::string::npos;
}

// Generated configuration quotes these; a path that could end the quotation is refused instead.
bool valid_path(const std::string& path) {
  return path.starts_with('/') && path.find_first_of("'\"\\\n\r\t ") == std::string::npos;
}

// haar's alone. An earlier haar gave these folders to the engine's user: what is in them is not looked at.
Result<void> make_own_folder(const std::string& path) {
  TRY(make_folders(path, 0711));
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    errno = ENOTDIR;
    return system_error("cannot use", path);
  }
  if (status.st_uid != ::geteuid() && ::chown(path.c_str(), ::geteuid(), ::getegid()) != 0) {
    return system_error("cannot take back", path);
  }
  if (::chmod(path.c_str(), 0700) != 0) return system_error("cannot set the mode of", path);
  return {};
}

}  // namespace

Result<void> prepare_folders(const InstanceSpec& spec, const EngineUser& user) {
  if (!valid_id(spec.id) || !valid_path(spec.folder) || !valid_path(spec.run_folder) || spec.port == 0) {
    return Error{"InternalFailure",
                 fmt::format("an engine needs a plain id, absolute folders without blanks and a port: {} {} {} {}",
                             spec.id, spec.folder, spec.run_folder, spec.port),
                 500, Fault::receiver};
  }
  if (spec.run_folder.size() > longest_run_folder) {
    return Error{"InternalFailure",
                 fmt::format("the run folder {} is longer than {} characters: sockets in it cannot be opened",
                             spec.run_folder, longest_run_folder),
                 500, Fault::receiver};
  }
  TRY(make_folders(spec.folder, 0711));
  TRY(make_folders(spec.conf(), 0711));
  TRY(make_engine_folder(spec.data(), user));
  TRY(make_own_folder(spec.run_folder));
  return check_enterable(spec.data(), user);
}

namespace {

Result<void> write_file(const InstanceSpec& spec, const EngineUser& user, const std::string& name, std::string_view text,
                        mode_t mode) {
  const std::string path = spec.conf() + "/" + name, temporary = path + ".tmp";
  // Whole or not at all, and not synced: every start writes it anew.
  ::unlink(temporary.c_str());
  const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
  if (!fd.valid() || ::fchmod(fd.get(), mode) != 0 ||
      ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      (::geteuid() == 0 && ::fchown(fd.get(), 0, user.gid) != 0) || ::rename(temporary.c_str(), path.c_str()) != 0) {
    return system_error("cannot write", path);
  }
  return {};
}

}  // namespace

Result<void> write_config(const InstanceSpec& spec, const EngineUser& user, const std::string& name,
                          std::string_view text) {
  return write_file(spec, user, name, text, 0640);
}

// PostgreSQL takes a key of root's that its group reads, and of its own user's only what nobody else does.
Result<void> write_secret_config(const InstanceSpec& spec, const EngineUser& user, const std::string& name,
                                 std::string_view text) {
  return write_file(spec, user, name, text, ::geteuid() == 0 ? 0640 : 0600);
}

Launch launch_of(const InstanceSpec& spec, const EngineUser& user, const Program& program) {
  Launch launch;
  launch.id = spec.id;
  launch.record_folder = spec.folder;
  launch.work_folder = spec.data();
  launch.log_file = spec.log();
  launch.user = user;
  launch.program = program.path;
  launch.confinement.read_write = {spec.data()};
  launch.confinement.read = {spec.conf()};
  launch.handoff_port = spec.port;
  launch.handoff_path = spec.handoff();
  return launch;
}

Result<void> check_handoff(const InstanceSpec& spec) {
  struct stat status{};
  if (::lstat(spec.handoff().c_str(), &status) == 0 && S_ISSOCK(status.st_mode)) return {};
  return Error{"EngineHandoffMissing", fmt::format("{} runs without its socket {}", spec.id, spec.handoff()), 500,
               Fault::receiver};
}

Error ended_early(const InstanceSpec& spec) {
  return {"EngineStartFailed", fmt::format("{} ended while it was starting: {}", spec.id, log_tail(spec)), 500,
          Fault::receiver};
}

Error not_ready(const InstanceSpec& spec, Milliseconds timeout) {
  return {"EngineNotReady", fmt::format("{} does not answer after {} ms: {}", spec.id, timeout.count(), log_tail(spec)),
          500, Fault::receiver};
}

Result<Running> adopt(Supervisor& supervisor, const InstanceSpec& spec) {
  const auto pid = TRY(supervisor.adopt(spec.id, spec.folder, spec.data()));
  if (pid && supervisor.outdated(spec.id)) {
    log_info("an engine of an earlier haar is started again, to be held in better", {{"id", spec.id}});
    TRY(supervisor.stop(spec.id, outdated_stop));
  } else if (pid) {
    return Running{spec.id, *pid, spec.handoff()};
  }
  return Error{"EngineNotRunning", spec.id + " is not running", 500, Fault::receiver};
}

Result<void> remove_instance(Supervisor& supervisor, const InstanceSpec& spec) {
  // Also finds the process of an earlier haar: no folder is pulled from under a running engine.
  const auto pid = TRY(supervisor.adopt(spec.id, spec.folder, spec.data()));
  if (pid) return Error{"EngineAlreadyRunning", spec.id + " is still running", 500, Fault::receiver};
  TRY(supervisor.discard(spec.run_folder));
  TRY(supervisor.discard(spec.folder));
  supervisor.release_user(spec.id);
  return {};
}

std::string log_tail(const InstanceSpec& spec) {
  const Fd fd(::open(spec.log().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status{};
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) return "";
  const off_t from = status.st_size > tail_length ? status.st_size - tail_length : 0;
  std::string text(static_cast<std::size_t>(status.st_size - from), '\0');
  const ssize_t got = ::pread(fd.get(), text.data(), text.size(), from);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  const std::size_t line = from > 0 ? text.find('\n') : std::string::npos;
  return line == std::string::npos ? text : text.substr(line + 1);
}

}  // namespace haar::engines
