// Who takes over from a writer, and when: pure. docs/decisions/2026-11-30-databases-that-fail-over.md
//
// A writer that ended, hangs, has no room, is to be replaced, or goes: it is fenced, the reader that has most is elected
// (written down, with a new epoch), then promoted. Where no reader may be elected, a writer is started again in its place,
// which loses nothing.
#pragma once

#include <optional>
#include <vector>

#include "services/rds/plan/cluster.h"

namespace haar::rds {

// A writer that says nothing for so long has failed.
inline constexpr fleet::Delay hang_limit{10'000};
// A reader whose connection to a writer that ended has not ended yet is waited for so long.
inline constexpr fleet::Delay election_patience{2'000};
// A reader that was led to its writer connects in a fraction of this.
inline constexpr fleet::Delay connect_patience{1'000};
// One that was led again and again, and was not in step once, cannot follow with what it has: its volume is copied anew.
inline constexpr fleet::Delay copy_again_after{20'000};
// One that is away for so long is no more waited for by commits.
inline constexpr fleet::Delay synchronous_patience{5'000};

// What has to be done before anything else; none: the writer goes on, or is started in its place.
std::optional<ClusterPlan> plan_failover(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                                         fleet::Ticks now);
// Whether the reader takes over before this writer, which is being deleted, is removed.
bool hands_over_first(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                      const InstanceRecord& going);
// Of a reader whose engine answers, while its writer takes writes: to get in step. Says when to look again.
std::optional<Act> reader_act(const InstanceRecord& reader, const EngineObserved& engine, fleet::Ticks now,
                              std::optional<fleet::Delay>& look_again);
// The readers for which commits are to wait, by resource id, sorted.
std::vector<std::string> synchronous_readers(const ClusterWanted& wanted, const ClusterSeen& seen,
                                             const ClusterObserved& observed, fleet::Ticks now);

}  // namespace haar::rds
