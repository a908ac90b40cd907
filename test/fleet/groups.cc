#include "groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/elasticache/CreateReplicationGroup.h"
#include "model/elasticache/DecreaseReplicaCount.h"
#include "model/elasticache/DeleteReplicationGroup.h"
#include "model/elasticache/IncreaseReplicaCount.h"
#include "model/elasticache/ModifyReplicationGroup.h"
#include "model/elasticache/TestFailover.h"
#include "services/elasticache/names.h"

namespace haar::fleet::sim {
namespace {

namespace ec = elasticache;

constexpr std::uint64_t group_ids = 2;
constexpr std::int64_t members_max = 4;

store::Key key_of(const std::string& id) { return store::key_of(account, region, id); }
std::string engine_of(const ec::ClusterView& member) { return ec::engine_id(member.wanted.resource_id, ec::node_id(0)); }

}  // namespace

void Groups::note(const std::string& call, const std::string& id, const Result<void>& done) {
  life_.tell(fmt::format("{} {}: {}", call, id, done.ok() ? "ok" : done.error().code + " " + done.error().message));
}

void Groups::call_something() {
  const std::uint64_t what = life_.chance.below(100);
  if (what < 30) create();
  else if (what < 45) count_replicas(true);
  else if (what < 53) count_replicas(false);
  else if (what < 68) fail_over();
  else if (what < 76) hand_over();
  else if (what < 93) encrypt();
  else remove();
}

std::string Groups::some_group() {
  std::vector<std::string> there;
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, group] : reader.scan(ec::groups, {})) there.push_back(group.id);
  return there.empty() ? "g0" : life_.chance.one_of(there);
}

void Groups::create() {
  ec::CreateReplicationGroupMessage in;
  in.ReplicationGroupId = fmt::format("g{}", life_.chance.below(group_ids));
  in.ReplicationGroupDescription = "of a day";
  in.CacheNodeType = "cache.t3.micro";
  in.NumCacheClusters = static_cast<std::int32_t>(life_.chance.between(1, members_max));
  in.AutomaticFailoverEnabled = *in.NumCacheClusters > 1 && life_.chance.in_thousand(700);
  if (life_.chance.in_thousand(300)) {
    in.TransitEncryptionEnabled = true;
    in.TransitEncryptionMode = life_.chance.in_thousand(500) ? "required" : "preferred";
  }
  const auto made = life_.world.call<ec::ops::CreateReplicationGroup>(in);
  note("CreateReplicationGroup", in.ReplicationGroupId, made.ok() ? Result<void>{} : made.error());
  if (!made.ok()) return;
  const store::Reader reader = life_.world.reader();
  const ec::GroupView group = *ec::find_group(reader, key_of(in.ReplicationGroupId));
  wishes_[in.ReplicationGroupId] = {group.wanted.resource_id, false, group.members.size(), in.TransitEncryptionMode.value_or("")};
  if (!life_.chance.in_thousand(life_.curse_rate / 4)) return;
  no_engine_.insert(engine_of(life_.chance.one_of(group.members)));
}

void Groups::count_replicas(bool more) {
  const std::string id = some_group();
  const auto wanted = static_cast<std::int32_t>(life_.chance.between(0, members_max));
  Result<void> done;
  if (more) {
    ec::IncreaseReplicaCountMessage in;
    in.ReplicationGroupId = id;
    in.NewReplicaCount = wanted;
    in.ApplyImmediately = true;
    if (const auto made = life_.world.call<ec::ops::IncreaseReplicaCount>(in); !made.ok()) done = made.error();
  } else {
    ec::DecreaseReplicaCountMessage in;
    in.ReplicationGroupId = id;
    in.NewReplicaCount = wanted;
    in.ApplyImmediately = true;
    if (const auto made = life_.world.call<ec::ops::DecreaseReplicaCount>(in); !made.ok()) done = made.error();
  }
  note(more ? "IncreaseReplicaCount" : "DecreaseReplicaCount", fmt::format("{} {}", id, wanted), done);
  if (done.ok()) wishes_[id].members = static_cast<std::size_t>(wanted) + 1;
}

void Groups::fail_over() {
  ec::TestFailoverMessage in;
  in.ReplicationGroupId = some_group();
  in.NodeGroupId = "0001";
  const auto done = life_.world.call<ec::ops::TestFailover>(in);
  note("TestFailover", in.ReplicationGroupId, done.ok() ? Result<void>{} : done.error());
}

void Groups::hand_over() {
  ec::ModifyReplicationGroupMessage in;
  in.ReplicationGroupId = some_group();
  in.PrimaryClusterId = ec::member_id(in.ReplicationGroupId, static_cast<int>(life_.chance.between(1, members_max)));
  in.ApplyImmediately = true;
  const auto done = life_.world.call<ec::ops::ModifyReplicationGroup>(in);
  note("ModifyReplicationGroup", in.ReplicationGroupId + " " + *in.PrimaryClusterId, done.ok() ? Result<void>{} : done.error());
}

