// MySQL (8.0 and later) and MariaDB as an RDS or Aurora instance: a data folder copied from a template, a generated
// configuration, a master user with AWS's privileges and never SUPER or FILE. What differs between the two programs is said
// where it differs; nobody outside needs to know which one runs.
//
// The data folder: data/db is the server's, data/tmp what it needs for a while.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engines/instance.h"
#include "engines/mysql_connection.h"

namespace haar::engines::mysql {

// Who haar is there. AWS's name; no client comes from this address, which the shim says of haar's own connections
// (frontdoor/shim/shim.c).
inline constexpr std::string_view admin_user = "rdsadmin", admin_host = "0.0.0.0";

struct Template {
  std::string folder;
  Engine made_by = Engine::mysql;
};
// Makes the template if it is not there (some seconds, once per program); callers in several threads and processes may
// race, one result stands.
Result<Template> prepare_template(Supervisor& supervisor, const Program& program, const std::string& templates_folder);
// Copies the template to spec.data(), on disk when it returns. Replaces what an interrupted attempt left. Error
// "EngineAlreadyRunning" while an engine runs on it.
Result<void> create_data(Supervisor& supervisor, const Template& prepared, const InstanceSpec& spec);
// Whose data it is: MySQL opens no volume of MariaDB's, nor MariaDB one of MySQL's. nullopt: there is none yet.
std::optional<Engine> made_by(const InstanceSpec& spec);

// Writes the configuration and a new secret, and starts the server. Errors of Supervisor::start.
Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec);
// Until the server answers haar. Error "EngineStartFailed" with the log's tail if it exits, "EngineNotReady" if the time
// is over.
Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout);
// A session of haar's own.
Result<Connection> administer(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience);

struct Master {
  std::string user;
  std::string native_verifier;  // never the password: auth::mysql_native_verifier
  std::string database;         // empty: none
};
// Again with the same names: sets the password and the privileges again.
Result<void> create_master(const Supervisor& supervisor, const InstanceSpec& spec, const Master& master, Milliseconds patience);

// A volume that has reached its limit takes no more writes, until it has room again; also after a start.
Result<void> set_read_only(const Supervisor& supervisor, const InstanceSpec& spec, bool read_only, Milliseconds patience);

// The server ends in order within the time that a controller has, or as in a power cut, after which InnoDB recovers.
Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode);

// ---- of the parts, to each other --------------------------------------------------------------------

std::string server_folder(const InstanceSpec& spec);     // data/db
std::string temporary_folder(const InstanceSpec& spec);  // data/tmp
// <conf>/my.cnf, with what lies beside it; the arguments with which every run of the program begins.
Result<void> write_server_config(const Program& program, const InstanceSpec& spec, const EngineUser& user);
std::vector<std::string> server_arguments(const InstanceSpec& spec);
// The installation that the program belongs to: /usr, or wherever it was put.
std::string home_of(const Program& program);
// What of it the program reads beside what every engine may.
std::vector<std::string> read_by(const Program& program);

}  // namespace haar::engines::mysql
