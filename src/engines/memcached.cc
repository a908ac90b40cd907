#include "engines/memcached.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "engines/instance_files.h"
#include "frontdoor/handoff.h"

namespace haar::engines::memcached {
namespace {

constexpr std::uint32_t default_memory_mb = 64, least_memory_mb = 8;
constexpr int most_connections = 1024;
constexpr int poll_interval_ms = 2;
constexpr int answer_ms = 1000;

bool answers(const std::string& handoff_path) {
  const auto connection = frontdoor::dial(handoff_path);
  constexpr std::string_view question = "version\r\n";
  if (!connection.ok() || ::write(connection->get(), question.data(), question.size()) !=
                              static_cast<ssize_t>(question.size())) {
    return false;
  }
  pollfd readable{connection->get(), POLLIN, 0};
  std::array<char, 64> answer{};
  if (::poll(&readable, 1, answer_ms) != 1) return false;
  const ssize_t got = ::read(connection->get(), answer.data(), answer.size());
  return got > 0 && std::string_view(answer.data(), static_cast<std::size_t>(got)).starts_with("VERSION ");
}

}  // namespace

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(prepare_folders(spec, user));
  Launch launch = launch_of(spec, user, program);
  const std::uint32_t memory = std::max(spec.memory_mb == 0 ? default_memory_mb : spec.memory_mb, least_memory_mb);
  launch.arguments = {"-l", "127.0.0.1", "-p", std::to_string(spec.port), "-U", "0",
                      "-m", std::to_string(memory), "-c", std::to_string(most_connections), "-t", "2"};
  const pid_t pid = TRY(supervisor.start(launch));
  return Running{spec.id, pid, spec.handoff()};
}

Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    if (supervisor.cancelled()) return stopping_error();
    if (const auto socket = check_handoff(spec); !socket.ok() && supervisor.running(spec.id)) {
      (void)stop(supervisor, spec, StopMode::immediate);
      return socket;
    }
    if (answers(spec.handoff())) return {};
    if (!supervisor.running(spec.id)) return ended_early(spec);
    ::poll(nullptr, 0, poll_interval_ms);
  }
  return not_ready(spec, timeout);
}

// It has nothing to save, and needs up to a second to notice SIGTERM.
Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode) {
  return supervisor.stop(spec.id, {mode == StopMode::fast ? SIGTERM : SIGKILL, Milliseconds{100}, 0, {}});
}

}  // namespace haar::engines::memcached
