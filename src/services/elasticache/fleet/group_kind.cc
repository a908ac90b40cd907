#include "services/elasticache/fleet/group_kind.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/arn.h"
#include "base/log.h"
#include "services/elasticache/changes.h"
#include "services/elasticache/names.h"
#include "services/elasticache/placement.h"
#include "services/elasticache/transit/modes.h"

namespace haar::elasticache {
namespace {

// A healthy engine answers in a fraction of this. One that is busy is asked again.
constexpr fleet::Milliseconds question_patience{300};

// Also one that an earlier haar started and nobody has found yet: who is taken for dead is replaced. One about which nothing
// can be said may run.
bool runs(fleet::Engine& engine) {
  if (engine.running()) return true;
  const Result<bool> found = engine.adopt();
  return !found.ok() || *found;
}

std::string engine_of_member(const ClusterView& member) { return engine_id(member.wanted.resource_id, node_id(0)); }

}  // namespace

GroupKind::GroupKind(const fleet::Runtime& runtime, fleet::Reconciler& reconciler, ClusterKind& members,
                     std::function<void(const store::Key& group)> endpoints_changed)
    : host_(members.host()),
      members_(members),
      endpoints_changed_(std::move(endpoints_changed)),
      ticks_(runtime.ticks),
      reconciler_(reconciler) {}

std::vector<store::Key> GroupKind::list(const store::Reader& reader) const {
  std::vector<store::Key> keys;
  for (const auto& [key, group] : reader.scan(groups, {})) keys.push_back(key);
  return keys;
}

// Of what is wanted of it and of its members. That a member is gone is said by who removes it.
std::optional<store::Key> GroupKind::concerned(const store::Reader& reader, const store::Changed& change) const {
  if (change.space == groups.name()) return change.key;
  if (change.space != clusters.name()) return std::nullopt;
  const ClusterRecord* cluster = reader.get(clusters, change.key);
  return cluster == nullptr ? std::nullopt : group_key_of(change.key, *cluster);
}

fleet::Plan GroupKind::plan(const store::Key& key) {
  const store::Reader reader(host_.db.snapshot());
  std::optional<GroupView> found = find_group(reader, key);
  if (!found) return {};
  const auto group = std::make_shared<const GroupView>(std::move(*found));
  const GroupObserved observed = observe(key, *group);
  lead(key, *group, observed);
  const GroupPlan wanted = plan_group(*group, observed, ticks_());
  fleet::Plan plan;
  plan.look_again = wanted.look_again;
  for (const GroupAct& act : wanted.acts) plan.actions.push_back({step_name(act.step), action(act, key, group), act.member});
  return plan;
}

std::function<Result<void>()> GroupKind::action(const GroupAct& act, const store::Key& key,
                                                const std::shared_ptr<const GroupView>& group) {
  switch (act.step) {
    case GroupStep::place: return [=, this] { return place(key, *group); };
    case GroupStep::fence:
    case GroupStep::end_hung: return [=, this] { return end_member(key, *group, act.member); };
    case GroupStep::elect: return [=, this] { return elect(key, *group, act); };
    case GroupStep::stand_down: return [=, this] { return stand_down(key, *group, act.member); };
    case GroupStep::promote: return [=, this] { return promote(key, *group, act.member); };
    case GroupStep::follow: return [=, this] { return follow(key, *group, act.member); };
    case GroupStep::steady: return [=, this] { return steady(key, *group, act.member); };
    case GroupStep::hand_over: return [=, this] { return hand_over(key, *group, act.member); };
    case GroupStep::encrypt: return [=, this] { return encrypt(key, *group); };
    case GroupStep::settle: return [=, this] { return settle(key, *group); };
    case GroupStep::remove_group: return [=, this] { return remove_group(key, *group); };
  }
  return [] { return Result<void>(); };
}

GroupObserved GroupKind::observe(const store::Key& key, const GroupView& group) {
  GroupObserved observed;
  for (const ClusterView& member : group.members) observed.members[member.wanted.id] = observe_member(key, group, member);
  const bool led = takes_writes(group, observed);
  const std::lock_guard lock(mutex_);
  if (led) leaderless_since_.erase(key);
  else observed.leaderless_since = leaderless_since_.try_emplace(key, ticks_()).first->second;
  return observed;
}

MemberObserved GroupKind::observe_member(const store::Key& key, const GroupView& group, const ClusterView& member) {
  MemberObserved out;
  if (member.nodes.empty()) return out;
  out.address = member.nodes.front().seen.address;
  const std::shared_ptr<fleet::Engine> engine = engine_of(key, group, member.wanted.id);
  out.running = engine && runs(*engine);
  if (!out.running) return out;
  const store::Key member_key = store::key_of(key.account(), key.region(), member.wanted.id);
  const bool certified = members_.certified(member_key, member, node_id(0));
  Result<fleet::Replication> said = engine->replication(question_patience);
  if (said.ok()) out.said = std::move(*said);
  const std::lock_guard lock(mutex_);
  Known& known = known_[engine->id()];
  if (out.said) known.silent_since.reset();
  else if (!known.silent_since) known.silent_since = ticks_();
  out.silent_since = known.silent_since;
  if (known.led_in == group.seen.epoch) out.led_at = known.led_at;
  out.steady = known.steady;
  out.certified = certified;
  return out;
}

// Clients are led where they can be served, before anything else is done.
void GroupKind::lead(const store::Key& key, const GroupView& group, const GroupObserved& observed) {
  Leads leads;
  for (const ClusterView& member : group.members) {
    const std::string engine = engine_of_member(member);
    if (member.wanted.id == group.seen.primary && takes_writes(group, observed)) leads.primary = engine;
    else if (!member.wanted.deleting && in_step(group, observed, member.wanted.id)) leads.readers.push_back(engine);
  }
  {
    const std::lock_guard lock(mutex_);
    Leads& known = leads_[key];
    if (known == leads) return;
    known = std::move(leads);
  }
  endpoints_changed_(key);
}

void GroupKind::engine_ended(const std::string& engine_id) {
  std::optional<store::Key> group = members_.group_of_engine(engine_id);
  if (!group) return;
  {
    const std::lock_guard lock(mutex_);
    known_.erase(engine_id);
    Leads& leads = leads_[*group];
    if (leads.primary == engine_id) leads.primary.clear();
    std::erase(leads.readers, engine_id);
  }
  endpoints_changed_(*group);
  reconciler_.look(kind_name, *group);
}

int GroupKind::note_failure(const store::Key& key, const fleet::Action&, const Error& error) {
  int failures = 1;
  const Result<void> noted = update_state(key, [&](const GroupRecord&, GroupStateRecord& seen) {
    failures = ++seen.failures;
    if (failures >= failures_before_giving_up) seen.problem = error.message;
  });
  if (!noted.ok()) log_error("a failure could not be written down", {{"group", key.text()}, {"reason", noted.error().message}});
  return failures;
}

Result<void> GroupKind::update_state(const store::Key& key,
                                     const std::function<void(const GroupRecord&, GroupStateRecord&)>& change) const {
  return members_.transact(key, [&](api::Call& call) -> Result<void> {
    const GroupRecord* wanted = call.txn.get(groups, key);
    if (wanted == nullptr) return {};
    const GroupStateRecord* known = call.txn.get(group_states, key);
    GroupStateRecord seen = known == nullptr ? GroupStateRecord{} : *known;
    change(*wanted, seen);
    call.txn.put(group_states, key, std::move(seen));
    return {};
  });
}

std::shared_ptr<fleet::Engine> GroupKind::engine_of(const store::Key& key, const GroupView& group,
                                                    std::string_view member) const {
  const ClusterView* found = group.member(member);
  if (found == nullptr) return nullptr;
  return members_.engine_of(store::key_of(key.account(), key.region(), found->wanted.id), found->wanted, node_id(0));
}

// ---- endpoints -------------------------------------------------------------------------------------

fleet::EndpointPlanner GroupKind::endpoint_planner() const {
  return fleet::planner_of(kind_name, groups, groups_changed_by,
                           [this](const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) {
                             plan_endpoints(reader, key, out);
                           });
}

void GroupKind::plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) const {
  const std::optional<GroupView> group = find_group(reader, key);
  if (!group || !group->seen.placed()) return;
  Leads leads;
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = leads_.find(key); known != leads_.end()) leads = known->second;
  }
  const auto target = [&](const std::string& engine, fleet::EndpointPlan& plan) {
    for (const ClusterView& member : group->members) {
      if (engine_of_member(member) == engine)
        lead_to(*engine_of(key, *group, member.wanted.id), group->wanted.transit_mode, plan);
    }
  };
  // Of the member that has the engine, else of the first: in its subnet the endpoint is.
  const auto interface_of = [&](const std::string& engine) {
    std::string first;
    for (const ClusterView& member : group->members) {
      if (member.nodes.empty()) continue;
      const std::string& id = member.nodes.front().seen.interface_id;
      if (engine_of_member(member) == engine) return id;
      if (first.empty()) first = id;
    }
    return first;
  };
  const std::string label = known_domain_label(reader, key);
  fleet::EndpointPlan plan;
  plan.service = service_principal;
  plan.account = key.account();
  plan.region = Region(key.region());
  plan.resource_arn = make_arn(host_.env.partition, "elasticache", plan.region.value, plan.account,
                               "replicationgroup:" + group->wanted.id);
  plan.port = static_cast<std::uint16_t>(group->wanted.port);
  plan.group_ids = group->wanted.security_group_ids;
  plan.id = endpoint_id(group->wanted, primary_role);
  EndpointNames names = primary_names(group->wanted, label, plan.region.value);
  plan.name = std::move(names.name);
  plan.other_name = std::move(names.other);
  plan.address = group->seen.primary_address;
  plan.interface_id = interface_of(leads.primary);
  if (!group->wanted.deleting && !leads.primary.empty()) target(leads.primary, plan);
  out.push_back(plan);
  plan.id = endpoint_id(group->wanted, reader_role);
  names = reader_names(group->wanted, label, plan.region.value);
  plan.name = std::move(names.name);
  plan.other_name = std::move(names.other);
  plan.address = group->seen.reader_address;
  if (!leads.readers.empty()) plan.interface_id = interface_of(leads.readers.front());
  plan.balance = frontdoor::Balance::round_robin;
  // Without a replica that serves, the primary does.
  if (!leads.readers.empty()) {
    plan.targets.clear();
    plan.tls_targets.clear();
  }
  if (!group->wanted.deleting) {
    for (const std::string& engine : leads.readers) target(engine, plan);
  }
  out.push_back(std::move(plan));
}

}  // namespace haar::elasticache
