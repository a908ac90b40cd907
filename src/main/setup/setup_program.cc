#include "main/setup/setup_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace haar::main {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t output_bytes_max = 64 * 1024;

Error failed(const std::string& program, const std::string& what) {
  return Error{"ProgramFailed", program + ": " + what, 500, Fault::receiver};
}

Result<pid_t> spawn(const std::string& program, const std::vector<std::string>& arguments, int output) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);  // a group of its own, to be killed whole
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return failed(program, std::strerror(error));
  return pid;
}

// Everything until the output is closed; false when the time is over.
bool read_until(int fd, Steady::time_point deadline, std::string& out) {
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
    pollfd readable{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0) return false;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    if (out.size() > 2 * output_bytes_max) out.erase(0, out.size() - output_bytes_max);
  }
}

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const std::size_t at = text.rfind('\n');
  return at == text.npos ? text : text.substr(at + 1);
}

}  // namespace

Result<std::string> run_program(const std::string& program, const std::vector<std::string>& arguments,
                                std::chrono::milliseconds most) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot run", program);
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const pid_t pid = TRY(spawn(program, arguments, writing.get()));
  writing.reset();
  std::string output;
  const bool in_time = read_until(reading.get(), Steady::now() + most, output);
  if (!in_time) ::kill(-pid, SIGKILL);  // our own child, not reaped yet: the number is still its own
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (!in_time) return failed(program, "it took too long");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return failed(program, last_line(output));
  return output;
}

}  // namespace haar::main
