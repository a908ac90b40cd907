// The steps of a replication group. None waits long: what takes time is asked for again.
#include "base/log.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/elasticache/fleet/group_kind.h"
#include "services/elasticache/names.h"
#include "services/elasticache/placement.h"

namespace haar::elasticache {
namespace {

// Offered to a transaction beyond what it needs, since others may take some in between.
constexpr std::size_t spare_addresses = 4;
// Of a planned change of the primary: so long clients that write wait at most. It is asked again whether the replica has
// caught up, and then they wait anew.
constexpr fleet::Milliseconds pause_of_writes{5'000};
constexpr fleet::Milliseconds question_patience{300};

Error gone(const std::string& member) {
  return {"EngineNotReady", member + " is no member any more", 500, Fault::receiver};
}

constexpr std::size_t former_histories_max = 8;

void note_former(GroupStateRecord& seen) {
  std::erase(seen.former_histories, seen.history);
  seen.former_histories.push_back(seen.history);
  if (seen.former_histories.size() > former_histories_max) seen.former_histories.erase(seen.former_histories.begin());
}

}  // namespace

Result<void> GroupKind::place(const store::Key& key, const GroupView& group) {
  const std::vector<std::string> candidates =
      members_.free_addresses(static_cast<std::uint16_t>(group.wanted.port), 2 + spare_addresses);
  Result<void> placed = members_.transact(key, [&](api::Call& call) -> Result<void> {
    const std::optional<GroupView> now = find_group(call.txn, key);
    if (!now || now->wanted.deleting || now->seen.placed()) return {};
    GroupStateRecord seen = now->seen;
    seen.primary_address = TRY(ec2::take_host_address(call.txn, candidates, endpoint_id(now->wanted, primary_role)));
    seen.reader_address = TRY(ec2::take_host_address(call.txn, candidates, endpoint_id(now->wanted, reader_role)));
    call.txn.put(group_states, key, std::move(seen));
    return {};
  });
  TRY(std::move(placed));
  // Their certificates are for these addresses, too.
  for (const ClusterView& member : group.members)
    reconciler_.look(ClusterKind::kind_name, store::key_of(key.account(), key.region(), member.wanted.id));
  return {};
}

// The kind of cache clusters starts it again, without a role.
Result<void> GroupKind::end_member(const store::Key& key, const GroupView& group, const std::string& member) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member);
  if (!engine) return {};
  log_warning("a node of a replication group is replaced", {{"group", key.text()}, {"node", member}});
  (void)engine->adopt().ok();
  return engine->stop();
}

// Before anything is done about it: after a crash the next haar knows who it is, and that nobody else may take writes.
Result<void> GroupKind::elect(const store::Key& key, const GroupView& group, const GroupAct& act) {
  if (act.data_lost && group.seen.promoted_epoch > 0)
    log_warning("no node of a replication group has its data any more", {{"group", key.text()}});
  return members_.transact(key, [&](api::Call& call) -> Result<void> {
    const std::optional<GroupView> now = find_group(call.txn, key);
    if (!now || now->wanted.deleting || now->seen.epoch != group.seen.epoch) return {};
    const ClusterView* elected = now->member(act.member);
    if (elected == nullptr || elected->wanted.deleting) return gone(act.member);
    GroupStateRecord seen = now->seen;
    seen.primary = act.member;
    ++seen.epoch;
    seen.history = act.history;
    seen.provisional = false;
    // Of the wishes that were looked at: a later one is still to come.
    seen.failover_done = group.wanted.failover_asked;
    if (group.wanted.switch_to == act.member) seen.switch_done = group.wanted.switch_asked;
    call.txn.put(group_states, key, std::move(seen));
    return {};
  });
}

Result<void> GroupKind::stand_down(const store::Key& key, const GroupView& group, const std::string& member) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member);
  return engine ? engine->stand_down(group.seen.epoch) : Result<void>(gone(member));
}

