// What to do next for a snapshot: pure, so that every combination can be tested as a table.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "fleet/queue.h"
#include "services/elasticache/snapshots/records.h"

namespace haar::elasticache {

inline constexpr int snapshot_failures_before_giving_up = 5;

enum class SnapshotStep : std::uint8_t {
  take,           // a copy of the node's data, complete and on disk
  copy,           // of another snapshot's file
  delete_source,  // it was the last one: what it is of goes now
  remove,         // the file and the records
};
std::string_view step_name(SnapshotStep step);

struct SnapshotObserved {
  bool source_answers = false;  // the node whose data are wanted
  bool source_waits = false;    // what it is of is there, and is not deleted yet
};

// What is to be done; nullopt: nothing. A source that does not answer just now is waited for.
std::optional<SnapshotStep> plan_snapshot(const SnapshotRecord& wanted, const SnapshotStateRecord& seen,
                                          const SnapshotObserved& observed);

// AWS's SnapshotStatus. "failed" is not of AWS's list, which has no word for one that cannot be made.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_Snapshot.html
std::string_view status_of(const SnapshotRecord& wanted, const SnapshotStateRecord& seen);
inline bool is_being_taken(const SnapshotRecord& wanted, const SnapshotStateRecord& seen) {
  return !wanted.deleting && !seen.done && !seen.given_up && wanted.copy_of.empty();
}

}  // namespace haar::elasticache
