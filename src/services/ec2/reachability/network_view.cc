#include "services/ec2/reachability/network_view.h"

#include <algorithm>

namespace haar::ec2 {
namespace {

// What a network ACL's entry and a rule of a group call TCP.
bool concerns_tcp(std::string_view protocol) { return protocol == "-1" || protocol == "6" || protocol == "tcp"; }

void add_block(std::vector<Block>& out, std::string_view text) {
  if (const auto cidr = Cidr::parse(text)) out.emplace_back(*cidr);
}

std::vector<Block> blocks_of_vpc(const VpcRecord& vpc) {
  std::vector<Block> out;
  if (!vpc.cidr.empty()) add_block(out, vpc.cidr);
  for (const auto& more : {vpc.more_cidrs, vpc.ipv6_cidrs}) {
    for (const CidrAssociationRecord& association : more) add_block(out, association.cidr);
  }
  return out;
}

AclView view_of(const NetworkAclRecord& acl) {
  AclView out;
  out.record = &acl;
  for (const NetworkAclEntryRecord& entry : acl.entries) {
    const auto cidr = Cidr::parse(entry.cidr);
    if (!cidr || !concerns_tcp(entry.protocol)) continue;
    AclEntry one{&entry, Block(*cidr), {}};
    if (entry.protocol != "-1" && entry.from_port >= 0) one.ports = {entry.from_port, entry.to_port};
    (entry.egress ? out.egress : out.ingress).push_back(std::move(one));
  }
  for (std::vector<AclEntry>* side : {&out.ingress, &out.egress}) {
    std::sort(side->begin(), side->end(), [](const auto& a, const auto& b) { return a.record->number < b.record->number; });
  }
  return out;
}

const PeeringRecord* find_peering(const store::Reader& reader, const VpcName& vpc, std::string_view id) {
  const store::Key term = store::join(vpc.account, vpc.region, vpc.id);
  for (const auto& [key, peering] : reader.find(peerings, peerings_by_vpc, term)) {
    if (peering.id == id) return &peering;
  }
  return nullptr;
}

VpcName other_side(const PeeringRecord& peering, const VpcName& vpc) {
  const bool ours = peering.requester.vpc_id == vpc.id && peering.requester.account == vpc.account.value &&
                    peering.requester.region == vpc.region.value;
  const PeeringSideRecord& other = ours ? peering.accepter : peering.requester;
  return {AccountId(other.account), ::haar::Region(other.region), other.vpc_id};
}

void set_way(const store::Reader& reader, const VpcName& vpc, RouteView& route) {
  using Way = RouteView::Way;
  const RouteRecord& record = *route.record;
  if (record.gateway_id == "local") {
    route.way = Way::local;
  } else if (record.gateway_id.starts_with("igw-")) {
    const auto* gateway = reader.get(internet_gateways, store::key_of(vpc.account, vpc.region, record.gateway_id));
    route.way = gateway != nullptr && gateway->vpc_id == vpc.id ? Way::internet : Way::blackhole;
  } else if (!record.peering_id.empty()) {
    const PeeringRecord* peering = find_peering(reader, vpc, record.peering_id);
    route.way = peering != nullptr && peering->is_active() ? Way::peering : Way::blackhole;
    if (route.way == Way::peering) route.peer = other_side(*peering, vpc).str();
  }
}

std::vector<std::string> destinations_of(const store::Reader& reader, const VpcName& vpc, const RouteRecord& route) {
  if (route.destination_prefix_list_id.empty()) return {route.destination};
  const auto* list = reader.get(prefix_lists, store::key_of(vpc.account, vpc.region, route.destination_prefix_list_id));
  return list == nullptr ? std::vector<std::string>{} : list->cidrs;
}

RouteTableView view_of(const store::Reader& reader, const VpcName& vpc, const RouteTableRecord& table) {
  RouteTableView out;
  out.record = &table;
  for (const RouteRecord& route : table.routes) {
    for (const std::string& destination : destinations_of(reader, vpc, route)) {
      const auto cidr = Cidr::parse(destination);
      if (!cidr) continue;
      RouteView one{&route, Block(*cidr), RouteView::Way::elsewhere, {}};
      set_way(reader, vpc, one);
      out.routes.push_back(std::move(one));
    }
  }
  std::stable_sort(out.routes.begin(), out.routes.end(),
                   [](const auto& a, const auto& b) { return a.destination.prefix > b.destination.prefix; });
  return out;
}

std::vector<EgressRule> egress_of(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                                  std::span<const std::string> group_ids) {
  std::vector<EgressRule> out;
  for (const std::string& group : group_ids) {
    for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_group, store::join(account, region, group))) {
      const auto ports = tcp_ports(rule);
      if (!rule.egress || !ports) continue;
      EgressRule one{*ports, {}, {}};
      for (const Cidr& cidr : blocks_of_rule(reader, account, region, rule)) one.blocks.emplace_back(cidr);
      if (!rule.peer_group_id.empty()) {
        const AccountId owner = rule.peer_account.empty() ? account : AccountId(rule.peer_account);
        one.group = group_name(owner, region.value, rule.peer_group_id);
      }
      out.push_back(std::move(one));
    }
  }
  return out;
}

