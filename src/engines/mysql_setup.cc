#include "engines/mysql_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace haar::engines::mysql {
namespace {

constexpr std::string_view superuser_role = "rds_superuser_role";

// "Version 3" in AWS's table.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.MasterAccounts.html
constexpr std::string_view mysql_privileges =
    "ALTER, ALTER ROUTINE, CREATE, CREATE ROLE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, DROP, "
    "DROP ROLE, EVENT, EXECUTE, INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE, "
    "SELECT, SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE";
// These came one by one with versions of MySQL: each that this server has.
constexpr std::array<std::string_view, 10> mysql_dynamic_privileges{
    "APPLICATION_PASSWORD_ADMIN", "CONNECTION_ADMIN", "ROLE_ADMIN", "SET_USER_ID", "SHOW_ROUTINE", "XA_RECOVER_ADMIN",
    "FLUSH_OPTIMIZER_COSTS", "FLUSH_STATUS", "FLUSH_TABLES", "FLUSH_USER_RESOURCES"};
// What would make a master user more than that: changes of the server's own tables.
constexpr std::string_view mysql_kept_back =
    "ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE VIEW, DELETE, DROP, EVENT, INDEX, INSERT, "
    "LOCK TABLES, REFERENCES, TRIGGER, UPDATE";

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
// Two are not in AWS's list: without READ_ONLY ADMIN nobody could make room on a full volume, without DELETE HISTORY nobody
// could be granted all privileges on a database.
constexpr std::string_view mariadb_privileges =
    "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, "
    "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, "
    "CREATE USER, EVENT, TRIGGER, REPLICATION SLAVE, READ_ONLY ADMIN, DELETE HISTORY";

constexpr std::array<std::string_view, 7> reserved_users{"rdsadmin",     "mysql.sys", "mysql.session", "mysql.infoschema",
                                                         "mariadb.sys", "rdsrepladmin", "rds_superuser_role"};
constexpr std::array<std::string_view, 4> reserved_databases{"mysql", "sys", "information_schema", "performance_schema"};

Error refused(std::string_view what, std::string_view name) {
  return {"EngineCommandFailed", fmt::format("the {} {} is reserved", what, name), 500, Fault::receiver};
}

bool is_verifier(std::string_view text) {
  return text.size() == 41 && text[0] == '*' && text.find_first_not_of("0123456789ABCDEF", 1) == std::string_view::npos;
}

bool is_mariadb(const Connection& admin) { return admin.server_version().find("MariaDB") != std::string::npos; }

// As AWS has it, the privileges are the role's and the master user's own.
Result<void> grant_mysql(Connection& admin, const std::string& to) {
  TRY(admin.run(fmt::format("GRANT {} ON *.* TO {} WITH GRANT OPTION", mysql_privileges, to)));
  for (const std::string_view one : mysql_dynamic_privileges) {
    const Result<void> granted = admin.run(fmt::format("GRANT {} ON *.* TO {} WITH GRANT OPTION", one, to));
    if (!granted.ok() && granted.error().code != "EngineCommandFailed") return granted;
  }
  return admin.run(fmt::format("REVOKE {} ON mysql.* FROM {}", mysql_kept_back, to));
}

Result<void> grant(Connection& admin, const std::string& user) {
  if (is_mariadb(admin)) {
    TRY(admin.run(fmt::format("GRANT {} ON *.* TO {} WITH GRANT OPTION", mariadb_privileges, user)));
    return {};
  }
  TRY(admin.run(fmt::format("CREATE ROLE IF NOT EXISTS {}", superuser_role)));
  TRY(grant_mysql(admin, std::string(superuser_role)));
  TRY(grant_mysql(admin, user));
  TRY(admin.run(fmt::format("GRANT {} TO {} WITH ADMIN OPTION", superuser_role, user)));
  return admin.run(fmt::format("SET DEFAULT ROLE {} TO {}", superuser_role, user));
}

}  // namespace

std::string template_sql(Engine engine) {
  if (engine == Engine::mysql) return "DROP USER IF EXISTS 'root'@'localhost';\n";
  // Grants are not read while the tables are made.
  return "DELETE FROM mysql.global_priv WHERE User IN ('root', '', 'PUBLIC');\nDELETE FROM mysql.proxies_priv;\n";
}

std::string start_sql(std::string_view admin_verifier, bool read_only) {
  const std::string admin = fmt::format("'{}'@'{}'", admin_user, admin_host);
  const std::string password = fmt::format("IDENTIFIED WITH mysql_native_password AS '{}'", admin_verifier);
  std::string out = fmt::format(
      "SET SESSION sql_log_bin = 0;\nCREATE USER IF NOT EXISTS {0} {1};\n"
      "ALTER USER {0} {1} PASSWORD EXPIRE NEVER ACCOUNT UNLOCK;\nGRANT ALL ON *.* TO {0} WITH GRANT OPTION;\n",
      admin, password);
  if (read_only) out += "SET GLOBAL read_only = ON;\n";
  return out;
}

Result<void> put_master(Connection& admin, const Master& master) {
  if (std::ranges::find(reserved_users, master.user) != reserved_users.end()) return refused("user", master.user);
  if (!is_verifier(master.native_verifier)) {
    return Error{"InternalFailure", "the master password's verifier is none of mysql_native_password's", 500, Fault::receiver};
  }
  const std::string user = TRY(identifier(master.user)) + "@`%`";
  const std::string password = fmt::format("IDENTIFIED WITH mysql_native_password AS '{}'", master.native_verifier);
  TRY(admin.run(fmt::format("CREATE USER IF NOT EXISTS {} {}", user, password)));
  TRY(admin.run(fmt::format("ALTER USER {} {} PASSWORD EXPIRE NEVER ACCOUNT UNLOCK", user, password)));
  TRY(grant(admin, user));
  if (master.database.empty()) return {};
  if (std::ranges::find(reserved_databases, master.database) != reserved_databases.end())
    return refused("database", master.database);
  return admin.run(fmt::format("CREATE DATABASE IF NOT EXISTS {}", TRY(identifier(master.database))));
}

}  // namespace haar::engines::mysql
