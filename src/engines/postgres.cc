#include "engines/postgres.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "engines/copy_tree.h"
#include "engines/instance_files.h"
#include "engines/postgres_access.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_backup.h"
#include "engines/postgres_parameters.h"
#include "engines/postgres_replication.h"
#include "engines/postgres_setup.h"
#include "engines/user_table.h"

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
      "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\ncluster_name = '{name}'\n"
      "max_connections = {connections}\nshared_buffers = {buffers}MB\nhuge_pages = off\n"
      "dynamic_shared_memory_type = mmap\njit = off\nfsync = on\nfull_page_writes = on\n"
      "wal_level = logical\nwal_log_hints = on\nmax_wal_senders = 10\nmax_replication_slots = 10\n"
      "wal_keep_size = 64MB\nmax_slot_wal_keep_size = 1GB\nwal_receiver_status_interval = 1s\n"
      "min_wal_size = 32MB\nmax_wal_size = 512MB\nwal_retrieve_retry_interval = 100ms\n"
      "hot_standby = on\nhot_standby_feedback = on\nmax_standby_streaming_delay = 14s\n"
      "recovery_target_timeline = 'latest'\n"
      "primary_conninfo = 'host=127.0.0.1 port={port} user=rdsadmin passfile={conf}/upstream sslmode=disable "
      "gssencmode=disable application_name={name}'\n"
      "password_encryption = scram-sha-256\n{tls}"
      "logging_collector = off\nlog_destination = stderr\nlog_timezone = 'UTC'\ntimezone = 'UTC'\n"
      "log_line_prefix = '%t:%r:%u@%d:[%p]:'\ndatestyle = 'iso, mdy'\n"
      "default_text_search_config = 'pg_catalog.english'\n{sync}"
      "include_if_exists = 'parameters.conf'\ninclude_if_exists = 'storage.conf'\ninclude_if_exists = 'restore.conf'\n",
      fmt::arg("tls", tls_config(spec)), fmt::arg("sync", major >= 14 ? "recovery_init_sync_method = syncfs\n" : ""),
      fmt::arg("data", spec.data()), fmt::arg("conf", spec.conf()), fmt::arg("port", spec.port),
      fmt::arg("name", shown_name(spec)), fmt::arg("connections", most_connections),
      fmt::arg("buffers", buffers));
}

// Until the volume is set up: nobody but haar. Where the administrator has no secret yet, knowing the token is enough.
constexpr std::string_view closed_host_config = "local all rdsadmin {}\nlocal all all reject\nhost all all all reject\n";

Result<void> write_host_config(const InstanceSpec& spec, const EngineUser& user, bool open) {
  if (open) return write_open_host_config(spec, user);
  return write_config(spec, user, "pg_hba.conf",
                      fmt::format(closed_host_config, has_secret(spec) ? "scram-sha-256" : "trust"));
}

// Opens the server to tenants, and waits until new connections are judged by the new rules.
// A session tells of the rules in force when it began: `admin` of those before, each new one of those now.
Result<void> open_to_tenants(Supervisor& supervisor, AdminConnection& admin, const InstanceSpec& spec,
                             const AdminConnection::Target& within) {
  const std::string loaded = "SELECT pg_catalog.date_part('epoch', pg_catalog.pg_conf_load_time())";
  const auto before = TRY(admin.value(loaded));
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(write_host_config(spec, user, true));
  supervisor.signal(spec.id, SIGHUP);
  const auto deadline = std::chrono::steady_clock::now() + within.patience;
  while (std::chrono::steady_clock::now() < deadline) {
    AdminConnection newest = TRY(AdminConnection::open(spec, within));
    if (TRY(newest.value(loaded)) != before) return {};
    ::poll(nullptr, 0, poll_interval_ms);
  }
  return not_ready(spec, within.patience);
}

Error reserved_name(std::string_view kind, const std::string& name) {
  return {"EngineCommandFailed", fmt::format("the {} {} is reserved", kind, name), 500, Fault::receiver};
}

Result<void> put_role(AdminConnection& admin, const Master& master) {
  const auto role = TRY(admin.identifier(master.user));
  const auto verifier = TRY(admin.literal(master.scram_verifier));
  const auto kind = TRY(admin.value("SELECT rolsuper OR rolname OPERATOR(pg_catalog.~) '^(pg_|rds_)' OR "
                                    "rolname IN ('rdsrepladmin', 'rdstopmgr') FROM pg_catalog.pg_roles "
                                    "WHERE rolname = $1", {master.user}));
  if (kind == "t") {
    return reserved_name("role", master.user);
  }
  // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
  TRY(admin.run(fmt::format("{} ROLE {} WITH LOGIN NOSUPERUSER INHERIT CREATEDB CREATEROLE NOREPLICATION "
                            "PASSWORD {} VALID UNTIL 'infinity'", kind ? "ALTER" : "CREATE", role, verifier)));
  return admin.run(fmt::format("GRANT rds_superuser TO {} WITH ADMIN OPTION", role));
}

