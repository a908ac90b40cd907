// Which endpoints are open, to whom, and where they lead: computed from the records and from what runs, and
// handed to the front door. What a commit changed is computed anew on the writer's thread, right after the commit and
// before it is answered: when AuthorizeSecurityGroupIngress has answered, the rule is in force.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "events/log.h"
#include "fleet/endpoint_plan.h"
#include "frontdoor/frontdoor.h"
#include "services/ec2/network/network.h"
#include "store/db.h"

namespace haar::control {

using fleet::EndpointPlan;
using fleet::EndpointPlanner;

struct EndpointView {
  EndpointPlan plan;
  std::vector<ec2::IngressRange> admits;
  frontdoor::EndpointStatus status;
};

class Endpoints {
 public:
  // How much was computed since the start: what a commit costs is to follow what it changed, not what there is.
  struct Work {
    std::uint64_t resources_planned = 0;
    std::uint64_t rules_computed = 0;   // of sets of groups; endpoints with the same groups share them
    std::uint64_t endpoints_set = 0;    // told to the front door
  };

  Endpoints(store::Db& db, events::Log& log, const Clock& clock);

  Result<void> start();
  void add(EndpointPlanner planner) { planners_.push_back(std::move(planner)); }
  // Brings the front door to what the newest state asks for. Until it was called once, changed() does nothing.
  void refresh();
  // The same for one resource: what runs is no longer what it was.
  void refresh(std::string_view kind, const store::Key& resource);
  // The same for what a commit has changed; on the writer's thread, after each commit.
  void changed(const std::vector<store::Changed>& changes);
  [[nodiscard]] std::vector<EndpointView> view() const;
  [[nodiscard]] Work work() const;

 private:
  using Resource = std::pair<std::size_t, store::Key>;  // planner, key
  // What a set of groups admits.
  struct Admitted {
    std::vector<ec2::IngressRange> ranges;
    frontdoor::Rules rules;
  };
  struct Open {
    EndpointPlan plan;
    std::shared_ptr<const Admitted> admitted;
  };
  struct Pass;

  // All with the lock held.
  void refresh_all();
  void plan(Pass& pass, const Resource& resource);
  void admit(Pass& pass, const std::string& id);
  std::shared_ptr<const Admitted> admitted(Pass& pass, const EndpointPlan& plan);
  void show(const Pass& pass, EndpointPlan plan, std::shared_ptr<const Admitted> admitted);
  void remove(const std::string& id);
  void index(const std::string& id, const EndpointPlan& plan, bool present);

  void denied(const frontdoor::Denial& denial);
  void failed(const frontdoor::HandoffFailure& failure);
  void record(const std::string& endpoint, const std::string& name, const std::string& parameters,
              const std::string& error);

  store::Db& db_;
  events::Log& log_;
  const Clock& clock_;
  std::vector<EndpointPlanner> planners_;
  mutable std::mutex mutex_;
  std::map<std::string, Open> open_;
  std::map<Resource, std::set<std::string>> of_resource_;   // ids of endpoints
  std::map<store::Key, std::set<std::string>> of_group_;    // the same, by ec2::security_group_term
  store::Snapshot seen_;  // the state that the endpoints stand for, but for what is reported still
  bool incomplete_ = false;  // the last look ended with an exception: the next one is at everything
  Work work_;
  std::unique_ptr<frontdoor::FrontDoor> door_;  // last: its thread calls back
};

}  // namespace haar::control
