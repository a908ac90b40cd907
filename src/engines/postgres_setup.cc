#include "engines/postgres_setup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>

#include "auth/password.h"
#include "base/file.h"
#include "base/ids.h"
#include "base/log.h"
#include "engines/own_file.h"

namespace haar::engines::postgres {
namespace {

constexpr std::size_t secret_length = 48;

// AWS's roles. rds_superuser is an ordinary role: what it may do is granted to it below.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser.html
constexpr std::array<const char*, 7> role_statements{
    "CREATE ROLE rds_superuser NOLOGIN",
    "CREATE ROLE rds_replication NOLOGIN",
    "CREATE ROLE rds_password NOLOGIN",
    "CREATE ROLE rds_iam NOLOGIN",
    "CREATE ROLE rdsrepladmin NOLOGIN",
    "GRANT pg_monitor, pg_signal_backend, rds_replication, rds_password TO rds_superuser WITH ADMIN OPTION",
    "GRANT pg_checkpoint TO rds_superuser WITH ADMIN OPTION"};

// Up to version 15 a role with CREATEROLE may grant itself every role that is not a superuser's, so also those that
// run programs, read or write the server's files, or read every table, that of the passwords too. Marked as superusers'
// they cannot be granted by anyone else ("must be superuser to alter superusers"). A member of such a role could
// become a superuser by SET ROLE: memberships go first, in the same transaction, and none can log in.
// docs/decisions/2026-11-20-postgres-predefined-roles.md
constexpr std::string_view closed_roles =
    "'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_read_all_data'";

std::string close_roles() {
  return fmt::format(
      "BEGIN; "
      "DELETE FROM pg_catalog.pg_auth_members WHERE roleid IN "
      "(SELECT oid FROM pg_catalog.pg_authid WHERE rolname IN ({0})); "
      "UPDATE pg_catalog.pg_authid SET rolsuper = true, rolcanlogin = false WHERE rolname IN ({0}); "
      "COMMIT",
      closed_roles);
}

// What AWS's drivers call to learn about a cluster, in template1, so in every database made later.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Appendix.AuroraPostgreSQL.Functions.html
//
// aurora_replica_status() shows applications what only members of pg_read_all_stats see. It runs with the rights of
// rdstopmgr, a role that may do that and nothing else; never with haar's. Every name in it says its schema, and
// pg_temp, where anybody may make a view, comes last.
constexpr std::array<const char*, 8> function_statements{
    "CREATE OR REPLACE FUNCTION pg_catalog.aurora_version() RETURNS pg_catalog.text LANGUAGE sql STABLE AS "
    "$$ SELECT pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) $$",
    "CREATE OR REPLACE FUNCTION pg_catalog.aurora_db_instance_identifier() RETURNS pg_catalog.text LANGUAGE sql STABLE "
    "AS $$ SELECT pg_catalog.current_setting('cluster_name') $$",
    "CREATE OR REPLACE FUNCTION pg_catalog.aurora_replica_status(OUT server_id pg_catalog.text, "
    "OUT session_id pg_catalog.text, OUT durable_lsn pg_catalog.int8, OUT replica_lag_in_msec pg_catalog.float8, "
    "OUT last_update_timestamp pg_catalog.timestamptz) RETURNS SETOF pg_catalog.record LANGUAGE sql VOLATILE "
    "SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ "
    "SELECT pg_catalog.current_setting('cluster_name'), 'MASTER_SESSION_ID'::pg_catalog.text, "
    "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')::pg_catalog.int8, "
    "NULL::pg_catalog.float8, pg_catalog.clock_timestamp() WHERE NOT pg_catalog.pg_is_in_recovery() "
    "UNION ALL SELECT r.application_name, r.pid::pg_catalog.text, "
    "pg_catalog.pg_wal_lsn_diff(r.flush_lsn, '0/0')::pg_catalog.int8, "
    "pg_catalog.date_part('epoch', r.replay_lag) OPERATOR(pg_catalog.*) 1000::pg_catalog.float8, r.reply_time "
    "FROM pg_catalog.pg_stat_replication r $$",
    "ALTER FUNCTION pg_catalog.aurora_version() OWNER TO rdsadmin",
    "ALTER FUNCTION pg_catalog.aurora_db_instance_identifier() OWNER TO rdsadmin",
    "ALTER FUNCTION pg_catalog.aurora_replica_status() OWNER TO rdstopmgr",
    "ALTER FUNCTION pg_catalog.aurora_replica_status() SET search_path = pg_catalog, pg_temp",
    // What extensions keep from others members of rds_superuser may call, as on AWS: pg_stat_statements_reset(), say.
    "ALTER DEFAULT PRIVILEGES FOR ROLE rdsadmin GRANT EXECUTE ON FUNCTIONS TO rds_superuser"};

// Owns what reads statistics for everybody. A tenant may make it what a tenant may make itself; it is no way up.
Result<void> make_status_role(AdminConnection& admin) {
  if (!TRY(admin.value("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = 'rdstopmgr'"))) {
    TRY(admin.run("CREATE ROLE rdstopmgr NOLOGIN"));
  }
  TRY(admin.run("ALTER ROLE rdstopmgr NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS NOLOGIN INHERIT"));
  return admin.run("GRANT pg_read_all_stats TO rdstopmgr");
}

Result<void> put_functions(AdminConnection& admin) {
  for (const char* statement : function_statements) TRY(admin.run(statement));
  return {};
}

// Superusers that haar did not make, and what only superusers give, are what somebody made of himself through a hole.
Result<void> demote_strangers(AdminConnection& admin, const InstanceSpec& spec) {
  const auto strangers = TRY(admin.values(fmt::format(
      "SELECT rolname FROM pg_catalog.pg_authid WHERE (rolsuper OR rolreplication OR rolbypassrls) "
      "AND rolname <> 'rdsadmin' AND rolname NOT IN ({})",
      closed_roles)));
  for (const std::string& name : strangers) {
    log_warning("a database role had a superuser's attributes and has none any more", {{"id", spec.id}, {"role", name}});
    const std::string role = TRY(admin.identifier(name));
    TRY(admin.run(fmt::format("ALTER ROLE {} NOSUPERUSER NOREPLICATION NOBYPASSRLS", role)));
  }
  return {};
}

// An event trigger is a superuser's; there is none that haar made. It would run in the statements that follow.
Result<void> disable_event_triggers(AdminConnection& admin, const InstanceSpec& spec, const std::string& database) {
  for (const std::string& name : TRY(admin.values("SELECT evtname FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'"))) {
    log_warning("an event trigger was switched off", {{"id", spec.id}, {"database", database}, {"trigger", name}});
    const std::string trigger = TRY(admin.identifier(name));
    TRY(admin.run(fmt::format("ALTER EVENT TRIGGER {} DISABLE", trigger)));
  }
  return {};
}

Result<void> repair_database(const InstanceSpec& spec, const std::string& database, const AdminConnection::Target& within) {
  AdminConnection::Target target = within;
  target.database = database;
  AdminConnection admin = TRY(AdminConnection::open(spec, target));
  TRY(disable_event_triggers(admin, spec, database));
  return put_functions(admin);
}

// A database that refuses connections is opened for this: its owner may open it any time.
Result<void> repair_closed(AdminConnection& admin, const InstanceSpec& spec, const std::string& database,
                           const AdminConnection::Target& within) {
  const std::string name = TRY(admin.identifier(database));
  TRY(admin.run(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS true", name)));
  const Result<void> repaired = repair_database(spec, database, within);
  TRY(admin.run(fmt::format("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)));
  return repaired;
}

Result<void> repair(AdminConnection& admin, const InstanceSpec& spec, const AdminConnection::Target& within) {
  TRY(admin.run(close_roles()));
  TRY(demote_strangers(admin, spec));
  TRY(make_status_role(admin));
  TRY(admin.run("GRANT USAGE ON SCHEMA public TO rdstopmgr"));
  // template0 has nothing of haar's and can be entered by nobody, rdsadmin by no tenant.
  for (const bool open : {true, false}) {
    const auto databases = TRY(admin.values(fmt::format(
        "SELECT datname FROM pg_catalog.pg_database WHERE datname NOT IN ('template0', 'rdsadmin') AND {}datallowconn",
        open ? "" : "NOT ")));
    for (const std::string& database : databases) {
      TRY(open ? repair_database(spec, database, within) : repair_closed(admin, spec, database, within));
    }
  }
  return {};
}

// The secret is on disk before the server has it, and in its place after: whatever fails in between, the next start
// finds a server that takes haar without one (postgres.cc) and begins again.
Result<void> give_secret(AdminConnection& admin, const InstanceSpec& spec) {
  const std::string secret = random_text(system_random(), alphabet_lower_alnum, secret_length);
  const std::string verifier = TRY(auth::scram_sha256_verifier(secret, system_random()));
  const std::string quoted = TRY(admin.literal(verifier));
  TRY(write_file_durably(spec.secret() + ".new", secret, 0600));
  TRY(admin.run(fmt::format("ALTER ROLE rdsadmin PASSWORD {} VALID UNTIL 'infinity'", quoted)));
  if (::rename((spec.secret() + ".new").c_str(), spec.secret().c_str()) != 0) {
    return system_error("cannot put into place", spec.secret());
  }
  return fsync_folder(spec.folder);
}

std::string recipe_path(const InstanceSpec& spec) { return spec.folder + "/recipe"; }

}  // namespace

Result<void> fill_template(AdminConnection& admin, const InstanceSpec& spec, int major) {
  for (const char* statement : role_statements) {
    if (major < 15 && std::string_view(statement).find("pg_checkpoint") != std::string_view::npos) continue;
    TRY(admin.run(statement));
  }
  TRY(admin.run(close_roles()));
  TRY(make_status_role(admin));
  TRY(put_functions(admin));
  {
    AdminConnection inside = TRY(AdminConnection::open(spec, {.database = "template1"}));
    TRY(put_functions(inside));
  }
  TRY(admin.run("CREATE DATABASE rdsadmin OWNER rdsadmin"));
  AdminConnection own = TRY(AdminConnection::open(spec));
  TRY(own.run("REVOKE ALL ON DATABASE rdsadmin FROM PUBLIC"));
  // A privilege that says nothing, held where no tenant comes: it keeps AWS's roles from being dropped.
  TRY(own.run("GRANT USAGE ON SCHEMA public TO rds_superuser, rds_replication, rds_password, rds_iam, rdsrepladmin, "
              "rdstopmgr"));
  return own.run("VACUUM FREEZE");
}

int recipe_of(const InstanceSpec& spec) {
  constexpr std::size_t longest = 16;
  const auto text = read_own_file(recipe_path(spec), longest);
  int number = 0;
  if (text.ok()) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

Result<void> note_recipe(const InstanceSpec& spec, int number) {
  return write_file_durably(recipe_path(spec), fmt::format("{}\n", number), 0600);
}

bool has_secret(const InstanceSpec& spec) { return ::access(spec.secret().c_str(), F_OK) == 0; }

bool is_set_up(const InstanceSpec& spec) { return has_secret(spec) && recipe_of(spec) >= recipe; }

Result<void> set_up(AdminConnection& admin, const InstanceSpec& spec, const AdminConnection::Target& within) {
  if (recipe_of(spec) < recipe) {
    log_info("a database volume of an earlier haar is repaired", {{"id", spec.id}});
    TRY(repair(admin, spec, within));
    TRY(note_recipe(spec, recipe));
  }
  if (has_secret(spec)) return {};
  return give_secret(admin, spec);
}

}  // namespace haar::engines::postgres