bool open_for(std::span<const EgressRule> rules, bool v6) {
  return std::any_of(rules.begin(), rules.end(), [&](const EgressRule& rule) {
    return rule.ports.from <= 0 && rule.ports.to >= 65535 &&
           std::any_of(rule.blocks.begin(), rule.blocks.end(),
                       [&](const Block& block) { return block.prefix == 0 && block.first.v6 == v6; });
  });
}

bool lets_everything_out(std::span<const EgressRule> rules, const NetworkInterfaceRecord& interface) {
  const std::vector<IpAddress> addresses = addresses_of(interface);
  return std::all_of(addresses.begin(), addresses.end(), [&](const IpAddress& a) { return open_for(rules, a.v6); });
}

void add_interfaces(const store::Reader& reader, const std::set<store::Key>& restricted, VpcView& out) {
  for (const store::Key& key : restricted) {
    const NetworkInterfaceRecord* interface = reader.get(network_interfaces, key);
    if (interface == nullptr) continue;
    const RestrictedInterface one{interface, egress_of(reader, out.name.account, out.name.region, interface->group_ids)};
    for (const IpAddress& address : addresses_of(*interface)) out.restricted.insert_or_assign(address, one);
  }
}

void add_subnets(const store::Reader& reader, VpcView& out) {
  const store::Key term = store::join(out.name.account, out.name.region, out.name.id);
  std::map<std::string, const AclView*> acl_of;
  std::map<std::string, const RouteTableView*> table_of;
  const RouteTableView* main = nullptr;
  const AclView* usual_acl = nullptr;  // of subnets that are associated with no other
  for (const auto& [key, acl] : reader.find(network_acls, network_acls_by_vpc, term)) {
    const AclView& view = out.acls.emplace(acl.id, view_of(acl)).first->second;
    if (acl.is_default) usual_acl = &view;
    for (const NetworkAclAssociationRecord& association : acl.associations) acl_of[association.subnet_id] = &view;
  }
  for (const auto& [key, table] : reader.find(route_tables, route_tables_by_vpc, term)) {
    const RouteTableView& view = out.tables.emplace(table.id, view_of(reader, out.name, table)).first->second;
    for (const RouteTableAssociationRecord& association : table.associations) {
      if (association.main) main = &view;
      else if (!association.subnet_id.empty()) table_of[association.subnet_id] = &view;
    }
  }
  for (const auto& [key, subnet] : reader.find(subnets, subnets_by_vpc, term)) {
    SubnetView view{&subnet, {}, usual_acl, main};
    if (!subnet.cidr.empty()) add_block(view.blocks, subnet.cidr);
    for (const CidrAssociationRecord& association : subnet.ipv6_cidrs) add_block(view.blocks, association.cidr);
    if (const auto acl = acl_of.find(subnet.id); acl != acl_of.end()) view.acl = acl->second;
    if (const auto table = table_of.find(subnet.id); table != table_of.end()) view.routes = table->second;
    out.subnets.push_back(std::move(view));
  }
}

}  // namespace

bool any_contains(std::span<const Block> blocks, const IpAddress& address) {
  return std::any_of(blocks.begin(), blocks.end(), [&](const Block& block) { return block.contains(address); });
}

const RouteView* route_to(const RouteTableView& table, const IpAddress& destination) {
  const auto found = std::find_if(table.routes.begin(), table.routes.end(),
                                  [&](const RouteView& route) { return route.destination.contains(destination); });
  return found == table.routes.end() ? nullptr : &*found;
}

std::string group_name(const AccountId& account, std::string_view region, std::string_view group_id) {
  return account.value + "/" + std::string(region) + "/" + std::string(group_id);
}

const SubnetView* VpcView::subnet_of(const IpAddress& address) const {
  const auto found = std::find_if(subnets.begin(), subnets.end(),
                                  [&](const SubnetView& subnet) { return any_contains(subnet.blocks, address); });
  return found == subnets.end() ? nullptr : &*found;
}

const std::set<store::Key>& RestrictedInterfaces::of(const store::Reader& reader, const VpcName& vpc) {
  const auto [known, is_new] = of_vpc_.try_emplace(vpc.str());
  if (!is_new) return known->second;
  std::map<std::vector<std::string>, std::vector<EgressRule>> of_groups;  // most interfaces share theirs
  const store::Key term = store::join(vpc.account, vpc.region, vpc.id);
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_vpc, term)) {
    ++judged_;
    auto rules = of_groups.find(interface.group_ids);
    if (rules == of_groups.end())
      rules = of_groups.emplace(interface.group_ids, egress_of(reader, vpc.account, vpc.region, interface.group_ids)).first;
    if (!lets_everything_out(rules->second, interface)) known->second.insert(key);
  }
  return known->second;
}

