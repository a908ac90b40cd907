// Which endpoints are open, to whom, and where they lead: computed from the records and from what runs, and
// handed to the front door. Refreshed on the writer's thread right after a commit that matters and before the
// commit is answered: when AuthorizeSecurityGroupIngress has answered, the rule is in force.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "events/log.h"
#include "frontdoor/frontdoor.h"
#include "services/ec2/network/network.h"
#include "store/db.h"

namespace haar::control {

// One endpoint as the services' records ask for it.
struct EndpointPlan {
  std::string id;        // "rds/<resource id>/writer"
  std::string name;      // AWS-shaped, for people: "demo.cluster-c….us-east-1.rds.haar.internal"
  std::string service;   // "rds.amazonaws.com"
  AccountId account;
  Region region;
  std::string resource_arn;
  std::string address;
  std::uint16_t port = 0;
  std::vector<std::string> group_ids;
  std::vector<std::string> targets;  // handoff sockets of running engines
  frontdoor::Answers answers;        // lines that the door answers itself
  std::string problem;               // of what it leads to, for people; empty if there is none
};

// The endpoints of one service, from its records.
using Planner = std::function<void(const store::Reader&, std::vector<EndpointPlan>&)>;

struct EndpointView {
  EndpointPlan plan;
  std::vector<ec2::IngressRange> admits;
  frontdoor::EndpointStatus status;
};

class Endpoints {
 public:
  Endpoints(store::Db& db, events::Log& log, const Clock& clock);

  Result<void> start();
  void add(Planner planner) { planners_.push_back(std::move(planner)); }
  // Brings the front door to what the newest state asks for.
  void refresh();
  [[nodiscard]] std::vector<EndpointView> view() const;

 private:
  void denied(const frontdoor::Denial& denial);
  void failed(const frontdoor::HandoffFailure& failure);
  void record(const std::string& endpoint, const std::string& name, const std::string& parameters,
              const std::string& error);

  store::Db& db_;
  events::Log& log_;
  const Clock& clock_;
  std::vector<Planner> planners_;
  mutable std::mutex mutex_;
  struct Open {
    EndpointPlan plan;
    std::vector<ec2::IngressRange> admits;
  };
  std::map<std::string, Open> open_;
  std::unique_ptr<frontdoor::FrontDoor> door_;  // last: its thread calls back
};

// True if a change in this key space can change who may connect where.
bool concerns_endpoints(std::string_view space);

}  // namespace haar::control
