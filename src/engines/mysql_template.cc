// The template: the server's own tables, made once per program by the program itself, and nobody who can log in. Every
// instance is a copy of it.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.h"
#include "engines/copy_tree.h"
#include "engines/instance_files.h"
#include "engines/mysql.h"
#include "engines/mysql_setup.h"
#include "engines/template_lock.h"
#include "engines/user_table.h"

namespace haar::engines::mysql {
namespace {

constexpr Milliseconds making_timeout{180'000};
constexpr std::uint16_t template_port = 3306;

// What mariadb-install-db gives to the server, in this order. Versions from 11 on have other names.
constexpr std::array<std::string_view, 6> table_scripts{"system_tables.sql",      "performance_tables.sql",
                                                        "system_tables_data.sql", "fill_help_tables.sql",
                                                        "maria_add_gis_sp_bootstrap.sql", "sys_schema.sql"};

Result<std::string> read_script(const Program& program, std::string_view name) {
  for (const std::string_view folder : {"/share/mysql/", "/share/mariadb/", "/share/"}) {
    for (const std::string_view prefix : {"mysql_", "mariadb_", ""}) {
      Result<std::string> text = read_file(fmt::format("{}{}{}{}", home_of(program), folder, prefix, name));
      if (text.ok()) return text;
    }
  }
  return Error{"EngineStartFailed", fmt::format("MariaDB's {} is missing: apt-get install mariadb-server", name), 500,
               Fault::receiver};
}

// Makes its tables from the statements that it reads at its standard input.
Result<void> prepare_mariadb(const Program& program, const InstanceSpec& spec, const EngineUser& user, Launch& launch) {
  std::string text = "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n";
  for (const std::string_view name : table_scripts) text += TRY(read_script(program, name)) + "\n";
  text += template_sql(program.engine);
  TRY(write_config(spec, user, "template.sql", text));
  launch.input_file = spec.conf() + "/template.sql";
  launch.arguments.insert(launch.arguments.end(), {"--bootstrap", "--loose-aria-log-purge-type=immediate"});
  return {};
}

Result<void> prepare_mysql(const Program& program, const InstanceSpec& spec, const EngineUser& user, Launch& launch) {
  TRY(write_config(spec, user, "template.sql", template_sql(program.engine)));
  launch.arguments.insert(launch.arguments.end(),
                          {"--initialize-insecure", "--init-file=" + spec.conf() + "/template.sql", "--innodb-doublewrite=OFF"});
  return {};
}

bool is_template(const std::string& folder) { return ::access((folder + "/db/ibdata1").c_str(), F_OK) == 0; }

Result<void> make(Supervisor& supervisor, const Program& program, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.maker_user());
  TRY(prepare_folders(spec, user));
  TRY(make_engine_folder(server_folder(spec), user));
  TRY(make_engine_folder(temporary_folder(spec), user));
  TRY(write_server_config(program, spec, user));
  Launch launch = launch_of(spec, user, program);
  launch.handoff_port = 0;
  for (std::string& folder : read_by(program)) launch.confinement.read.push_back(std::move(folder));
  launch.arguments = server_arguments(spec);
  // Everything is brought to disk at once when it is done.
  launch.arguments.emplace_back("--loose-innodb-flush-method=nosync");
  TRY(program.engine == Engine::mariadb ? prepare_mariadb(program, spec, user, launch)
                                        : prepare_mysql(program, spec, user, launch));
  TRY(supervisor.start(launch));
  if (!supervisor.wait_exit(spec.id, making_timeout)) {
    TRY(supervisor.stop(spec.id, {}));
    return not_ready(spec, making_timeout);
  }
  // Its last words say whether the whole of it went well: the statements end with these.
  const std::string log = log_tail(spec);
  if (!is_template(spec.data()) || log.find("[ERROR]") != std::string::npos || log.find("ERROR: ") != std::string::npos)
    return Error{"EngineStartFailed", fmt::format("{} could make no tables: {}", program.path, log), 500, Fault::receiver};
  // The name of the server, of which every copy has its own.
  ::unlink((server_folder(spec) + "/auto.cnf").c_str());
  TRY(give_tree(spec.data(), ::geteuid(), ::getegid()));
  return sync_file_system(spec.data());
}

}  // namespace

Result<Template> prepare_template(Supervisor& supervisor, const Program& program, const std::string& templates_folder) {
  const std::string_view engine = engine_name(program.engine);
  const Template out{fmt::format("{}/{}-{}-{}", templates_folder, engine, program.build, recipe), program.engine};
  if (is_template(out.folder)) return out;
  TRY(make_folders(templates_folder, 0711));
  // The others find what it made.
  const Fd lock = TRY(lock_templates(supervisor, templates_folder + "/lock-mysql"));
  if (is_template(out.folder)) return out;
  InstanceSpec spec;
  spec.id = "template-mysql";
  spec.folder = templates_folder + "/making-mysql";
  spec.run_folder = supervisor.run_folder() + "/template-mysql";
  spec.port = template_port;
  // An earlier haar may have died at it: its server is stopped, its files go.
  if (TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) TRY(stop(supervisor, spec, StopMode::immediate));
  TRY(remove_instance(supervisor, spec));
  TRY(make(supervisor, program, spec));
  if (::rename(spec.data().c_str(), out.folder.c_str()) != 0) return system_error("cannot put into place", out.folder);
  TRY(fsync_folder(templates_folder));
  TRY(remove_instance(supervisor, spec));
  return out;
}

}  // namespace haar::engines::mysql
