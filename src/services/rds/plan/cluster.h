// What to do next for a DB cluster: pure, so that every combination can be tested as a table. It may name several
// engines; what it says of one does not wait for another. Who takes over from a writer: plan/failover.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engine.h"
#include "fleet/queue.h"
#include "services/rds/records.h"

namespace haar::rds {

// Failures in a row until something that is being made is given up.
inline constexpr int failures_before_giving_up = 5;
// An engine that has not answered for so long counts as one whose start failed; recovery of a large log takes time.
inline constexpr fleet::Delay start_deadline{60'000};
// An engine that is starting is asked again after others had their turn.
inline constexpr fleet::Delay ask_again{50};

enum class Step : std::uint8_t {
  make_volume,      // copy the template; then the cluster is available
  appoint_writer,   // a new epoch begins, and who writes in it is written down before any engine knows
  start_engine,     // adopt it if it runs, start it if not
  await_engine,     // it runs: until it answers
  stop_engine,      // its storage is used up, or it was given up: it rests; or only a start brings what is wanted
  reload_engine,    // it takes changed parameters while it runs
  set_password,     // the master user's, with the user and the database on the first start of the volume
  apply_pending,    // the maintenance window has come: what waited for it is wanted now
  stop_cluster,     // its engines end, for certain, and are not started again
  start_again,      // it was stopped for as long as it may be: it is wanted to run now
  settle,           // all is as wanted: say so, and that there is no problem any more
  remove_instance,  // stop the engine, give back interface and address
  remove_cluster,   // no instance is left: delete the volume
  copy_volume,      // of a reader: its volume becomes a copy of the writer's
  copy_again,       // what a reader has does not lead to where its writer is: it is copied anew
  follow,           // lead a reader to its writer
  fence,            // the engine of a writer that is replaced: ended, and its volume is marked
  elect,            // write down the writer of the next epoch: a reader
  promote,          // let it take writes, and lead the endpoints to it
  set_synchronous,  // commits wait for one of these readers from now on
  drop_failover,    // one was asked for, and there is nobody to whom
};
std::string_view step_name(Step step);

// What an engine runs with differs from what it should (parameters/config.h).
struct InstanceChange {
  bool restart = false;  // in something that only a start brings
  bool reload = false;   // in parameters that it takes while it runs
  bool due = false;      // a change that waited for the maintenance window
};

// How soon a cluster with readers is looked at again: while something is under way, while a copy is made, and to notice what
// nobody reports (a connection between two engines that broke).
inline constexpr fleet::Delay look_soon{5}, look_while_copying{50}, look_after_quiet{5'000};

struct ClusterWanted {
  const ClusterRecord& cluster;
  std::vector<const InstanceRecord*> instances = {};
  std::map<std::string, InstanceChange> changes = {};  // by the instances' identifiers
  bool stop_is_over = false;
  bool is_being_copied = false;  // its volume stays until the copy is made
  bool synchronous = false;  // what is acknowledged is to be on a reader, too
};

// By the instances' identifiers; nothing is seen yet of one that is missing.
struct ClusterSeen {
  ClusterStateRecord cluster;
  std::map<std::string, InstanceStateRecord> instances = {};
};

struct EngineObserved {
  bool running = false;
  bool ready = false;      // it answers
  bool must_rest = false;  // its storage does not allow it to run
  std::optional<fleet::Ticks> silent_since = {};  // it is asked and does not answer
  // Where there are readers:
  bool alive = false;       // its process is there, whether haar has begun to ask it or not
  bool copying = false;     // its volume is being made of the writer's
  std::optional<fleet::Replication> said = {};    // none: it has not answered just now
  std::optional<fleet::Ticks> led_at = {};        // it was led to the writer of this epoch, the last time
  std::optional<fleet::Ticks> led_first = {};     // the first time since it was in step
  bool was_in_step = false;  // and was not led anywhere since
};
struct ClusterObserved {
  std::map<std::string, EngineObserved> engines = {};  // by the instances' identifiers
  // The writer was ended in order: so far its log goes, and nothing follows.
  std::optional<fleet::Position> ended_at = {};
  std::optional<fleet::Ticks> leaderless_since = {};  // nobody takes writes since
  EngineObserved& operator[](const std::string& id) { return engines[id]; }
};

struct Act {
  Step step;
  std::string instance = {};  // its identifier; empty: the cluster's own
  std::int64_t epoch = 0;     // in which it is valid: of appoint_writer, start_engine
  bool writes = false;        // of start_engine: in the writer's role
  bool overdue = false;       // of await_engine: not answering counts as a failure now
  bool in_order = false;      // of fence: it is asked to end, and its readers get all of its log; of elect: they have
  std::vector<std::string> others = {};  // of elect: those that do not follow with what they have; of set_synchronous: those
  bool operator==(const Act&) const = default;
};

struct ClusterPlan {
  std::vector<Act> acts;
  std::optional<fleet::Delay> look_again = {};
};

ClusterPlan plan_cluster(const ClusterWanted& wanted, const ClusterSeen& seen, const ClusterObserved& observed,
                         fleet::Ticks now);

// Its volume has the cluster's data and gets every change.
bool in_step(const EngineObserved& engine);
// Whoever was elected takes writes.
inline bool is_promoted(const ClusterStateRecord& seen) { return seen.promoted_epoch == seen.epoch; }
// The instance that writes in this epoch; null: it is gone, or nobody was appointed yet.
const InstanceRecord* writer_of(const ClusterWanted& wanted, const ClusterStateRecord& seen);

}  // namespace haar::rds
