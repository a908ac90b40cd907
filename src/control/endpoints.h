// Which endpoints are open, to whom, and where they lead: computed from the records and from what runs, and
// handed to the front door. What a commit changed is computed anew on the writer's thread, right after the commit and
// before it is answered: when AuthorizeSecurityGroupIngress has answered, the rule is in force.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "control/refusals.h"
#include "events/log.h"
#include "fleet/endpoint_plan.h"
#include "fleet/endpoint_targets.h"
#include "frontdoor/frontdoor.h"
#include "services/ec2/network/network.h"
#include "services/ec2/reachability/decide.h"
#include "store/db.h"

namespace haar::control {

using fleet::EndpointPlan;
using fleet::EndpointPlanner;

struct EndpointView {
  EndpointPlan plan;
  std::vector<ec2::IngressRange> admits;  // what the groups let in, of which routes and ACLs may let through less
  bool admits_nobody = true;              // after all that refuses
  frontdoor::EndpointStatus status;
};

class Endpoints : public fleet::EndpointTargets {
 public:
  // How much was computed since the start: what a commit costs is to follow what it changed, not what there is.
  struct Work {
    std::uint64_t resources_planned = 0;
    std::uint64_t rules_computed = 0;   // of sets of groups; endpoints with the same groups share them
    std::uint64_t tables_compiled = 0;  // whom an interface and port admit; endpoints of the same ones share them
    std::uint64_t endpoints_set = 0;    // told to the front door
    std::uint64_t interfaces_judged = 0;  // for whether their groups let everything out, since all was looked at
  };

  Endpoints(store::Db& db, events::Log& log, const Clock& clock);

  Result<void> start(frontdoor::Refusal refusal = frontdoor::Refusal::reset);
  void add(EndpointPlanner planner) { planners_.push_back(std::move(planner)); }
  // Brings the front door to what the newest state asks for, and to which VPCs are addresses of this machine.
  // Until it was called once, changed() does nothing.
  void refresh();
  // The same for one resource: what runs is no longer what it was.
  void refresh(std::string_view kind, const store::Key& resource);
  // The same for what a commit has changed; on the writer's thread, after each commit.
  void changed(const std::vector<store::Changed>& changes);
  [[nodiscard]] std::vector<EndpointView> view() const;
  // The address of the endpoint with this name (lower case), whoever it lets in.
  [[nodiscard]] std::optional<IpAddress> find_name(const std::string& name) const;
  [[nodiscard]] Result<WhyRefused> why_refused(const WhoAsks& asked) const;
  [[nodiscard]] std::vector<std::string> targets(const std::string& endpoint) const override;
  [[nodiscard]] const frontdoor::FrontDoor& door() const { return *door_; }
  [[nodiscard]] Work work() const;

 private:
  using Resource = std::pair<std::size_t, store::Key>;  // planner, key
  // What of that comes through the network to an interface and port.
  struct Compiled {
    frontdoor::Admission admission;
    std::vector<std::string> networks;  // the VPCs that it follows from
  };
  struct Open {
    EndpointPlan plan;
    std::shared_ptr<const Compiled> compiled;
  };
  struct Pass;

  // All with the lock held.
  void refresh_all();
  void plan(Pass& pass, const Resource& resource);
  void admit(Pass& pass, const std::string& id);
  const ec2::Ingress& ingress_of(Pass& pass, const EndpointPlan& plan);
  std::shared_ptr<const Compiled> compile(Pass& pass, const EndpointPlan& plan, const ec2::Ingress& ingress);
  void show(Pass& pass, EndpointPlan plan);
  void remove(const std::string& id);
  void index(const std::string& id, const Open& open, bool present);
  std::vector<IpAddress> take_vpc_addresses(const store::Reader& reader, const EndpointPlan& plan);
  void find_hosts(const store::Reader& reader);
  void follow_hosts(const store::Reader& before, const store::Reader& after, const std::vector<store::Changed>& changes);

  void denied(const frontdoor::Denial& denial);
  void failed(const frontdoor::HandoffFailure& failure);
  void record(const EndpointPlan& plan, const std::string& name, const std::string& parameters, const std::string& error);
  [[nodiscard]] std::optional<EndpointPlan> plan_of(const std::string& endpoint) const;

  store::Db& db_;
  events::Log& log_;
  const Clock& clock_;
  std::vector<EndpointPlanner> planners_;
  mutable std::mutex mutex_;
  std::map<std::string, Open> open_;
  std::map<Resource, std::set<std::string>> of_resource_;   // ids of endpoints
  std::map<store::Key, std::set<std::string>> of_group_;    // the same, by ec2::security_group_term
  std::map<std::string, std::set<std::string>> of_network_;  // the same, by the VPCs that they follow from
  std::map<store::Key, std::set<std::string>> of_interface_;
  frontdoor::Hosts hosts_;
  ec2::RestrictedInterfaces restricted_;
  std::vector<Cidr> vpc_blocks_;                    // those that are addresses of this machine (frontdoor/local_routes.h)
  std::map<IpAddress, std::string> address_holders_;  // which endpoint has an address of a VPC; others of that address wait
  Refusals refusals_;  // of the front door's thread
  store::Snapshot seen_;  // the state that the endpoints stand for, but for what is reported still
  bool incomplete_ = false;  // the last look ended with an exception: the next one is at everything
  Work work_;
  std::unique_ptr<frontdoor::FrontDoor> door_;  // last: its thread calls back
};

}  // namespace haar::control
