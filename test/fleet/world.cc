#include "world.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "api/kit/idempotency.h"
#include "api/pipeline/execute.h"
#include "engines/catalog.h"
#include "events/record.h"
#include "fleet/timers.h"
#include "services/ec2/interfaces/managed_endpoints.h"
#include "services/ec2/network/network.h"
#include "services/ec2/operations.h"
#include "services/ec2/service.h"
#include "services/elasticache/service.h"
#include "services/iam/account/account.h"
#include "services/iam/operations.h"
#include "services/iam/service.h"
#include "services/organizations/service.h"
#include "services/rds/operations.h"
#include "services/rds/service.h"

namespace haar::fleet::sim {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "the world cannot be made: %s\n", why.c_str());
  std::abort();
}

// Programs that tell a version and do nothing else: the rows ask only which versions there are.
const engines::Catalog& catalog() {
  static const engines::Catalog all = [] {
    std::string folder = "/tmp/haar-fleet-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) give_up("no temporary folder");
    const std::map<std::string, std::string> programs{
        {"postgres", "postgres (PostgreSQL) 15.17"}, {"redis-server", "Redis server v=7.0.15"}, {"memcached", "memcached 1.6.18"}};
    for (const auto& [name, says] : programs) {
      const std::string program = folder + "/" + name;
      std::ofstream(program) << "#!/bin/sh\necho '" << says << "'\n";
      ::chmod(program.c_str(), 0755);
    }
    engines::Catalog found = engines::Catalog::discover({{folder}, {folder}});
    for (const auto& [name, says] : programs) ::unlink((folder + "/" + name).c_str());
    ::rmdir(folder.c_str());
    return found;
  }();
  return all;
}

const auth::Keyring& keyring() {
  static const auth::Keyring one = auth::Keyring::ephemeral();
  return one;
}

std::string certificate_for(const std::vector<tls::Name>& names) {
  std::string out;
  for (const tls::Name& name : names) out += name.bytes + " ";
  return out;
}

std::vector<const services::Service*> simulated_services() {
  return {&iam::manifest(), &ec2::manifest(), &rds::manifest(), &elasticache::manifest(), &organizations::manifest()};
}

const api::Registry& registry() {
  static const api::Registry all = [] {
    api::Registry rows;
    for (const services::Service* service : simulated_services()) services::add_rows(rows, *service);
    return rows;
  }();
  return all;
}

std::vector<const store::SpaceBase*> spaces() {
  std::vector<const store::SpaceBase*> all = events::log_spaces();
  all.insert(all.end(), {&api::idempotency_records, &timers});
  for (const services::Service* service : simulated_services())
    all.insert(all.end(), service->spaces.begin(), service->spaces.end());
  return all;
}

