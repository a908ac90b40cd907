#include "engines/postgres.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "base/file.h"
#include "engines/copy_tree.h"
#include "engines/engine_user.h"
#include "engines/instance_files.h"
#include "engines/postgres_admin.h"

namespace haar::engines::postgres {
namespace {

constexpr int poll_interval_ms = 2;
constexpr std::uint32_t least_buffers_mb = 16, default_buffers_mb = 32, most_buffers_mb = 128;
constexpr int most_connections = 100;
constexpr StopPlan fast_stop{SIGINT, Milliseconds{20'000}, SIGQUIT, Milliseconds{10'000}};
constexpr StopPlan immediate_stop{SIGQUIT, Milliseconds{10'000}, 0, {}};

// cluster_name takes printable ASCII only, 63 characters; anything else is left out.
std::string shown_name(const InstanceSpec& spec) {
  std::string name;
  for (const char c : spec.name.empty() ? spec.id : spec.name) {
    if (c > ' ' && c < 0x7f && c != '\'' && c != '\\' && name.size() < 63) name += c;
  }
  return name;
}

// Nothing of the distribution's configuration is read. dynamic_shared_memory_type: killed servers leave
// files in /dev/shm. wal_log_hints belongs into the file: pg_rewind's single-user pass reads it there.
// syncfs: after a crash every file is synced before recovery begins; file by file that takes seconds.
std::string server_config(const InstanceSpec& spec, int major) {
  const std::uint32_t buffers =
      spec.memory_mb == 0 ? default_buffers_mb : std::clamp(spec.memory_mb / 4, least_buffers_mb, most_buffers_mb);
  return fmt::format(
      "data_directory = '{data}'\nhba_file = '{conf}/pg_hba.conf'\nident_file = '{conf}/pg_ident.conf'\n"
      "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{run}'\n"
      "unix_socket_permissions = 0700\ncluster_name = '{name}'\n"
      "max_connections = {connections}\nshared_buffers = {buffers}MB\nhuge_pages = off\n"
      "dynamic_shared_memory_type = mmap\njit = off\nfsync = on\nfull_page_writes = on\n"
      "wal_level = logical\nwal_log_hints = on\nmax_wal_senders = 10\nmax_replication_slots = 10\n"
      "wal_keep_size = 64MB\nmin_wal_size = 32MB\nmax_wal_size = 512MB\nwal_retrieve_retry_interval = 100ms\n"
      "hot_standby = on\nhot_standby_feedback = on\npassword_encryption = scram-sha-256\nssl = off\n"
      "logging_collector = off\nlog_destination = stderr\nlog_timezone = 'UTC'\ntimezone = 'UTC'\n"
      "log_line_prefix = '%t:%r:%u@%d:[%p]:'\ndatestyle = 'iso, mdy'\n"
      "default_text_search_config = 'pg_catalog.english'\n{sync}",
      fmt::arg("sync", major >= 14 ? "recovery_init_sync_method = syncfs\n" : ""),
      fmt::arg("data", spec.data()), fmt::arg("conf", spec.conf()), fmt::arg("port", spec.port),
      fmt::arg("run", spec.run_folder), fmt::arg("name", shown_name(spec)), fmt::arg("connections", most_connections),
      fmt::arg("buffers", buffers));
}

// haar comes over the Unix socket and only as haar's own operating system user; tenants come over TCP (the
// handed-over socket is one) and only with a password; rdsadmin never comes over TCP, whatever its password.
constexpr std::string_view host_config =
    "local all         rdsadmin          peer map=haar\n"
    "local all         all               reject\n"
    "host  all         rdsadmin all      reject\n"
    "host  rdsadmin    all      all      reject\n"
    "host  replication all      all      reject\n"
    "host  all         all      all      scram-sha-256\n";

// What the server writes into its lock file once it accepts connections, as pg_ctl looks for it.
bool says_ready(const InstanceSpec& spec, pid_t pid) {
  const auto text = read_file(spec.data() + "/postmaster.pid");
  if (!text.ok()) return false;
  std::istringstream lines(*text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (number == 1 && line != std::to_string(pid)) return false;
    if (number == 8) return line.starts_with("ready");
  }
  return false;
}

Error reserved_name(std::string_view kind, const std::string& name) {
  return {"EngineCommandFailed", fmt::format("the {} {} is reserved", kind, name), 500, Fault::receiver};
}

Result<void> put_role(AdminConnection& admin, const Master& master) {
  const auto role = TRY(admin.identifier(master.user));
  const auto verifier = TRY(admin.literal(master.scram_verifier));
  const auto kind = TRY(admin.value("SELECT rolsuper OR rolname ~ '^(pg_|rds_)' OR rolname = 'rdsrepladmin' "
                                    "FROM pg_roles WHERE rolname = $1", {master.user}));
  if (kind == "t") {
    return reserved_name("role", master.user);
  }
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
  TRY(admin.run(fmt::format("{} ROLE {} WITH LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOREPLICATION "
                            "PASSWORD {} VALID UNTIL 'infinity'", kind ? "ALTER" : "CREATE", role, verifier)));
  return admin.run(fmt::format("GRANT rds_superuser TO {} WITH ADMIN OPTION", role));
}

}  // namespace

Result<void> prepare_data(Supervisor& supervisor, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_for(Engine::postgres));
  if (TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) {
    return Error{"EngineAlreadyRunning", spec.id + " is running: its data is not replaced", 500, Fault::receiver};
  }
  TRY(supervisor.discard(spec.data()));
  return prepare_folders(spec, user);
}

Result<void> create_data(Supervisor& supervisor, const Template& prepared, const InstanceSpec& spec) {
  TRY(prepare_data(supervisor, spec));
  return copy_tree(prepared.folder, spec.data(), TRY(supervisor.user_for(Engine::postgres)));
}

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_for(Engine::postgres));
  TRY(prepare_folders(spec, user));
  TRY(write_config(spec, user, "postgresql.conf", server_config(spec, program.major)));
  TRY(write_config(spec, user, "pg_hba.conf", host_config));
  TRY(write_config(spec, user, "pg_ident.conf", fmt::format("haar \"{}\" rdsadmin\n", current_user().name)));
  Launch launch = launch_of(spec, user, program);
  launch.arguments = {"-D", spec.data(), "-c", "config_file=" + spec.conf() + "/postgresql.conf"};
  // The installation that the program belongs to: /usr/lib/postgresql/15, or wherever it was put.
  if (const std::string home = program.folder.substr(0, program.folder.rfind('/')); home.rfind('/') != 0) {
    launch.confinement.read.push_back(home);
  }
  const pid_t pid = TRY(supervisor.start(launch));
  return Running{spec.id, pid, spec.handoff()};
}

Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto pid = supervisor.running(spec.id);
    if (!pid) return ended_early(spec);
    if (says_ready(spec, *pid) && AdminConnection::open(spec, "postgres").ok()) {
      const auto handoff = check_handoff(spec);
      if (!handoff.ok()) (void)stop(supervisor, spec, StopMode::immediate);
      return handoff;
    }
    ::poll(nullptr, 0, poll_interval_ms);
  }
  return not_ready(spec, timeout);
}

