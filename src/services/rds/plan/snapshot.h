// What to do next for a snapshot, and for the automated backups of a cluster: pure, so that every combination can be tested
// as a table.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/queue.h"
#include "services/rds/snapshots/records.h"

namespace haar::rds {

// ---- one snapshot ------------------------------------------------------------------------------------

enum class SnapshotStep : std::uint8_t {
  none,
  wait,       // something is being made of it: it goes later
  take,       // a copy of the cluster's volume
  duplicate,  // a copy of another snapshot
  remove,
};
// Failures in a row until it is called failed. One on which the deletion of its cluster waits is tried on all the same.
inline constexpr std::int32_t snapshot_failures_max = 5;

SnapshotStep plan_snapshot(const SnapshotRecord& wanted, const SnapshotStateRecord& seen, bool in_use);
// "creating", "available", "failed", "deleting".
std::string_view snapshot_status(const SnapshotRecord& wanted, const SnapshotStateRecord& seen);

// ---- the automated backups of one cluster -------------------------------------------------------------

// The log of a new cluster, and its first copy, wait so long: they are no part of its making.
inline constexpr std::int64_t first_copy_seconds = 10;
// How often the log is brought on.
inline constexpr fleet::Delay log_interval{5'000};
// Of one cluster's log; then a new copy is made, and what lies before it goes.
inline constexpr std::uint64_t log_bytes_max = std::uint64_t{8} << 30;

struct AutomatedCopy {
  std::string id, resource_id;
  Timestamp created_at{};
  bool made = false, given_up = false, deleting = false;
  Timestamp made_at{};
  std::int64_t made_micros = 0;
};

struct BackupWanted {
  bool exists = false;        // the cluster does
  bool retained = false;      // it does not, and its backups are to stay
  std::int32_t retention_days = 1;
  int window_start_minute = 0;  // of the day, UTC
  Timestamp cluster_created_at{}, retained_at{};
  std::vector<AutomatedCopy> copies;  // the oldest first
};

struct BackupObserved {
  bool runs = false;       // the writer's engine answers
  bool log_due = false;    // it is time to bring the log on
  std::uint64_t log_bytes = 0;
  bool in_use = false;     // something is being made of these backups
};

enum class BackupStep : std::uint8_t {
  keep_log,
  copy,        // a new automated snapshot
  expire,      // an automated snapshot goes
  cut_log,     // what lies before the newest copy goes: the log has grown too large
  forget_log,  // what no copy needs any more
  purge,       // nothing of it is to stay
};
struct BackupAct {
  BackupStep step;
  std::string snapshot = {};  // of expire
  bool first = false;         // of copy
  bool operator==(const BackupAct&) const = default;
};
struct BackupPlan {
  std::vector<BackupAct> acts;
  std::optional<fleet::Delay> look_again = {};
};

BackupPlan plan_backup(const BackupWanted& wanted, const BackupStateRecord& seen, const BackupObserved& observed, Timestamp now);

// When the last backup window that is not in the future began.
Timestamp window_before(Timestamp now, int start_minute);

// ---- what can be restored ----------------------------------------------------------------------------

// From when to when; nullopt: nothing yet.
struct Restorable {
  Timestamp earliest{}, latest{};
};
std::optional<Restorable> restore_window(const BackupWanted& wanted, const BackupStateRecord& seen, Timestamp now);
// What the machine's clock said when haar's said this.
std::int64_t machine_micros(const BackupStateRecord& seen, Timestamp time);
// The newest copy from which the log leads to this time; null: none.
const AutomatedCopy* copy_for(const BackupWanted& wanted, const BackupStateRecord& seen, std::int64_t micros);

std::string_view step_name(SnapshotStep step);
std::string_view step_name(BackupStep step);

}  // namespace haar::rds
