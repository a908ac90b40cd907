// Makes cache clusters what their records say: interfaces, addresses, engines, endpoints. It compares desired
// and observed, takes one step at a time, and writes down what it did; every step can be repeated after a crash.
// An engine that ends is started again, empty, as a cache node of AWS is replaced.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/elasticache_plan.h"
#include "control/endpoints.h"
#include "fleet/engine_health.h"
#include "fleet/host.h"
#include "fleet/work_queue.h"

namespace haar::control {

class ElastiCacheController {
 public:
  ElastiCacheController(fleet::Host host, const fleet::Machine& machine, Endpoints& endpoints);

  // Looks at every cluster: adopts what runs, finishes what was begun. Call after Endpoints::start.
  void start();
  // Ends what is in hand; soon, once the supervisor's waits are cancelled.
  void stop();
  // Ends every running engine. After stop().
  void stop_engines();
  // A commit changed this key of an elasticache space (on the writer's thread).
  void changed(std::string_view space, const store::Key& key);
  // An engine has ended (on the supervisor's thread); ids that are not a cache's are ignored.
  void engine_exited(const std::string& engine_id);
  [[nodiscard]] EndpointPlanner endpoint_planner() const;

 private:
  using Cluster = elasticache::ClusterRecord;
  using Node = elasticache::NodeRecord;

  void reconcile(const std::string& key_bytes);
  Result<void> take(CacheStep step, const store::Key& key, const Cluster& cluster);
  Result<void> place_nodes(const store::Key& key, const Cluster& cluster);
  Result<void> start_engines(const store::Key& key, const Cluster& cluster);
  Result<void> start_engine(const store::Key& key, const engines::InstanceSpec& spec, const Cluster& cluster);
  Result<void> await_engines(const store::Key& key, const Cluster& cluster);
  Result<void> rest_engines(const Cluster& cluster);
  Result<void> remove_nodes(const store::Key& key, const Cluster& cluster);
  Result<void> remove_cluster(const store::Key& key, const Cluster& cluster);
  void failed(CacheStep step, const store::Key& key, const Cluster& cluster, const Error& error);
  // Changes the cluster's record if it still exists, and writes it if `change` says that it did.
  Result<void> update(const store::Key& key, const std::function<bool(Cluster&)>& change);
  CacheObserved observe(const Cluster& cluster) const;
  // Whether each engine answers, for those who show it.
  void show(const std::string& engine_id);
  void health_changed(const std::string& engine_id);
  void plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<EndpointPlan>& out) const;
  void refresh_endpoints(const store::Key& key);
  std::optional<store::Key> key_of(std::string_view engine_id) const;
  std::string folder_of(const store::Key& key, const Cluster& cluster) const;
  engines::InstanceSpec spec_of(const store::Key& key, const Cluster& cluster, const Node& node) const;

  fleet::Host host_;
  fleet::Machine machine_;
  Endpoints& endpoints_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> key_of_resource_;  // resource id -> key of the cluster
  std::map<std::string, int> failures_;                              // key -> steps that failed in a row
  std::mutex showing_;  // what is shown is what was seen last
  // Last, in this order: their threads use everything above.
  fleet::WorkQueue queue_;
  fleet::EngineHealth health_;
};

}  // namespace haar::control
