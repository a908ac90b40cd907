#include "services/elasticache/snapshots/plan.h"

#include <array>

namespace haar::elasticache {

std::optional<SnapshotStep> plan_snapshot(const SnapshotRecord& wanted, const SnapshotStateRecord& seen,
                                          const SnapshotObserved& observed) {
  if (wanted.deleting) return SnapshotStep::remove;
  if (seen.given_up) return std::nullopt;
  if (!seen.done && !wanted.copy_of.empty()) return SnapshotStep::copy;
  if (!seen.done) return observed.source_answers ? std::optional(SnapshotStep::take) : std::nullopt;
  if (wanted.deletes_source && observed.source_waits) return SnapshotStep::delete_source;
  return std::nullopt;
}

std::string_view status_of(const SnapshotRecord& wanted, const SnapshotStateRecord& seen) {
  if (wanted.deleting) return "deleting";
  if (seen.done) return "available";
  if (seen.given_up) return "failed";
  return wanted.copy_of.empty() ? "creating" : "copying";
}

std::string_view step_name(SnapshotStep step) {
  constexpr std::array<std::string_view, 4> names{"take", "copy", "delete_source", "remove"};
  return names.at(static_cast<std::size_t>(step));
}

}  // namespace haar::elasticache