void RestrictedInterfaces::judge(const store::Reader& reader, const store::Key& key, const NetworkInterfaceRecord& interface) {
  const auto known = of_vpc_.find(VpcName(key.account(), ::haar::Region(key.region()), interface.vpc_id).str());
  if (known == of_vpc_.end()) return;
  ++judged_;
  if (ec2::lets_everything_out(reader, key.account(), ::haar::Region(key.region()), interface)) known->second.erase(key);
  else known->second.insert(key);
}

void RestrictedInterfaces::judge_carriers(const store::Reader& reader, const store::Key& place, const std::string& group) {
  const store::Key term = store::join(place.account(), place.region(), group);
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_group, term)) judge(reader, key, interface);
}

void RestrictedInterfaces::changed(const store::Reader& before, const store::Reader& after,
                                   std::span<const store::Changed> changes) {
  std::set<std::pair<store::Key, std::string>> groups;  // of which outbound rules are others now
  const auto note = [&](const store::Key& key, const SecurityGroupRuleRecord* rule) {
    if (rule != nullptr && rule->egress) groups.emplace(store::join(key.account(), key.region()), rule->group_id);
  };
  for (const store::Changed& change : changes) {
    if (change.space == network_interfaces.name()) {
      const auto* was = before.get(network_interfaces, change.key);
      const auto* is = after.get(network_interfaces, change.key);
      if (was != nullptr) {
        const auto known = of_vpc_.find(VpcName(change.key.account(), ::haar::Region(change.key.region()), was->vpc_id).str());
        if (known != of_vpc_.end()) known->second.erase(change.key);
      }
      if (is != nullptr) judge(after, change.key, *is);
    } else if (change.space == security_group_rules.name()) {
      note(change.key, before.get(security_group_rules, change.key));
      note(change.key, after.get(security_group_rules, change.key));
    } else if (change.space == prefix_lists.name()) {
      const store::Key term = store::join(change.key.account(), change.key.region(), change.key.part(2));
      for (const auto& [key, rule] : after.find(security_group_rules, rules_by_prefix_list, term)) note(key, &rule);
    }
  }
  for (const auto& [place, group] : groups) judge_carriers(after, place, group);
}

const VpcView* Networks::vpc(const VpcName& name) {
  const auto [at, is_new] = vpcs_.try_emplace(name.str());
  if (!is_new) return at->second.get();
  const VpcRecord* record = reader_.get(vpcs, store::key_of(name.account, name.region, name.id));
  if (record == nullptr) return nullptr;
  auto view = std::make_unique<VpcView>(name);
  view->record = record;
  view->blocks = blocks_of_vpc(*record);
  add_subnets(reader_, *view);
  add_interfaces(reader_, restricted_.of(reader_, name), *view);
  const store::Key term = store::join(name.account, name.region, name.id);
  for (const auto& [key, peering] : reader_.find(peerings, peerings_by_vpc, term)) {
    if (peering.is_active()) view->peers.push_back(other_side(peering, name));
  }
  at->second = std::move(view);
  return at->second.get();
}

std::vector<IpAddress> addresses_of(const NetworkInterfaceRecord& interface) {
  std::vector<IpAddress> out;
  const auto add = [&](const std::string& text) {
    if (const auto address = IpAddress::parse(text)) out.push_back(*address);
  };
  add(interface.private_ip);
  for (const std::string& text : interface.secondary_private_ips) add(text);
  for (const std::string& text : interface.ipv6_addresses) add(text);
  return out;
}

bool lets_everything_out(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                         const NetworkInterfaceRecord& interface) {
  return lets_everything_out(egress_of(reader, account, region, interface.group_ids), interface);
}

std::optional<Ports> tcp_ports(const SecurityGroupRuleRecord& rule) {
  if (!concerns_tcp(rule.protocol)) return std::nullopt;
  if (rule.protocol == "-1") return Ports{};
  return Ports{rule.from_port, rule.to_port};
}

std::vector<Cidr> blocks_of_rule(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                                 const SecurityGroupRuleRecord& rule) {
  std::vector<Cidr> out;
  const auto add = [&](const std::string& text) {
    if (const auto cidr = Cidr::parse_block(text)) out.push_back(*cidr);
  };
  if (!rule.cidr_ipv4.empty()) add(rule.cidr_ipv4);
  if (!rule.cidr_ipv6.empty()) add(rule.cidr_ipv6);
  if (!rule.prefix_list_id.empty()) {
    const auto* list = reader.get(prefix_lists, store::key_of(account, region, rule.prefix_list_id));
    if (list != nullptr) std::for_each(list->cidrs.begin(), list->cidrs.end(), add);
  }
  return out;
}

}  // namespace haar::ec2
