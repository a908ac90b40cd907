#include "services/elasticache/plan/group.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace haar::elasticache {
namespace {

using fleet::Link;

// In the order of the enumeration.
constexpr std::array<std::string_view, 12> step_names{"place",  "fence",     "elect",    "stand_down", "promote", "follow",
                                                      "steady", "hand_over", "end_hung", "encrypt",    "settle",  "remove_group"};

const MemberObserved nobody{};

const MemberObserved& observed_of(const GroupObserved& observed, std::string_view id) {
  const auto found = observed.members.find(std::string(id));
  return found == observed.members.end() ? nobody : found->second;
}

bool hangs(const MemberObserved& member, fleet::Ticks now) {
  return member.running && member.silent_since && now - *member.silent_since >= hang_limit;
}

bool is_promoted(const GroupView& group) { return group.seen.epoch > 0 && group.seen.promoted_epoch == group.seen.epoch; }
bool failover_asked(const GroupView& group) { return group.wanted.failover_asked > group.seen.failover_done; }
bool switch_asked(const GroupView& group) { return group.wanted.switch_asked > group.seen.switch_done; }

// It has followed one that was promoted since, which could not be written down.
bool has_more_than_is_known(const GroupView& group, const fleet::Replication& said) {
  return !group.seen.history.empty() && said.history_before == group.seen.history;
}

// Of a primary that had no replica when it was promoted: whoever has another's history has got it since.
bool has_what_was_written(const GroupView& group, const fleet::Replication& said) {
  return said.history == group.seen.history || has_more_than_is_known(group, said) ||
         (group.seen.provisional && said.shared && said.link != Link::none);
}

// Who has come further is elected before others.
auto rank(const GroupView& group, const fleet::Replication& said) {
  return std::pair(has_more_than_is_known(group, said), said.position);
}

// It has what was written, up to its position, and nothing more comes: its connection has ended, and it has read all of it.
bool may_be_elected(const GroupView& group, const MemberObserved& member) {
  return member.said && member.said->link == Link::down && has_what_was_written(group, *member.said);
}

// It may have come further than those that may be elected, and one will know soon.
bool may_know_more(const GroupView& group, const MemberObserved& member) {
  if (!member.running) return false;
  if (!member.said) return true;
  const Link link = member.said->link;
  return (link == Link::up || link == Link::syncing) && has_what_was_written(group, *member.said);
}

// How much it has of what was written once: the later the epoch of its history, and the further it came in that, the more.
// 0: nothing.
std::pair<std::size_t, fleet::Position> rank_of_old(const GroupView& group, const MemberObserved& member) {
  if (!member.said || member.said->link == Link::none) return {};
  const std::vector<std::string>& former = group.seen.former_histories;
  const auto found = std::ranges::find(former, member.said->history);
  if (found == former.end()) return {};
  return {static_cast<std::size_t>(found - former.begin()) + 1, member.said->position};
}

// Nobody who runs has all that was written. Who was left behind in an earlier epoch has what was written until then; where
// there is none such, begin anew with whoever answers, the last primary before others.
GroupPlan plan_loss(const GroupView& group, const GroupObserved& observed, const std::vector<const ClusterView*>& members) {
  const ClusterView* best = nullptr;
  std::pair<std::size_t, fleet::Position> most{};
  for (const ClusterView* member : members) {
    const auto rank = rank_of_old(group, observed_of(observed, member->wanted.id));
    if (rank > most) std::tie(best, most) = std::tuple(member, rank);
  }
  if (best != nullptr) {
    const std::string& id = best->wanted.id;
    return {{{GroupStep::elect, id, observed_of(observed, id).said->history, true}}};
  }
  const std::string last(group.primary());
  if (observed_of(observed, last).said && group.member(last) != nullptr) return {{{GroupStep::elect, last, "", true}}};
  for (const ClusterView* member : members) {
    if (observed_of(observed, member->wanted.id).said) return {{{GroupStep::elect, member->wanted.id, "", true}}};
  }
  return {{}, look_while_copying};
}

// Whoever was the primary takes no writes any more. The replica that has come furthest is the next.
GroupPlan plan_election(const GroupView& group, const GroupObserved& observed, fleet::Ticks now) {
  const std::vector<const ClusterView*> members = group.lasting();
  const ClusterView* best = nullptr;
  bool somebody_knows_more = false;
  for (const ClusterView* member : members) {
    const MemberObserved& one = observed_of(observed, member->wanted.id);
    somebody_knows_more = somebody_knows_more || may_know_more(group, one);
    if (!may_be_elected(group, one)) continue;
    if (best == nullptr || rank(group, *one.said) > rank(group, *observed_of(observed, best->wanted.id).said)) best = member;
  }
  const bool waited = observed.leaderless_since && now - *observed.leaderless_since >= election_patience;
  if (somebody_knows_more && (best == nullptr || !waited)) {
    // One that hangs has them for nobody.
    for (const ClusterView* member : members) {
      if (hangs(observed_of(observed, member->wanted.id), now)) return {{{GroupStep::end_hung, member->wanted.id}}};
    }
    return {{}, look_soon};
  }
  if (best != nullptr)
    return {{{GroupStep::elect, best->wanted.id, observed_of(observed, best->wanted.id).said->history}}};
  return plan_loss(group, observed, members);
}

GroupPlan plan_first_election(const GroupView& group, const GroupObserved& observed) {
  const std::string first = group.wanted.first_primary;
  if (observed_of(observed, first).said) return {{{GroupStep::elect, first}}};
  return {{}, look_while_copying};
}

bool has_what_it_was_elected_for(const GroupView& group, const MemberObserved& one) {
  if (!one.said) return false;
  const std::string& history = group.seen.history;
  return history.empty() || one.said->history == history || (one.said->link == Link::none && one.said->history_before == history);
}

// After a planned change: who took writes before takes none any more, and the elected one gets the last of them. One that
// cannot get them is not promoted: whoever has them is elected instead.
std::optional<GroupPlan> plan_handing_over(const GroupView& group, const GroupObserved& observed, fleet::Ticks now) {
  const MemberObserved& elected = observed_of(observed, group.seen.primary);
  const bool waited = observed.leaderless_since && now - *observed.leaderless_since >= election_patience;
  GroupPlan plan;
  bool behind = false, unheard = false;
  for (const ClusterView& member : group.members) {
    const MemberObserved& one = observed_of(observed, member.wanted.id);
    if (member.wanted.id == group.seen.primary || !one.running) continue;
    if (!one.said) unheard = true;
    else if (one.said->link == Link::none) plan.acts.push_back({GroupStep::stand_down, member.wanted.id});
    else behind = behind || (one.said->history == elected.said->history && one.said->position > elected.said->position);
  }
  if (!plan.acts.empty()) return plan;
  if (behind && elected.said->link == Link::up) return GroupPlan{{}, look_soon};
  if (behind && elected.said->link == Link::down) return plan_election(group, observed, now);
  if (unheard && !waited) return GroupPlan{{}, look_soon};
  return std::nullopt;
}

// It was elected, and takes no writes yet: it is promoted if it still has what it was elected for.
GroupPlan plan_promotion(const GroupView& group, const GroupObserved& observed, fleet::Ticks now) {
  const std::string elected = group.seen.primary;
  const MemberObserved& one = observed_of(observed, elected);
  if (has_what_it_was_elected_for(group, one)) {
    if (std::optional<GroupPlan> first = plan_handing_over(group, observed, now)) return *first;
    return {{{GroupStep::promote, elected}}};
  }
  if (one.running && !one.said) {
    if (hangs(one, now)) return {{{GroupStep::fence, elected}}};
    return {{}, look_soon};
  }
  // It has begun anew since, and has nothing; of an epoch without a history nobody has.
  if (!group.seen.history.empty()) return plan_election(group, observed, now);
  if (group.seen.made) return plan_loss(group, observed, group.lasting());
  return {{}, look_while_copying};
}

// Of a group whose primary serves: what a caller asked of it.
std::optional<GroupPlan> plan_asked(const GroupView& group, const GroupObserved& observed) {
  const std::string primary = group.seen.primary;
  const auto ready = [&](const std::string& id) { return id != primary && in_step(group, observed, id); };
  if (switch_asked(group) && group.wanted.switch_to != primary && group.member(group.wanted.switch_to) != nullptr) {
    if (ready(group.wanted.switch_to)) return GroupPlan{{{GroupStep::hand_over, group.wanted.switch_to}}};
    return std::nullopt;
  }
  if (!failover_asked(group)) return std::nullopt;
  for (const ClusterView* member : group.lasting()) {
    if (ready(member->wanted.id)) return GroupPlan{{{GroupStep::fence, primary}}};
  }
  return std::nullopt;  // nobody could take over yet
}

bool is_encrypted(const GroupView& group) { return group.seen.transit_mode == group.wanted.transit_mode; }

bool is_settled(const GroupView& group) {
  const GroupStateRecord& seen = group.seen;
  return seen.made && seen.observed_generation == group.wanted.generation && seen.failures == 0 && seen.problem.empty() &&
         !failover_asked(group) && !switch_asked(group) && is_encrypted(group);
}

// Whether the primary's history has got its lasting name, and that is not written down.
bool is_renamed(const GroupView& group, const fleet::Replication& primary) {
  return primary.history != group.seen.history || (group.seen.provisional && primary.shared);
}

GroupPlan plan_followers(const GroupView& group, const GroupObserved& observed, fleet::Ticks now) {
  const MemberObserved& primary = observed_of(observed, group.seen.primary);
  if (is_renamed(group, *primary.said)) return {{{GroupStep::promote, group.seen.primary}}};
  GroupPlan plan;
  bool all = true;
  plan.look_again = look_after_quiet;
  const auto soon = [&](fleet::Delay delay) { plan.look_again = std::min(*plan.look_again, delay); };
  for (const ClusterView* member : group.lasting()) {
    const std::string& id = member->wanted.id;
    const MemberObserved& one = observed_of(observed, id);
    // One that could not be made is no reason to wait for it: its status tells.
    if (!member->seen.given_up.empty()) continue;
    all = all && member->seen.made && one.certified;
    if (!one.certified) soon(look_while_copying);
    if (id == group.seen.primary) continue;
    if (in_step(group, observed, id)) {
      if (!one.steady) plan.acts.push_back({GroupStep::steady, id});
      continue;
    }
    all = false;
    if (hangs(one, now)) plan.acts.push_back({GroupStep::end_hung, id});
    else if (!one.said) soon(look_while_copying);
    else if (one.said->link == Link::syncing && one.said->leader == primary.address) soon(look_while_copying);
    else if (one.led_at && now - *one.led_at < connect_patience) soon(look_soon);
    else plan.acts.push_back({GroupStep::follow, id});
  }
  if (all && plan.acts.empty() && !is_settled(group))
    plan.acts.push_back({is_encrypted(group) ? GroupStep::settle : GroupStep::encrypt});
  return plan;
}

}  // namespace

