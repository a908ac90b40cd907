#include "engines/postgres_backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/file.h"
#include "base/ids.h"
#include "engines/copy_tree.h"
#include "engines/disk_usage.h"
#include "engines/instance_files.h"
#include "engines/own_file.h"
#include "engines/postgres.h"
#include "engines/postgres_admin.h"
#include "engines/postgres_archive.h"
#include "engines/postgres_setup.h"
#include "engines/postgres_wal.h"

namespace haar::engines::postgres {
namespace {

constexpr Milliseconds patience{2LL * 60 * 60 * 1000};  // of the session that holds a copy together: two hours
constexpr std::size_t longest_control = 8192;           // bytes of global/pg_control: PostgreSQL's own length
constexpr std::size_t longest_label = 16'384;
constexpr std::uint64_t segments_max = 1 << 16;         // of the log that one copy needs
constexpr int functions_renamed = 150000;               // with 15 the functions of backups got new names

// What belongs to the running server, or to who follows it, and not to the data.
// https://www.postgresql.org/docs/15/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA
constexpr std::array left_out_always{"pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp",
                                     "pg_subtrans", "postmaster.pid", "postmaster.opts", "current_logfiles", "standby.signal",
                                     "recovery.signal", "backup_label.old", "tablespace_map.old"};

bool is_left_out(std::string_view path, bool running) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (std::ranges::find(left_out_always, path) != left_out_always.end()) return true;
  if (name.starts_with("pgsql_tmp") || name.starts_with("pg_internal.init")) return true;
  if (!running) return false;
  return path == "pg_wal" || path == "backup_label" || path == "tablespace_map";
}

std::string control_of(const InstanceSpec& spec) {
  const Result<std::string> control = read_own_file(spec.data() + "/global/pg_control", longest_control);
  return control.ok() ? *control : std::string();
}

Error busy(const InstanceSpec& spec) {
  return {"EngineBusy", fmt::format("the volume of {} changed hands while it was copied", spec.id), 500, Fault::receiver};
}

// Asks the server, and believes it no more than that it is a number or a place.
class Session {
 public:
  explicit Session(AdminConnection admin) : admin_(std::move(admin)) {}

  Result<void> begin() {
    const std::string version = TRY(text("SELECT pg_catalog.current_setting('server_version_num')"));
    renamed_ = std::atoi(version.c_str()) >= functions_renamed;
    // The log from here on stays until the session ends.
    TRY(admin_.run(fmt::format("SELECT pg_catalog.pg_create_physical_replication_slot('haar_copy_{}', true, true)",
                               random_text(system_random(), alphabet_lower_alnum, 12))));
    const std::string segment = TRY(text("SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_segment_size'"));
    size_ = std::strtoull(segment.c_str(), nullptr, 10);
    if (!is_segment_size(size_)) return untold("the size of its log's files");
    start_ = TRY(text(renamed_ ? "SELECT pg_catalog.pg_backup_start('haar', true)::pg_catalog.text"
                               : "SELECT pg_catalog.pg_start_backup('haar', true, false)::pg_catalog.text"));
    return {};
  }
  // What the copy's backup_label is to say.
  Result<std::string> end() {
    const std::string stopped =
        TRY(text(renamed_ ? "SELECT pg_catalog.concat(lsn, ' ', labelfile) FROM pg_catalog.pg_backup_stop(false)"
                          : "SELECT pg_catalog.concat(lsn, ' ', labelfile) FROM pg_catalog.pg_stop_backup(false, false)"));
    const std::size_t blank = stopped.find(' ');
    if (blank == std::string::npos || stopped.size() > longest_label) return untold("the end of a copy");
    stop_ = stopped.substr(0, blank);
    return stopped.substr(blank + 1);
  }
  // The segments that hold the log from the start to the end.
  Result<std::vector<Segment>> segments() {
    const auto from = parse_lsn(start_), to = parse_lsn(stop_);
    const std::string last_name = TRY(text(fmt::format("SELECT pg_catalog.pg_walfile_name('{}')", to ? stop_ : "0/0")));
    const auto last = parse_segment(last_name, size_);
    if (!from || !to || !last || *from > *to || last->number - *from / size_ > segments_max) return untold("its log");
    std::vector<Segment> out;
    for (std::uint64_t number = *from / size_; number <= last->number; ++number) out.push_back({last->timeline, number});
    return out;
  }
  [[nodiscard]] const std::string& start() const { return start_; }
  [[nodiscard]] std::uint64_t segment_size() const { return size_; }

 private:
  static Error untold(std::string_view what) {
    return {"EngineCommandFailed", fmt::format("postgres does not tell {}", what), 500, Fault::receiver};
  }
  Result<std::string> text(const std::string& sql) { return TRY(admin_.value(sql)).value_or(""); }