Result<void> create_master(const InstanceSpec& spec, const Master& master) {
  AdminConnection admin = TRY(AdminConnection::open(spec));
  TRY(put_role(admin, master));
  const auto role = TRY(admin.identifier(master.user));
  TRY(admin.run(fmt::format("ALTER DATABASE postgres OWNER TO {}", role)));
  if (master.database.empty() || master.database == "postgres") return {};
  if (master.database == "rdsadmin" || master.database.starts_with("template")) {
    const auto reserved = TRY(admin.value("SELECT 1 FROM pg_database WHERE datname = $1 AND (datistemplate OR "
                                          "datname = 'rdsadmin')", {master.database}));
    if (reserved) return reserved_name("database", master.database);
  }
  const auto database = TRY(admin.identifier(master.database));
  const bool exists = TRY(admin.value("SELECT 1 FROM pg_database WHERE datname = $1", {master.database})).has_value();
  return admin.run(fmt::format("{} DATABASE {} OWNER {}{}", exists ? "ALTER" : "CREATE", database,
                               exists ? "TO " : "", role));
}

Result<void> set_password(const InstanceSpec& spec, const std::string& user, const std::string& scram_verifier) {
  AdminConnection admin = TRY(AdminConnection::open(spec));
  const auto super = TRY(admin.value("SELECT rolsuper FROM pg_roles WHERE rolname = $1", {user}));
  if (super != "f") {
    return Error{"EngineCommandFailed", fmt::format("there is no role {} to set a password for", user), 500,
                 Fault::receiver};
  }
  return admin.run(fmt::format("ALTER ROLE {} PASSWORD {}", TRY(admin.identifier(user)),
                               TRY(admin.literal(scram_verifier))));
}

Result<void> settle(const InstanceSpec& spec) { return sync_file_system(spec.data()); }

Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode) {
  return supervisor.stop(spec.id, mode == StopMode::fast ? fast_stop : immediate_stop);
}

}  // namespace haar::engines::postgres
