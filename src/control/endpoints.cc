#include "control/endpoints.h"

#include <boost/json.hpp>

#include <set>
#include <utility>

#include "base/log.h"

namespace haar::control {
namespace {

std::vector<frontdoor::Permission> to_permissions(const std::vector<ec2::IngressRange>& ranges) {
  std::vector<frontdoor::Permission> out;
  for (const ec2::IngressRange& range : ranges) {
    frontdoor::Permission permission;
    if (range.protocol == "-1") {
      permission.protocol = frontdoor::Permission::all_protocols;
    } else if (range.protocol == "tcp") {
      permission.protocol = frontdoor::Permission::tcp;
      permission.from_port = range.from;
      permission.to_port = range.to;
    } else {
      continue;  // udp and icmp open no TCP endpoint
    }
    for (const std::string& text : range.cidrs) {
      if (const auto cidr = Cidr::parse(text)) permission.cidrs.push_back(*cidr);
    }
    out.push_back(std::move(permission));
  }
  return out;
}

bool same(const EndpointPlan& a, const EndpointPlan& b) {
  return a.address == b.address && a.port == b.port && a.targets == b.targets && a.answers == b.answers &&
         a.problem == b.problem;
}

}  // namespace

bool concerns_endpoints(std::string_view space) {
  static const std::set<std::string_view> others{"ec2/security-group", "ec2/security-group-rule",
                                                 "ec2/network-interface", "ec2/prefix-list"};
  return space.starts_with("rds/") || space.starts_with("elasticache/") || others.contains(space);
}

Endpoints::Endpoints(store::Db& db, events::Log& log, const Clock& clock) : db_(db), log_(log), clock_(clock) {}

Result<void> Endpoints::start() {
  frontdoor::FrontDoor::Callbacks callbacks;
  callbacks.on_denied = [this](const frontdoor::Denial& d) { denied(d); };
  callbacks.on_failed = [this](const frontdoor::HandoffFailure& f) { failed(f); };
  door_ = TRY(frontdoor::FrontDoor::start(std::move(callbacks)));
  return {};
}

void Endpoints::refresh() {
  const std::lock_guard lock(mutex_);
  const store::Reader reader(db_.snapshot());
  std::vector<EndpointPlan> plans;
  for (const Planner& planner : planners_) planner(reader, plans);
  std::set<std::string> wanted;
  for (EndpointPlan& plan : plans) {
    wanted.insert(plan.id);
    std::vector<ec2::IngressRange> admits =
        ec2::effective_ingress(reader, ec2::Place(plan.account, plan.region), plan.group_ids);
    const auto known = open_.find(plan.id);
    if (known != open_.end() && same(known->second.plan, plan) && known->second.admits == admits) continue;
    const auto address = IpAddress::parse(plan.address);
    if (!address) continue;
    frontdoor::Endpoint endpoint;
    endpoint.id = plan.id;
    endpoint.address = *address;
    endpoint.port = plan.port;
    endpoint.rules = frontdoor::Rules::compile(to_permissions(admits));
    endpoint.targets = plan.targets;
    endpoint.answers = plan.answers;
    if (const Result<void> set = door_->set(std::move(endpoint)); !set.ok())
      log_warning("an endpoint cannot be opened", {{"endpoint", plan.name}, {"reason", set.error().message}});
    const std::string id = plan.id;
    open_[id] = {std::move(plan), std::move(admits)};
  }
  for (auto it = open_.begin(); it != open_.end();) {
    if (wanted.contains(it->first)) {
      ++it;
    } else {
      door_->remove(it->first);
      it = open_.erase(it);
    }
  }
}

std::vector<EndpointView> Endpoints::view() const {
  std::map<std::string, frontdoor::EndpointStatus> statuses;
  for (frontdoor::EndpointStatus& status : door_->status()) statuses[status.id] = std::move(status);
  std::vector<EndpointView> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, open] : open_) out.push_back({open.plan, open.admits, statuses[id]});
  return out;
}

// A refused connection is an event that a person can read: the most useful aid where nothing connects.
void Endpoints::denied(const frontdoor::Denial& denial) {
  const boost::json::object parameters{{"sourceAddress", denial.source.str()}, {"connections", denial.count}};
  record(denial.endpoint, "ConnectionDenied", boost::json::serialize(parameters),
         "No inbound rule of the endpoint's security groups admits the address.");
}

void Endpoints::failed(const frontdoor::HandoffFailure& failure) {
  const boost::json::object parameters{{"reason", failure.reason}};
  record(failure.endpoint, "ConnectionFailed", boost::json::serialize(parameters), "No engine took the connection.");
}

void Endpoints::record(const std::string& endpoint, const std::string& name, const std::string& parameters,
                       const std::string& error) {
  EndpointPlan plan;
  {
    const std::lock_guard lock(mutex_);
    const auto known = open_.find(endpoint);
    if (known == open_.end()) return;
    plan = known->second.plan;
  }
  events::EventRecord event;
  event.time = clock_.now();
  event.id = uuid4(system_random());
  event.event_type = "AwsServiceEvent";
  event.source = plan.service;
  event.name = name;
  event.region = plan.region.value;
  event.account = plan.account.value;
  event.identity.type = "AWSService";
  event.identity.invoked_by = plan.service;
  event.source_ip = plan.service;
  event.user_agent = plan.service;
  event.error_code = name;
  event.error_message = error;
  boost::json::object full = boost::json::parse(parameters).as_object();
  full["endpoint"] = plan.name;
  full["address"] = plan.address;
  full["port"] = plan.port;
  full["resourceArn"] = plan.resource_arn;
  full["securityGroups"] = boost::json::value_from(plan.group_ids);
  event.request_parameters = boost::json::serialize(full);
  log_.record(std::move(event));
}

}  // namespace haar::control
