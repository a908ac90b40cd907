// DB clusters as a kind of the fleet: volumes, engines, master users, endpoints. What to do is said by plan/cluster.h; here
// it is observed, done and written down.
#pragma once

#include <signal.h>

#include <chrono>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/endpoint_plan.h"
#include "fleet/engine.h"
#include "fleet/engine_health.h"
#include "fleet/engine_kind.h"
#include "fleet/host.h"
#include "fleet/kind.h"
#include "fleet/reconciler.h"
#include "fleet/storage.h"
#include "services/manifest/service.h"
#include "services/rds/access/engine_access.h"
#include "services/rds/fleet/copies.h"
#include "services/rds/plan/cluster.h"

namespace haar::rds {

class ClusterKind final : public fleet::EngineKind {
 public:
  static constexpr std::string_view kind_name = "rds";

  struct Parts {
    fleet::Host host;
    // A handle of the engine with this id and folder, of AWS's engine and version.
    std::function<std::shared_ptr<fleet::Engine>(engines::InstanceSpec, const std::string& engine, const std::string& version)>
        engine;
    std::function<std::unique_ptr<fleet::Storage>(fleet::Storage::Hooks)> storage;
    // Where the endpoints of this cluster lead may have changed.
    std::function<void(const store::Key& cluster)> endpoints_changed;
    // haar's own work, which takes seconds and is done ahead of need.
    std::function<void()> prepare_template, fill_pool;
    // What an engine needs for TLS and for log-ins by IAM; none: it has neither.
    std::shared_ptr<EngineAccess> access = {};
    std::uint64_t storage_limit_bytes = 0;  // the most that one volume may take; 0: what its class has
    CopyParts copies = {};
  };

  ClusterKind(const fleet::Runtime& runtime, fleet::Reconciler& reconciler, Parts parts);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

