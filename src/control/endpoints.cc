#include "control/endpoints.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "frontdoor/local_routes.h"
#include "services/ec2/reachability/changes.h"
#include "services/ec2/reachability/compile.h"
#include "services/ec2/security_groups/ingress_changes.h"

namespace haar::control {
namespace {

bool same(const EndpointPlan& a, const EndpointPlan& b) {
  return a.address == b.address && a.port == b.port && a.targets == b.targets && a.tls_targets == b.tls_targets &&
         a.balance == b.balance && a.fixed_replies == b.fixed_replies;
}

// Account, region and groups: endpoints for which this is the same let in the same.
store::Key groups_key(const EndpointPlan& plan) {
  std::vector<std::string> sorted = plan.group_ids;
  std::sort(sorted.begin(), sorted.end());
  std::string ids;
  for (const std::string& id : sorted) ids += id + " ";
  return store::join(plan.account, plan.region, ids);
}

// The same with what else the admission of an endpoint follows from.
store::Key compiled_key(const EndpointPlan& plan) {
  return store::join(groups_key(plan).bytes(), plan.interface_id, std::to_string(plan.port), plan.public_access ? "public" : "");
}

}  // namespace

// One look at one state: what the same groups let in and what a network looks like is computed once.
struct Endpoints::Pass {
  Pass(const store::Reader& state, ec2::RestrictedInterfaces& restricted) : reader(state), networks(state, restricted) {}
  const store::Reader& reader;
  ec2::Networks networks;
  bool sets_all = false;  // the front door is told of what is known already, too
  std::map<store::Key, ec2::Ingress> ingress;  // by groups_key()
  std::map<store::Key, std::shared_ptr<const Compiled>> compiled;
};

Endpoints::Endpoints(store::Db& db, events::Log& log, const Clock& clock) : db_(db), log_(log), clock_(clock) {}

Result<void> Endpoints::start(frontdoor::Refusal refusal) {
  frontdoor::FrontDoor::Callbacks callbacks;
  callbacks.on_denied = [this](const frontdoor::Denial& d) { denied(d); };
  callbacks.on_failed = [this](const frontdoor::HandoffFailure& f) { failed(f); };
  door_ = TRY(frontdoor::FrontDoor::start(std::move(callbacks), refusal));
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
  find_hosts(reader);
  restricted_ = {};
  const auto routes = frontdoor::read_routes();
  vpc_blocks_ = routes.ok() ? frontdoor::own_blocks(*routes) : std::vector<Cidr>();
  Pass pass(reader, restricted_);
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
  Pass pass(reader, restricted_);
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
  follow_hosts(before, after, changes);
  restricted_.changed(before, after, changes);
  Pass pass(after, restricted_);
  for (std::size_t i = 0; i < planners_.size(); ++i) {
    std::set<store::Key> keys;
    for (const store::Changed& change : changes) planners_[i].changed_by(before, after, change, keys);
    for (const store::Key& key : keys) plan(pass, {i, key});
  }
  std::set<std::string> ids;
  const auto add = [&ids](const auto& index, const auto& term) {
    if (const auto known = index.find(term); known != index.end()) ids.insert(known->second.begin(), known->second.end());
  };
  for (const store::Key& group : ec2::groups_with_changed_ingress(before, after, changes)) add(of_group_, group);
  for (const std::string& vpc : ec2::vpcs_with_changed_network(before, after, changes)) add(of_network_, vpc);
  for (const store::Changed& change : changes) {
    if (change.space == ec2::network_interfaces.name()) add(of_interface_, change.key);
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
    show(pass, std::move(one));
  }
  std::set<std::string>& known = of_resource_[resource];
  for (const std::string& id : known) {
    if (!ids.contains(id)) remove(id);
  }
  known = std::move(ids);
  if (known.empty()) of_resource_.erase(resource);
}

void Endpoints::admit(Pass& pass, const std::string& id) { show(pass, open_.at(id).plan); }

// What the endpoint's groups let in.
const ec2::Ingress& Endpoints::ingress_of(Pass& pass, const EndpointPlan& plan) {
  const auto [at, is_new] = pass.ingress.try_emplace(groups_key(plan));
  if (is_new) {
    ++work_.rules_computed;
    at->second = ec2::ingress_of(pass.reader, plan.account, plan.region, plan.group_ids);
  }
  return at->second;
}

std::shared_ptr<const Endpoints::Compiled> Endpoints::compile(Pass& pass, const EndpointPlan& plan,
                                                              const ec2::Ingress& ingress) {
  std::shared_ptr<const Compiled>& known = pass.compiled[compiled_key(plan)];
  if (!known) {
    ++work_.tables_compiled;
    const ec2::DestinationView view = ec2::view_of(pass.networks, destination_of(plan), ingress);
    known = std::make_shared<const Compiled>(Compiled{ec2::admission_of(view), ec2::networks_of(view)});
  }
  return known;
}

// The addresses of this machine that stand for interfaces.
void Endpoints::find_hosts(const store::Reader& reader) {
  hosts_.clear();
  for (const auto& [key, interface] : reader.scan(ec2::network_interfaces, {})) {
    if (const auto host = ec2::host_of(key, interface)) hosts_.insert(*host);
  }
  door_->set_hosts(hosts_);
}

void Endpoints::follow_hosts(const store::Reader& before, const store::Reader& after,
    const std::vector<store::Changed>& changes) {
  bool any = false;
  for (const bool arrives : {false, true}) {  // what has gone first: another interface may have its address now
    for (const store::Changed& change : changes) {
      if (change.space != ec2::network_interfaces.name()) continue;
      const auto* record = (arrives ? after : before).get(ec2::network_interfaces, change.key);
      const auto host = record == nullptr ? std::nullopt : ec2::host_of(change.key, *record);
      if (!host) continue;
      any = true;
      if (arrives) hosts_.insert_or_assign(host->first, host->second);
      else hosts_.erase(host->first);
    }
  }
  if (any) door_->set_hosts(hosts_);
}

// Tells the front door what is new.
void Endpoints::show(Pass& pass, EndpointPlan plan) {
  std::shared_ptr<const Compiled> compiled = compile(pass, plan, ingress_of(pass, plan));
  const auto [known, is_new] = open_.try_emplace(plan.id);
  Open& open = known->second;
  const bool news = pass.sets_all || is_new || !same(open.plan, plan) || open.compiled->admission != compiled->admission;
  if (!is_new) index(plan.id, open, false);
  open = {std::move(plan), std::move(compiled)};
  index(open.plan.id, open, true);
  if (!news) return;
  ++work_.endpoints_set;
  frontdoor::Endpoint endpoint;
  endpoint.id = open.plan.id;
  endpoint.address = *IpAddress::parse(open.plan.address);
  endpoint.more_addresses = take_vpc_addresses(pass.reader, open.plan);
  endpoint.port = open.plan.port;
  endpoint.admission = open.compiled->admission;
  endpoint.targets = open.plan.targets;
  endpoint.tls_targets = open.plan.tls_targets;
  endpoint.balance = open.plan.balance;
  endpoint.fixed_replies = open.plan.fixed_replies;
  if (const Result<void> set = door_->set(std::move(endpoint)); !set.ok())
    log_warning("an endpoint cannot be opened", {{"endpoint", open.plan.name}, {"reason", set.error().message}});
}

// Its interface's own addresses, where they are addresses of this machine. Default VPCs of all regions and accounts have the
// same block: who comes first has the address, the others keep to their loopback addresses.
std::vector<IpAddress> Endpoints::take_vpc_addresses(const store::Reader& reader, const EndpointPlan& plan) {
  std::erase_if(address_holders_, [&](const auto& holder) { return holder.second == plan.id; });
  if (vpc_blocks_.empty() || !plan.owns_interface) return {};
  const auto* interface = reader.get(ec2::network_interfaces, store::key_of(plan.account, plan.region, plan.interface_id));
  if (interface == nullptr) return {};
  std::vector<IpAddress> out;
  for (const IpAddress& address : ec2::addresses_of(*interface)) {
    const auto holds = [&](const Cidr& block) { return block.contains(address); };
    const bool ours = std::any_of(vpc_blocks_.begin(), vpc_blocks_.end(), holds);
    if (ours && address_holders_.try_emplace(address, plan.id).second) out.push_back(address);
  }
  return out;
}

void Endpoints::remove(const std::string& id) {
  const auto known = open_.find(id);
  if (known == open_.end()) return;
  door_->remove(id);
  std::erase_if(address_holders_, [&](const auto& holder) { return holder.second == id; });
  index(id, known->second, false);
  open_.erase(known);
}

void Endpoints::index(const std::string& id, const Open& open, bool present) {
  const auto note = [&](auto& index, const auto& term) {
    std::set<std::string>& ids = index[term];
    if (present) ids.insert(id);
    else ids.erase(id);
    if (ids.empty()) index.erase(term);
  };
  const EndpointPlan& plan = open.plan;
  for (const std::string& group_id : plan.group_ids)
    note(of_group_, ec2::security_group_term(plan.account, plan.region.value, group_id));
  for (const std::string& network : open.compiled->networks) note(of_network_, network);
  if (!plan.interface_id.empty()) note(of_interface_, store::key_of(plan.account, plan.region, plan.interface_id));
}

Endpoints::Work Endpoints::work() const {
  const std::lock_guard lock(mutex_);
  Work out = work_;
  out.interfaces_judged = restricted_.judged();
  return out;
}

std::vector<EndpointView> Endpoints::view() const {
  std::map<std::string, frontdoor::EndpointStatus> statuses;
  for (frontdoor::EndpointStatus& status : door_->status()) statuses[status.id] = std::move(status);
  std::vector<EndpointView> out;
  const std::lock_guard lock(mutex_);
  const store::Reader reader(seen_);
  for (const auto& [id, open] : open_) {
    const EndpointPlan& plan = open.plan;
    out.push_back({plan, ec2::effective_ingress(reader, ec2::Place(plan.account, plan.region), plan.group_ids),
                   open.compiled->admission.nobody(), statuses[id]});
  }
  return out;
}

std::optional<IpAddress> Endpoints::find_name(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, open] : open_) {
    if (open.plan.name == name || (!name.empty() && open.plan.other_name == name)) return IpAddress::parse(open.plan.address);
  }
  return std::nullopt;
}

