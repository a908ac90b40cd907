#include "services/ec2/reachability/decide.h"

#include <algorithm>

namespace haar::ec2 {
namespace {

using frontdoor::Permission;

constexpr int last_acl_rule = 32767;  // *, which denies what no rule is about

// What one decision has found out so far.
struct Path {
  const DestinationView& to;
  const Source& from;
  IpAddress destination{};  // the address that the client's family reaches
  const VpcView* vpc = nullptr;        // of the source; nullptr: outside
  const SubnetView* subnet = nullptr;  // of the source
  [[nodiscard]] bool same_subnet() const { return subnet != nullptr && subnet == to.subnet; }
};

// Each gate answers what refuses, or nothing.
using Refused = std::optional<Verdict>;

Verdict refuse(const Path& path, Gate gate) {
  Verdict out;
  out.gate = gate;
  out.source_vpc = path.vpc;
  out.source_subnet = path.subnet;
  return out;
}

Verdict refuse_route(const Path& path, Gate gate, const RouteTableView* table, const RouteView* route) {
  Verdict out = refuse(path, gate);
  out.table = table;
  out.route = route;
  return out;
}

Refused destination_gate(Path& path) {
  if (path.to.interface == nullptr || path.to.subnet == nullptr) return refuse(path, Gate::no_destination);
  const std::optional<IpAddress>& address = path.from.address.v6 ? path.to.v6 : path.to.v4;
  if (!address) return refuse(path, Gate::no_family);
  path.destination = *address;
  return std::nullopt;
}

// Where the source is: where the answer to it would go. Also says so of what is refused, as far as it is known.
Refused location_gate(Path& path) {
  const DestinationView& to = path.to;
  const RouteView* back = to.subnet->routes == nullptr ? nullptr : route_to(*to.subnet->routes, path.from.address);
  if (any_contains(to.vpc->blocks, path.from.address)) {
    path.vpc = to.vpc;
  } else if (back != nullptr && back->way == RouteView::Way::peering) {
    const auto peer = to.peers.find(back->peer);
    if (peer != to.peers.end() && any_contains(peer->second->blocks, path.from.address)) path.vpc = peer->second;
  }
  if (path.from.network && (path.vpc == nullptr || path.vpc->key != *path.from.network)) {
    const auto peer = to.peers.find(*path.from.network);
    if (peer == to.peers.end()) {
      path.vpc = nullptr;
      return refuse(path, Gate::other_network);
    }
    path.vpc = peer->second;
    path.subnet = path.vpc->subnet_of(path.from.address);
    return refuse_route(path, Gate::return_route, to.subnet->routes, back);
  }
  if (path.vpc == nullptr && (back == nullptr || back->way != RouteView::Way::internet))
    return refuse_route(path, Gate::return_route, to.subnet->routes, back);
  if (path.vpc == nullptr) return std::nullopt;
  path.subnet = path.vpc->subnet_of(path.from.address);
  if (path.subnet == nullptr) return refuse(path, Gate::no_subnet);
  return std::nullopt;
}

Refused route_gate(Path& path) {
  if (path.vpc == nullptr) {
    if (!path.to.public_access) return refuse(path, Gate::not_public);
    return std::nullopt;
  }
  if (path.vpc == path.to.vpc) return std::nullopt;  // the route called local, which every table has
  const RouteView* there = path.subnet->routes == nullptr ? nullptr : route_to(*path.subnet->routes, path.destination);
  if (there != nullptr && there->way == RouteView::Way::peering && there->peer == path.to.vpc->key) return std::nullopt;
  return refuse_route(path, Gate::source_route, path.subnet->routes, there);
}

Refused egress_gate(Path& path) {
  if (path.vpc == nullptr) return std::nullopt;
  const auto restricted = path.vpc->restricted.find(path.from.address);
  if (restricted == path.vpc->restricted.end()) return std::nullopt;
  const auto lets_out = [&](const EgressRule& rule) {
    if (!rule.ports.contain(path.to.port)) return false;
    if (rule.group.empty()) return any_contains(rule.blocks, path.destination);
    return std::find(path.to.groups.begin(), path.to.groups.end(), rule.group) != path.to.groups.end();
  };
  const std::vector<EgressRule>& rules = restricted->second.egress;
  if (std::any_of(rules.begin(), rules.end(), lets_out)) return std::nullopt;
  Verdict out = refuse(path, Gate::source_egress);
  out.source_interface = &restricted->second;
  return out;
}

// The first entry that is about the packet decides; what none is about is denied.
Refused acl_gate(const Path& path, Gate gate, const AclView* acl, bool egress, const IpAddress& other, int port) {
  Verdict out = refuse(path, gate);
  out.acl = acl;
  if (acl == nullptr) return out;
  for (const AclEntry& entry : egress ? acl->egress : acl->ingress) {
    if (!entry.ports.contain(port) || !entry.block.contains(other)) continue;
    if (entry.record->allow) return std::nullopt;
    if (entry.record->number < last_acl_rule) out.entry = &entry;
    return out;
  }
  return out;
}

Refused source_acl_out_gate(Path& path) {
  if (path.subnet == nullptr || path.same_subnet()) return std::nullopt;
  return acl_gate(path, Gate::source_acl_out, path.subnet->acl, true, path.destination, path.to.port);
}

Refused destination_acl_in_gate(Path& path) {
  if (path.same_subnet()) return std::nullopt;
  return acl_gate(path, Gate::destination_acl_in, path.to.subnet->acl, false, path.from.address, path.to.port);
}

Refused ingress_gate(Path& path) {
  if (path.to.blocks.admits(path.from.address, path.to.port)) return std::nullopt;
  const auto members = path.to.members.find(path.vpc == nullptr ? "" : path.vpc->key);
  if (members != path.to.members.end() && members->second.contains(path.from.address)) return std::nullopt;
  return refuse(path, Gate::ingress);
}

Refused destination_acl_out_gate(Path& path) {
  if (path.same_subnet()) return std::nullopt;
  return acl_gate(path, Gate::destination_acl_out, path.to.subnet->acl, true, path.from.address, path.from.port);
}

Refused source_acl_in_gate(Path& path) {
  if (path.subnet == nullptr || path.same_subnet()) return std::nullopt;
  return acl_gate(path, Gate::source_acl_in, path.subnet->acl, false, path.destination, path.from.port);
}

// What the first two find out, the others go by: where they refuse, nothing else is asked.
constexpr Refused (*places[])(Path&) = {destination_gate, location_gate};
constexpr Refused (*gates[])(Path&) = {route_gate,   egress_gate,  source_acl_out_gate,      destination_acl_in_gate,
                                       ingress_gate, destination_acl_out_gate, source_acl_in_gate};

}  // namespace

Ingress ingress_of(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                   const std::vector<std::string>& group_ids) {
  Ingress out;
  for (const std::string& group : group_ids) {
    for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_group, store::join(account, region, group))) {
      const auto ports = tcp_ports(rule);
      if (rule.egress || !ports) continue;
      Ingress::Line line{*ports, blocks_of_rule(reader, account, region, rule), {}};
      if (!rule.peer_group_id.empty()) {
        const AccountId owner = rule.peer_account.empty() ? account : AccountId(rule.peer_account);
        const store::Key term = store::join(owner, region, rule.peer_group_id);
        for (const auto& [interface_key, interface] : reader.find(network_interfaces, interfaces_by_group, term)) {
          std::vector<IpAddress>& members = line.members[VpcName(owner, region, interface.vpc_id).str()];
          for (const IpAddress& address : addresses_of(interface)) members.push_back(address);
        }
      }
      out.lines.push_back(std::move(line));
    }
  }
  return out;
}