// A step further, or back.
void Groups::encrypt() {
  ec::ModifyReplicationGroupMessage in;
  in.ReplicationGroupId = some_group();
  const auto now = wishes_.find(in.ReplicationGroupId);
  const std::string mode = now == wishes_.end() ? "" : now->second.transit_mode;
  std::string wanted = mode == "preferred" && life_.chance.in_thousand(500) ? "required" : mode == "preferred" ? "" : "preferred";
  in.TransitEncryptionEnabled = !wanted.empty();
  if (!wanted.empty()) in.TransitEncryptionMode = wanted;
  in.ApplyImmediately = true;
  const auto done = life_.world.call<ec::ops::ModifyReplicationGroup>(in);
  note("ModifyReplicationGroup", in.ReplicationGroupId + " " + wanted, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[in.ReplicationGroupId].transit_mode = wanted;
}

void Groups::remove() {
  ec::DeleteReplicationGroupMessage in;
  in.ReplicationGroupId = some_group();
  const auto done = life_.world.call<ec::ops::DeleteReplicationGroup>(in);
  note("DeleteReplicationGroup", in.ReplicationGroupId, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) wishes_[in.ReplicationGroupId].deleting = true;
}

// ---- clients and the network ------------------------------------------------------------------------------

Groups::Members Groups::engines_of(const ec::GroupView& group) const {
  Members out;
  const auto& all = life_.world.machine->instances();
  for (const ec::ClusterView& member : group.members) {
    const auto engine = all.find(engine_of(member));
    if (engine != all.end() && engine->second.process) out.emplace_back(engine->first, &engine->second);
  }
  return out;
}

bool Groups::has(const Instance& engine, std::uint64_t entry) const {
  const std::vector<std::uint64_t>& entries = engine.process->log.entries;
  return std::ranges::find(entries, entry) != entries.end();
}

// To whoever takes it: a client's connection may lead to any engine that once was led to it. What one replica has got by then
// is acknowledged.
void Groups::write(const std::string& id) {
  const store::Reader reader = life_.world.reader();
  const std::optional<ec::GroupView> group = ec::find_group(reader, key_of(id));
  if (!group || group->wanted.deleting) return;
  for (const auto& [engine, instance] : engines_of(*group)) {
    if (!life_.world.machine->write(engine, ++entries_)) continue;
    Write& write = writes_[group->wanted.resource_id][entries_];
    for (const auto& [other, replica] : engines_of(*group)) {
      if (!life_.chance.in_thousand(600)) continue;
      life_.world.machine->flow(other, 1000);
      write.acknowledged = write.acknowledged || (other != engine && has(*replica, entries_));
    }
  }
}

void Groups::live() {
  const std::string group = fmt::format("g{}", life_.chance.below(group_ids));
  if (life_.chance.in_thousand(600)) write(group);
  std::vector<std::string> engines;
  for (const auto& [id, instance] : life_.world.machine->instances()) {
    if (owns(id) && instance.process) engines.push_back(id);
  }
  if (engines.empty()) return;
  if (life_.chance.in_thousand(500)) life_.world.machine->flow(life_.chance.one_of(engines), 1 + life_.chance.below(5));
  if (life_.faults && life_.chance.in_thousand(20)) life_.world.machine->cut(life_.chance.one_of(engines));
}

void Groups::flow() {
  for (const auto& [id, instance] : life_.world.machine->instances()) {
    if (owns(id)) life_.world.machine->flow(id, 1'000'000);
  }
}

void Groups::at_risk(const std::string& engine_id) {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, record] : reader.scan(ec::groups, {})) {
    const ec::GroupView group = *ec::find_group(reader, key);
    const Members engines = engines_of(group);
    if (std::ranges::none_of(engines, [&](const auto& one) { return one.first == engine_id; })) continue;
    for (auto& [entry, write] : writes_[record.resource_id]) {
      const bool elsewhere = std::ranges::any_of(engines, [&, entry = entry](const auto& one) {
        return one.first != engine_id && !one.second->process->hangs && has(*one.second, entry);
      });
      write.lost = write.lost || !elsewhere;
    }
  }
}

// ---- what has to hold ----------------------------------------------------------------------------------

void Groups::check_always() {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, state] : reader.scan(ec::group_states, {})) {
    const std::optional<ec::GroupView> group = ec::find_group(reader, key);
    if (!group) {
      life_.violation("a state without its replication group: " + key.text());
      continue;
    }
    const std::string& id = group->wanted.resource_id;
    if (state.epoch < epochs_[id]) life_.violation("the epoch goes back: " + key.text());
    epochs_[id] = state.epoch;
    const auto [known, is_new] = primaries_.try_emplace({id, state.epoch}, state.primary);
    if (!is_new && known->second != state.primary) life_.violation("two primaries in one epoch: " + key.text());
    if (state.promoted_epoch > state.epoch) life_.violation("an epoch that nobody began: " + key.text());
    if (state.observed_generation > group->wanted.generation) life_.violation("a wish of the future was observed: " + key.text());
    std::size_t writers = 0;
    for (const auto& [engine, instance] : engines_of(*group)) writers += instance->process->log.link == Link::none ? 1 : 0;
    if (writers > 1) life_.violation("two engines take writes: " + key.text());
    check_transit(*group, engines_of(*group));
  }
}

