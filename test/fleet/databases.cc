#include "databases.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/rds/FailoverDBCluster.h"
#include "services/rds/status.h"

namespace haar::fleet::sim {

void Databases::fail_over() {
  const store::Reader reader = life_.world.reader();
  std::vector<std::string> there;
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) there.push_back(cluster.id);
  if (there.empty()) return;
  rds::FailoverDBClusterMessage in;
  in.DBClusterIdentifier = life_.chance.one_of(there);
  if (life_.chance.in_thousand(500)) in.TargetDBInstanceIdentifier = fmt::format("i{}", life_.chance.below(3));
  const auto done = life_.world.call<rds::ops::FailoverDBCluster>(in);
  life_.tell(fmt::format("FailoverDBCluster {} to {}: {}", in.DBClusterIdentifier, in.TargetDBInstanceIdentifier.value_or("anybody"),
                         done.ok() ? "ok" : done.error().message));
}

std::vector<Databases::Member> Databases::members_of(const store::Key& cluster, const std::string& id) const {
  std::vector<Member> out;
  const store::Reader reader = life_.world.reader();
  const auto& all = life_.world.machine->instances();
  for (const auto& [key, instance] :
       reader.find(rds::instances, rds::instances_by_cluster, store::join(cluster.account(), cluster.region(), id))) {
    const auto engine = all.find(rds::instance_state_of(reader, key).volume);
    if (engine != all.end() && engine->second.process) out.push_back({engine->first, instance.id, &engine->second});
  }
  return out;
}

bool Databases::has(const Instance& engine, std::uint64_t entry) {
  const std::vector<std::uint64_t>& entries = engine.process->log.entries;
  return std::ranges::find(entries, entry) != entries.end();
}

// A commit is acknowledged at once, or when one of the readers that its engine was told of has it.
void Databases::write(const store::Key& key, const std::string& id, const std::string& resource_id) {
  const std::vector<Member> members = members_of(key, id);
  for (const Member& one : members) {
    if (!life_.world.machine->write(one.engine, ++entries_)) continue;
    const auto names = one.runs->process->parameters.find("synchronous_standby_names");
    bool acknowledged = names == one.runs->process->parameters.end();
    for (const Member& other : members) {
      if (other.engine == one.engine || !life_.chance.in_thousand(600)) continue;
      life_.world.machine->flow(other.engine, 1'000);
      const bool counts = !acknowledged && names->second.find('"' + other.instance + '"') != std::string::npos;
      acknowledged = acknowledged || (counts && has(*other.runs, entries_));
    }
    if (acknowledged && synchronous_) acknowledged_[resource_id].insert(entries_);
  }
}

void Databases::live() {
  const store::Reader reader = life_.world.reader();
  std::vector<std::string> engines;  // that follow
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    if (life_.chance.in_thousand(400)) write(key, cluster.id, cluster.resource_id);
    for (const Member& one : members_of(key, cluster.id)) {
      if (one.runs->process->log.link == Link::up) engines.push_back(one.engine);
    }
  }
  if (engines.empty()) return;
  if (life_.chance.in_thousand(300)) life_.world.machine->flow(life_.chance.one_of(engines), 1 + life_.chance.below(5));
  if (life_.faults && life_.chance.in_thousand(20)) life_.world.machine->cut(life_.chance.one_of(engines));
}

void Databases::flow() {
  for (const auto& [id, instance] : life_.world.machine->instances()) {
    if (owns(id)) life_.world.machine->flow(id, 1'000'000);
  }
}

void Databases::check_always() {
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    std::size_t writers = 0;
    for (const Member& one : members_of(key, cluster.id)) writers += one.runs->process->log.link == Link::none ? 1 : 0;
    if (writers > 1) life_.violation("two engines take writes: " + key.text());
  }
}

void Databases::check_rest() {
  flow();
  const store::Reader reader = life_.world.reader();
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    const std::vector<Member> members = members_of(key, cluster.id);
    const auto writer = std::ranges::find_if(members, [](const Member& one) { return one.runs->process->log.link == Link::none; });
    if (writer == members.end()) continue;
    for (const std::uint64_t entry : acknowledged_[cluster.resource_id]) {
      if (!has(*writer->runs, entry)) life_.violation(fmt::format("write {} was acknowledged, and is lost: {}", entry, cluster.id));
    }
    for (const Member& one : members) {
      if (one.runs->process->log.entries != writer->runs->process->log.entries)
        life_.violation("a reader has something else than its writer: " + one.instance);
    }
  }
}

}  // namespace haar::fleet::sim
