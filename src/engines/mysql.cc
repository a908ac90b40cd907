#include "engines/mysql.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>

#include "auth/mysql_password.h"
#include "base/file.h"
#include "base/ids.h"
#include "engines/copy_tree.h"
#include "engines/instance_files.h"
#include "engines/mysql_parameters.h"
#include "engines/mysql_setup.h"
#include "engines/own_file.h"
#include "engines/user_table.h"
#include "frontdoor/handoff.h"

namespace haar::engines::mysql {
namespace {

constexpr int first_pause_ms = 5, longest_pause_ms = 50;
constexpr std::size_t secret_length = 48, longest_mark = 16;
constexpr std::uint32_t least_buffers_mb = 32, default_buffers_mb = 48, most_buffers_mb = 128;
constexpr StopPlan fast_stop{SIGTERM, Milliseconds{20'000}, 0, {}};
constexpr StopPlan immediate_stop{SIGKILL, Milliseconds{10'000}, 0, {}};

std::string engine_mark(const InstanceSpec& spec) { return spec.folder + "/made-by"; }
std::string read_only_mark(const InstanceSpec& spec) { return spec.folder + "/read-only"; }

// What only one of the two programs has. innodb_use_native_aio: the kernel's asynchronous reads and writes are no engine's
// here. auto_generate_*: it would set modes of files by their names, which no engine may. partial_revokes: what a master
// user may not do in the schema mysql (mysql_setup.cc).
constexpr std::string_view only_mysql =
    "mysqlx = OFF\ndisable_log_bin\nlog_error_verbosity = 2\npartial_revokes = ON\nactivate_all_roles_on_login = ON\n"
    "loose_default_authentication_plugin = mysql_native_password\nloose_mysql_native_password = ON\n"
    "loose_innodb_redo_log_capacity = 32M\nloose_auto_generate_certs = OFF\nloose_sha256_password_auto_generate_rsa_keys = OFF\n"
    "loose_caching_sha2_password_auto_generate_rsa_keys = OFF\n";
constexpr std::string_view only_mariadb = "innodb_log_file_size = 32M\nlog_warnings = 1\n";

std::string server_config(const Program& program, const InstanceSpec& spec) {
  const std::uint32_t buffers =
      spec.memory_mb == 0 ? default_buffers_mb : std::clamp(spec.memory_mb / 4, least_buffers_mb, most_buffers_mb);
  return fmt::format(
      "# Written anew by haar at each start.\n[mysqld]\nperformance_schema = OFF\ninnodb_buffer_pool_size = {buffers}M\n"
      "innodb_use_native_aio = OFF\ninnodb_flush_log_at_trx_commit = 1\ncharacter_set_server = utf8mb4\n"
      "explicit_defaults_for_timestamp = ON\nlocal_infile = ON\nmax_connections = 100\n{own}"
      "!include {conf}/parameters.cnf\n",
      fmt::arg("buffers", buffers), fmt::arg("own", program.engine == Engine::mysql ? only_mysql : only_mariadb),
      fmt::arg("conf", spec.conf()));
}

Result<void> note_engine(const InstanceSpec& spec, Engine engine) {
  return write_file_durably(engine_mark(spec), std::string(engine_name(engine)), 0600);
}

}  // namespace

std::string server_folder(const InstanceSpec& spec) { return spec.data() + "/db"; }
std::string temporary_folder(const InstanceSpec& spec) { return spec.data() + "/tmp"; }

std::string home_of(const Program& program) {
  const std::string home = program.folder.substr(0, program.folder.rfind('/'));
  return home.empty() ? "/usr" : home;
}

std::vector<std::string> read_by(const Program& program) {
  std::string home = home_of(program);
  if (home.rfind('/') == 0) return {};
  return {std::move(home)};
}

// Said on the command line, which comes after every file: where it lies, whom it takes, and what it loads or reads for a
// tenant (nothing: no plugin and no file is in those folders, and they are haar's).
std::vector<std::string> server_arguments(const InstanceSpec& spec) {
  return {"--defaults-file=" + spec.conf() + "/my.cnf",
          "--datadir=" + server_folder(spec),
          "--tmpdir=" + temporary_folder(spec),
          "--pid-file=" + temporary_folder(spec) + "/pid",
          "--socket=",
          "--bind-address=127.0.0.1",
          fmt::format("--port={}", spec.port),
          "--skip-name-resolve",
          "--plugin-dir=" + spec.conf() + "/plugins",
          "--secure-file-priv=" + spec.conf() + "/files"};
}

Result<void> write_server_config(const Program& program, const InstanceSpec& spec, const EngineUser& user) {
  for (const char* empty : {"/plugins", "/files"}) TRY(make_folders(spec.conf() + empty, 0755));
  TRY(write_config(spec, user, "my.cnf", server_config(program, spec)));
  return make_parameters_file(spec, user);
}

std::optional<Engine> made_by(const InstanceSpec& spec) {
  const Result<std::string> mark = read_own_file(engine_mark(spec), longest_mark);
  if (!mark.ok()) return std::nullopt;
  return *mark == engine_name(Engine::mariadb) ? Engine::mariadb : Engine::mysql;
}

Result<void> create_data(Supervisor& supervisor, const Template& prepared, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  if (TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) {
    return Error{"EngineAlreadyRunning", spec.id + " is running: its data is not replaced", 500, Fault::receiver};
  }
  TRY(supervisor.discard(spec.data()));
  ::unlink(read_only_mark(spec).c_str());
  TRY(prepare_folders(spec, user));
  TRY(copy_tree(prepared.folder, spec.data(), user));
  TRY(note_engine(spec, prepared.made_by));
  return sync_file_system(spec.data());
}

Result<Running> start(Supervisor& supervisor, const Program& program, const InstanceSpec& spec) {
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  // A running server keeps the secret it was started with: nothing is written under one.
  if (const auto pid = TRY(supervisor.adopt(spec.id, spec.folder, spec.data()))) {
    return Error{"EngineAlreadyRunning", fmt::format("{} is running already (process {})", spec.id, *pid), 500,
                 Fault::receiver};
  }
  TRY(prepare_folders(spec, user));
  if (user.own) TRY(give_tree(spec.data(), user.uid, user.gid));
  TRY(make_engine_folder(temporary_folder(spec), user));
  const std::string secret = random_text(system_random(), alphabet_lower_alnum, secret_length);
  TRY(write_file_durably(spec.secret(), secret, 0600));
  const bool read_only = ::access(read_only_mark(spec).c_str(), F_OK) == 0;
  TRY(write_config(spec, user, "start.sql", start_sql(auth::mysql_native_verifier(secret), read_only)));
  TRY(write_server_config(program, spec, user));
  Launch launch = launch_of(spec, user, program);
  launch.processes = processes_for(spec);
  launch.arguments = server_arguments(spec);
  launch.arguments.push_back("--init-file=" + spec.conf() + "/start.sql");
  launch.environment = {{"HAAR_SHIM_LOCAL_PEER", "1"}};
  for (std::string& folder : read_by(program)) launch.confinement.read.push_back(std::move(folder));
  const pid_t pid = TRY(supervisor.start(launch));
  return Running{spec.id, pid, spec.handoff()};
}

Result<Connection> administer(const Supervisor& supervisor, const InstanceSpec& spec, Milliseconds patience) {
  Connection::Login login;
  login.user = admin_user;
  login.password = TRY(read_own_file(spec.secret(), secret_length));
  login.patience = patience;
  login.supervisor = &supervisor;
  auto engine = frontdoor::dial(spec.handoff());
  if (!engine.ok()) return Error{"EngineNotReady", "mysql: it takes no connections", 500, Fault::receiver};
  return Connection::open(std::move(*engine), login);
}

Result<void> wait_ready(Supervisor& supervisor, const InstanceSpec& spec, Milliseconds timeout) {
  if (const auto socket = check_handoff(spec); !socket.ok() && supervisor.running(spec.id) && !supervisor.cancelled()) {
    (void)stop(supervisor, spec, StopMode::immediate);
    return socket;
  }
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::string last = "no answer in time";
  for (int pause = first_pause_ms;; pause = std::min(pause * 2, longest_pause_ms)) {
    if (supervisor.cancelled()) return stopping_error();
    if (!supervisor.running(spec.id)) return ended_early(spec);
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    Result<Connection> admin = administer(supervisor, spec, left);
    if (admin.ok()) {
      const Result<void> answer = admin->run("SELECT 1");
      if (answer.ok()) return {};
      last = answer.error().message;
    } else {
      last = admin.error().message;
    }
    ::poll(nullptr, 0, pause);
  }
  return Error{"EngineNotReady",
               fmt::format("{} is not ready after {} ms: {}; {}", spec.id, timeout.count(), last, log_tail(spec)), 500,
               Fault::receiver};
}

Result<void> create_master(const Supervisor& supervisor, const InstanceSpec& spec, const Master& master, Milliseconds patience) {
  Connection admin = TRY(administer(supervisor, spec, patience));
  return put_master(admin, master);
}

Result<void> set_read_only(const Supervisor& supervisor, const InstanceSpec& spec, bool read_only, Milliseconds patience) {
  if (read_only) TRY(write_file_durably(read_only_mark(spec), "", 0600));
  else if (::unlink(read_only_mark(spec).c_str()) != 0) return {};  // it was never full
  if (!supervisor.running(spec.id)) return {};
  Connection admin = TRY(administer(supervisor, spec, patience));
  return admin.run(read_only ? "SET GLOBAL read_only = ON" : "SET GLOBAL read_only = OFF");
}

Result<void> stop(Supervisor& supervisor, const InstanceSpec& spec, StopMode mode) {
  return supervisor.stop(spec.id, mode == StopMode::fast ? fast_stop : immediate_stop);
}

}  // namespace haar::engines::mysql
