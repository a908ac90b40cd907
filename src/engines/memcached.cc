#include "engines/memcached.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <vector>

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

struct Option {
  std::string_view parameter;  // ElastiCache's name
  std::string_view option;
  bool is_switch = false;  // given when the value is "1"
};
constexpr std::array<Option, 9> options{{{"backlog_queue_limit", "-b"},
                                         {"binding_protocol", "-B"},
                                         {"cas_disabled", "-C", true},
                                         {"chunk_size", "-n"},
                                         {"chunk_size_growth_factor", "-f"},
                                         {"error_on_memory_exhausted", "-M", true},
                                         {"max_item_size", "-I"},
                                         {"requests_per_event", "-R"},
                                         {"idle_timeout", "-o idle_timeout="}}};

std::vector<std::string> options_of(const Parameters& parameters) {
  std::vector<std::string> out;
  for (const Option& one : options) {
    const auto found = parameters.find(std::string(one.parameter));
    if (found == parameters.end() || (one.is_switch && found->second != "1")) continue;
    const std::size_t space = one.option.find(' ');
    out.emplace_back(one.option.substr(0, space));
    if (space != std::string_view::npos) out.push_back(std::string(one.option.substr(space + 1)) + found->second);
    else if (!one.is_switch) out.push_back(found->second);
  }
  return out;
}

}  // namespace

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, const Parameters& parameters) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(prepare_folders(spec, user));
  Launch launch = launch_of(spec, user, program);
  const std::uint32_t memory = std::max(spec.memory_mb == 0 ? default_memory_mb : spec.memory_mb, least_memory_mb);
  launch.arguments = {"-l", "127.0.0.1", "-p", std::to_string(spec.port), "-U", "0",
                      "-m", std::to_string(memory), "-c", std::to_string(most_connections), "-t", "2"};
  std::ranges::copy(options_of(parameters), std::back_inserter(launch.arguments));
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
