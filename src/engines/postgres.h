// PostgreSQL as an Aurora instance: a data folder copied from a template, a generated configuration, a
// master user who owns the databases and is not the machine's superuser.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
//
//   auto tmpl = TRY(postgres::prepare_template(supervisor, program, state + "/templates", progress));
//   TRY(postgres::create_data(supervisor, tmpl, spec));
//   auto running = TRY(postgres::start(supervisor, program, spec));
//   TRY(postgres::wait_ready(supervisor, spec, 10s));
//   TRY(postgres::create_master(spec, {"admin", verifier, "app"}));
//   TRY(postgres::settle(spec));   // from here on a power cut loses nothing
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "engines/instance.h"

namespace haar::engines::postgres {

struct Template {
  std::string folder;  // <templates>/postgres-15-<build>
  int major = 0;
};
using Progress = std::function<void(std::string_view what)>;

// Makes the template if it is not there (about a second, once per program); callers in several threads and
// processes may race, one result stands.
Result<Template> prepare_template(Supervisor& supervisor, const Program& program, const std::string& templates_folder,
                                  const Progress& progress = {});
// Makes the instance's folders, with an empty one for the data: what was in it is gone. Error
// "EngineAlreadyRunning" while an engine runs on it.
Result<void> prepare_data(Supervisor& supervisor, const InstanceSpec& spec);
// Copies the template to spec.data(), owned by the engine's user. Replaces what an interrupted attempt left.
Result<void> create_data(Supervisor& supervisor, const Template& prepared, const InstanceSpec& spec);

// Writes the configuration and starts the server. Error "EngineStartFailed" and others of Supervisor::start.
// `follows`: as a reader, which waits for haar to lead it to its writer (postgres_replication.h).
Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, bool follows = false);
// Until the server answers on its administrative socket. Error "EngineStartFailed" with the log's tail if it
// exits, "EngineNotReady" if the time is over.
Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout);

struct Master {
  std::string user;
  std::string scram_verifier;  // never the password: auth::scram_sha256_verifier
  std::string database;        // empty: only the database "postgres"
};
// Idempotent: a second call with the same names sets the password and owners again. Within this time, and no longer
// than haar lives: errors "EngineNotReady", "Stopping".
Result<void> create_master(const Supervisor& supervisor, const InstanceSpec& spec, const Master& master,
                           Milliseconds patience);
// Of an existing role that is no superuser.
Result<void> set_password(const Supervisor& supervisor, const InstanceSpec& spec, const std::string& user,
                          const std::string& scram_verifier, Milliseconds patience);

// Forces the files that create_data copied to disk.
Result<void> settle(const InstanceSpec& spec);
Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode);


}  // namespace haar::engines::postgres
