#include "services/ec2/reachability/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace haar::ec2 {
namespace {

constexpr int acl_rule_step = 10;    // AWS proposes numbers in steps, so that there is room between them
constexpr int acl_rule_usual = 100;  // the first rule of the default ACL

std::string one_address(const IpAddress& address) { return Cidr::of(address).str(); }

std::string client(const Question& q) { return fmt::format("TCP from {} to port {}", q.source.address.str(),
    q.destination.port); }

std::string answer(const Question& q) { return fmt::format("the answer to {} port {}", q.source.address.str(), q.source.port); }

std::string in_region(const AccountId& account, const ::haar::Region& region) {
  return fmt::format(" --region {}  # account {}", region.value, account.value);
}

std::string destination_region(const Question& q) { return in_region(q.destination.account, q.destination.region); }

// The subnet and VPC of the source's side have an owner of their own.
std::string source_region(const Verdict& v) { return in_region(v.source_vpc->name.account, v.source_vpc->name.region); }

Explanation no_destination(const store::Reader&, const Question& q, const Verdict&) {
  return {"no-interface", q.destination.interface_id,
      fmt::format("{} leads to no network interface in a subnet: there is no instance.", q.name), ""};
}

Explanation no_family(const store::Reader&, const Question& q, const Verdict&) {
  return {"no-address", q.destination.interface_id,
          fmt::format("The interface {} has no {} address, and {} is one.", q.destination.interface_id,
                      q.source.address.v6 ? "IPv6" : "IPv4", q.source.address.str()),
          q.source.address.v6 ? fmt::format("aws ec2 assign-ipv6-addresses --network-interface-id {} --ipv6-address-count 1{}",
                                            q.destination.interface_id, destination_region(q))
                              : ""};
}

std::string route_leads(const RouteView* route) {
  if (route == nullptr) return "has no route";
  const RouteRecord& r = *route->record;
  for (const std::string* target : {&r.gateway_id, &r.nat_gateway_id, &r.egress_only_gateway_id, &r.peering_id,
      &r.interface_id}) {
    if (target->empty()) continue;
    return fmt::format("leads by {} to {}{},", Cidr{route->destination.first, route->destination.prefix}.str(), *target,
                       route->way == RouteView::Way::blackhole ? " (a blackhole: it is not there, not attached or not active)"
                           : "");
  }
  return "has a route without a target";
}

// A route of that destination is replaced, others are beside it.
std::string route_command(const RouteTableView& table, const RouteView* route, const Cidr& destination,
                          const std::string& target) {
  const bool replaces = route != nullptr && Cidr{route->destination.first, route->destination.prefix} == destination;
  return fmt::format("aws ec2 {}-route --route-table-id {} --destination-{}cidr-block {} {}", replaces ? "replace" : "create",
                     table.record->id, destination.base.v6 ? "ipv6-" : "", destination.str(), target);
}

std::string peering_between(const VpcView& one, const VpcView& other, const store::Reader& reader) {
  const store::Key term = store::join(one.name.account, one.name.region, one.name.id);
  for (const auto& [key, peering] : reader.find(peerings, peerings_by_vpc, term)) {
    const auto is = [&](const PeeringSideRecord& side) {
      return side.vpc_id == other.name.id && side.account == other.name.account.value;
    };
    if (peering.is_active() && (is(peering.requester) || is(peering.accepter))) return peering.id;
  }
  return "";
}

Cidr block_with(const VpcView& vpc, const IpAddress& address) {
  for (const Block& block : vpc.blocks) {
    if (block.contains(address)) return {block.first, block.prefix};
  }
  return Cidr::of(address);
}

Explanation return_route(const store::Reader& reader, const Question& q, const Verdict& v) {
  Explanation out{"route", v.table == nullptr ? "" : v.table->record->id, "", ""};
  const std::string from = v.source_vpc == nullptr ? "outside of the VPC" : v.source_vpc->name.id;
  out.words = fmt::format("The route table {} of the endpoint's subnet {} {} back to {} ({}).", out.thing,
                          q.view.subnet->record->id, route_leads(v.route), q.source.address.str(), from);
  if (v.table == nullptr) return out;
  if (v.source_vpc != nullptr) {
    const std::string peering = "--vpc-peering-connection-id " + peering_between(*q.view.vpc, *v.source_vpc, reader);
    out.mend = route_command(*v.table, v.route, block_with(*v.source_vpc, q.source.address), peering) + destination_region(q);
    return out;
  }
  const store::Key term = store::join(q.destination.account, q.destination.region, q.view.vpc->name.id);
  const auto gateway = reader.find(internet_gateways, internet_gateways_by_vpc, term).first();
  const Cidr everywhere{IpAddress{.v6 = q.source.address.v6, .bytes = {}}, 0};
  const std::string target = "--gateway-id " + (gateway ? gateway->record.id : std::string("igw-…"));
  out.mend = route_command(*v.table, v.route, everywhere, target) + destination_region(q);
  if (!gateway) out.words += fmt::format(" No internet gateway is attached to {}.", q.view.vpc->name.id);
  return out;
}

Explanation other_network(const store::Reader&, const Question& q, const Verdict&) {
  const std::string& from = *q.source.network;
  const std::string vpc = from.substr(from.rfind('/') + 1), account = from.substr(0, from.find('/'));
  return {"other-vpc", vpc,
          fmt::format("{} is in {} of account {}, the endpoint in {} of account {}; no active peering "
                      "connection is between them.",
                      q.source.address.str(), vpc, account, q.view.vpc->name.id, q.destination.account.value),
          fmt::format("aws ec2 create-vpc-peering-connection --vpc-id {} --peer-owner-id {} --peer-vpc-id {} --region {}  # then "
                      "accept it, and add routes on both sides",
                      vpc, q.destination.account.value, q.view.vpc->name.id, q.destination.region.value)};
}

Explanation no_subnet(const store::Reader&, const Question& q, const Verdict& v) {
  return {"no-subnet", v.source_vpc->name.id,
          fmt::format("{} is an address of {} and of none of its subnets.", q.source.address.str(), v.source_vpc->name.id), ""};
}

Explanation source_route(const store::Reader& reader, const Question& q, const Verdict& v) {
  Explanation out{"route", v.table == nullptr ? "" : v.table->record->id, "", ""};
  const IpAddress& to = q.source.address.v6 ? *q.view.v6 : *q.view.v4;
  out.words = fmt::format("The route table {} of the client's subnet {} {} to {} ({}).", out.thing, v.source_subnet->record->id,
                          route_leads(v.route), to.str(), q.view.vpc->name.id);
  if (v.table == nullptr) return out;
  const std::string peering = "--vpc-peering-connection-id " + peering_between(*q.view.vpc, *v.source_vpc, reader);
  out.mend = route_command(*v.table, v.route, block_with(*q.view.vpc, to), peering) + source_region(v);
  return out;
}

Explanation not_public(const store::Reader&, const Question& q, const Verdict&) {
  return {"not-public", q.destination.interface_id,
          fmt::format("{} is outside of {}, and {} is not publicly accessible: clients in the VPC reach it, such as "
                      "those of haar run --instance.",
                      q.source.address.str(), q.view.vpc->name.id, q.name),
          ""};
}

Explanation source_egress(const store::Reader&, const Question& q, const Verdict& v) {
  const NetworkInterfaceRecord& interface = *v.source_interface->record;
  const std::string group = interface.group_ids.empty() ? "" : interface.group_ids.front();
  const IpAddress& to = q.source.address.v6 ? *q.view.v6 : *q.view.v4;
  const std::string range = to.v6 ? fmt::format("Ipv6Ranges=[{{CidrIpv6={}}}]", one_address(to))
                                  : fmt::format("IpRanges=[{{CidrIp={}}}]", one_address(to));
  return {"security-group-outbound", group,
          fmt::format("No outbound rule of {} (of the client's interface {}) lets TCP to {} port {} out.",
                      fmt::join(interface.group_ids, ", "), interface.id, to.str(), q.destination.port),
          fmt::format("aws ec2 authorize-security-group-egress --group-id {} "
                      "--ip-permissions 'IpProtocol=tcp,FromPort={},ToPort={},{}'{}",
                      group, q.destination.port, q.destination.port, range, source_region(v))};
}

// A number before that of the entry that denies, on the same side; 0: none is free.
int number_before(const AclView& acl, bool egress, const AclEntry* entry) {
  std::set<int> used;
  for (const NetworkAclEntryRecord& one : acl.record->entries) {
    if (one.egress == egress) used.insert(one.number);
  }
  if (entry == nullptr) {
    int number = acl_rule_usual;
    while (used.contains(number)) number += acl_rule_step;
    return number;
  }
  int number = entry->record->number > acl_rule_step ? entry->record->number - acl_rule_step : entry->record->number - 1;
  while (number > 0 && used.contains(number)) --number;
  return number;
}

struct AclSide {
  const char* gate;
  bool egress;
  bool of_source;  // the source's subnet
  bool is_answer;
};

Explanation acl(const Question& q, const Verdict& v, const AclSide& side) {
  const SubnetView& subnet = side.of_source ? *v.source_subnet : *q.view.subnet;
  const IpAddress& to = q.source.address.v6 ? *q.view.v6 : *q.view.v4;
  const IpAddress& other = side.of_source ? to : q.source.address;
  const std::string what = side.is_answer ? answer(q) : client(q);
  if (v.acl == nullptr) {
    return {side.gate, "", fmt::format("The subnet {} is associated with no network ACL.", subnet.record->id), ""};
  }
  const std::string& id = v.acl->record->id;
  Explanation out{side.gate, id, "", ""};
  const char* direction = side.egress ? "outbound" : "inbound";
  if (v.entry == nullptr) {
    out.words = fmt::format("No {} rule of the network ACL {} of {} allows {} (the last rule, *, denies).", direction, id,
                            subnet.record->id, what);
  } else {
    out.words = fmt::format("The {} rule {} of the network ACL {} of {} denies {}.", direction, v.entry->record->number, id,
                            subnet.record->id, what);
  }
  const std::string region = side.of_source ? source_region(v) : destination_region(q);
  const int number = number_before(*v.acl, side.egress, v.entry);
  if (number <= 0) {
    out.mend = fmt::format("aws ec2 delete-network-acl-entry --network-acl-id {} --{} --rule-number {}{}", id,
                           side.egress ? "egress" : "ingress", v.entry->record->number, region);
    return out;
  }
  // Answers go to whichever port the client was given: 1024 and above are the ones that systems give.
  const std::string ports =
      side.is_answer ? "From=1024,To=65535" : fmt::format("From={},To={}", q.destination.port, q.destination.port);
  out.mend = fmt::format("aws ec2 create-network-acl-entry --network-acl-id {} --{} --rule-number {} --protocol tcp "
                         "--port-range {} --{}cidr-block {} --rule-action allow{}",
                         id, side.egress ? "egress" : "ingress", number, ports, other.v6 ? "ipv6-" : "", one_address(other),
                         region);
  return out;
}

template <const AclSide& side>
Explanation acl_of(const store::Reader&, const Question& q, const Verdict& v) { return acl(q, v, side); }

constexpr AclSide source_out{"network-acl-outbound", true, true, false};
constexpr AclSide destination_in{"network-acl-inbound", false, false, false};
constexpr AclSide destination_out{"network-acl-outbound", true, false, true};
constexpr AclSide source_in{"network-acl-inbound", false, true, true};

Explanation ingress(const store::Reader&, const Question& q, const Verdict&) {
  const std::vector<std::string>& groups = q.destination.group_ids;
  const std::string group = groups.empty() ? "" : groups.front();
  const std::string cidr = one_address(q.source.address);
  std::string peer = fmt::format("--protocol tcp --port {} --cidr {}", q.destination.port, cidr);
  if (q.source.address.v6) {
    peer = fmt::format("--ip-permissions 'IpProtocol=tcp,FromPort={},ToPort={},Ipv6Ranges=[{{CidrIpv6={}}}]'",
                       q.destination.port, q.destination.port, cidr);
  }
  Explanation out{"security-group-inbound", group, "", ""};
  out.words = fmt::format("No inbound rule of {} admits {}.", fmt::join(groups, ", "), client(q));
  if (!group.empty())
    out.mend = fmt::format("aws ec2 authorize-security-group-ingress --group-id {} {}{}", group, peer, destination_region(q));
  return out;
}

Explanation none(const store::Reader&, const Question& q, const Verdict&) {
  return {"admitted", "", fmt::format("{} is admitted to {}.", q.source.address.str(), q.name), ""};
}

struct Words {
  Gate gate;
  Explanation (*explain)(const store::Reader&, const Question&, const Verdict&);
};

constexpr Words words[] = {
    {Gate::none, none},
    {Gate::no_destination, no_destination},
    {Gate::no_family, no_family},
    {Gate::return_route, return_route},
    {Gate::other_network, other_network},
    {Gate::no_subnet, no_subnet},
    {Gate::source_route, source_route},
    {Gate::not_public, not_public},
    {Gate::source_egress, source_egress},
    {Gate::source_acl_out, acl_of<source_out>},
    {Gate::destination_acl_in, acl_of<destination_in>},
    {Gate::ingress, ingress},
    {Gate::destination_acl_out, acl_of<destination_out>},
    {Gate::source_acl_in, acl_of<source_in>},
};

bool names(const store::Reader& reader, const Question& q, const Verdict& v, const SecurityGroupRuleRecord& rule) {
  for (const Cidr& cidr : blocks_of_rule(reader, q.destination.account, q.destination.region, rule)) {
    if (cidr.contains(q.source.address)) return true;
  }
  if (rule.peer_group_id.empty() || v.source_vpc == nullptr) return false;
  const AccountId owner = rule.peer_account.empty() ? q.destination.account : AccountId(rule.peer_account);
  const store::Key term = store::join(owner, q.destination.region, v.source_vpc->name.id, q.source.address.str());
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_address, term)) {
    const auto& groups = interface.group_ids;
    if (std::find(groups.begin(), groups.end(), rule.peer_group_id) != groups.end()) return true;
  }
  return false;
}

}  // namespace

Explanation explain(const store::Reader& reader, const Question& question, const Verdict& verdict) {
  const auto* found = std::find_if(std::begin(words), std::end(words), [&](const Words& one) {
      return one.gate == verdict.gate; });
  return found->explain(reader, question, verdict);
}

std::vector<std::string> admitting_rules(const store::Reader& reader, const Question& q, const Verdict& verdict) {
  std::vector<std::string> out;
  for (const std::string& group : q.destination.group_ids) {
    const store::Key term = store::join(q.destination.account, q.destination.region, group);
    for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_group, term)) {
      const auto ports = tcp_ports(rule);
      if (!rule.egress && ports && ports->contain(q.destination.port) && names(reader, q, verdict, rule))
        out.push_back(fmt::format("{} ({})", rule.id, group));
    }
  }
  return out;
}

}  // namespace haar::ec2
