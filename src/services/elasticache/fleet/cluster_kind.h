// Cache clusters as a kind of the fleet: makes them what is wanted, and writes down what is seen. An engine that ends is
// started again, empty, as a cache node of AWS is replaced.
#pragma once

#include <signal.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
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
#include "services/elasticache/plan/cluster.h"
#include "services/elasticache/transit/certificates.h"
#include "services/manifest/service.h"

namespace haar::elasticache {

class ClusterKind final : public fleet::EngineKind {
 public:
  static constexpr std::string_view kind_name = "elasticache";

  struct Parts {
    fleet::Host host;
    // A handle of the engine of one of the cluster's nodes.
    std::function<std::shared_ptr<fleet::Engine>(const ClusterRecord&, const engines::InstanceSpec&)> engine;
    // Of what runs for the cluster's version ("1.6.18").
    std::function<Result<std::string>(const ClusterRecord&)> program_version;
    // Addresses of this host on which `port` could be bound just now.
    std::function<std::vector<std::string>(std::uint16_t port, std::size_t count)> free_addresses;
    // Renames the folder away at once; what is in it goes in the background, without following links.
    std::function<Result<void>(const std::string& folder)> discard;
    // Where the endpoints of this cluster lead may have changed.
    std::function<void(const store::Key& cluster)> endpoints_changed;
    Certificates certificates;
  };

  ClusterKind(const fleet::Runtime& runtime, fleet::Reconciler& reconciler, Parts parts);

  [[nodiscard]] std::string_view name() const override { return kind_name; }
  [[nodiscard]] std::vector<store::Key> list(const store::Reader& reader) const override;
  [[nodiscard]] std::optional<store::Key> concerned(const store::Reader& reader,
                                                    const store::Changed& change) const override;
  fleet::Plan plan(const store::Key& key) override;
  int note_failure(const store::Key& key, const fleet::Action& action, const Error& error) override;

  void engine_ended(const std::string& engine_id) override;
  void stop() override { health_.stop(); }
  std::vector<std::string> running_engines() override;
  // They have nothing to save.
  [[nodiscard]] fleet::EndOfEngines end_of_engines() const override { return {SIGTERM, std::chrono::milliseconds(3'000)}; }
  [[nodiscard]] fleet::EndpointPlanner endpoint_planner() const override;

  // ---- for the kind of replication groups, whose members are clusters ---------------------------------
  [[nodiscard]] const fleet::Host& host() const { return parts_.host; }
  [[nodiscard]] std::vector<std::string> free_addresses(std::uint16_t port, std::size_t count) const {
    return parts_.free_addresses(port, count);
  }
  [[nodiscard]] std::shared_ptr<fleet::Engine> engine_of(const store::Key& key, const ClusterRecord& cluster,
                                                         std::string_view node) const;
  [[nodiscard]] engines::InstanceSpec spec_of(const store::Key& key, const ClusterRecord& cluster, std::string_view node) const;
  // Whether the engine of this node serves the certificate that it should, as far as this haar knows; true where it needs none.
  [[nodiscard]] bool certified(const store::Key& key, const ClusterView& cluster, std::string_view node) const;
  // The group of the cluster whose engine it is; nullopt: of none.
  [[nodiscard]] std::optional<store::Key> group_of_engine(std::string_view engine_id) const;
  Result<void> transact(const store::Key& key, const std::function<Result<void>(api::Call&)>& work) const;
  // Called with the key of a group when something is new about a member that no commit tells. Before the reconciler starts.
  void set_group_look(std::function<void(const store::Key& group)> look) { look_at_group_ = std::move(look); }

 private:
  ClusterObserved observe(const store::Key& key, const ClusterView& cluster) const;
  std::function<Result<void>()> action(const Act& act, const store::Key& key,
                                       const std::shared_ptr<const ClusterView>& cluster);

  // The steps (cluster_actions.cc).
  Result<void> place_nodes(const store::Key& key, const ClusterView& cluster, const std::vector<std::string>& ids);
  Result<void> start_engine(const store::Key& key, const ClusterView& cluster, const std::string& node);
  Result<void> stop_engine(const store::Key& key, const ClusterView& cluster, const std::string& node);
  Result<void> certify(const store::Key& key, const ClusterView& cluster, const std::string& node);
  Result<void> reload_engine(const store::Key& key, const ClusterView& cluster, const std::string& node);
  // What its engine was given.
  Result<void> note_config(const store::Key& key, const std::string& node, const NodeConfig& config) const;
  Result<void> await_engines(const store::Key& key, const ClusterView& cluster, const Act& act);
  Result<void> rest(const store::Key& key, const ClusterView& cluster);
  Result<void> settle(const store::Key& key, const ClusterView& cluster);
  Result<void> remove_nodes(const store::Key& key, const ClusterView& cluster, const std::vector<std::string>& ids);
  Result<void> remove_cluster(const store::Key& key, const ClusterView& cluster);

  // Changes what is seen of a cluster that is still there.
  Result<void> update_state(const store::Key& key, const std::function<void(ClusterStateRecord&)>& change) const;
  // Ends the engine, also one of an earlier haar that nobody has adopted yet.
  Result<void> end_engine(const std::shared_ptr<fleet::Engine>& engine);
  std::string folder_of(const store::Key& key, const ClusterRecord& cluster) const;
  std::optional<store::Key> key_of(std::string_view engine_id) const;
  void watch(const store::Key& key, const std::shared_ptr<fleet::Engine>& engine);
  void plan_endpoints(const store::Reader& reader, const store::Key& key, std::vector<fleet::EndpointPlan>& out) const;
  // Whether each engine answers, for those who show it.
  void show(const std::string& engine_id);
  void health_changed(const std::string& engine_id);

  void look(const store::Key& key) { reconciler_.look(kind_name, key); }
  void tell_group(const store::Key& key, const ClusterRecord& cluster) const;

  const Parts parts_;
  fleet::Reconciler& reconciler_;
  const std::function<fleet::Ticks()> ticks_;
  std::function<void(const store::Key& group)> look_at_group_;
  std::mutex showing_;  // what is shown is what was seen last
  mutable std::mutex certified_lock_;
  // Engines that have read their certificate since this haar has started: a file alone does not tell what is served.
  std::set<std::string> certified_;
  fleet::EngineHealth health_;  // last: its threads use everything above
};

// Over real Redis and memcached: replication groups and clusters.
std::vector<std::unique_ptr<fleet::EngineKind>> make_kinds(const services::FleetParts& given);

}  // namespace haar::elasticache
