// The template: what initdb and haar make once per program, and every instance is a copy of.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.h"
#include "engines/copy_tree.h"
#include "engines/instance_files.h"
#include "engines/postgres.h"
#include "engines/postgres_setup.h"
#include "engines/template_lock.h"
#include "engines/user_table.h"

namespace haar::engines::postgres {
namespace {

constexpr Milliseconds initdb_timeout{120'000}, ready_timeout{60'000};
constexpr std::uint16_t template_port = 5432;

Result<void> make_files(Supervisor& supervisor, const Program& program, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.maker_user());
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

Result<void> fill(Supervisor& supervisor, const InstanceSpec& spec, int major) {
  AdminConnection::Target target;
  target.database = "postgres";
  target.patience = ready_timeout;
  target.supervisor = &supervisor;
  AdminConnection admin = TRY(AdminConnection::when_ready(spec, target));
  return fill_template(admin, spec, major);
}

Result<void> make(Supervisor& supervisor, const Program& program, const InstanceSpec& spec, const Progress& progress) {
  const auto tell = [&](std::string_view what) {
    if (progress) progress(what);
  };
  tell(fmt::format("preparing a PostgreSQL {} template (once)", program.version));
  TRY(make_files(supervisor, program, spec));
  tell("starting it to add AWS's roles");
  TRY(start(supervisor, program, spec));
  const Result<void> filled = fill(supervisor, spec, program.major);
  TRY(stop(supervisor, spec, StopMode::fast));
  if (!filled.ok()) return filled;
  // A copy gets its own; what is left of this run would only mislead it.
  for (const char* name : {"/postmaster.pid", "/postmaster.opts", "/current_logfiles"}) {
    ::unlink((spec.data() + name).c_str());
  }
  // haar's own from here on: the user that made it is another engine's next.
  TRY(give_tree(spec.data(), ::geteuid(), ::getegid()));
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
  // The others find what it made.
  const Fd lock = TRY(lock_templates(supervisor, templates_folder + "/lock"));
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
