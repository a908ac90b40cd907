#include "engines/postgres_replication.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/file.h"
#include "engines/instance_files.h"
#include "engines/own_file.h"
#include "engines/postgres_admin.h"
#include "frontdoor/handoff.h"

namespace haar::engines::postgres {
namespace {

constexpr int poll_interval_ms = 1;
constexpr std::size_t longest_secret = 256, longest_control = 8192;
// In pg_control, of versions 11 to 18: DBState, and where the last checkpoint begins. 1: shut down in order, as a writer.
constexpr std::size_t state_at = 16, checkpoint_at = 32;
constexpr std::uint32_t shut_down = 1;

constexpr std::string_view question =
    "SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN pg_catalog.format('none %s %s 0', "
    "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0'), "
    "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')) "
    "ELSE pg_catalog.format('%s %s %s %s', "
    "CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver WHERE status OPERATOR(pg_catalog.=) 'streaming') "
    "THEN 'up' ELSE 'down' END, "
    "pg_catalog.pg_wal_lsn_diff(GREATEST(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn()), '0/0'), "
    "COALESCE(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_last_wal_replay_lsn(), '0/0'), 0), "
    "CASE WHEN pg_catalog.pg_last_wal_receive_lsn() OPERATOR(pg_catalog.<=) pg_catalog.pg_last_wal_replay_lsn() THEN 0 "
    "ELSE COALESCE(GREATEST(0, pg_catalog.round(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() "
    "OPERATOR(pg_catalog.-) pg_catalog.pg_last_xact_replay_timestamp()) OPERATOR(pg_catalog.*) 1000)), 0) END) END";

AdminConnection::Target within(const Supervisor& supervisor, Milliseconds patience) {
  AdminConnection::Target target;
  target.patience = patience;
  target.supervisor = &supervisor;
  return target;
}

// A file of the engine's own, in its folder: whoever put something there, nothing else is written to.
Result<void> make_engine_file(const std::string& path, const EngineUser& user) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid()) return errno == EEXIST ? Result<void>() : system_error("cannot make", path);
  if (::geteuid() == 0 && ::fchown(fd.get(), user.uid, user.gid) != 0) return system_error("cannot give away", path);
  return {};
}

}  // namespace

Result<Replication> parse_replication(const std::string& text) {
  Replication out;
  const std::string_view all = text;
  const std::size_t first = all.find(' ');
  const std::string_view link = all.substr(0, first);
  if (link == "none") out.link = Link::none;
  else if (link == "up") out.link = Link::up;
  else if (link != "down") return Error{"EngineCommandFailed", "postgres tells nothing of its replication", 500, Fault::receiver};
  const char* at = all.data() + std::min(first, all.size());
  const char* const end = all.data() + all.size();
  for (std::uint64_t* number : {&out.received, &out.replayed, &out.lag_ms}) {
    if (at != end) ++at;
    const auto [next, error] = std::from_chars(at, end, *number);
    if (error != std::errc{}) return Error{"EngineCommandFailed", "postgres tells no position", 500, Fault::receiver};
    at = next;
  }
  return out;
}

Result<Replication> replication(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within(supervisor, patience)));
  return parse_replication(TRY(admin.value(std::string(question))).value_or(""));
}

Result<void> set_following(Supervisor& supervisor, const InstanceSpec& spec, bool follows) {
  const std::string signal = spec.data() + "/standby.signal";
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  if (follows) return make_engine_file(signal, user);
  if (::unlink(signal.c_str()) != 0 && errno != ENOENT) return system_error("cannot remove", signal);
  return {};
}

// libpq takes such a file of nobody's but its own user's. It lies where the engine can put nothing in its place.
Result<void> write_follower_secret(const InstanceSpec& spec, const EngineUser& user) {
  const auto secret = read_own_file(spec.secret(), longest_secret);
  if (!secret.ok()) return {};
  const std::string path = spec.conf() + "/upstream", temporary = path + ".tmp";
  const std::string line = fmt::format("*:*:*:rdsadmin:{}\n", *secret);
  if (::unlink(temporary.c_str()) != 0 && errno != ENOENT) return system_error("cannot remove", temporary);
  const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid() || ::write(fd.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
      (::geteuid() == 0 && ::fchown(fd.get(), user.uid, user.gid) != 0) || ::rename(temporary.c_str(), path.c_str()) != 0)
    return system_error("cannot write", path);
  return {};
}

Result<void> follow(const InstanceSpec& spec, const InstanceSpec& writer) {
  return frontdoor::connect_engines(spec.upstream(), writer.handoff());
}

// pg_promote() would look only every 100 ms.
Result<void> promote(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  AdminConnection admin = TRY(AdminConnection::open(spec, within(supervisor, patience)));
  const std::string follows = "SELECT pg_catalog.pg_is_in_recovery()";
  if (TRY(admin.value(follows)) == "f") return {};
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(make_engine_file(spec.data() + "/promote", user));
  supervisor.signal(spec.id, SIGUSR1);
  while (TRY(admin.value(follows)) != "f") {
    if (std::chrono::steady_clock::now() >= deadline) return not_ready(spec, patience);
    ::poll(nullptr, 0, poll_interval_ms);
  }
  return {};
}

Result<void> checkpoint(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within(supervisor, patience)));
  return admin.run("CHECKPOINT");
}

// Who makes commits wait has read its configuration before it begins a checkpoint; then one that waits is made.
Result<void> commits_wait(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within(supervisor, patience)));
  TRY(admin.run("CHECKPOINT"));
  TRY(admin.run("SET synchronous_commit TO remote_write"));
  TRY(admin.value("SELECT pg_catalog.txid_current()"));
  return {};
}

std::optional<std::uint64_t> end_of_log(const std::string& control) {
  if (control.size() < checkpoint_at + sizeof(std::uint64_t)) return std::nullopt;
  std::uint32_t state = 0;
  std::uint64_t checkpoint = 0;
  std::memcpy(&state, control.data() + state_at, sizeof state);
  std::memcpy(&checkpoint, control.data() + checkpoint_at, sizeof checkpoint);
  // That checkpoint is the last that it wrote: who has more than its beginning has it, for it is sent as a whole.
  if (state != shut_down) return std::nullopt;
  return checkpoint + 1;
}

std::optional<std::uint64_t> end_of_log(const InstanceSpec& spec) {
  const auto control = read_own_file(spec.data() + "/global/pg_control", longest_control);
  return control.ok() ? end_of_log(*control) : std::nullopt;
}

}  // namespace haar::engines::postgres
