#include "simulation.h"

#include <fmt/format.h>

#include <stdexcept>

#include "services/ec2/interfaces/managed_endpoints.h"
#include "model/rds/CreateDBCluster.h"
#include "model/rds/CreateDBClusterParameterGroup.h"
#include "model/rds/CreateDBInstance.h"
#include "model/rds/CreateDBParameterGroup.h"
#include "model/rds/DeleteDBCluster.h"
#include "model/rds/DeleteDBInstance.h"
#include "model/rds/ModifyDBCluster.h"
#include "model/rds/ModifyDBClusterParameterGroup.h"
#include "model/rds/ModifyDBInstance.h"
#include "model/rds/ModifyDBParameterGroup.h"
#include "model/rds/RebootDBInstance.h"
#include "model/rds/StartDBCluster.h"
#include "model/rds/StopDBCluster.h"
#include "services/ec2/records.h"
#include "services/rds/parameters/config.h"
#include "services/rds/prepared.h"
#include "services/rds/status.h"
#include "services/rds/volumes.h"

namespace haar::fleet::sim {
namespace {

constexpr int happenings_min = 15, happenings_max = 60;
constexpr std::uint64_t cluster_ids = 2, instance_ids = 3;
// Long enough for an engine that hangs to be given up, and for the longest back-off.
constexpr std::chrono::minutes calm{20};

// How much goes wrong in this run: nothing, a little, a lot.
std::uint64_t rate(Chance& chance, std::uint64_t little, std::uint64_t lot) {
  switch (chance.below(4)) {
    case 0: return 0;
    case 1: return lot;
    default: return little;
  }
}

Error broken(std::string_view what) { return {"EngineStartFailed", std::string(what), 500, Fault::receiver}; }

}  // namespace

Simulation::Simulation(std::uint64_t seed, bool tells)
    : tells_(tells),
      chance_(seed),
      crash_rate_(rate(chance_, 5, 40)),
      fault_rate_(rate(chance_, 60, 300)),
      meanwhile_rate_(rate(chance_, 100, 300)),
      curse_rate_(rate(chance_, 100, 500)),
      world_(chance_, {[this](const std::string& id) { return fate(id); },
                       [this](std::string_view call, const std::string& id, bool after) {
                         return at_engine(call, id, after);
                       },
                       [this](const Action& action, bool after) {
                         if (groups_) calm_ ? groups_->flow() : groups_->live();
                         calm_ ? databases_->flow() : databases_->live();
                         tell(fmt::format("{} {} {}", after ? "after" : "before", action.name, action.subject));
                         maybe_crash(action.name);
                         if (!after) meanwhile();
                         else world_.machine->pass_time();
                       },
                       [this](std::size_t count) { return caches_->free_addresses(count); },
                       [this] { return ec2_instances_->check_address(); },
                       [this](const std::string& id) {
                         if (is_member(id)) groups_->at_risk(id);
                       }}) {
  const std::uint64_t kinds = Chance(~seed).below(4);
  if (kinds >= 1) caches_.emplace(life());
  if (kinds == 1) groups_.emplace(life());
  if (kinds == 3) accounts_.emplace(life());
  if (Chance(~seed + 1).below(3) == 0) ec2_instances_.emplace(life());
  synchronous_ = Chance(~seed + 2).below(2) == 0;
  databases_.emplace(life(), synchronous_);
  if (Chance(~seed + 3).below(3) == 0) copies_.emplace(life());
}

Life Simulation::life() {
  return {world_, chance_, curse_rate_, fault_rate_ != 0, [this](const std::string& what) { tell(what); },
          [this](const std::string& what) { violation(what); }};
}

Outcome Simulation::run() {
  world_.start();
  make_groups();
  const int happenings = static_cast<int>(chance_.between(happenings_min, happenings_max));
  for (int i = 0; i < happenings && outcome_.violations.empty(); ++i) {
    guard_crash([this] { something_happens(); });
    guard_crash([this] { world_.line.run_until(world_.line.now() + Delay(chance_.between(0, 3'000))); });
    check_always();
  }
  calm_down();
  check_always();
  if (outcome_.violations.empty()) check_rest();
  return outcome_;
}

void Simulation::guard_crash(const std::function<void()>& what) {
  try {
    what();
  } catch (const Crash&) {
    ++outcome_.crashes;
    in_call_ = false;
    tell("haar crashes");
    world_.crash();
    if (chance_.in_thousand(300)) world_.line.sleep(Delay(chance_.between(0, 120'000)));
    world_.machine->pass_time();
    world_.start();
  }
}

// ---- what happens ----------------------------------------------------------------------------------

void Simulation::something_happens() {
  std::vector<std::string> running;
  for (const auto& [id, instance] : world_.machine->instances()) {
    if (instance.process) running.push_back(id);
  }
  const std::uint64_t what = chance_.below(100);
  if (what < 70 || fault_rate_ == 0) return call_something();
  if (what < 80 && !running.empty()) {
    const std::string id = chance_.one_of(running);
    tell("dies: " + id);
    return world_.machine->kill(id);
  }
  if (what < 84 && !running.empty()) return world_.machine->hang(chance_.one_of(running));
  if (what < 90) {
    const std::vector<std::string> volumes = world_.storage().watched();
    if (!volumes.empty()) world_.storage().set_over(chance_.one_of(volumes), chance_.in_thousand(500));
    return;
  }
  if (what < 93) return world_.fill_store(fault_rate_ != 0 && chance_.in_thousand(500));
  maybe_crash("idle");
  world_.line.run_until(world_.line.now() + Delay(chance_.between(0, 100'000)));
}

void Simulation::call_something() {
  ++outcome_.calls;
  in_call_ = true;
  const std::uint64_t kind = caches_ ? chance_.below(accounts_ || groups_ ? 3 : 2) : 0;
  const std::uint64_t what = chance_.below(100);
  if (ec2_instances_ && chance_.below(4) == 0) ec2_instances_->call_something();
  else if (copies_ && chance_.below(4) == 0) copies_->call_something();
  else if (kind == 1) caches_->call_something();
  else if (kind == 2 && groups_) groups_->call_something();
  else if (kind == 2) accounts_->call_something();
  else if (what < 22) create_cluster();
  else if (what < 50) create_instance();
  else if (what < 66) modify_cluster();
  else if (what < 78) change_engine();
  else if (what < 91) delete_instance();
  else delete_cluster();
  in_call_ = false;
}

void Simulation::note(const std::string& call, const std::string& id, const Result<void>& done) {
  tell(fmt::format("{} {}: {}", call, id, done.ok() ? "ok" : done.error().code + " " + done.error().message));
}

// Mostly one that is there.
std::string Simulation::some_cluster() {
  std::vector<std::string> there;
  const store::Reader reader = world_.reader();
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) there.push_back(cluster.id);
  if (!there.empty() && chance_.in_thousand(900)) return chance_.one_of(there);
  return fmt::format("c{}", chance_.below(cluster_ids));
}

void Simulation::create_cluster() {
  rds::CreateDBClusterMessage in;
  in.DBClusterIdentifier = fmt::format("c{}", chance_.below(cluster_ids));
  in.Engine = "aurora-postgresql";
  in.MasterUsername = "master";
  in.MasterUserPassword = "not looked at";
  in.DatabaseName = "app";
  in.DBClusterParameterGroupName = "params";
  const rds::PreparedCluster prepared{fmt::format("verifier {}", ++numbers_), "", world_.some_addresses(8)};
  const auto made = world_.call<rds::ops::CreateDBCluster>(in, &prepared);
  note("CreateDBCluster", in.DBClusterIdentifier, made.ok() ? Result<void>{} : made.error());
  if (!made.ok()) return;
  if (const auto known = clusters_.find(in.DBClusterIdentifier); known != clusters_.end() && !known->second.deleting)
    violation("a cluster that is there was made again");
  clusters_[in.DBClusterIdentifier] = {prepared.master_verifier, "master", "app", *made->DBCluster->PreferredBackupWindow, 1,
                                       false, 1};
  if (!chance_.in_thousand(curse_rate_)) return;
  (chance_.in_thousand(500) ? no_volume_ : no_engine_).insert(*made->DBCluster->DbClusterResourceId);
}

void Simulation::create_instance() {
  rds::CreateDBInstanceMessage in;
  in.DBInstanceIdentifier = fmt::format("i{}", chance_.below(instance_ids));
  in.DBClusterIdentifier = some_cluster();
  in.DBInstanceClass = "db.t4g.medium";
  in.Engine = "aurora-postgresql";
  in.DBParameterGroupName = "params";
  const rds::PreparedInstance prepared{world_.some_addresses(4)};
  const bool hopeless = [&] {
    const store::Reader reader = world_.reader();
    return rds::state_of(reader, store::key_of(account, region, *in.DBClusterIdentifier)).given_up;
  }();
  const auto made = world_.call<rds::ops::CreateDBInstance>(in, &prepared);
  note("CreateDBInstance", in.DBInstanceIdentifier + " in " + *in.DBClusterIdentifier, made.ok() ? Result<void>{} : made.error());
  if (!made.ok()) return;
  if (hopeless) violation("an instance was accepted in a cluster that has failed");
  instances_[in.DBInstanceIdentifier] = {*in.DBClusterIdentifier, false};
}

void Simulation::modify_cluster() {
  rds::ModifyDBClusterMessage in;
  in.DBClusterIdentifier = some_cluster();
  rds::PreparedPassword prepared;
  if (chance_.in_thousand(600)) {
    in.MasterUserPassword = "not looked at";
    prepared.verifiers.scram = fmt::format("verifier {}", ++numbers_);
  } else {
    in.BackupRetentionPeriod = static_cast<std::int32_t>(chance_.between(1, 35));
  }
  const auto changed = world_.call<rds::ops::ModifyDBCluster>(in, &prepared);
  note("ModifyDBCluster", in.DBClusterIdentifier + " " + prepared.verifiers.scram, changed.ok() ? Result<void>{} : changed.error());
  if (!changed.ok()) return;
  ClusterWish& wish = clusters_[in.DBClusterIdentifier];
  if (!prepared.verifiers.empty()) wish.verifier = prepared.verifiers.scram;
  wish.retention = in.BackupRetentionPeriod.value_or(wish.retention);
  const store::Reader reader = world_.reader();
  const rds::ClusterRecord* record = reader.get(rds::clusters, store::key_of(account, region, in.DBClusterIdentifier));
  if (record == nullptr || record->generation <= wish.generation) violation("a wish has no new generation");
  else wish.generation = record->generation;
}

void Simulation::make_groups() {
  rds::CreateDBClusterParameterGroupMessage cluster;
  cluster.DBClusterParameterGroupName = "params";
  rds::CreateDBParameterGroupMessage instance;
  instance.DBParameterGroupName = "params";
  cluster.DBParameterGroupFamily = instance.DBParameterGroupFamily = "aurora-postgresql15";
  cluster.Description = instance.Description = "of the simulation";
  if (!world_.call<rds::ops::CreateDBClusterParameterGroup>(cluster).ok() ||
      !world_.call<rds::ops::CreateDBParameterGroup>(instance).ok())
    violation("the parameter groups cannot be made");
  if (!synchronous_) return;
  rds::Parameter one;
  one.ParameterName = "synchronous_commit";
  one.ParameterValue = "remote_apply";
  one.ApplyMethod = "immediate";
  rds::ModifyDBClusterParameterGroupMessage in;
  in.DBClusterParameterGroupName = "params";
  in.Parameters = {one};
  if (!world_.call<rds::ops::ModifyDBClusterParameterGroup>(in).ok()) violation("commits cannot be made to wait");
}

// What has an engine started again, or given something while it runs.
void Simulation::change_engine() {
  const std::uint64_t what = chance_.below(4);
  if (what == 0) return chance_.below(2) == 0 ? databases_->fail_over() : stop_or_start();
  if (what == 1) return change_parameters();
  const std::string id = fmt::format("i{}", chance_.below(instance_ids));
  if (what == 2) {
    rds::RebootDBInstanceMessage in;
    in.DBInstanceIdentifier = id;
    const auto done = world_.call<rds::ops::RebootDBInstance>(in);
    return note("RebootDBInstance", id, done.ok() ? Result<void>{} : done.error());
  }
  rds::ModifyDBInstanceMessage in;
  in.DBInstanceIdentifier = id;
  in.DBInstanceClass = chance_.in_thousand(500) ? "db.t4g.large" : "db.t4g.medium";
  in.ApplyImmediately = chance_.in_thousand(700);
  const auto done = world_.call<rds::ops::ModifyDBInstance>(in);
  note("ModifyDBInstance", id, done.ok() ? Result<void>{} : done.error());
}

void Simulation::stop_or_start() {
  const std::string id = some_cluster();
  const auto known = clusters_.find(id);
  const bool stop = known == clusters_.end() || !known->second.stopped;
  Result<void> done;
  if (stop) {
    rds::StopDBClusterMessage in;
    in.DBClusterIdentifier = id;
    if (const auto answer = world_.call<rds::ops::StopDBCluster>(in); !answer.ok()) done = answer.error();
  } else {
    rds::StartDBClusterMessage in;
    in.DBClusterIdentifier = id;
    if (const auto answer = world_.call<rds::ops::StartDBCluster>(in); !answer.ok()) done = answer.error();
  }
  note(stop ? "StopDBCluster" : "StartDBCluster", id, done);
  if (!done.ok()) return;
  clusters_[id].stopped = stop;
  ++clusters_[id].generation;
}

void Simulation::change_parameters() {
  const bool is_static = chance_.in_thousand(400);
  rds::Parameter one;
  one.ParameterName = is_static ? "max_connections" : "work_mem";
  one.ParameterValue = std::to_string(chance_.between(100, 200));
  one.ApplyMethod = is_static || chance_.in_thousand(300) ? "pending-reboot" : "immediate";
  Result<void> done;
  if (chance_.in_thousand(500)) {
    rds::ModifyDBClusterParameterGroupMessage in;
    in.DBClusterParameterGroupName = "params";
    in.Parameters = {one};
    if (const auto answer = world_.call<rds::ops::ModifyDBClusterParameterGroup>(in); !answer.ok()) done = answer.error();
  } else {
    rds::ModifyDBParameterGroupMessage in;
    in.DBParameterGroupName = "params";
    in.Parameters = {one};
    if (const auto answer = world_.call<rds::ops::ModifyDBParameterGroup>(in); !answer.ok()) done = answer.error();
  }
  note("Modify…ParameterGroup", *one.ParameterName + " " + *one.ParameterValue, done);
}

void Simulation::delete_instance() {
  rds::DeleteDBInstanceMessage in;
  in.DBInstanceIdentifier = fmt::format("i{}", chance_.below(instance_ids));
  const auto done = world_.call<rds::ops::DeleteDBInstance>(in);
  note("DeleteDBInstance", in.DBInstanceIdentifier, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) instances_[in.DBInstanceIdentifier].deleting = true;
}

void Simulation::delete_cluster() {
  rds::DeleteDBClusterMessage in;
  in.DBClusterIdentifier = some_cluster();
  in.SkipFinalSnapshot = true;
  const auto done = world_.call<rds::ops::DeleteDBCluster>(in);
  note("DeleteDBCluster", in.DBClusterIdentifier, done.ok() ? Result<void>{} : done.error());
  if (done.ok()) clusters_[in.DBClusterIdentifier].deleting = true;
}

// ---- what goes wrong ---------------------------------------------------------------------------------

void Simulation::maybe_crash(std::string_view where) {
  if (calm_ || in_call_ || !chance_.in_thousand(crash_rate_)) return;
  tell(fmt::format("crash at {}", where));
  throw Crash{};
}

// Somebody calls while haar is at something.
void Simulation::meanwhile() {
  if (calm_ || in_call_ || !chance_.in_thousand(meanwhile_rate_)) return;
  call_something();
}

Result<void> Simulation::at_engine(std::string_view call, const std::string& id, bool after) {
  if (call == "start" && after) {
    if (is_member(id)) groups_->check_start(id);
    else if (is_cache(id)) caches_->check_start(id);
    else check_start(id);
    if (id[id.size() - 2] % 2 == 0) world_.machine->pass_time();  // it may be over before haar knows that it runs
  }
  if (groups_ && !calm_) groups_->live();
  if (!calm_) databases_->live();
  maybe_crash(call);
  meanwhile();
  if (after) return {};
  if (no_volume_.contains(id) && call == "create") return broken("the volume cannot be made");
  if (calm_ || !chance_.in_thousand(fault_rate_)) return {};
  ++outcome_.failures;
  if (chance_.in_thousand(100)) throw std::runtime_error("something that nobody thought of");
  return broken("the disk is full");
}

Fate Simulation::fate(const std::string& id) {
  ++outcome_.starts;
  Fate fate;
  if (no_engine_.contains(id) || (is_cache(id) && caches_->cursed(id)) || (is_member(id) && groups_->cursed(id))) {
    fate.dies_after = Delay(id.back() % 2);  // some before anybody can ask them
    return fate;
  }
  if (calm_ || !chance_.in_thousand(fault_rate_)) return fate;
  ++outcome_.failures;
  switch (chance_.below(4)) {
    case 0: fate.disk_full = true; break;
    case 1: fate.answers_after = Delay(chance_.between(100, 90'000)); break;
    case 2: fate.hangs = true; break;
    default: fate.dies_after = Delay(chance_.between(0, 20'000)); break;
  }
  return fate;
}

// The disks have room, what hung is ended by its operator, and nobody calls.
void Simulation::calm_down() {
  calm_ = true;
  tell("it calms down");
  world_.fill_store(false);
  for (const std::string& id : world_.storage().watched()) world_.storage().set_over(id, false);
  for (const Ticks until = world_.line.now() + calm; world_.line.now() < until && !world_.line.restless();) {
    guard_crash([&] { world_.line.run_until(std::min(until, world_.line.now() + Delay(120'000))); });
    if (groups_) groups_->flow();
    databases_->flow();
    std::vector<std::string> hanging;
    for (const auto& [id, instance] : world_.machine->instances()) {
      if (instance.process && instance.process->hangs) hanging.push_back(id);
    }
    for (const std::string& id : hanging) world_.machine->kill(id);
    check_always();
  }
}

// ---- what has to hold ----------------------------------------------------------------------------------

void Simulation::check_always() {
  for (const std::string& what : world_.machine->violations()) violation(what);
  if (world_.line.restless()) violation("it never comes to rest");
  const store::Reader reader = world_.reader();
  for (const auto& [key, state] : reader.scan(rds::cluster_states, {})) {
    const rds::ClusterRecord* cluster = reader.get(rds::clusters, key);
    if (cluster == nullptr) {
      violation("a state without its cluster: " + key.text());
      continue;
    }
    if (state.epoch < epochs_[cluster->resource_id]) violation("the epoch goes back: " + key.text());
    epochs_[cluster->resource_id] = state.epoch;
    const auto [known, is_new] = writers_.try_emplace({cluster->resource_id, state.epoch}, state.writer);
    if (!is_new && known->second != state.writer) violation("two writers in one epoch: " + key.text());
    if (state.observed_generation > cluster->generation) violation("a wish of the future was observed: " + key.text());
    if (state.password_set > cluster->password_generation) violation("a password of the future was set: " + key.text());
  }
  for (const auto& [key, state] : reader.scan(rds::instance_states, {})) {
    if (reader.get(rds::instances, key) == nullptr) violation("a state without its instance: " + key.text());
  }
  databases_->check_always();
  if (caches_) caches_->check_always();
  if (groups_) groups_->check_always();
  if (accounts_) accounts_->check_always();
  if (ec2_instances_) ec2_instances_->check_always();
  if (copies_) copies_->check_always();
}

// Who begins to write was appointed before.
void Simulation::check_start(const std::string& id) {
  const store::Reader reader = world_.reader();
  const auto found = reader.find(rds::instance_states, rds::instance_states_by_volume, id).first();
  const rds::InstanceRecord* owner = found ? reader.get(rds::instances, found->key) : nullptr;
  if (owner == nullptr) return violation("an engine without an instance is started: " + id);
  const rds::ClusterStateRecord state = rds::state_of(reader, store::key_of(account, region, owner->cluster_id));
  const Instance& instance = world_.machine->instances().at(id);
  if (!instance.process) return;
  if (instance.epoch != state.epoch) violation("an engine starts in an epoch that nobody wrote down: " + id);
  if (instance.process->role == Role::writer && owner->resource_id != state.writer)
    violation("an engine begins to write that nobody appointed: " + id);
}

void Simulation::check_rest() {
  const store::Reader reader = world_.reader();
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) check_cluster(reader, key, cluster);
  for (const auto& [key, instance] : reader.scan(rds::instances, {})) check_instance(reader, key, instance);
  check_wishes(reader);
  databases_->check_rest();
  Held held;
  if (caches_) outcome_.given_up += caches_->check_rest(held);
  if (groups_) groups_->check_rest(held);
  if (accounts_) accounts_->check_rest();
  if (ec2_instances_) ec2_instances_->check_rest(held);
  if (copies_) copies_->check_rest();
  check_given_back(reader, std::move(held));
}

void Simulation::check_cluster(const store::Reader& reader, const store::Key& key, const rds::ClusterRecord& cluster) {
  const std::string_view status = rds::status_in(reader, key, cluster);
  const std::string_view expected = cluster.stopped ? rds::status::stopped : rds::status::available;
  if (status != expected && status != rds::status::failed)
    violation(fmt::format("the cluster {} is {} for ever", cluster.id, status));
  const rds::ClusterStateRecord state = rds::state_of(reader, key);
  if (state.given_up) {
    ++outcome_.given_up;
    if (fault_rate_ == 0 && !no_volume_.contains(cluster.resource_id)) violation("given up without a fault: " + cluster.id);
    if (state.problem.empty()) violation("given up, and nobody says why: " + cluster.id);
  } else if (state.failures != 0 || !state.problem.empty()) {
    // One without an instance has nobody in whom a password could be set: it is not settled.
    const bool has_instance = reader.find(rds::instances, rds::instances_by_cluster,
                                          store::join(account, region, cluster.id)).first().has_value();
    if (has_instance) violation(fmt::format("the cluster {} keeps {} failures: {}", cluster.id, state.failures, state.problem));
  }
}

void Simulation::check_instance(const store::Reader& reader, const store::Key& key, const rds::InstanceRecord& instance) {
  const std::string_view status = rds::status_in(reader, key, instance);
  const store::Key cluster_key = store::key_of(account, region, instance.cluster_id);
  const rds::ClusterRecord* cluster = reader.get(rds::clusters, cluster_key);
  if (cluster == nullptr) return violation("an instance without a cluster: " + instance.id);
  if (status != (cluster->stopped ? rds::status::stopped : rds::status::available) && status != rds::status::failed)
    return violation(fmt::format("the instance {} is {} for ever", instance.id, status));
  const auto& engines = world_.machine->instances();
  const rds::InstanceStateRecord state = rds::instance_state_of(reader, key);
  const rds::ClusterStateRecord cluster_state = rds::state_of(reader, cluster_key);
  const auto engine = engines.find(state.volume);
  const bool running = engine != engines.end() && engine->second.process.has_value();
  if (status == rds::status::failed) {
    ++outcome_.given_up;
    if (running) violation("the engine of what was given up runs on: " + instance.id);
    if (fault_rate_ == 0 && !no_volume_.contains(cluster->resource_id) && !no_engine_.contains(cluster->resource_id) &&
        !no_engine_.contains(state.volume))
      violation("given up without a fault: " + instance.id);
    return;
  }
  if (cluster->stopped) {
    if (running) violation("the engine of a stopped cluster runs: " + instance.id);
    return;
  }
  if (!running) return violation("no engine runs for " + instance.id);
  const bool writes = cluster_state.writer == instance.resource_id;
  if (writes && cluster_state.promoted_epoch != cluster_state.epoch) violation("nobody was promoted in " + instance.cluster_id);
  if (engine->second.process->log.link != (writes ? Link::none : Link::up))
    violation("an instance does not have its role: " + instance.id);
  if (state.observed_generation != instance.generation || cluster_state.observed_generation != cluster->generation)
    violation("a wish was not observed: " + instance.id);
  if (state.failures != 0 || !state.problem.empty()) violation("a problem that is over stands: " + instance.id);
  check_config(reader, cluster_key, *cluster, instance, engine->second);
  if (!writes) return;  // the others have it of the writer
  const Settings& has = engine->second.settings;
  if (has.master_user != cluster->master_username || has.database != cluster->database_name)
    violation("the engine lacks its user or database: " + instance.id);
  if (has.master_verifier != cluster->master_verifier) violation("the engine has an old password: " + instance.id);
}

// What is said of the engine's parameters is what it has, and nothing waits that need not.
void Simulation::check_config(const store::Reader& reader, const store::Key& key, const rds::ClusterRecord& cluster,
                              const rds::InstanceRecord& instance, const Instance& engine) {
  const rds::EngineConfig config = rds::instance_state_of(reader, store::key_of(account, region, instance.id)).config;
  if (rds::needs_start(rds::config_at_start(reader, key, cluster, instance), config))
    violation("an engine was not started again: " + instance.id);
  if (rds::config_now(reader, key, cluster, config) != config) violation("parameters did not arrive: " + instance.id);
  Parameters has = engine.process->parameters;
  Parameters said = rds::engine_parameters(cluster, config);
  // Of readers: at least what the writer has.
  if (std::stoi(has["max_connections"]) > std::stoi(said["max_connections"])) has["max_connections"] = said["max_connections"];
  for (Parameters* one : {&has, &said}) one->erase("synchronous_standby_names");
  if (has != said)
    violation("the engine runs with other parameters than is said: " + instance.id);
}

// No wish is lost: what a caller was told is what is written, and what is written somebody has asked for.
void Simulation::check_wishes(const store::Reader& reader) {
  for (const auto& [id, wish] : clusters_) {
    const rds::ClusterRecord* record = reader.get(rds::clusters, store::key_of(account, region, id));
    if (wish.deleting) continue;
    if (record == nullptr) {
      violation("a cluster that nobody deleted is gone: " + id);
    } else if (record->master_verifier != wish.verifier || record->backup_retention_days != wish.retention ||
               record->backup_window != wish.backup_window || record->stopped != wish.stopped) {
      violation("a wish was lost: " + id);
    }
  }
  for (const auto& [id, wish] : instances_) {
    const rds::InstanceRecord* record = reader.get(rds::instances, store::key_of(account, region, id));
    if (wish.deleting) continue;
    if (record == nullptr || record->cluster_id != wish.cluster) violation("an instance that nobody deleted is gone: " + id);
  }
}

// Addresses, interfaces, folders, processes: of what is there, and of nothing else.
void Simulation::check_given_back(const store::Reader& reader, Held held) {
  auto& [addresses, interfaces, volumes] = held;
  for (const auto& [key, cluster] : reader.scan(rds::clusters, {})) {
    addresses.insert({cluster.writer_address, cluster.reader_address});
    volumes.insert(rds::volume_of(cluster, rds::state_of(reader, key)));
  }
  for (const auto& [key, instance] : reader.scan(rds::instances, {})) {
    addresses.insert(instance.address);
    interfaces.insert(instance.interface_id);
    if (const std::string volume = rds::instance_state_of(reader, key).volume; !volume.empty()) volumes.insert(volume);
  }
  for (const auto& [key, record] : reader.scan(ec2::host_addresses, {})) {
    if (addresses.erase(key.part(2)) == 0) violation("an address was not given back: " + key.text() + " of " + record.owner);
  }
  for (const std::string& address : addresses) violation("an address is nobody's: " + address);
  for (const auto& [key, record] : reader.scan(ec2::network_interfaces, {})) {
    if (interfaces.erase(record.id) == 0) violation("an interface was not given back: " + record.id);
  }
  for (const std::string& id : interfaces) violation("an interface is gone: " + id);
  for (const auto& [id, instance] : world_.machine->instances()) {
    if (!volumes.contains(id)) violation("a folder was not given back: " + id);
    if (instance.process && !world_.machine->engine(id)->running()) violation("an engine runs that nobody knows of: " + id);
  }
  for (const std::string& id : volumes_ever()) {
    if (!volumes.contains(id) && world_.shows(id)) violation("something is shown of what is gone: " + id);
  }
}

std::vector<std::string> Simulation::volumes_ever() const {
  std::vector<std::string> ids;
  for (const auto& [id, epoch] : epochs_) ids.push_back(id);
  return ids;
}

void Simulation::violation(const std::string& what) {
  tell("VIOLATION: " + what);
  outcome_.violations.push_back(what);
}

void Simulation::tell(const std::string& what) {
  if (tells_) fmt::print("{:>10} ms  {}\n", std::chrono::duration_cast<Delay>(world_.line.now().time_since_epoch()).count(), what);
}

}  // namespace haar::fleet::sim