// Nobody begins as one who takes writes: who does was promoted since it began.
bool takes_writes(const GroupView& group, const GroupObserved& observed) {
  const MemberObserved& primary = observed_of(observed, group.seen.primary);
  return is_promoted(group) && primary.running && primary.said && primary.said->link == Link::none;
}

bool in_step(const GroupView& group, const GroupObserved& observed, const std::string& member) {
  const MemberObserved &one = observed_of(observed, member), &primary = observed_of(observed, group.seen.primary);
  return member != group.seen.primary && one.running && one.said && primary.said && one.said->link == Link::up &&
         one.said->history == primary.said->history && one.said->leader == primary.address;
}

GroupPlan plan_group(const GroupView& group, const GroupObserved& observed, fleet::Ticks now) {
  if (group.wanted.deleting) {
    if (group.members.empty()) return {{{GroupStep::remove_group}}};
    return {{}, look_after_quiet};  // who removes the last one says so, unless haar ends in between
  }
  if (status_of(group) == status::create_failed) return {};
  if (!group.seen.placed()) return {{{GroupStep::place}}};
  if (group.seen.epoch == 0) return plan_first_election(group, observed);
  if (!is_promoted(group)) return plan_promotion(group, observed, now);
  const MemberObserved& primary = observed_of(observed, group.seen.primary);
  if (hangs(primary, now)) return {{{GroupStep::fence, group.seen.primary}}};
  // It says nothing just now: it may be busy.
  if (primary.running && !primary.said) return {{}, look_while_copying};
  if (!takes_writes(group, observed)) return plan_election(group, observed, now);
  if (std::optional<GroupPlan> asked = plan_asked(group, observed)) return *asked;
  return plan_followers(group, observed, now);
}

std::string_view step_name(GroupStep step) { return step_names.at(static_cast<std::size_t>(step)); }

}  // namespace haar::elasticache
