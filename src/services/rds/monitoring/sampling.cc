#include "services/rds/monitoring/sampling.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>
#include <vector>

#include "engines/disk_usage.h"
#include "engines/postgres_admin.h"
#include "engines/process_usage.h"
#include "services/rds/instance_classes.h"
#include "services/rds/status.h"

namespace haar::rds {
namespace {

constexpr std::chrono::seconds interval{10};
// Asking an engine costs a session: every so many looks.
constexpr int looks_a_question = 3;
// Walking through a volume costs more.
constexpr int looks_a_walk = 30;
constexpr std::chrono::milliseconds walk_time_max{2'000};
// A healthy engine answers in a fraction of this; one that does not has no figure, and holds up the others for so long.
constexpr engines::Milliseconds patience{1'000};
constexpr std::size_t digits_max = 15;

// A whole number, not below 0, as an engine wrote it; nullopt: it is none.
std::optional<double> number_in(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = problem == std::errc() && end == text.data() + text.size() && text.size() <= digits_max;
  return whole && out >= 0 ? std::optional(static_cast<double>(out)) : std::nullopt;
}

}  // namespace

std::optional<double> cpu_percent(const CpuMark& before, const CpuMark& now, unsigned processors) {
  const double seconds = std::chrono::duration<double>(now.at - before.at).count();
  if (seconds <= 0 || processors == 0 || now.cpu_seconds < before.cpu_seconds) return std::nullopt;
  return std::clamp(100.0 * (now.cpu_seconds - before.cpu_seconds) / seconds / processors, 0.0, 100.0);
}

// One instance whose engine runs.
struct Sampling::Subject {
  store::Key key;  // of the instance
  InstanceRecord instance;
  std::string engine;  // AWS's name: "aurora-postgresql"
  std::string role;
  bool standalone = false;  // without a cluster that is shown
  engines::InstanceSpec spec;
  pid_t pid = 0;
};

Sampling::Sampling(const fleet::Host& host, const fleet::Machine& machine, fleet::Figures& figures)
    : host_(host), machine_(machine), figures_(figures), thread_("haar-figures", [this] { run(); }) {}

void Sampling::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void Sampling::run() {
  for (int looks = 0;; ++looks) {
    {
      std::unique_lock lock(mutex_);
      if (woken_.wait_for(lock, interval, [this] { return stopping_; })) return;
    }
    look(looks % looks_a_question == 0, looks % looks_a_walk == 0);
  }
}

void Sampling::look(bool asks_engines, bool walks) {
  std::vector<Subject> subjects;
  const store::Reader reader(host_.db.snapshot());
  for (const auto& [key, instance] : reader.scan(instances, {})) {
    const ClusterRecord* cluster = reader.get(clusters, store::key_of(key.account(), key.region(), instance.cluster_id));
    const InstanceStateRecord state = instance_state_of(reader, key);
    if (cluster == nullptr || !state.made || state.volume.empty()) continue;
    Subject subject{key, instance, cluster->engine, state.role, cluster->standalone, {}, 0};
    subject.spec.id = state.volume;
    subject.spec.folder = fmt::format("{}/rds/{}/{}/{}", host_.state_folder, key.part(0), key.part(1), subject.spec.id);
    subject.spec.run_folder = fmt::format("{}/{}", host_.run_folder, fleet::short_name(subject.spec.id));
    subject.spec.port = static_cast<std::uint16_t>(cluster->port);
    const std::optional<pid_t> pid = machine_.supervisor.running(subject.spec.id);
    if (!pid) continue;
    subject.pid = *pid;
    subjects.push_back(std::move(subject));
  }
  std::set<std::string> seen;
  for (const Subject& subject : subjects) {
    if (machine_.supervisor.cancelled()) return;
    seen.insert(subject.spec.id);
    measure(subject, asks_engines);
    if (walks) measure_volume(subject);
  }
  std::erase_if(marks_, [&](const auto& mark) { return !seen.contains(mark.first); });
}

void Sampling::measure(const Subject& subject, bool asks_engines) {
  const std::optional<engines::ProcessUsage> usage = engines::usage_of(subject.pid);
  if (!usage) return;
  const auto processors = static_cast<unsigned>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  const CpuMark now{usage->cpu_seconds, std::chrono::steady_clock::now()};
  if (const auto before = marks_.find(subject.spec.id); before != marks_.end()) {
    if (const auto percent = cpu_percent(before->second, now, processors))
      add(subject, "CPUUtilization", "Percent", *percent);
  }
  marks_[subject.spec.id] = now;
  // Of the memory of its class what its processes do not use.
  if (const InstanceClass* known = find_instance_class(subject.instance.instance_class)) {
    const std::uint64_t used = std::min(usage->memory_bytes, known->memory_bytes);
    add(subject, "FreeableMemory", "Bytes", static_cast<double>(known->memory_bytes - used));
  }
  if (asks_engines) ask_engine(subject);
}

// A walk that was not finished has no figure.
void Sampling::measure_volume(const Subject& subject) {
  engines::DiskBounds bounds;
  bounds.time_max = walk_time_max;
  const Result<engines::DiskUsage> used = engines::disk_usage(subject.spec.data(), "", bounds);
  if (!used.ok() || used->too_many || used->timed_out) return;
  if (!subject.standalone) {
    put(subject, "VolumeBytesUsed", "Bytes", static_cast<double>(used->bytes),
        {{"DBClusterIdentifier", subject.instance.cluster_id}});
    return;
  }
  // Of the storage that was asked for.
  const std::uint64_t storage = static_cast<std::uint64_t>(subject.instance.storage_gib) << 30;
  put(subject, "FreeStorageSpace", "Bytes", static_cast<double>(storage - std::min(used->bytes, storage)),
      {{"DBInstanceIdentifier", subject.instance.id}});
}

// What the engine says: it may be its tenant's altogether, and then lies about itself to its tenant.
void Sampling::ask_engine(const Subject& subject) {
  if (!subject.engine.ends_with("postgresql") && subject.engine != "postgres") return;
  Result<engines::postgres::AdminConnection> admin =
      engines::postgres::AdminConnection::open(subject.spec, {"rdsadmin", patience, &machine_.supervisor});
  if (!admin.ok()) return;
  const auto ask = [&](const std::string& sql) -> std::optional<double> {
    const auto answer = admin->value(sql);
    return answer.ok() && *answer ? number_in(**answer) : std::nullopt;
  };
  if (const auto connections = ask("SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE "
                                   "backend_type OPERATOR(pg_catalog.=) 'client backend' AND "
                                   "pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()"))
    add(subject, "DatabaseConnections", "Count", *connections);
  if (subject.role == "writer") return;
  // Of a reader that has all it got, none: nothing was written since.
  if (const auto lag = ask("SELECT CASE WHEN pg_catalog.pg_last_wal_receive_lsn() OPERATOR(pg_catalog.=) "
                           "pg_catalog.pg_last_wal_replay_lsn() THEN 0 ELSE pg_catalog.floor(pg_catalog.date_part('epoch', "
                           "pg_catalog.now() OPERATOR(pg_catalog.-) pg_catalog.pg_last_xact_replay_timestamp()) "
                           "OPERATOR(pg_catalog.*) 1000) END"))
    put(subject, "AuroraReplicaLag", "Milliseconds", *lag, {{"DBInstanceIdentifier", subject.instance.id}});
}

// By the instance, by its cluster, and by its role in that.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
void Sampling::add(const Subject& subject, std::string_view metric, std::string_view unit, double value) {
  const std::string& cluster = subject.instance.cluster_id;
  put(subject, metric, unit, value, {{"DBInstanceIdentifier", subject.instance.id}});
  if (subject.standalone) return;
  put(subject, metric, unit, value, {{"DBClusterIdentifier", cluster}});
  put(subject, metric, unit, value,
      {{"DBClusterIdentifier", cluster}, {"Role", subject.role == "writer" ? "WRITER" : "READER"}});
}

void Sampling::put(const Subject& subject, std::string_view metric, std::string_view unit, double value,
                   std::vector<std::pair<std::string, std::string>> dimensions) {
  fleet::FigureName name{AccountId(subject.key.account()), Region(subject.key.region()), "AWS/RDS", std::string(metric),
                         std::move(dimensions)};
  figures_.add(name, unit, host_.env.clock.now(), value);
}

}  // namespace haar::rds
