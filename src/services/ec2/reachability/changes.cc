#include "services/ec2/reachability/changes.h"

#include <tuple>

#include "services/ec2/reachability/network_view.h"

namespace haar::ec2 {
namespace {

using Vpcs = std::set<std::string>;

struct Change {
  const store::Reader& before;
  const store::Reader& after;
  const store::Key& key;

  [[nodiscard]] AccountId account() const { return key.account(); }
  [[nodiscard]] ::haar::Region region() const { return ::haar::Region(key.region()); }
  void add(Vpcs& out, const std::string& vpc_id) const {
    if (!vpc_id.empty()) out.insert(VpcName(account(), region(), vpc_id).str());
  }
  // The record as it was and as it is; nullptr where it was not, or is not.
  template <class R>
  [[nodiscard]] std::pair<const R*, const R*> of(const store::KeySpace<R>& space) const {
    return {before.get(space, key), after.get(space, key)};
  }
};

// Adds the VPC of a record of which `facts` are others than before.
template <class R, class Facts>
void add_if_other(const Change& change, const store::KeySpace<R>& space, Facts facts, Vpcs& out) {
  const auto [was, is] = change.of(space);
  if (was != nullptr && is != nullptr && facts(*was) == facts(*is)) return;
  for (const R* record : {was, is}) {
    if (record != nullptr) change.add(out, record->vpc_id);
  }
}

std::vector<std::string> texts(const std::vector<CidrAssociationRecord>& associations) {
  std::vector<std::string> out;
  for (const CidrAssociationRecord& association : associations) out.push_back(association.cidr);
  return out;
}

void vpc_changed(const Change& change, Vpcs& out) {
  const auto facts = [](const VpcRecord& vpc) { return std::tuple(vpc.cidr, texts(vpc.more_cidrs), texts(vpc.ipv6_cidrs)); };
  const auto [was, is] = change.of(vpcs);
  if (was != nullptr && is != nullptr && facts(*was) == facts(*is)) return;
  change.add(out, std::string(change.key.part(2)));
}

void subnet_changed(const Change& change, Vpcs& out) {
  add_if_other(change, subnets, [](const SubnetRecord& subnet) { return std::tuple(subnet.vpc_id, subnet.cidr,
      texts(subnet.ipv6_cidrs)); }, out);
}

// ACLs, tables and gateways change seldom, and then hardly by their tags alone.
template <const auto& space>
void record_changed(const Change& change, Vpcs& out) {
  add_if_other(change, space, [](const auto& record) { return &record; }, out);
}

void peering_changed(const Change& change, Vpcs& out) {
  const auto [was, is] = change.of(peerings);
  if (was != nullptr && is != nullptr && was->status == is->status) return;
  for (const PeeringRecord* peering : {was, is}) {
    if (peering == nullptr) continue;
    for (const PeeringSideRecord* side : {&peering->requester, &peering->accepter})
      out.insert(VpcName(AccountId(side->account), ::haar::Region(side->region), side->vpc_id).str());
  }
}

void interface_changed(const Change& change, Vpcs& out) {
  const auto [was, is] = change.of(network_interfaces);
  const auto facts = [](const NetworkInterfaceRecord& it) {
    return std::tie(it.vpc_id, it.private_ip, it.secondary_private_ips, it.ipv6_addresses, it.group_ids);
  };
  if (was != nullptr && is != nullptr && facts(*was) == facts(*is)) return;
  for (const auto& [record, reader] : {std::pair(was, &change.before), std::pair(is, &change.after)}) {
    if (record != nullptr && !lets_everything_out(*reader, change.account(), change.region(), *record))
      change.add(out, record->vpc_id);
  }
}

// A group that no interface carries lets nobody out; interfaces of several VPCs may carry one (AssociateSecurityGroupVpc).
void egress_changed(const Change& change, const std::string& group_id, Vpcs& out) {
  const store::Key term = store::join(change.account(), change.region(), group_id);
  for (const store::Reader* reader : {&change.before, &change.after}) {
    for (const auto& [key, carrier] : reader->find(network_interfaces, interfaces_by_group, term))
      change.add(out, carrier.vpc_id);
  }
}

void rule_changed(const Change& change, Vpcs& out) {
  const auto [was, is] = change.of(security_group_rules);
  for (const SecurityGroupRuleRecord* rule : {was, is}) {
    if (rule != nullptr && rule->egress) egress_changed(change, rule->group_id, out);
  }
}

void prefix_list_changed(const Change& change, Vpcs& out) {
  const auto [was, is] = change.of(prefix_lists);
  if (was != nullptr && is != nullptr && was->cidrs == is->cidrs) return;
  const std::string id(change.key.part(2));
  const store::Key term = store::join(change.account(), change.region(), id);
  for (const auto& [key, rule] : change.after.find(security_group_rules, rules_by_prefix_list, term)) {
    if (rule.egress) egress_changed(change, rule.group_id, out);
  }
  for (const auto& [key, table] : change.after.scan(route_tables, store::prefix_of(change.account(), change.region()))) {
    for (const RouteRecord& route : table.routes) {
      if (route.destination_prefix_list_id == id) change.add(out, table.vpc_id);
    }
  }
}

struct Followed {
  const store::SpaceBase& space;
  void (*changed)(const Change&, Vpcs&);
};

const Followed followed[] = {
    {vpcs, vpc_changed},
    {subnets, subnet_changed},
    {network_acls, record_changed<network_acls>},
    {route_tables, record_changed<route_tables>},
    {internet_gateways, record_changed<internet_gateways>},
    {peerings, peering_changed},
    {network_interfaces, interface_changed},
    {security_group_rules, rule_changed},
    {prefix_lists, prefix_list_changed},
};

}  // namespace

std::set<std::string> vpcs_with_changed_network(const store::Reader& before, const store::Reader& after,
                                                std::span<const store::Changed> changes) {
  Vpcs out;
  for (const store::Changed& change : changes) {
    for (const Followed& one : followed) {
      if (change.space == one.space.name()) one.changed({before, after, change.key}, out);
    }
  }
  return out;
}

}  // namespace haar::ec2
