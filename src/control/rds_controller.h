// Makes DB clusters what their records say: volumes, engines, master users, endpoints. It compares desired and
// observed, takes one step at a time, and writes down what it did; every step can be repeated after a crash.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "control/endpoints.h"
#include "fleet/engine_health.h"
#include "fleet/host.h"
#include "control/rds_plan.h"
#include "fleet/drivers/postgres.h"
#include "fleet/storage.h"
#include "fleet/work_queue.h"
#include "engines/postgres_pool.h"

namespace haar::control {

// A key of the work queue that is no cluster's: volumes are made ready ahead of need.
inline constexpr std::string_view rds_fill_volumes = "fill-volumes";

// The endpoints of a cluster are planned under this name.
inline constexpr std::string_view rds_clusters = "rds/cluster";

class RdsController {
 public:
  RdsController(fleet::Host host, const fleet::Machine& machine, Endpoints& endpoints);

  // Looks at every cluster: adopts what runs, finishes what was begun. Call after Endpoints::start.
  void start();
  // Ends what is in hand; soon, once the supervisor's waits are cancelled.
  void stop();
  // Ends every running engine, with its data written. After stop().
  void stop_engines();
  // A commit changed this key of an rds space (on the writer's thread).
  void changed(std::string_view space, const store::Key& key);
  // An engine has ended (on the supervisor's thread).
  void engine_exited(const std::string& resource_id);
  [[nodiscard]] EndpointPlanner endpoint_planner() const;

 private:
  // The template of the newest program; nullopt if there is none, or it could not be made (logged).
  std::optional<engines::postgres::Template> prepare();
  void fill_pool();
  void reconcile(const std::string& key_bytes);
  RdsObserved observe(const rds::ClusterRecord& cluster) const;
  // Counts it, and gives up or says when to try again.
  void failed(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
              const rds::InstanceRecord* instance, const Error& error);
  void give_up(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
               const rds::InstanceRecord* instance, const std::string& problem);

  // The steps (rds_steps.cc). None waits long: what takes time is asked for again.
  Result<void> take(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
                    const rds::InstanceRecord* instance);
  Result<void> make_volume(const store::Key& key, const rds::ClusterRecord& cluster);
  Result<void> start_engine(const store::Key& key, const rds::ClusterRecord& cluster,
                            const rds::InstanceRecord& instance);
  Result<void> await_engine(const store::Key& key, const rds::ClusterRecord& cluster);
  Result<void> stop_engine(const store::Key& key, const rds::ClusterRecord& cluster);
  Result<void> create_master(const store::Key& key, const rds::ClusterRecord& cluster);
  Result<void> finish_instance(const store::Key& key, const rds::InstanceRecord& instance);
  Result<void> remove_instance(const store::Key& key, const rds::ClusterRecord& cluster,
                               const rds::InstanceRecord& instance);
  Result<void> remove_cluster(const store::Key& key, const rds::ClusterRecord& cluster);
  // Changes the record if it still exists, and writes it if `change` says that it did.
  Result<void> update_cluster(const store::Key& key, const std::function<bool(rds::ClusterRecord&)>& change);
  Result<void> update_instance(const store::Key& cluster_key, const std::string& id,
                               const std::function<bool(rds::InstanceRecord&)>& change);
  engines::InstanceSpec spec_of(const store::Key& key, const rds::ClusterRecord& cluster) const;

  void plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<EndpointPlan>& out) const;
  void refresh_endpoints(const store::Key& key) { endpoints_.refresh(rds_clusters, key); }

  // What is seen of an engine (rds_findings.cc).
  fleet::Storage::Hooks storage_hooks();
  std::uint64_t limit_of(const rds::InstanceRecord& instance) const;
  fleet::Volume volume_of(const store::Key& key, const rds::ClusterRecord& cluster,
                                 const rds::InstanceRecord& instance) const;
  void show(const std::string& resource_id);
  void health_changed(const std::string& resource_id);
  void storage_changed(const std::string& resource_id, const fleet::StorageFinding& before,
                       const fleet::StorageFinding& now);
  std::optional<store::Key> key_of(const std::string& resource_id) const;

  fleet::Host host_;
  fleet::Machine machine_;
  Endpoints& endpoints_;
  engines::postgres::VolumePool pool_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> key_of_resource_;  // resource id -> key of the cluster
  std::map<std::string, int> failures_;                 // key -> steps that failed in a row
  std::mutex showing_;  // what is shown is what was seen last
  // Last, in this order: their threads use everything above.
  fleet::WorkQueue queue_;
  fleet::EngineHealth health_;
  fleet::PostgresDriver postgres_;
  std::unique_ptr<fleet::Storage> storage_;
};

}  // namespace haar::control
