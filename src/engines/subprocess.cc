#include "engines/subprocess.h"

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

namespace haar::engines {
namespace {

constexpr std::size_t most_output = 64 * 1024;

Error broken(const std::string& program, std::string_view what) {
  return {"InternalFailure", fmt::format("{}: {}", program, what), 500, Fault::receiver};
}

Result<pid_t> spawn(const std::string& program, const std::vector<std::string>& arguments, int output) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::array<char*, 3> environment{const_cast<char*>("PATH=/usr/bin:/bin"), const_cast<char*>("LC_ALL=C"), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  pid_t pid = 0;
  const int error = posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return broken(program, std::strerror(error));
  return pid;
}

// Everything the program writes until it closes its output; nullopt when the time is over.
std::optional<std::string> read_until(int fd, std::chrono::steady_clock::time_point deadline) {
  std::string out;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd readable{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&readable, 1, static_cast<int>(left)) == 0) return std::nullopt;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return out;
    if (out.size() < most_output) out.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

Result<std::string> output_of(const std::string& program, const std::vector<std::string>& arguments,
                              Milliseconds timeout) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot run", program);
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const pid_t pid = TRY(spawn(program, arguments, writing.get()));
  writing.reset();
  const auto output = read_until(reading.get(), std::chrono::steady_clock::now() + timeout);
  if (!output) ::kill(pid, SIGKILL);  // our own child, not reaped yet: the number is still its own
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!output) return broken(program, fmt::format("no answer in {} ms", timeout.count()));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return broken(program, "it failed");
  return *output;
}

}  // namespace haar::engines
