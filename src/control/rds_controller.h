// Makes DB clusters what their records say: volumes, engines, master users, endpoints. It compares desired and
// observed, takes one step at a time, and writes down what it did; every step can be repeated after a crash.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "control/endpoints.h"
#include "control/host.h"
#include "control/rds_plan.h"
#include "control/work_queue.h"
#include "engines/postgres_pool.h"

namespace haar::control {

class RdsController {
 public:
  RdsController(Host host, Endpoints& endpoints);

  // Looks at every cluster: adopts what runs, finishes what was begun. Call after Endpoints::start.
  void start();
  void stop() { queue_.stop(); }
  // Ends every running engine, with its data written. After stop().
  void stop_engines();
  // A commit changed this key of an rds space (on the writer's thread).
  void changed(std::string_view space, const store::Key& key);
  // An engine has ended (on the supervisor's thread).
  void engine_exited(const std::string& resource_id);
  // Endpoints of all clusters; see Endpoints::add.
  void plan_endpoints(const store::Reader& reader, std::vector<EndpointPlan>& out) const;

 private:
  // The template of the newest program; nullopt if there is none, or it could not be made (logged).
  std::optional<engines::postgres::Template> prepare();
  void fill_pool();
  void reconcile(const std::string& key_bytes);
  Result<void> take(RdsStep step, const store::Key& key, const rds::ClusterRecord& cluster,
                    const rds::InstanceRecord* instance);
  Result<void> make_volume(const store::Key& key, const rds::ClusterRecord& cluster);
  Result<void> start_engine(const rds::ClusterRecord& cluster, const store::Key& key);
  Result<void> create_master(const store::Key& key, const rds::ClusterRecord& cluster);
  Result<void> remove_instance(const store::Key& key, const rds::ClusterRecord& cluster,
                               const rds::InstanceRecord& instance);
  Result<void> remove_cluster(const store::Key& key, const rds::ClusterRecord& cluster);
  void give_up(const store::Key& key, const rds::ClusterRecord& cluster, const rds::InstanceRecord* instance,
               const std::string& problem);
  // Changes the cluster's record if it still exists.
  Result<void> update_cluster(const store::Key& key, const std::function<void(rds::ClusterRecord&)>& change);
  Result<void> update_instance(const store::Key& cluster_key, const std::string& id,
                               const std::function<void(rds::InstanceRecord&)>& change);
  engines::InstanceSpec spec_of(const store::Key& key, const rds::ClusterRecord& cluster) const;

  Host host_;
  Endpoints& endpoints_;
  engines::postgres::VolumePool pool_;
  std::mutex mutex_;
  std::map<std::string, std::string> key_of_resource_;  // resource id -> key of the cluster
  std::map<std::string, int> failures_;                 // key -> steps that failed in a row
  WorkQueue queue_;  // last: its threads use everything above
};

}  // namespace haar::control
