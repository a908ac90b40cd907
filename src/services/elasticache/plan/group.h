// What to do next for a replication group: pure, so that every combination can be tested as a table.
//
// Who takes writes is written down (elect) before it does (promote), and only after nobody else can (fence). Members are
// made, started and removed by the kind of cache clusters; here they get their roles.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/engine.h"
#include "fleet/queue.h"
#include "services/elasticache/group_view.h"

namespace haar::elasticache {

// A primary that says nothing for so long has failed, and so has a replica: it is ended, to begin anew.
inline constexpr fleet::Delay hang_limit{10'000};
// Replicas that may have come further are waited for so long, before one is elected without them.
inline constexpr fleet::Delay election_patience{2'000};
// A replica that was led to its primary connects in a fraction of this.
inline constexpr fleet::Delay connect_patience{1'000};
// How soon it is looked again: while something is under way, while a copy is made, and to notice what nobody reports (a
// connection between two engines that broke, an engine that hangs).
inline constexpr fleet::Delay look_soon{5}, look_while_copying{50}, look_after_quiet{5'000};

enum class GroupStep : std::uint8_t {
  place,         // addresses for the endpoints
  fence,         // end the engine of a primary that hangs or is to go, so that it takes no write any more
  elect,         // write down the primary of the next epoch
  stand_down,    // who took writes before takes none any more, and keeps what it has
  promote,       // let it take writes, and lead the primary endpoint to it
  follow,        // lead a replica to its primary
  steady,        // it is in step: it serves reads also while its primary is away
  hand_over,     // a planned change: hold writes until the replica has them all, then elect it
  end_hung,      // a replica that hangs
  encrypt,       // what is wanted of encryption in transit is in force: who may not stay is sent away
  settle,        // all is as wanted
  remove_group,  // no member is left
};
std::string_view step_name(GroupStep step);

struct MemberObserved {
  bool running = false;
  std::optional<fleet::Replication> said = {};          // none: it has not answered just now
  std::optional<fleet::Ticks> silent_since = {};        // it runs, and has not answered since
  std::optional<fleet::Ticks> led_at = {};              // it was led to the primary of this epoch
  bool steady = false;                                  // told so since it began
  std::string address = {};                             // under which others follow it
  bool certified = true;                                // its certificate is for the names of the group
  bool operator==(const MemberObserved&) const = default;
};
struct GroupObserved {
  std::map<std::string, MemberObserved> members = {};    // by the ids of their clusters
  std::optional<fleet::Ticks> leaderless_since = {};     // nobody takes writes since
};

struct GroupAct {
  GroupStep step;
  std::string member = {};
  std::string history = {};  // of elect: of what the member has
  bool data_lost = false;    // of elect: nobody has what was written
  bool operator==(const GroupAct&) const = default;
};
struct GroupPlan {
  std::vector<GroupAct> acts = {};
  std::optional<fleet::Delay> look_again = {};
};

GroupPlan plan_group(const GroupView& group, const GroupObserved& observed, fleet::Ticks now);

// Whether clients who write are to be led to this member: it was promoted in this epoch and says that it takes writes.
bool takes_writes(const GroupView& group, const GroupObserved& observed);
// Whether it has its primary's data and gets every change.
bool in_step(const GroupView& group, const GroupObserved& observed, const std::string& member);

}  // namespace haar::elasticache