void Groups::check_start(const std::string& engine_id) {
  const store::Reader reader = life_.world.reader();
  const auto member = reader.find(ec::clusters, ec::clusters_by_resource, ec::resource_of(engine_id)).first();
  if (member && member->record.transit_mode == ec::transit::required) begun_encrypted_.insert(engine_id);
  else begun_encrypted_.erase(engine_id);
  const auto& all = life_.world.machine->instances();
  const auto engine = all.find(engine_id);
  if (engine != all.end() && engine->second.process && engine->second.process->log.link == Link::none)
    life_.violation("a member begins as one that takes writes: " + engine_id);
}

void Groups::check_rest(Held& held) {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, record] : reader.scan(ec::groups, {})) {
    const ec::GroupView group = *ec::find_group(reader, key);
    if (group.seen.placed()) held.addresses.insert({group.seen.primary_address, group.seen.reader_address});
    check_group(key, group);
  }
  for (const auto& [id, wish] : wishes_) {
    const std::optional<ec::GroupView> group = ec::find_group(reader, key_of(id));
    if (wish.deleting && group) life_.violation("a replication group that was deleted is there: " + id);
    if (wish.deleting) continue;
    if (!group || group->wanted.resource_id != wish.resource_id) life_.violation("a replication group is gone: " + id);
    else if (group->wanted.transit_mode != wish.transit_mode) life_.violation("a wish for encryption was lost: " + id);
    else if (group->members.size() != wish.members) life_.violation("a replication group has too many or too few members: " + id);
  }
}

void Groups::check_group(const store::Key& key, const ec::GroupView& group) {
  const std::string_view status = ec::status_of(group);
  if (status == ec::status::create_failed) return;
  if (status != ec::status::available) return life_.violation(fmt::format("{} is {} for ever", key.text(), status));
  if (group.seen.failures != 0 || !group.seen.problem.empty())
    life_.violation(fmt::format("{} keeps {} failures: {}", key.text(), group.seen.failures, group.seen.problem));
  if (group.seen.failover_done != group.wanted.failover_asked || group.seen.switch_done != group.wanted.switch_asked)
    life_.violation("what was asked for was not done: " + key.text());
  if (group.seen.transit_mode != group.wanted.transit_mode) life_.violation("encryption did not come into force: " + key.text());
  const Members engines = engines_of(group);
  for (const ec::ClusterView& one : group.members) {
    for (const auto& [engine, instance] : engines) {
      if (engine == engine_of(one)) check_certificate(group, one, *instance);
    }
  }
  const ec::ClusterView* member = group.member(group.seen.primary);
  const Instance* primary = nullptr;
  for (const auto& [engine, instance] : engines) {
    if (member != nullptr && engine == engine_of(*member)) primary = instance;
  }
  if (primary == nullptr || primary->process->log.link != Link::none)
    return life_.violation("nobody takes writes: " + key.text());
  flow();
  for (const auto& [engine, instance] : engines) {
    if (instance == primary) continue;
    const Log& log = instance->process->log;
    if (log.link != Link::up || log.entries != primary->process->log.entries)
      life_.violation("a replica does not follow: " + engine);
  }
  check_data(group, *primary);
}

// Where nobody is let in any more without encryption, nobody is there without it: every engine that let such clients in has
// ended its sessions, or has begun since.
void Groups::check_transit(const ec::GroupView& group, const Members& engines) {
  const std::string& now = group.seen.transit_mode;
  const std::string before = std::exchange(modes_[group.wanted.resource_id], now);
  if (before == now || before.empty() || now != ec::transit::required) return;
  for (const auto& [engine, instance] : engines) {
    if (instance->process->open_in_clear && !begun_encrypted_.contains(engine)) life_.violation("who is not encrypted stays: " + engine);
  }
}

void Groups::check_certificate(const ec::GroupView& group, const ec::ClusterView& member, const Instance& engine) {
  const std::string& shown = engine.process->certificate;
  if (shown != engine.certificate) life_.violation("an engine serves another certificate than it has: " + member.wanted.id);
  for (const std::string& address : {group.seen.primary_address, group.seen.reader_address, member.nodes.front().seen.address}) {
    const Result<tls::Name> name = tls::parse_name(address);
    if (shown.find(name->bytes + " ") == std::string::npos)
      life_.violation("no certificate for " + address + ": " + member.wanted.id);
  }
}

void Groups::check_data(const ec::GroupView& group, const Instance& primary) {
  for (const auto& [entry, write] : writes_[group.wanted.resource_id]) {
    if (write.acknowledged && !write.lost && !has(primary, entry))
      life_.violation(fmt::format("write {} was acknowledged, and is lost: {}", entry, group.wanted.id));
  }
}

}  // namespace haar::fleet::sim