Result<WhyRefused> Endpoints::why_refused(const WhoAsks& asked) const {
  std::vector<EndpointPlan> plans;
  frontdoor::Hosts hosts;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, open] : open_) plans.push_back(open.plan);
    hosts = hosts_;
  }
  return control::why_refused(store::Reader(db_.snapshot()), hosts, plans, asked);
}

// A refused connection is an event that a person can read: the most useful aid where nothing connects. It names what
// refuses, in the state of this moment.
void Endpoints::denied(const frontdoor::Denial& denial) {
  const std::optional<EndpointPlan> plan = plan_of(denial.endpoint);
  if (!plan) return;
  const std::uint16_t port = denial.source_port == 0 ? usual_source_port : denial.source_port;
  std::optional<frontdoor::Client> client;
  {
    const std::lock_guard lock(mutex_);
    client = frontdoor::identify(hosts_, denial.source, port);
  }
  boost::json::object parameters{{"sourceAddress", denial.source.str()}, {"connections", denial.count}};
  std::string words = "The address stands for an interface without an address of its family.";
  if (client) {
    const ec2::Explanation why = refusals_.of(db_.snapshot(), *plan, {client->address, client->port, client->network}, [this] {
      const std::lock_guard lock(mutex_);
      return restricted_;
    });
    parameters["refusedBy"] = {{"kind", why.gate}, {"id", why.thing}};
    words = why.gate == "admitted" ? "Rules refused it that admit it by now." : why.words;
  }
  record(*plan, "ConnectionDenied", boost::json::serialize(parameters), words);
}

void Endpoints::failed(const frontdoor::HandoffFailure& failure) {
  const std::optional<EndpointPlan> plan = plan_of(failure.endpoint);
  if (!plan) return;
  const boost::json::object parameters{{"reason", failure.reason}};
  record(*plan, "ConnectionFailed", boost::json::serialize(parameters), "No engine took the connection.");
}

std::vector<std::string> Endpoints::targets(const std::string& endpoint) const {
  const std::optional<EndpointPlan> plan = plan_of(endpoint);
  return plan ? plan->targets : std::vector<std::string>();
}

std::optional<EndpointPlan> Endpoints::plan_of(const std::string& endpoint) const {
  const std::lock_guard lock(mutex_);
  const auto known = open_.find(endpoint);
  if (known == open_.end()) return std::nullopt;
  return known->second.plan;
}

void Endpoints::record(const EndpointPlan& plan, const std::string& name, const std::string& parameters,
                       const std::string& error) {
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