  void stop() override;
  void engine_ended(const std::string& id) override;
  std::vector<std::string> running_engines() override;
  // They end as after a power cut when they are killed.
  [[nodiscard]] fleet::EndOfEngines end_of_engines() const override { return {SIGINT, std::chrono::milliseconds(6'000)}; }
  [[nodiscard]] fleet::EndpointPlanner endpoint_planner() const override;

 private:
  struct Subject;  // a cluster, its instances, and what is seen of them

  // ---- looking (cluster_kind.cc) -------------------------------------------------------------------
  [[nodiscard]] Subject read(const store::Reader& reader, const store::Key& key, const ClusterRecord& cluster) const;
  [[nodiscard]] ClusterObserved observe(const Subject& subject);
  fleet::Plan plan_own_work(const store::Key& key);
  [[nodiscard]] fleet::Action bind(const Act& act, const std::shared_ptr<const Subject>& subject);
  [[nodiscard]] engines::InstanceSpec spec_of(const store::Key& key, const ClusterRecord& cluster, const std::string& volume,
                                              const std::string& instance) const;
  // The engine on one of the cluster's volumes. `instance`: the identifier that the engine shows.
  [[nodiscard]] std::shared_ptr<fleet::Engine> engine_on(const store::Key& key, const ClusterRecord& cluster,
                                                         const std::string& volume, const std::string& instance = "") const;
  // The engine of one of the cluster's instances; null: it has no volume yet.
  [[nodiscard]] std::shared_ptr<fleet::Engine> engine_of(const Subject& subject, const std::string& instance) const;

  // ---- acting (cluster_actions.cc) -----------------------------------------------------------------
  Result<void> take(const Act& act, const Subject& subject);
  Result<void> make_volume(const Subject& subject);
  Result<void> appoint_writer(const Act& act, const Subject& subject);
  Result<void> start_engine(const Act& act, const Subject& subject);
  Result<void> await_engine(const Act& act, const Subject& subject);
  Result<void> rest_engine(const Act& act, const Subject& subject);
  Result<void> set_password(const Act& act, const Subject& subject);
  Result<void> reload_engine(const Act& act, const Subject& subject);
  Result<void> apply_pending(const Act& act, const Subject& subject);
  Result<void> stop_cluster(const Subject& subject);
  Result<void> start_again(const Subject& subject);
  // What its engine was given.
  Result<void> note_config(const store::Key& instance, const EngineConfig& config);
  Result<void> settle(const std::vector<Act>& acts, const Subject& subject);
  // Ends it, and forgets what was seen of it.
  Result<void> end_engine(fleet::Engine& engine);
  // What its engine is given: the parameters of the groups, and on which readers its commits wait.
  [[nodiscard]] fleet::Parameters parameters_of(const Subject& subject, const std::string& instance,
                                                const EngineConfig& config) const;
  Result<void> remove_instance(const Act& act, const Subject& subject);
  Result<void> remove_cluster(const Subject& subject);
  Result<void> transact(const store::Key& key, const std::function<Result<void>(api::Call&)>& work);
  // Changes what is seen of a cluster that is still there.
  Result<void> update_state(const store::Key& key, const std::function<void(ClusterStateRecord&)>& change,
                            std::string_view category = {}, std::string_view event = {});

  // ---- readers, failover (replicas.cc) ---------------------------------------------------------------
  // What this haar knows of an engine, by the volume's id.
  struct Known {
    std::int64_t led_in = 0;  // the epoch in which it was led to its writer
    std::optional<fleet::Ticks> led_at, led_first;
    bool was_in_step = false;  // since it was led
  };
  // Of a cluster.
  struct Change {
    std::optional<fleet::Position> ended_at;  // its writer was ended in order
    std::optional<fleet::Ticks> leaderless_since;
    std::int64_t promoted = 0;  // the epoch whose writer was promoted
  };
  // Of a process that has ended.
  void forget_replica(const std::string& volume);
  void observe_replicas(const Subject& subject, ClusterObserved& out);
  fleet::Plan plan_copy(const store::Key& copy);
  Result<void> ask_copy(const Act& act, const Subject& subject);
  Result<void> copy_volume(const std::string& instance, const Subject& subject);
  Result<void> copy_again(const Act& act, const Subject& subject);
  Result<void> follow(const Act& act, const Subject& subject);
  Result<void> lead(const std::string& instance, const Subject& subject);
  Result<void> fence(const Act& act, const Subject& subject);
  Result<void> elect(const Act& act, const Subject& subject);
  Result<void> promote(const Act& act, const Subject& subject);
  Result<void> set_synchronous(const Act& act, const Subject& subject);
  Result<void> drop_failover(const Subject& subject);
  [[nodiscard]] bool copying(const store::Key& copy) const;
  // Whether clients who write are to be led to the writer of this epoch.
  [[nodiscard]] bool takes_writes(const store::Key& key, const ClusterStateRecord& seen) const;

  // ---- what is seen of engines and volumes (findings.cc) ---------------------------------------------
  void plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) const;
  void lead_readers(const Subject& subject, const std::function<std::vector<std::string>(const InstanceRecord&)>& target,
                    fleet::EndpointPlan& plan) const;
  [[nodiscard]] std::uint64_t limit_of(const InstanceRecord& instance) const;
  [[nodiscard]] std::optional<store::Key> key_of(const std::string& volume) const;
  void show(const std::string& volume);
  void health_changed(const std::string& volume);
  void storage_changed(const std::string& volume, const fleet::StorageFinding& before,
                       const fleet::StorageFinding& now);
  void look(const store::Key& key) { reconciler_.look(kind_name, key); }

  const Parts parts_;
  const fleet::Host& host_;
  fleet::Reconciler& reconciler_;
  std::atomic<bool> template_wanted_{true}, pool_wanted_{false};
  std::mutex showing_;  // what is shown is what was seen last
  mutable std::mutex replicas_;
  std::map<std::string, Known> known_;
  std::map<store::Key, Change> changes_;
  std::set<store::Key> copies_;  // that are wanted, or under way: by the keys of their looks
  // Last: their threads use everything above.
  fleet::EngineHealth health_;
  std::unique_ptr<fleet::Storage> storage_;
};

// Over real PostgreSQL, MySQL and MariaDB.
std::vector<std::unique_ptr<fleet::EngineKind>> make_kinds(const services::FleetParts& given);

}  // namespace haar::rds
