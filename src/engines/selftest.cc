#include "engines/selftest.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/file.h"
#include "engines/own_file.h"

namespace haar::engines {
namespace {

constexpr std::uint16_t probe_port = 5432;  // never bound: the shim puts a Unix socket in its place
constexpr Milliseconds patience{5000};
constexpr int poll_interval_ms = 2;
constexpr std::size_t longest_log = 65536;

Error failed(std::string_view what) {
  return {"EngineSelfTestFailed", fmt::format("the self-test of the engine handoff failed: {}", what), 503,
          Fault::receiver};
}

struct Connection {
  Fd client, server;
  std::string client_name;  // "127.0.0.1:40312"
};

// A TCP connection from this process to itself.
Result<Connection> loopback_connection() {
  const Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  Connection out;
  out.client = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::bind(listener.get(), generic, size) != 0 || ::listen(listener.get(), 1) != 0 ||
      ::getsockname(listener.get(), generic, &size) != 0 || ::connect(out.client.get(), generic, size) != 0) {
    return failed(std::strerror(errno));
  }
  out.server = Fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!out.server.valid() || ::getsockname(out.client.get(), generic, &size) != 0) return failed(std::strerror(errno));
  out.client_name = fmt::format("127.0.0.1:{}", ntohs(address.sin_port));
  return out;
}

std::string read_answer(int fd) {
  std::string answer;
  std::array<char, 512> buffer{};
  for (;;) {
    pollfd readable{fd, POLLIN, 0};
    if (::poll(&readable, 1, static_cast<int>(patience.count())) != 1) return answer;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Result<std::string> converse(Supervisor& supervisor, const Launch& launch) {
  auto connection = TRY(loopback_connection());
  frontdoor::HandoffSender sender(launch.handoff_path);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (sender.send(connection.server.get()) != frontdoor::HandOver::done) {
    if (!supervisor.running(launch.id)) {
      const auto log = read_own_file(launch.log_file, longest_log);
      return failed(fmt::format("the probe ended: {}", log.ok() ? *log : ""));
    }
    if (std::chrono::steady_clock::now() > deadline) return failed("the probe opened no handoff socket");
    ::poll(nullptr, 0, poll_interval_ms);
  }
  connection.server.reset();
  const std::string answer = read_answer(connection.client.get());
  const std::string peer = "peer=" + connection.client_name + " ";
  if (!answer.starts_with(peer)) return failed(fmt::format("expected \"{}…\", got \"{}\"", peer, answer));
  return answer.substr(peer.size());
}

}  // namespace

Result<void> run_self_test(Supervisor& supervisor, const std::string& run_folder) {
  const std::string folder = run_folder + "/self-test", own = folder + "/own", secret = folder + "/secret";
  Launch launch;
  launch.id = "self-test";
  launch.user = TRY(supervisor.maker_user());
  TRY(make_engine_folder(own, launch.user));
  // Readable for all as far as file modes go: what refuses it must be Landlock.
  TRY(write_file_durably(secret, "not for engines", 0644));
  launch.record_folder = folder;
  launch.work_folder = own;
  launch.log_file = folder + "/engine.log";
  launch.program = supervisor.shim().probe;
  launch.arguments = {std::to_string(probe_port), secret, own + "/code"};
  launch.confinement.read_write = {own};
  launch.handoff_port = probe_port;
  launch.handoff_path = folder + "/handoff";
  TRY(supervisor.start(launch));
  const auto answer = converse(supervisor, launch);
  (void)supervisor.stop(launch.id, {SIGTERM, patience, 0, {}});
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (!answer.ok()) return answer.error();
  // A file of its own can be mapped as code where there is no mount namespace: said by layers(), no failure.
  const int mapped = supervisor.layers().namespaces == namespaces::Kind::none ? 0 : EPERM;
  const std::string expected =
      fmt::format("preload=0 read={} network={} datagram={} connect={} chmod={} map={} exec={}\n", EACCES, EAFNOSUPPORT, EPERM,
                  EPERM, EPERM, mapped, EACCES);
  if (*answer == expected) return {};
  return failed(fmt::format("the confinement does not hold: expected \"{}\", got \"{}\"", expected, *answer));
}

}  // namespace haar::engines
