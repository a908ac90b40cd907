// haar without threads, disk and processes: the real rows, records, kinds and reconciler on a store in memory, simulated
// engines, and a clock that somebody moves. A crash of haar throws away what it has in memory; the store and the engines
// go on.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/kit/call.h"
#include "api/kit/resource_states.h"
#include "api/kit/row.h"
#include "auth/keyring.h"
#include "chance.h"
#include "control/new_accounts.h"
#include "events/log.h"
#include "fleet/reconciler.h"
#include "fleet/sim/machine.h"
#include "fleet/timers.h"
#include "line.h"
#include "services/ec2/fleet/instance_kind.h"
#include "services/elasticache/fleet/cluster_kind.h"
#include "services/elasticache/fleet/group_kind.h"
#include "services/elasticache/users/access_kind.h"
#include "services/iam/identity.h"
#include "services/rds/fleet/backup_kind.h"
#include "services/rds/fleet/cluster_kind.h"
#include "services/rds/fleet/snapshot_kind.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::fleet::sim {

inline const AccountId account("111122223333");
inline constexpr std::string_view region = "us-east-1";

// haar has ended, at this point. No std::exception: nothing on the way catches it.
struct Crash {};

// Volumes that are full when the world says so.
class SimStorage final : public Storage {
 public:
  explicit SimStorage(Hooks hooks) : hooks_(std::move(hooks)) {}
  void stop() override {}
  void watch(const std::string& id, Volume) override { volumes_.try_emplace(id); }
  void set_limit(const std::string&, std::uint64_t) override {}
  void forget(const std::string& id) override { volumes_.erase(id); }
  void look_again(const std::string&) override {}
  void measure(const std::string&) override {}
  [[nodiscard]] StorageFinding finding(const std::string& id) const override;
  void set_over(const std::string& id, bool over);
  [[nodiscard]] std::vector<std::string> watched() const;

 private:
  const Hooks hooks_;
  std::map<std::string, StorageFinding> volumes_;
};

// A Kind whose actions may be cut short before and after: what a crash between two steps is.
class WatchedKind final : public Kind {
 public:
  using At = std::function<void(const Action& action, bool after)>;

  WatchedKind(Kind& kind, At at) : kind_(kind), at_(std::move(at)) {}
  [[nodiscard]] std::string_view name() const override { return kind_.name(); }
  [[nodiscard]] std::string group_of(const store::Key& key) const override { return kind_.group_of(key); }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override { return kind_.list(reader); }
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader, const store::Changed& change) const override {
    return kind_.concerned(reader, change);
  }
  Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const Action& action, const Error& error) override {
    return kind_.note_failure(key, action, error);
  }

 private:
  Kind& kind_;
  const At at_;
};

class World {
 public:
  struct Hooks {
    std::function<Fate(const std::string& id)> fate;
    std::function<Result<void>(std::string_view call, const std::string& id, bool after)> at_engine;
    std::function<void(const Action& action, bool after)> at_action;
    std::function<std::vector<std::string>(std::size_t count)> cache_addresses;
    std::function<Result<void>()> instance_address;
    std::function<void(const std::string& id)> ending;
  };

  World(Chance& chance, Hooks hooks);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Before start(): whether databases are copied, at all.
  void make_copies() { copies_ = true; }
  // haar starts, on what there is; and ends without a word.
  void start();
  void crash();
  [[nodiscard]] bool runs() const { return reconciler_ != nullptr; }
  // The store's disk is full.
  void fill_store(bool full);

  // One operation, as its caller's: decided, handled and committed.
  template <class Op>
  Result<typename Op::Output> call(const typename Op::Input& in, const void* prepared = nullptr) {
    typename Op::Output out{};
    const Result<void> done = call_erased(Op::model(), &in, prepared, &out);
    if (!done.ok()) return done.error();
    return out;
  }
  // Loopback addresses that nobody has probed.
  std::vector<std::string> some_addresses(std::size_t count);

  [[nodiscard]] store::Reader reader() const { return store::Reader(db_->snapshot()); }
  [[nodiscard]] bool shows(const std::string& resource_id) const { return states_ && states_->get(resource_id).has_value(); }
  [[nodiscard]] SimStorage& storage() { return *storage_; }
  [[nodiscard]] const auth::Keyring& keys() const { return env_.keyring; }

  Chance& chance;
  Line line;
  std::optional<Machine> machine;

 private:
  Result<void> call_erased(const wire::Operation& operation, const void* in, const void* prepared, void* out);

  std::shared_ptr<store::MemoryStore> store_;
  std::unique_ptr<store::Db> db_;
  iam::IamIdentities identities_;
  api::Environment env_;
  std::shared_ptr<api::Caller> root_;
  api::Origin origin_;
  const Hooks hooks_;
  bool copies_ = false;
  // What a crash throws away.
  std::unique_ptr<events::Log> log_;
  std::unique_ptr<api::ResourceStates> states_;
  std::unique_ptr<Reconciler> reconciler_;
  std::unique_ptr<rds::ClusterKind> databases_;
  std::unique_ptr<rds::SnapshotKind> snapshots_;
  std::unique_ptr<rds::BackupKind> backups_;
  std::optional<Host> host_;
  std::unique_ptr<elasticache::ClusterKind> caches_;
  std::unique_ptr<elasticache::GroupKind> cache_groups_;
  std::unique_ptr<elasticache::AccessKind> cache_users_;
  std::unique_ptr<ec2::InstanceKind> instances_;
  std::unique_ptr<control::NewAccounts> new_accounts_;
  std::unique_ptr<Timers> timers_;
  std::vector<std::unique_ptr<WatchedKind>> watched_;
  SimStorage* storage_ = nullptr;  // databases_' own
};

}  // namespace haar::fleet::sim