AdminConnection::Target within(const Supervisor& supervisor, Milliseconds patience) {
  AdminConnection::Target target;
  target.patience = patience;
  target.supervisor = &supervisor;
  return target;
}

Result<void> put_master(AdminConnection& admin, const Master& master) {
  TRY(put_role(admin, master));
  const auto role = TRY(admin.identifier(master.user));
  // It is the tenant's, who may have dropped it.
  if (TRY(admin.value("SELECT 1 FROM pg_catalog.pg_database WHERE datname = 'postgres'"))) {
    TRY(admin.run(fmt::format("ALTER DATABASE postgres OWNER TO {}", role)));
  }
  if (master.database.empty() || master.database == "postgres") return {};
  if (master.database == "rdsadmin" || master.database.starts_with("template")) {
    const auto reserved = TRY(admin.value("SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1 AND (datistemplate OR "
                                          "datname = 'rdsadmin')", {master.database}));
    if (reserved) return reserved_name("database", master.database);
  }
  const auto database = TRY(admin.identifier(master.database));
  const bool exists = TRY(admin.value("SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1", {master.database})).has_value();
  return admin.run(fmt::format("{} DATABASE {} OWNER {}{}", exists ? "ALTER" : "CREATE", database,
                               exists ? "TO " : "", role));
}

}  // namespace

Result<void> prepare_data(Supervisor& supervisor, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  if (TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) {
    return Error{"EngineAlreadyRunning", spec.id + " is running: its data is not replaced", 500, Fault::receiver};
  }
  TRY(supervisor.discard(spec.data()));
  ::unlink(spec.secret().c_str());
  TRY(prepare_folders(spec, user));
  return note_recipe(spec, recipe);
}

Result<void> create_data(Supervisor& supervisor, const Template& prepared, const InstanceSpec& spec) {
  TRY(prepare_data(supervisor, spec));
  return copy_tree(prepared.folder, spec.data(), TRY(supervisor.user_of(spec.id)));
}

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, bool follows) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  if (const auto pid = TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) {
    return Error{"EngineAlreadyRunning", fmt::format("{} is running already (process {})", spec.id, *pid), 500,
                 Fault::receiver};
  }
  TRY(prepare_folders(spec, user));
  const bool recovers = is_recovering(spec);
  // Volumes of an older haar belong to a user of all engines, those of the pool to haar.
  if (user.own) TRY(give_tree(spec.data(), user.uid, user.gid));
  TRY(write_config(spec, user, "postgresql.conf", server_config(spec, program.major)));
  TRY(note_program(spec, user, program));
  TRY(write_host_config(spec, user, is_set_up(spec)));
  TRY(write_config(spec, user, "pg_ident.conf", ""));
  TRY(write_follower_secret(spec, user));
  TRY(set_following(supervisor, spec, follows));
  Launch launch = launch_of(spec, user, program);
  launch.upstream_path = spec.upstream();
  launch.processes = processes_for(spec);
  launch.logins_path = spec.logins();
  // Said here, too: what a tenant wrote into its own postgresql.auto.conf comes before the file.
  launch.arguments = {"-D", spec.data(), "-c", "config_file=" + spec.conf() + "/postgresql.conf",
                      "-c", "hba_file=" + spec.conf() + "/pg_hba.conf", "-c", "ident_file=" + spec.conf() + "/pg_ident.conf",
                      "-c", "listen_addresses=127.0.0.1", "-c", fmt::format("port={}", spec.port),
                      "-c", "unix_socket_directories="};
  // The installation that the program belongs to: /usr/lib/postgresql/15, or wherever it was put.
  if (const std::string home = program.folder.substr(0, program.folder.rfind('/')); home.rfind('/') != 0) {
    launch.confinement.read.push_back(home);
  }
  // It is nobody's reader and begins as one: its log lies in the volume (postgres_backup.h).
  if (recovers) TRY(mark_recovering(spec, user));
  const pid_t pid = TRY(supervisor.start(launch));
  return Running{spec.id, pid, spec.handoff()};
}

Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout) {
  const AdminConnection::Target target = within(supervisor, timeout);
  if (const auto socket = check_handoff(spec); !socket.ok() && supervisor.running(spec.id) && !supervisor.cancelled()) {
    (void)stop(supervisor, spec, StopMode::immediate);
    return socket;
  }
  AdminConnection admin = TRY(AdminConnection::when_ready(spec, target));
  end_recovery(spec);
  if (is_set_up(spec)) return {};
  TRY(set_up(admin, spec, target));
  return open_to_tenants(supervisor, admin, spec, target);
}

Result<void> create_master(const Supervisor& supervisor, const InstanceSpec& spec, const Master& master,
                           Milliseconds patience) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within(supervisor, patience)));
  return put_master(admin, master);
}

Result<void> set_password(const Supervisor& supervisor, const InstanceSpec& spec, const std::string& user,
                          const std::string& scram_verifier, Milliseconds patience) {
  AdminConnection admin = TRY(AdminConnection::open(spec, within(supervisor, patience)));
  const auto super = TRY(admin.value("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = $1", {user}));
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
