#include "control/endpoints.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "services/ec2/security_groups/ingress_changes.h"

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
  return a.address == b.address && a.port == b.port && a.targets == b.targets && a.balance == b.balance &&
         a.fixed_replies == b.fixed_replies;
}

// Account, region and groups: endpoints for which this is the same admit the same.
store::Key groups_of(const EndpointPlan& plan) {
  std::vector<std::string> sorted = plan.group_ids;
  std::sort(sorted.begin(), sorted.end());
  std::string ids;
  for (const std::string& id : sorted) ids += id + " ";
  return store::join(plan.account, plan.region, ids);
}

}  // namespace

// One look at one state: what the same groups admit is computed once.
struct Endpoints::Pass {
  explicit Pass(const store::Reader& state) : reader(state) {}
  const store::Reader& reader;
  bool sets_all = false;  // the front door is told of what is known already, too
  std::map<store::Key, std::shared_ptr<const Admitted>> admitted;
};

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
  refresh_all();
}

// Also after a look that ended half-way: what was remembered then may not be what the front door was told.
void Endpoints::refresh_all() {
  incomplete_ = true;
  seen_ = db_.snapshot();
  const store::Reader reader(seen_);
  std::set<Resource> resources;
  for (const auto& [resource, ids] : of_resource_) resources.insert(resource);
  for (std::size_t i = 0; i < planners_.size(); ++i) {
    std::set<store::Key> keys;
    planners_[i].all(reader, keys);
    for (const store::Key& key : keys) resources.emplace(i, key);
  }
  Pass pass(reader);
  pass.sets_all = true;
  for (const Resource& resource : resources) plan(pass, resource);
  std::set<std::string> nobodys;
  for (const auto& [id, open] : open_) nobodys.insert(id);
  for (const auto& [resource, ids] : of_resource_) {
    for (const std::string& id : ids) nobodys.erase(id);
  }
  for (const std::string& id : nobodys) remove(id);
  incomplete_ = false;
}

void Endpoints::refresh(std::string_view kind, const store::Key& resource) {
  const std::lock_guard lock(mutex_);
  const bool was_incomplete = std::exchange(incomplete_, true);
  const store::Reader reader(db_.snapshot());
  Pass pass(reader);
  for (std::size_t i = 0; i < planners_.size(); ++i) {
    if (planners_[i].kind == kind) plan(pass, {i, resource});
  }
  incomplete_ = was_incomplete;
}

void Endpoints::changed(const std::vector<store::Changed>& changes) {
  const std::lock_guard lock(mutex_);
  if (!seen_) return;
  if (std::exchange(incomplete_, true)) return refresh_all();
  const store::Reader before(std::exchange(seen_, db_.snapshot())), after(seen_);
  Pass pass(after);
  for (std::size_t i = 0; i < planners_.size(); ++i) {
    std::set<store::Key> keys;
    for (const store::Changed& change : changes) planners_[i].changed_by(before, after, change, keys);
    for (const store::Key& key : keys) plan(pass, {i, key});
  }
  std::set<std::string> ids;
  for (const store::Key& group : ec2::groups_with_changed_ingress(before, after, changes)) {
    const auto known = of_group_.find(group);
    if (known != of_group_.end()) ids.insert(known->second.begin(), known->second.end());
  }
  for (const std::string& id : ids) admit(pass, id);
  incomplete_ = false;
}

void Endpoints::plan(Pass& pass, const Resource& resource) {
  ++work_.resources_planned;
  std::vector<EndpointPlan> plans;
  planners_[resource.first].plan(pass.reader, resource.second, plans);
  std::set<std::string> ids;
  for (EndpointPlan& one : plans) {
    if (!IpAddress::parse(one.address)) continue;
    ids.insert(one.id);
    std::shared_ptr<const Admitted> to = admitted(pass, one);
    show(pass, std::move(one), std::move(to));
  }
  std::set<std::string>& known = of_resource_[resource];
  for (const std::string& id : known) {
    if (!ids.contains(id)) remove(id);
  }
  known = std::move(ids);
  if (known.empty()) of_resource_.erase(resource);
}

void Endpoints::admit(Pass& pass, const std::string& id) {
  const EndpointPlan plan = open_.at(id).plan;
  show(pass, plan, admitted(pass, plan));
}

std::shared_ptr<const Endpoints::Admitted> Endpoints::admitted(Pass& pass, const EndpointPlan& plan) {
  std::shared_ptr<const Admitted>& known = pass.admitted[groups_of(plan)];
  if (!known) {
    ++work_.rules_computed;
    Admitted made;
    made.ranges = ec2::effective_ingress(pass.reader, ec2::Place(plan.account, plan.region), plan.group_ids);
    made.rules = frontdoor::Rules::compile(to_permissions(made.ranges));
    known = std::make_shared<const Admitted>(std::move(made));
  }
  return known;
}

// Tells the front door what is new.
void Endpoints::show(const Pass& pass, EndpointPlan plan, std::shared_ptr<const Admitted> admitted) {
  const auto [known, is_new] = open_.try_emplace(plan.id);
  Open& open = known->second;
  const bool news = pass.sets_all || is_new || !same(open.plan, plan) || open.admitted->ranges != admitted->ranges;
  if (!is_new) index(plan.id, open.plan, false);
  index(plan.id, plan, true);
  open.plan = std::move(plan);
  open.admitted = std::move(admitted);
  if (!news) return;
  ++work_.endpoints_set;
  frontdoor::Endpoint endpoint;
  endpoint.id = open.plan.id;
  endpoint.address = *IpAddress::parse(open.plan.address);
  endpoint.port = open.plan.port;
  endpoint.rules = open.admitted->rules;
  endpoint.targets = open.plan.targets;
  endpoint.balance = open.plan.balance;
  endpoint.fixed_replies = open.plan.fixed_replies;
  if (const Result<void> set = door_->set(std::move(endpoint)); !set.ok())
    log_warning("an endpoint cannot be opened", {{"endpoint", open.plan.name}, {"reason", set.error().message}});
}

void Endpoints::remove(const std::string& id) {
  const auto known = open_.find(id);
  if (known == open_.end()) return;
  door_->remove(id);
  index(id, known->second.plan, false);
  open_.erase(known);
}

void Endpoints::index(const std::string& id, const EndpointPlan& plan, bool present) {
  for (const std::string& group_id : plan.group_ids) {
    const store::Key term = ec2::security_group_term(plan.account, plan.region.value, group_id);
    std::set<std::string>& ids = of_group_[term];
    if (present) ids.insert(id);
    else ids.erase(id);
    if (ids.empty()) of_group_.erase(term);
  }
}

Endpoints::Work Endpoints::work() const {
  const std::lock_guard lock(mutex_);
  return work_;
}

std::vector<EndpointView> Endpoints::view() const {
  std::map<std::string, frontdoor::EndpointStatus> statuses;
  for (frontdoor::EndpointStatus& status : door_->status()) statuses[status.id] = std::move(status);
  std::vector<EndpointView> out;
  const std::lock_guard lock(mutex_);
  for (const auto& [id, open] : open_) out.push_back({open.plan, open.admitted->ranges, statuses[id]});
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
  event.id = events::event_id(event.time, system_random());
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
  log_.record(event);
}

}  // namespace haar::control