void fill(store::Db& db) {
  Chance chance(1);
  iam::NewAccount wanted;
  wanted.id = account;
  wanted.name = "simulation";
  wanted.email = "root@example.com";
  const Result<iam::AccountPlan> plan = iam::plan_account(store::Reader(db.snapshot()), wanted, chance);
  if (!plan.ok()) give_up(plan.error().message);
  bool more = true;
  db.submit_and_wait([&](store::Txn& txn) {
    (void)iam::create_account(txn, *plan, Timestamp::from_seconds(1'700'000'000), chance, keyring()).ok();
    ec2::begin_default_networks(txn, account);
    return store::Keep::commit;
  });
  // No more regions than are looked at.
  while (more && ec2::find_default_vpc(store::Reader(db.snapshot()), {account, Region(region)}) == nullptr) {
    db.submit_and_wait([&](store::Txn& txn) {
      more = ec2::continue_default_networks(txn, chance, account, Timestamp::from_seconds(1'700'000'000));
      return store::Keep::commit;
    });
  }
}

// An account with its network: made once, copied for each world.
const std::vector<store::Transaction>& beginning() {
  static const std::vector<store::Transaction> all = [] {
    auto shared = store::make_memory_store();
    {
      auto opened = store::Db::open(store::make_sole_memory_backend(shared), spaces());
      if (!opened.ok()) give_up(opened.error().message);
      fill(**opened);
    }
    std::vector<store::Transaction> out;
    const std::unique_ptr<store::Backend> backend = store::make_sole_memory_backend(shared);
    for (const store::SpaceBase* space : spaces()) {
      if (space->is_log()) continue;
      const auto scanned = backend->scan(space->name(), "", [&](std::string_view key, std::string_view value, Revision) {
        if (out.empty() || out.back().writes.size() == backend->limits().operations_max) out.emplace_back();
        out.back().writes.push_back({std::string(space->name()), std::string(key), std::string(value)});
        return Result<void>{};
      });
      if (!scanned.ok()) give_up(scanned.error().message);
    }
    return out;
  }();
  return all;
}

}  // namespace

StorageFinding SimStorage::finding(const std::string& id) const {
  const auto known = volumes_.find(id);
  return known == volumes_.end() ? StorageFinding{} : known->second;
}

void SimStorage::set_over(const std::string& id, bool over) {
  const auto known = volumes_.find(id);
  if (known == volumes_.end()) return;
  const StorageFinding before = known->second;
  known->second.state = over ? StorageState::over : StorageState::room;
  known->second.problem = over ? "the volume is full" : "";
  if (known->second != before) hooks_.changed(id, before, known->second);
}

std::vector<std::string> SimStorage::watched() const {
  std::vector<std::string> ids;
  for (const auto& [id, finding] : volumes_) ids.push_back(id);
  return ids;
}

Plan WatchedKind::plan(const store::Key& key) {
  Plan plan = kind_.plan(key);
  for (Action& action : plan.actions) {
    action.perform = [this, inner = action]() -> Result<void> {
      at_(inner, false);
      const Result<void> done = inner.perform();
      at_(inner, true);
      return done;
    };
  }
  return plan;
}

World::World(Chance& seeded, Hooks hooks)
    : chance(seeded),
      line(seeded),
      store_(store::make_memory_store()),
      identities_(keyring()),
      env_(line.clock, seeded, keyring(), identities_, registry()),
      root_(std::make_shared<api::Caller>()),
      hooks_(std::move(hooks)) {
  {
    const std::unique_ptr<store::Backend> backend = store::make_sole_memory_backend(store_);
    for (const store::Transaction& transaction : beginning()) {
      if (backend->commit(transaction).outcome != store::Outcome::committed) give_up("the store takes nothing");
    }
  }
  env_.put(const_cast<engines::Catalog&>(catalog()));
  root_->type = api::CallerType::root;
  root_->account = account;
  root_->arn = root_->principal_arn = "arn:aws:iam::" + account.value + ":root";
  root_->unique_id = account.value;
  store::Options options;
  options.gather_micros_max = 0;
  auto opened = store::Db::open(store::make_sole_memory_backend(store_), spaces(), options);
  if (!opened.ok()) give_up(opened.error().message);
  db_ = std::move(opened).value();
  db_->watch([this](Revision, const std::vector<store::Changed>& changes) {
    if (reconciler_) reconciler_->changed(changes);
  });
  machine.emplace(Machine::Hooks{[this] { return line.now(); }, [this](Delay time) { line.sleep(time); }, hooks_.fate,
                                 hooks_.at_engine, [this](std::size_t entries) { return chance.below(entries + 1); },
                                 [](const std::string& id) { return id.starts_with("cluster-") || id.starts_with("db-"); },
                                 hooks_.ending, [this](const std::string& id) {
                                   if (databases_) databases_->engine_ended(id);
                                   if (cache_groups_) cache_groups_->engine_ended(id);
                                   if (caches_) caches_->engine_ended(id);
                                 }});
}

World::~World() { crash(); }

void World::start() {
  const Runtime runtime = line.runtime();
  log_ = std::make_unique<events::Log>(*db_, line.clock);
  states_ = std::make_unique<api::ResourceStates>();
  env_.put(*states_);
  reconciler_ = std::make_unique<Reconciler>(runtime, *db_);
  const Host host{env_, *db_, *log_, *states_, "/sim/state", "/sim/run"};
  rds::ClusterKind::Parts parts{
      host,
      [this](const engines::InstanceSpec& spec, const std::string&, const std::string&) { return machine->engine(spec); },
      [this](Storage::Hooks storage_hooks) {
        auto made = std::make_unique<SimStorage>(std::move(storage_hooks));
        storage_ = made.get();
        return made;
      },
      [](const store::Key&) {}, [] {}, [] {}, 0};
  databases_ = std::make_unique<rds::ClusterKind>(runtime, *reconciler_, std::move(parts));
  elasticache::ClusterKind::Parts cache_parts{
      host,
      [this](const elasticache::ClusterRecord&, const engines::InstanceSpec& spec) { return machine->engine(spec); },
      [](const elasticache::ClusterRecord&) -> Result<std::string> { return std::string("1.6.18"); },
      [this](std::uint16_t, std::size_t count) { return hooks_.cache_addresses(count); },
      [](const std::string&) -> Result<void> { return {}; },
      [](const store::Key&) {},
      {[] { return true; }, [](const std::vector<tls::Name>& names) -> Result<std::string> { return certificate_for(names); },
       [](const std::string& pem, const std::vector<tls::Name>& names) { return pem == certificate_for(names); }}};
  caches_ = std::make_unique<elasticache::ClusterKind>(runtime, *reconciler_, std::move(cache_parts));
  caches_->set_group_look([this](const store::Key& group) { reconciler_->look(elasticache::GroupKind::kind_name, group); });
  cache_groups_ = std::make_unique<elasticache::GroupKind>(runtime, *reconciler_, *caches_, [](const store::Key&) {});
  instances_ = std::make_unique<ec2::InstanceKind>(
      ec2::InstanceKind::Parts{host, [this](const std::string&) { return hooks_.instance_address(); }});
  new_accounts_ = std::make_unique<control::NewAccounts>(env_, *db_);
  timers_ = std::make_unique<Timers>(*db_, line.clock, *reconciler_);
  const std::initializer_list<Kind*> kinds{databases_.get(), caches_.get(),       cache_groups_.get(),
                                           instances_.get(), new_accounts_.get(), timers_.get()};
  std::vector<Kind*> all(kinds);
  if (copies_) {
    const rds::CopyParts copy_parts{
        [this](const engines::InstanceSpec& spec, const std::string&) { return machine->engine(spec); },
        [this](const std::string& from, const std::string& to) { return machine->duplicate(from, to); },
        [this](const std::string& folder) { return machine->discard(folder); }};
    host_.emplace(host);
    snapshots_ = std::make_unique<rds::SnapshotKind>(*host_, *reconciler_, copy_parts);
    backups_ = std::make_unique<rds::BackupKind>(*host_, runtime, copy_parts);
    all.insert(all.end(), {snapshots_.get(), backups_.get()});
  }
  for (Kind* kind : all) {
    watched_.push_back(std::make_unique<WatchedKind>(*kind, hooks_.at_action));
    reconciler_->add(*watched_.back());
  }
  reconciler_->start();
}

void World::crash() {
  reconciler_.reset();
  watched_.clear();
  timers_.reset();
  new_accounts_.reset();
  cache_groups_.reset();
  instances_.reset();
  caches_.reset();
  snapshots_.reset();
  backups_.reset();
  databases_.reset();
  host_.reset();
  storage_ = nullptr;
  machine->forget_adopted();
}

void World::fill_store(bool full) {
  store::fail_commits(*store_, full ? store::Outcome::unavailable : store::Outcome::committed);
}

std::vector<std::string> World::some_addresses(std::size_t count) {
  std::vector<std::string> out;
  while (out.size() < count) out.push_back(fmt::format("127.77.{}.{}", chance.below(250), 1 + chance.below(250)));
  return out;
}

Result<void> World::call_erased(const wire::Operation& operation, const void* in, const void* prepared, void* out) {
  const api::Row* row = registry().find(operation);
  Result<void> result;
  const store::Outcome outcome = db_->submit_and_wait([&](store::Txn& txn) {
    api::Call call(env_, txn, root_, origin_, Region(region), line.clock.now());
    std::vector<events::WrittenEvent> inner;
    call.inner_events = &inner;
    api::Execution execution;
    result = api::execute(call, *row, in, prepared, out, execution);
    return result.ok() && txn.touched() ? store::Keep::commit : store::Keep::discard;
  });
  if (outcome != store::Outcome::committed) return Error{"ServiceUnavailable", "the store takes nothing", 503, Fault::receiver};
  return result;
}

}  // namespace haar::fleet::sim
