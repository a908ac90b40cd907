#include "control/refusals.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace haar::control {
namespace {

using fleet::EndpointPlan;

// A host name without its port, and the port; 0: none was given. An IPv6 address with a port is in brackets.
std::pair<std::string, std::uint16_t> split(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || IpAddress::parse(text)) return {text, 0};
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, port);
  if (read.ec != std::errc{} || read.ptr != end) return {text, 0};
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {host, port};
}

bool is_interface_address(const store::Reader& reader, const EndpointPlan& plan, const std::string& text) {
  const auto* interface = reader.get(ec2::network_interfaces, store::key_of(plan.account, plan.region, plan.interface_id));
  const auto address = IpAddress::parse(text);
  if (interface == nullptr || !address || !plan.owns_interface) return false;
  const std::vector<IpAddress> own = ec2::addresses_of(*interface);
  return std::find(own.begin(), own.end(), *address) != own.end();
}

// What a person may call an endpoint, the surest first.
using Called = bool (*)(const store::Reader&, const EndpointPlan&, const std::string&);
constexpr Called called[] = {
    [](const store::Reader&, const EndpointPlan& plan, const std::string& text) { return plan.id == text || plan.name == text; },
    [](const store::Reader&, const EndpointPlan& plan, const std::string& text) { return plan.address == text; },
    [](const store::Reader& reader, const EndpointPlan& plan, const std::string& text) {
      return is_interface_address(reader, plan, text);
    },
    [](const store::Reader&, const EndpointPlan& plan, const std::string& text) {
      return plan.resource_arn == text || plan.resource_arn.substr(plan.resource_arn.rfind(':') + 1) == text;
    },
};

Result<EndpointPlan> find_endpoint(const store::Reader& reader, std::span<const EndpointPlan> plans, const WhoAsks& asked) {
  const auto [host, port] = split(asked.to);
  for (const Called is_called : called) {
    for (const EndpointPlan& plan : plans) {
      if (!asked.account.empty() && plan.account.value != asked.account) continue;
      if (!asked.region.empty() && plan.region.value != asked.region) continue;
      if ((port == 0 || plan.port == port) && is_called(reader, plan, host)) return plan;
    }
  }
  return Error{"NoSuchEndpoint", fmt::format("there is no endpoint \"{}\"; haar endpoints shows those that there are", asked.to)};
}

// The first interface of an instance, or the interface of that id, in whichever account it is.
const ec2::NetworkInterfaceRecord* find_interface(const store::Reader& reader, const std::string& id, store::Key& key) {
  const ec2::NetworkInterfaceRecord* found = nullptr;
  for (const auto& [at, interface] : reader.scan(ec2::network_interfaces, {})) {
    if (interface.id != id && interface.instance_id != id) continue;
    if (found != nullptr && found->device_index <= interface.device_index) continue;
    found = &interface;
    key = at;
  }
  return found;
}

Result<ec2::Source> find_source(const store::Reader& reader, const frontdoor::Hosts& hosts, const WhoAsks& asked, bool v6) {
  const Error unknown{"NoSuchSource", fmt::format("\"{}\" is neither an address nor an interface or instance that there is",
      asked.from)};
  if (const auto address = IpAddress::parse(asked.from)) {
    const auto client = frontdoor::identify(hosts, *address, asked.source_port);
    if (!client) return unknown;
    return ec2::Source{client->address, client->port, client->network};
  }
  store::Key key;
  const auto* interface = asked.from.empty() ? nullptr : find_interface(reader, asked.from, key);
  if (interface == nullptr) return unknown;
  for (const IpAddress& address : ec2::addresses_of(*interface)) {
    if (address.v6 == v6)
      return ec2::Source{address, asked.source_port,
                         ec2::VpcName(key.account(), Region(key.region()), interface->vpc_id).str()};
  }
  return unknown;
}

}  // namespace

ec2::Destination destination_of(const EndpointPlan& plan) {
  return {plan.account, plan.region, plan.interface_id, plan.group_ids, plan.port, plan.public_access};
}

Result<WhyRefused> why_refused(const store::Reader& reader, const frontdoor::Hosts& hosts, std::span<const EndpointPlan> plans,
                               const WhoAsks& asked) {
  WhyRefused out;
  out.plan = TRY(find_endpoint(reader, plans, asked));
  const auto to = IpAddress::parse(split(asked.to).first);
  out.source = TRY(find_source(reader, hosts, asked, to && to->v6));
  ec2::RestrictedInterfaces restricted;
  ec2::Networks networks(reader, restricted);
  const ec2::Destination destination = destination_of(out.plan);
  const ec2::DestinationView view = ec2::view_of(
      networks, destination, ec2::ingress_of(reader, destination.account, destination.region, destination.group_ids));
  const ec2::Question question{destination, view, out.source, out.plan.name};
  for (const ec2::Verdict& verdict : ec2::all_refusals(view, out.source))
    out.refusals.push_back(ec2::explain(reader, question, verdict));
  if (out.refusals.empty()) out.admitted_by = ec2::admitting_rules(reader, question, ec2::decide(view, out.source));
  return out;
}

struct Refusals::Look {
  Look(const store::Snapshot& state, ec2::RestrictedInterfaces known)
      : snapshot(state), reader(state), restricted(std::move(known)), networks(reader, restricted) {}
  store::Snapshot snapshot;
  store::Reader reader;
  ec2::RestrictedInterfaces restricted;
  ec2::Networks networks;
  std::map<std::string, ec2::DestinationView> views;  // by the endpoint's id
};

ec2::Explanation Refusals::of(const store::Snapshot& state, const EndpointPlan& plan, const ec2::Source& source,
                               const std::function<ec2::RestrictedInterfaces()>& restricted) {
  if (!look_ || look_->snapshot.revision() != state.revision()) look_ = std::make_shared<Look>(state, restricted());
  const ec2::Destination destination = destination_of(plan);
  auto view = look_->views.find(plan.id);
  if (view == look_->views.end()) {
    const ec2::Ingress ingress = ec2::ingress_of(look_->reader, destination.account, destination.region, destination.group_ids);
    view = look_->views.emplace(plan.id, ec2::view_of(look_->networks, destination, ingress)).first;
  }
  const ec2::Question question{destination, view->second, source, plan.name};
  return ec2::explain(look_->reader, question, ec2::decide(view->second, source));
}

}  // namespace haar::control