// Of one that is promoted already, its history is looked at again.
Result<void> GroupKind::promote(const store::Key& key, const GroupView& group, const std::string& member) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member);
  if (!engine) return gone(member);
  TRY(engine->promote(group.seen.epoch));
  const fleet::Replication said = TRY(engine->replication(question_patience));
  if (said.link != fleet::Link::none) return Error{"EngineNotReady", member + " takes no writes", 500, Fault::receiver};
  return update_state(key, [&](const GroupRecord&, GroupStateRecord& seen) {
    if (seen.epoch != group.seen.epoch || seen.primary != member) return;
    seen.promoted_epoch = seen.epoch;
    if (!seen.history.empty() && seen.history != said.history && !seen.provisional) note_former(seen);
    seen.history = said.history;
    seen.provisional = !said.shared;
  });
}

Result<void> GroupKind::follow(const store::Key& key, const GroupView& group, const std::string& member) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member);
  const ClusterView* primary = group.member(group.seen.primary);
  if (!engine || primary == nullptr) return gone(member);
  const store::Key primary_key = store::key_of(key.account(), key.region(), primary->wanted.id);
  TRY(engine->follow({members_.spec_of(primary_key, primary->wanted, node_id(0))}, group.seen.epoch));
  const std::lock_guard lock(mutex_);
  Known& known = known_[engine->id()];
  known.led_at = ticks_();
  known.led_in = group.seen.epoch;
  return {};
}

Result<void> GroupKind::steady(const store::Key& key, const GroupView& group, const std::string& member) {
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member);
  if (!engine) return gone(member);
  TRY(engine->serve_without_writer());
  const std::lock_guard lock(mutex_);
  known_[engine->id()].steady = true;
  return {};
}

// No write is lost: none comes while the replica catches up, and it is elected only when it has.
Result<void> GroupKind::hand_over(const store::Key& key, const GroupView& group, const std::string& member) {
  const std::shared_ptr<fleet::Engine> primary = engine_of(key, group, group.seen.primary), next = engine_of(key, group, member);
  if (!primary || !next) return gone(member);
  TRY(primary->pause_writes(pause_of_writes));
  const fleet::Position there = TRY(primary->replication(question_patience)).position;
  const fleet::Replication said = TRY(next->replication(question_patience));
  if (said.link != fleet::Link::up || said.position < there)
    return fleet::waiting(member + " has not caught up with its primary yet");
  return elect(key, group, {GroupStep::elect, member, said.history});
}

// New clients are led by what is wanted since that was written down. Who is there and not encrypted is sent away where AWS
// does so. Which sessions these are an engine does not tell: all end, and those on TLS come back.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption-enable.html
Result<void> GroupKind::encrypt(const store::Key& key, const GroupView& group) {
  if (group.seen.made && group.wanted.transit_mode == transit::required) {
    for (const ClusterView& member : group.members) {
      const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member.wanted.id);
      if (engine->running()) TRY(engine->end_sessions());
    }
  }
  return update_state(key, [&](const GroupRecord& wanted, GroupStateRecord& seen) {
    if (wanted.transit_mode == group.wanted.transit_mode) seen.transit_mode = wanted.transit_mode;
  });
}

// Its endpoints lead where they should before it is said to be available.
Result<void> GroupKind::settle(const store::Key& key, const GroupView& group) {
  endpoints_changed_(key);
  return update_state(key, [&](const GroupRecord&, GroupStateRecord& seen) {
    if (seen.epoch != group.seen.epoch) return;
    seen.made = true;
    seen.observed_generation = group.wanted.generation;
    seen.failover_done = group.wanted.failover_asked;
    seen.switch_done = group.wanted.switch_asked;
    seen.failures = 0;
    seen.problem.clear();
  });
}

Result<void> GroupKind::remove_group(const store::Key& key, const GroupView&) {
  TRY(members_.transact(key, [&](api::Call& call) -> Result<void> {
    if (const GroupStateRecord* seen = call.txn.get(group_states, key); seen && seen->placed()) {
      ec2::release_host_address(call.txn, seen->primary_address);
      ec2::release_host_address(call.txn, seen->reader_address);
    }
    call.txn.erase(group_states, key);
    call.txn.erase(groups, key);
    return {};
  }));
  const std::lock_guard lock(mutex_);
  leads_.erase(key);
  leaderless_since_.erase(key);
  return {};
}

}  // namespace haar::elasticache
