// The template: what initdb and haar make once per program, and every instance is a copy of.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/file.h"
#include "engines/copy_tree.h"
#include "engines/instance_files.h"
#include "engines/postgres.h"
#include "engines/postgres_admin.h"

namespace haar::engines::postgres {
namespace {

constexpr int recipe = 1;  // grows when what follows changes: old templates are then not used any more
constexpr Milliseconds initdb_timeout{120'000}, ready_timeout{60'000};
constexpr std::uint16_t template_port = 5432;

// AWS's roles. rds_superuser is an ordinary role: what it may do is granted to it below.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
constexpr std::array<const char*, 8> role_statements{
    "CREATE ROLE rds_superuser NOLOGIN",
    "CREATE ROLE rds_replication NOLOGIN",
    "CREATE ROLE rds_password NOLOGIN",
    "CREATE ROLE rds_iam NOLOGIN",
    "CREATE ROLE rdsrepladmin NOLOGIN",
    "GRANT pg_monitor, pg_signal_backend, rds_replication, rds_password TO rds_superuser WITH ADMIN OPTION",
    "GRANT pg_checkpoint TO rds_superuser WITH ADMIN OPTION",
    // Up to version 15 a role with CREATEROLE may grant itself every role that is not a superuser's, so also
    // those that run programs and read or write the server's files. Marked as superusers' these cannot be
    // granted by anyone else ("must be superuser to alter superusers"); nobody is a member and none can log
    // in, so the mark gives nothing to anybody.
    "UPDATE pg_authid SET rolsuper = true WHERE rolname IN "
    "('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')"};

// In template1, so in every database made later. The drivers of AWS call these to learn about a cluster.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.AuroraPostgreSQL.Functions.html
constexpr std::array<const char*, 3> function_statements{
    "CREATE FUNCTION pg_catalog.aurora_version() RETURNS text LANGUAGE sql STABLE AS "
    "$$ SELECT pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) $$",
    "CREATE FUNCTION pg_catalog.aurora_db_instance_identifier() RETURNS text LANGUAGE sql STABLE AS "
    "$$ SELECT pg_catalog.current_setting('cluster_name') $$",
    "CREATE FUNCTION pg_catalog.aurora_replica_status(OUT server_id text, OUT session_id text, "
    "OUT durable_lsn bigint, OUT replica_lag_in_msec double precision, "
    "OUT last_update_timestamp timestamp with time zone) RETURNS SETOF record LANGUAGE sql VOLATILE SECURITY DEFINER "
    "SET search_path = pg_catalog AS $$ "
    "SELECT current_setting('cluster_name'), 'MASTER_SESSION_ID', (pg_current_wal_flush_lsn() - '0/0')::bigint, "
    "NULL::double precision, clock_timestamp() WHERE NOT pg_is_in_recovery() "
    "UNION ALL SELECT application_name, pid::text, (flush_lsn - '0/0')::bigint, "
    "extract(epoch FROM replay_lag)::double precision * 1000, reply_time FROM pg_stat_replication $$"};

Result<void> make_files(Supervisor& supervisor, const Program& program, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_for(Engine::postgres));
  TRY(prepare_folders(spec, user));
  Launch launch = launch_of(spec, user, program);
  launch.program = program.folder + "/initdb";
  launch.handoff_port = 0;
  launch.confinement.may_exec = true;
  launch.confinement.read_write = {spec.data()};
  launch.confinement.read = {program.folder.substr(0, program.folder.rfind('/'))};
  launch.arguments = {"-D", spec.data(), "-U", "rdsadmin", "--no-sync", "--data-checksums", "--wal-segsize=4",
                      "--encoding=UTF8", "--locale=C.UTF-8", "--auth=reject"};
  TRY(supervisor.start(launch));
  if (!supervisor.wait_exit(spec.id, initdb_timeout)) {
    TRY(supervisor.stop(spec.id, {}));
    return not_ready(spec, initdb_timeout);
  }
  if (::access((spec.data() + "/global/pg_control").c_str(), F_OK) != 0) {
    return Error{"EngineStartFailed", fmt::format("initdb failed: {}", log_tail(spec)), 500, Fault::receiver};
  }
  return {};
}

Result<void> fill(const InstanceSpec& spec, int major) {
  {
    AdminConnection admin = TRY(AdminConnection::open(spec, "template1"));
    for (const char* statement : role_statements) {
      if (major < 15 && std::string_view(statement).find("pg_checkpoint") != std::string_view::npos) continue;
      TRY(admin.run(statement));
    }
    for (const char* statement : function_statements) TRY(admin.run(statement));
  }
  {
    AdminConnection admin = TRY(AdminConnection::open(spec, "postgres"));
    for (const char* statement : function_statements) TRY(admin.run(statement));
    TRY(admin.run("CREATE DATABASE rdsadmin OWNER rdsadmin"));
  }
  AdminConnection admin = TRY(AdminConnection::open(spec));
  TRY(admin.run("REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC"));
  // A privilege that says nothing, held where no tenant comes: it keeps AWS's roles from being dropped.
  TRY(admin.run("GRANT USAGE ON SCHEMA public TO rds_superuser, rds_replication, rds_password, rds_iam, rdsrepladmin"));
  return admin.run("VACUUM FREEZE");
}

Result<void> make(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, const Progress& progress) {
  const auto tell = [&](std::string_view what) {
    if (progress) progress(what);
  };
  tell(fmt::format("preparing a PostgreSQL {} template (once)", program.version));
  TRY(make_files(supervisor, program, spec));
  tell("starting it to add AWS's roles");
  TRY(start(supervisor, program, spec));
  Result<void> filled = wait_ready(supervisor, spec, ready_timeout);
  if (filled.ok()) filled = fill(spec, program.major);
  TRY(stop(supervisor, spec, StopMode::fast));
  if (!filled.ok()) return filled;
  // A copy gets its own; what is left of this run would only mislead it.
  for (const char* name : {"/postmaster.pid", "/postmaster.opts", "/current_logfiles"}) {
    ::unlink((spec.data() + name).c_str());
  }
  return sync_file_system(spec.data());
}

bool is_template(const std::string& folder) { return ::access((folder + "/PG_VERSION").c_str(), F_OK) == 0; }

}  // namespace

Result<Template> prepare_template(Supervisor& supervisor, const Program& program, const std::string& templates_folder,
                                  const Progress& progress) {
  const std::string name = fmt::format("postgres-{}-{}", program.build, recipe);
  const Template out{templates_folder + "/" + name, program.major};
  if (is_template(out.folder)) return out;
  TRY(make_folders(templates_folder, 0711));
  // One maker at a time, among threads and processes; the others find what it made.
  const std::string lock_path = templates_folder + "/lock";
  const Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) return system_error("cannot lock", lock_path);
  if (is_template(out.folder)) return out;
  InstanceSpec spec;
  spec.id = fmt::format("template-{}", program.major);
  spec.folder = templates_folder + "/making";
  spec.run_folder = supervisor.run_folder() + "/template";
  spec.port = template_port;
  // An earlier haar may have died at it: its server is stopped, its files go.
  if (TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) TRY(stop(supervisor, spec, StopMode::immediate));
  TRY(remove_instance(supervisor, spec));
  TRY(make(supervisor, program, spec, progress));
  if (::rename(spec.data().c_str(), out.folder.c_str()) != 0) return system_error("cannot put into place", out.folder);
  TRY(fsync_folder(templates_folder));
  TRY(remove_instance(supervisor, spec));
  return out;
}

}  // namespace haar::engines::postgres