DestinationView view_of(Networks& networks, const Destination& destination, const Ingress& ingress) {
  DestinationView out;
  out.port = destination.port;
  out.public_access = destination.public_access;
  const store::Key key = store::key_of(destination.account, destination.region, destination.interface_id);
  const auto* interface = destination.interface_id.empty() ? nullptr : networks.reader().get(network_interfaces, key);
  if (interface == nullptr) return out;
  out.vpc = networks.vpc({destination.account, destination.region, interface->vpc_id});
  if (out.vpc == nullptr) return out;
  for (const SubnetView& subnet : out.vpc->subnets) {
    if (subnet.record->id == interface->subnet_id) out.subnet = &subnet;
  }
  out.interface = interface;
  out.v4 = IpAddress::parse(interface->private_ip);
  if (!interface->ipv6_addresses.empty()) out.v6 = IpAddress::parse(interface->ipv6_addresses.front());
  for (const VpcName& peer : out.vpc->peers) {
    if (const VpcView* view = networks.vpc(peer)) out.peers.emplace(view->key, view);
  }
  for (const std::string& group : destination.group_ids)
    out.groups.push_back(group_name(destination.account, destination.region.value, group));
  Permission permission;
  permission.protocol = Permission::tcp;
  permission.from_port = permission.to_port = destination.port;
  for (const Ingress::Line& line : ingress.lines) {
    if (!line.ports.contain(destination.port)) continue;
    permission.cidrs.insert(permission.cidrs.end(), line.cidrs.begin(), line.cidrs.end());
    for (const auto& [vpc, members] : line.members) out.members[vpc].insert(members.begin(), members.end());
  }
  out.blocks = frontdoor::Rules::compile({&permission, 1});
  return out;
}

Verdict decide(const DestinationView& destination, const Source& source) {
  Path path{destination, source};
  for (const auto& place : places) {
    if (const Refused refused = place(path)) return *refused;
  }
  for (const auto& gate : gates) {
    if (const Refused refused = gate(path)) return *refused;
  }
  return refuse(path, Gate::none);
}

std::vector<Verdict> all_refusals(const DestinationView& destination, const Source& source) {
  Path path{destination, source};
  std::vector<Verdict> out;
  for (const auto& place : places) {
    if (const Refused refused = place(path)) return {*refused};
  }
  for (const auto& gate : gates) {
    if (const Refused refused = gate(path)) out.push_back(*refused);
  }
  return out;
}

}  // namespace haar::ec2
