#include "engines/redis.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/encoding.h"
#include "base/file.h"
#include "engines/instance_files.h"
#include "engines/own_file.h"
#include "engines/redis_access.h"
#include "engines/resp.h"
#include "engines/tls_file.h"
#include "frontdoor/handoff.h"

namespace haar::engines::redis {
namespace {

constexpr std::uint32_t default_memory_mb = 64, least_memory_mb = 4;
constexpr int poll_interval_ms = 2;
constexpr std::string_view admin_user = "haar-admin";
// Clients on TLS come to a listener of their own (frontdoor/shim), whose port nobody sees.
constexpr std::uint16_t tls_port = 1;
// Where nobody listens: connections come from haar (frontdoor/shim).
constexpr std::string_view no_primary = "127.0.0.1";
constexpr std::string_view restored_name = "restored";

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::uint32_t node_memory_mb(const InstanceSpec& spec) {
  return std::max(spec.memory_mb == 0 ? default_memory_mb : spec.memory_mb, least_memory_mb);
}

struct Secrets {
  std::string admin, replication;
};

// A history keeps its name (repl-backlog-ttl). What a copy of the primary is received into has a new name at each start:
// what a replica that was killed left behind is never taken for data.
std::string replication_text(const InstanceSpec& spec, const Secrets& secrets, Begin begin, bool restored, Random& random) {
  std::string text = fmt::format(
      "repl-diskless-sync yes\nrepl-diskless-sync-delay 0\nrdb-del-sync-files yes\nrepl-backlog-ttl 0\ndbfilename sync-{}.rdb\n",
      restored ? std::string(restored_name) : random_text(random, alphabet_lower_alnum, 10));
  text += fmt::format("user {} on #{} -@all +ping +psync +replconf\n", replication_user, sha256_hex(secrets.replication));
  if (!spec.address.empty()) text += fmt::format("replica-announce-ip {}\nreplica-announce-port {}\n", spec.address, spec.port);
  if (begin == Begin::following) text += fmt::format("replicaof {} 1\nreplica-serve-stale-data no\n", no_primary);
  return text;
}

// The engine gets a file of its own: the copy stays as it is, whatever the engine does. The folder is the engine's: no link in
// it is followed.
Result<void> put_copy(const std::string& copy, const std::string& folder, const EngineUser& user) {
  const std::string to = fmt::format("{}/sync-{}.rdb", folder, restored_name);
  if (::unlink(to.c_str()) != 0 && errno != ENOENT) return system_error("replacing", to);
  const Fd from(::open(copy.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!from.valid()) return system_error("opening", copy);
  const Fd file(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return system_error("creating", to);
  constexpr std::size_t piece = std::size_t{16} << 20;
  for (;;) {
    const ssize_t put = ::copy_file_range(from.get(), nullptr, file.get(), nullptr, piece, 0);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error("copying", copy);
    if (put == 0) break;
  }
  if (::geteuid() == 0 && ::fchown(file.get(), user.uid, user.gid) != 0) return system_error("cannot give away", to);
  return {};
}

// A file takes one kind of clients a line, where CONFIG SET takes them together.
std::string setting_lines(const std::string& name, const std::string& value) {
  if (name != "client-output-buffer-limit") return fmt::format("{} \"{}\"\n", name, value);
  std::string out;
  std::size_t words = 0;
  for (std::size_t at = 0; at < value.size(); ++words) {
    const std::size_t end = std::min(value.find(' ', at), value.size());
    constexpr std::size_t words_of_a_kind = 4;
    if (words % words_of_a_kind == 0) out += (out.empty() ? "" : "\n") + name;
    out += ' ';
    out += value.substr(at, end - at);
    at = end + 1;
  }
  return out + "\n";
}

// Versions of TLS as on ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
// Between nodes nothing is encrypted: what haar connects them by is a pair of sockets that nobody else has.
std::string tls_text(const InstanceSpec& spec) {
  return fmt::format(
      "tls-port {0}\ntls-cert-file \"{1}\"\ntls-key-file \"{1}\"\ntls-auth-clients no\ntls-replication no\n"
      "tls-protocols \"TLSv1.2 TLSv1.3\"\n",
      tls_port, tls_file(spec));
}

// Data in memory only, as on ElastiCache: a node that ends is an empty node when it comes back.
std::string config_text(const Program& program, const InstanceSpec& spec, const Secrets& secrets, Begin begin,
                        const Parameters& parameters, bool restored, bool closed, Random& random) {
  std::string text = fmt::format(
      "bind 127.0.0.1\nport {}\nprotected-mode no\ndaemonize no\n"
      "logfile \"\"\ndir {}\nsave \"\"\nappendonly no\nmaxclients 10000\nstop-writes-on-bgsave-error no\n",
      spec.port, spec.data());
  if (program.major >= 7) {
    text += "enable-protected-configs no\nenable-debug-command no\nenable-module-command no\n";
  }
  if (has_tls_file(spec)) text += tls_text(spec);
  for (const auto& [name, value] : settings_of(program.major, node_memory_mb(spec), parameters))
    text += setting_lines(name, value);
  text += fmt::format("user default {}\n", closed ? "off" : default_user_rules(program));
  text += fmt::format("user {} on #{} ~* &* +@all\n", admin_user, sha256_hex(secrets.admin));
  text += replication_text(spec, secrets, begin, restored, random);
  return text;
}

}  // namespace

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, Random& random, Begin begin,
                      const Parameters& parameters, const std::string& copy, bool closed) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(prepare_folders(spec, user));
  // A running server keeps the secret it was started with: nothing is written under one.
  if (const auto pid = TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) {
    return Error{"EngineAlreadyRunning", fmt::format("{} is running already (process {})", spec.id, *pid), 500,
                 Fault::receiver};
  }
  const Secrets secrets{random_text(random, alphabet_lower_alnum, secret_length),
                        random_text(random, alphabet_lower_alnum, secret_length)};
  TRY(write_file_durably(spec.secret(), secrets.admin, 0600));
  TRY(write_file_durably(spec.replication_secret(), secrets.replication, 0600));
  const std::string config = config_text(program, spec, secrets, begin, parameters, !copy.empty(), closed, random);
  TRY(write_config(spec, user, "redis.conf", config));
  if (!copy.empty()) TRY(put_copy(copy, spec.data(), user));
  Launch launch = launch_of(spec, user, program);
  if (has_tls_file(spec)) {
    launch.tls_port = tls_port;
    launch.tls_path = spec.tls_handoff();
  }
  launch.upstream_path = spec.upstream();
  launch.arguments = {spec.conf() + "/redis.conf"};
  const pid_t pid = TRY(supervisor.start(launch));
  return Running{spec.id, pid, spec.handoff()};
}

Result<RespConnection> administer(const InstanceSpec& spec, Milliseconds patience) {
  const std::string secret = TRY(read_own_file(spec.secret(), secret_length));
  RespConnection connection(TRY(frontdoor::dial(spec.handoff())), patience);
  TRY(connection.command({"AUTH", std::string(admin_user), secret}));
  return connection;
}

Result<std::string> admin_command(const InstanceSpec& spec, const std::vector<std::string>& words, Milliseconds patience) {
  RespConnection connection = TRY(administer(spec, patience));
  return connection.command(words);
}

Result<void> apply_parameters(const Program& program, const InstanceSpec& spec, const Parameters& parameters,
                              Milliseconds patience) {
  RespConnection connection = TRY(administer(spec, patience));
  for (const auto& [name, value] : settings_of(program.major, node_memory_mb(spec), parameters)) {
    if (is_dynamic(name)) TRY(connection.command({"CONFIG", "SET", name, value}));
  }
  return {};
}

// Key and certificate are one file, and it takes both when it is told of one.
Result<void> reload_certificate(const InstanceSpec& spec, Milliseconds patience) {
  TRY(admin_command(spec, {"CONFIG", "SET", "tls-cert-file", tls_file(spec)}, patience));
  return {};
}

Result<void> end_sessions(const InstanceSpec& spec, Milliseconds patience) {
  RespConnection connection = TRY(administer(spec, patience));
  for (const char* type : {"normal", "pubsub"}) TRY(connection.command({"CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"}));
  return {};
}

Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    if (supervisor.cancelled()) return stopping_error();
    if (const auto socket = check_handoff(spec); !socket.ok() && supervisor.running(spec.id)) {
      (void)stop(supervisor, spec, StopMode::immediate);
      return socket;
    }
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    const auto answer = admin_command(spec, {"PING"}, left);
    if (answer.ok() && *answer == "PONG") return {};
    // A replica without its primary answers so; a server that is loading does not yet serve.
    if (!answer.ok() && answer.error().message.find("MASTERDOWN") != std::string::npos) return {};
    if (!supervisor.running(spec.id)) return ended_early(spec);
    ::poll(nullptr, 0, poll_interval_ms);
  }
  return not_ready(spec, timeout);
}

Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode) {
  return supervisor.stop(spec.id, {mode == StopMode::fast ? SIGTERM : SIGKILL, Milliseconds{10'000}, 0, {}});
}

}  // namespace haar::engines::redis