  AdminConnection admin_;
  bool renamed_ = false;
  std::uint64_t size_ = 0;
  std::string start_, stop_;
};

Result<void> copy_running(Supervisor& supervisor, const InstanceSpec& spec, const std::string& data, const CopyBounds& bounds,
                          CopyManifest& manifest) {
  AdminConnection::Target target;
  target.patience = patience;
  target.supervisor = &supervisor;
  Session session(TRY(AdminConnection::open(spec, target)));
  TRY(session.begin());
  TRY(copy_out(spec.data(), data, [](std::string_view path) { return is_left_out(path, true); }, bounds, manifest));
  const std::string label = TRY(session.end());
  const std::string log = spec.data() + "/pg_wal";
  for (const Segment& segment : TRY(session.segments())) {
    const std::string name = segment_name(segment, session.segment_size());
    TRY(copy_out_file(log, name, data + "/pg_wal", "pg_wal/" + name, manifest));
    if (manifest.files.back().bytes != session.segment_size()) return busy(spec);
  }
  for (const std::string& name : list_log(log, session.segment_size()).histories)
    TRY(copy_out_file(log, name, data + "/pg_wal", "pg_wal/" + name, manifest));
  TRY(add_file(data, "backup_label", label, manifest));
  manifest.facts["begins"] = session.start();
  return {};
}

// A volume without a server: after a crash, too, it is one state, since its log lies in it.
Result<void> copy_resting(Supervisor& supervisor, const InstanceSpec& spec, const std::string& data, const CopyBounds& bounds,
                          CopyManifest& manifest) {
  const std::string before = control_of(spec);
  TRY(copy_out(spec.data(), data, [](std::string_view path) { return is_left_out(path, false); }, bounds, manifest));
  if (supervisor.running(spec.id) || before.empty() || control_of(spec) != before) return busy(spec);
  return {};
}

// Missing folders stop a server; those that were left out were made, empty, with the others.
constexpr std::array needed_folders{"pg_wal/archive_status"};

std::string time_text(std::int64_t micros) {
  constexpr std::int64_t million = 1'000'000;
  const std::time_t seconds = micros / million;
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}+00", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, micros % million);
}

std::string restore_config(const Recovery& recovery) {
  std::string out = "# Until the volume is what it was to become. Written by haar.\nhot_standby = off\n"
                    "recovery_target_action = promote\nrecovery_target_timeline = latest\nprimary_conninfo = ''\n";
  if (recovery.until_micros)
    return out + fmt::format("recovery_target_time = '{}'\n", time_text(*recovery.until_micros));
  return out + fmt::format("recovery_target_lsn = '{}'\n", recovery.until_position);
}

std::string config_path(const InstanceSpec& spec) { return spec.conf() + "/restore.conf"; }

}  // namespace

Result<void> take_copy(Supervisor& supervisor, const InstanceSpec& spec, const std::string& folder, const CopyBounds& given) {
  CopyBounds bounds = given;
  bounds.cancelled = [&supervisor] { return supervisor.cancelled(); };
  const bool running = TRY(supervisor.adopt(spec.id, spec.folder, spec.data())).has_value();
  const DiskUsage usage = TRY(disk_usage(spec.data(), "pg_wal", {}));
  return make_copy(supervisor, folder, [&](const std::string& draft) -> Result<void> {
    TRY(check_room(draft, usage.bytes + (running ? 0 : usage.apart_bytes), bounds));
    const std::string data = draft + "/data";
    if (::mkdir(data.c_str(), 0700) != 0) return system_error("cannot create folder", data);
    CopyManifest manifest;
    manifest.facts = {{"engine", "postgres"}, {"recipe", std::to_string(recipe_of(spec))}};
    TRY(running ? copy_running(supervisor, spec, data, bounds, manifest)
                : copy_resting(supervisor, spec, data, bounds, manifest));
    for (const char* name : needed_folders) {
      if (std::ranges::find(manifest.folders, name) != manifest.folders.end()) continue;
      if (::mkdir((data + "/" + name).c_str(), 0700) != 0) return system_error("cannot create folder", name);
      manifest.folders.emplace_back(name);
    }
    return write_manifest(draft, manifest);
  });
}

Result<void> restore_copy(Supervisor& supervisor, const InstanceSpec& spec, const std::string& folder, const Recovery& recovery,
                          const CopyBounds& given) {
  CopyBounds bounds = given;
  bounds.cancelled = [&supervisor] { return supervisor.cancelled(); };
  const CopyManifest manifest = TRY(read_manifest(folder));
  if (manifest.fact("engine") != "postgres") return copy_damaged(folder, "it is no PostgreSQL's");
  TRY(prepare_data(supervisor, spec));
  // Whoever owned the volume may have owned its server: it is set up as one of an older haar, before anybody can connect.
  TRY(note_recipe(spec, 0));
  const EngineUser user = TRY(supervisor.user_of(spec.id));
  TRY(copy_back(folder + "/data", spec.data(), manifest, user, bounds));
  end_recovery(spec);
  if (!recovery.log_folder.empty()) {
    const auto begins = parse_lsn(manifest.fact("begins"));
    if (!begins) return copy_damaged(folder, "it does not say where in the log it begins");
    TRY(put_log(recovery.log_folder, *begins, spec.data() + "/pg_wal", user, bounds));
    TRY(mark_recovering(spec, user));
    TRY(write_config(spec, user, "restore.conf", restore_config(recovery)));
  }
  return sync_file_system(spec.data());
}

bool is_recovering(const InstanceSpec& spec) {
  return ::access(config_path(spec).c_str(), F_OK) == 0 && ::access((spec.data() + "/standby.signal").c_str(), F_OK) == 0;
}

Result<void> mark_recovering(const InstanceSpec& spec, const EngineUser& user) {
  const std::string path = spec.data() + "/standby.signal";
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd.valid() || (::geteuid() == 0 && ::fchown(fd.get(), user.uid, user.gid) != 0))
    return system_error("cannot create", path);
  return {};
}

void end_recovery(const InstanceSpec& spec) { ::unlink(config_path(spec).c_str()); }

Result<std::uint64_t> begins_at(const std::string& folder) {
  const auto begins = parse_lsn(TRY(read_manifest(folder)).fact("begins"));
  if (!begins) return copy_damaged(folder, "it does not say where in the log it begins");
  return *begins;
}

}  // namespace haar::engines::postgres
