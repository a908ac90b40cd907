#include "services/rds/plan/snapshot.h"

#include <algorithm>

namespace haar::rds {
namespace {

constexpr std::int64_t day_seconds = 24 * 3600;
// A copy that could not be made is tried again then, whatever the window.
constexpr std::int64_t retry_seconds = 3600;
// Backups of what does not run, and of what is gone, are looked at so often; a timer comes before that.
constexpr fleet::Delay look_again_resting{60'000};

// A copy from which the log leads on.
bool is_base(const AutomatedCopy& copy, const BackupStateRecord& seen) {
  return copy.made && !copy.deleting && seen.began_micros != 0 && copy.made_micros >= seen.began_micros;
}

Timestamp oldest_kept(const BackupWanted& wanted, Timestamp now) {
  return now.plus_seconds(-day_seconds * wanted.retention_days);
}

bool stays(const BackupWanted& wanted, Timestamp now) {
  if (wanted.exists) return true;
  return wanted.retained && now < wanted.retained_at.plus_seconds(day_seconds * wanted.retention_days);
}

// The copies that are older than what is kept, but for the one that the oldest time which can be restored begins from.
std::vector<BackupAct> expiries(const BackupWanted& wanted, const BackupStateRecord& seen, Timestamp now) {
  const Timestamp oldest = oldest_kept(wanted, now);
  const AutomatedCopy* needed = nullptr;
  for (const AutomatedCopy& copy : wanted.copies) {
    if (is_base(copy, seen) && (needed == nullptr || copy.made_at <= oldest)) needed = &copy;
  }
  std::vector<BackupAct> out;
  for (const AutomatedCopy& copy : wanted.copies) {
    if (!copy.deleting && copy.created_at < oldest && &copy != needed) out.push_back({BackupStep::expire, copy.id});
  }
  return out;
}

std::optional<BackupAct> copy_due(const BackupWanted& wanted, const BackupStateRecord& seen, std::uint64_t log_bytes,
                                  Timestamp now) {
  const AutomatedCopy* newest = wanted.copies.empty() ? nullptr : &wanted.copies.back();
  const bool in_hand = newest != nullptr && !newest->made && !newest->given_up && !newest->deleting;
  // The log comes first: a copy is gone on from only if its log is kept.
  if (in_hand || seen.began_micros == 0) return std::nullopt;
  const bool any = std::ranges::any_of(wanted.copies, [&](const AutomatedCopy& copy) { return is_base(copy, seen); });
  if (!any) {
    if (newest != nullptr && newest->given_up && now < newest->created_at.plus_seconds(retry_seconds)) return std::nullopt;
    return BackupAct{BackupStep::copy, "", newest == nullptr};
  }
  // A machine that was off in the window makes up for it.
  if (newest->created_at < window_before(now, wanted.window_start_minute)) return BackupAct{BackupStep::copy};
  if (log_bytes > log_bytes_max && newest->created_at < now.plus_seconds(-retry_seconds)) return BackupAct{BackupStep::copy};
  return std::nullopt;
}

}  // namespace

SnapshotStep plan_snapshot(const SnapshotRecord& wanted, const SnapshotStateRecord& seen, bool in_use) {
  if (wanted.deleting) return in_use ? SnapshotStep::wait : SnapshotStep::remove;
  if (seen.made || (seen.given_up && !wanted.final)) return SnapshotStep::none;
  return wanted.source_resource_id.empty() ? SnapshotStep::take : SnapshotStep::duplicate;
}

std::string_view snapshot_status(const SnapshotRecord& wanted, const SnapshotStateRecord& seen) {
  if (wanted.deleting) return status::deleting;
  if (seen.made) return status::available;
  return seen.given_up ? status::failed : status::creating;
}

Timestamp window_before(Timestamp now, int start_minute) {
  const std::int64_t midnight = now.seconds() / day_seconds * day_seconds;
  const std::int64_t today = midnight + std::int64_t{60} * start_minute;
  return Timestamp::from_seconds(today <= now.seconds() ? today : today - day_seconds);
}

BackupPlan plan_backup(const BackupWanted& wanted, const BackupStateRecord& seen, const BackupObserved& observed, Timestamp now) {
  BackupPlan plan;
  if (!stays(wanted, now)) {
    if (observed.in_use) return {{}, look_again_resting};
    for (const AutomatedCopy& copy : wanted.copies) {
      if (!copy.deleting) plan.acts.push_back({BackupStep::expire, copy.id});
    }
    plan.acts.push_back({BackupStep::purge});
    return plan;
  }
  plan.look_again = wanted.exists && observed.runs ? log_interval : look_again_resting;
  const bool young = seen.began_micros == 0 && now < wanted.cluster_created_at.plus_seconds(first_copy_seconds);
  if (wanted.exists && observed.runs && observed.log_due && !young) plan.acts.push_back({BackupStep::keep_log});
  if (wanted.exists && observed.runs) {
    if (const auto copy = copy_due(wanted, seen, observed.log_bytes, now)) plan.acts.push_back(*copy);
  }
  if (observed.in_use) return plan;
  if (wanted.exists) {
    for (BackupAct& act : expiries(wanted, seen, now)) plan.acts.push_back(std::move(act));
  }
  const AutomatedCopy* newest = nullptr;
  for (const AutomatedCopy& copy : wanted.copies) {
    if (is_base(copy, seen)) newest = &copy;
  }
  if (newest != nullptr && observed.log_bytes > log_bytes_max && newest->made_micros > seen.began_micros &&
      newest->created_at > now.plus_seconds(-retry_seconds))
    plan.acts.push_back({BackupStep::cut_log});
  return plan;
}

std::optional<Restorable> restore_window(const BackupWanted& wanted, const BackupStateRecord& seen, Timestamp now) {
  for (const AutomatedCopy& copy : wanted.copies) {
    if (!is_base(copy, seen) || seen.until < copy.made_at) continue;
    Restorable out{copy.made_at, seen.until};
    if (wanted.exists) out.earliest = std::max(out.earliest, oldest_kept(wanted, now));
    return out;
  }
  return std::nullopt;
}

std::int64_t machine_micros(const BackupStateRecord& seen, Timestamp time) {
  std::int64_t ahead = seen.ahead_micros.empty() ? 0 : seen.ahead_micros.front(), latest = time.micros;
  for (std::size_t i = 0; i < seen.ahead_from.size() && i < seen.ahead_micros.size(); ++i) {
    if (seen.ahead_from[i] <= time.micros) {
      ahead = seen.ahead_micros[i];
      continue;
    }
    // A time that the clock has jumped over is that of the jump.
    latest = std::min(latest - ahead, seen.ahead_from[i] - seen.ahead_micros[i]) + ahead;
    break;
  }
  return latest - ahead;
}

const AutomatedCopy* copy_for(const BackupWanted& wanted, const BackupStateRecord& seen, std::int64_t micros) {
  const AutomatedCopy* best = nullptr;
  for (const AutomatedCopy& copy : wanted.copies) {
    if (is_base(copy, seen) && copy.made_micros <= micros && (best == nullptr || copy.made_micros > best->made_micros))
      best = &copy;
  }
  return best;
}

std::string_view step_name(SnapshotStep step) {
  switch (step) {
    case SnapshotStep::none: return "none";
    case SnapshotStep::wait: return "wait";
    case SnapshotStep::take: return "take";
    case SnapshotStep::duplicate: return "duplicate";
    case SnapshotStep::remove: return "remove";
  }
  return "?";
}

std::string_view step_name(BackupStep step) {
  switch (step) {
    case BackupStep::keep_log: return "keep_log";
    case BackupStep::copy: return "copy";
    case BackupStep::expire: return "expire";
    case BackupStep::cut_log: return "cut_log";
    case BackupStep::forget_log: return "forget_log";
    case BackupStep::purge: return "purge";
  }
  return "?";
}

}  // namespace haar::rds
