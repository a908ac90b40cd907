// A copy of the volume of a running server, by PostgreSQL's low-level backup: what was torn is mended by the log that comes
// with it. https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/ids.h"
#include "engines/copy_tree.h"
#include "engines/instance_files.h"
#include "engines/own_file.h"
#include "engines/postgres.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_replication.h"
#include "engines/postgres_setup.h"

namespace haar::engines::postgres {
namespace {

constexpr std::size_t longest_secret = 256;

// As pg_basebackup leaves them out; the log comes last.
constexpr std::array<std::string_view, 8> emptied{"pg_wal",       "pg_replslot", "pg_dynshmem", "pg_notify",
                                                  "pg_serial",    "pg_snapshots", "pg_stat_tmp", "pg_subtrans"};
constexpr std::array<std::string_view, 10> left_out{
    "postmaster.pid", "postmaster.opts", "current_logfiles", "backup_label", "tablespace_map",
    "backup_manifest", "standby.signal", "recovery.signal", "promote", "postgresql.auto.conf.tmp"};

bool is_copied(std::string_view path) {
  const std::size_t slash = path.find('/');
  const std::string_view top = path.substr(0, slash), name = path.substr(path.rfind('/') + 1);
  if (slash == std::string_view::npos) return std::ranges::find(left_out, name) == left_out.end();
  if (std::ranges::find(emptied, top) != emptied.end()) return false;
  return !name.starts_with("pgsql_tmp") && !name.starts_with("pg_internal.init");
}

// Segments and histories of timelines.
bool is_log(std::string_view name) {
  constexpr std::size_t segment_name = 24;
  return name.ends_with(".history") ||
         (name.size() == segment_name && name.find_first_not_of("0123456789ABCDEF") == std::string_view::npos);
}

Result<void> write_label(const InstanceSpec& spec, const EngineUser& user, const std::string& label) {
  const std::string path = spec.data() + "/backup_label";
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd.valid() || ::write(fd.get(), label.data(), label.size()) != static_cast<ssize_t>(label.size()) ||
      (::geteuid() == 0 && ::fchown(fd.get(), user.uid, user.gid) != 0))
    return system_error("cannot write", path);
  return {};
}

}  // namespace

// A slot of this session's keeps the log that is written meanwhile, up to max_slot_wal_keep_size.
Result<void> copy_volume(Supervisor& supervisor, const InstanceSpec& spec, const InstanceSpec& writer, int major,
                         Milliseconds patience) {
  TRY(prepare_data(supervisor, spec));
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  AdminConnection::Target target;
  target.patience = patience;
  target.supervisor = &supervisor;
  AdminConnection admin = TRY(AdminConnection::open(writer, target));
  const std::string slot = "haar_copy_" + random_text(system_random(), alphabet_lower_alnum, 8);
  TRY(admin.value("SELECT slot_name FROM pg_catalog.pg_create_physical_replication_slot($1, true, true)", {slot}));
  TRY(admin.run(major >= 15 ? "SELECT pg_catalog.pg_backup_start('haar', true)"
                            : "SELECT pg_catalog.pg_start_backup('haar', true, false)"));
  const auto deadline = std::chrono::steady_clock::now() + patience;
  CopyRules rules{is_copied, [&] { return supervisor.cancelled() || std::chrono::steady_clock::now() >= deadline; }};
  TRY(copy_running_tree(writer.data(), spec.data(), user, rules));
  const auto label = TRY(admin.value(major >= 15 ? "SELECT labelfile FROM pg_catalog.pg_backup_stop(false)"
                                                 : "SELECT labelfile FROM pg_catalog.pg_stop_backup(false, false)"));
  if (!label) return Error{"EngineCommandFailed", "postgres gives no label of the copy", 500, Fault::receiver};
  rules.is_copied = is_log;
  TRY(copy_running_tree(writer.data() + "/pg_wal", spec.data() + "/pg_wal", user, rules));
  TRY(write_label(spec, user, *label));
  TRY(sync_file_system(spec.data()));
  // One cluster, one administrator: what the writer's has, the copy has.
  const std::string secret = TRY(read_own_file(writer.secret(), longest_secret));
  TRY(note_recipe(spec, recipe_of(writer)));
  return write_file_durably(spec.secret(), secret, 0600);
}

}  // namespace haar::engines::postgres
