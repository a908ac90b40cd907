#include "services/ec2/security_groups/ingress_changes.h"

#include <string>
#include <tuple>
#include <vector>

#include "services/ec2/records.h"

namespace haar::ec2 {
namespace {

using Groups = std::set<store::Key>;

void add_rule(const store::Key& key, const SecurityGroupRuleRecord* rule, Groups& out) {
  if (rule != nullptr && !rule->egress) out.insert(security_group_term(key.account(), key.region(), rule->group_id));
}

// What rules that name an interface's group take from it.
bool same_peer(const NetworkInterfaceRecord* a, const NetworkInterfaceRecord* b) {
  if (a == nullptr || b == nullptr) return a == b;
  const auto facts = [](const NetworkInterfaceRecord& it) {
    return std::tie(it.vpc_id, it.group_ids, it.private_ip, it.secondary_private_ips, it.ipv6_addresses, it.host_address);
  };
  return facts(*a) == facts(*b);
}

// The groups whose rules name the group as their peer. A rule without an account names a group of its own.
void add_groups_that_name(const store::Reader& reader, const store::Key& place, const std::string& peer_group, Groups& out) {
  for (const AccountId& owner : {place.account(), AccountId()}) {
    const store::Key term = store::join(owner, place.region(), peer_group);
    for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_peer_group, term)) {
      if (!owner.value.empty() || key.account() == place.account()) add_rule(key, &rule, out);
    }
  }
}

void add_interface(const store::Reader& before, const store::Reader& after, const store::Key& key, Groups& out) {
  const NetworkInterfaceRecord* was = before.get(network_interfaces, key);
  const NetworkInterfaceRecord* is = after.get(network_interfaces, key);
  if (same_peer(was, is)) return;
  std::set<std::string> peers;
  if (was != nullptr) peers.insert(was->group_ids.begin(), was->group_ids.end());
  if (is != nullptr) peers.insert(is->group_ids.begin(), is->group_ids.end());
  for (const std::string& peer : peers) add_groups_that_name(after, key, peer, out);
}

void add_groups_of_prefix_list(const store::Reader& after, const store::Key& list, Groups& out) {
  const store::Key term = store::join(list.account(), list.region(), list.part(2));
  for (const auto& [key, rule] : after.find(security_group_rules, rules_by_prefix_list, term)) add_rule(key, &rule, out);
}

}  // namespace

std::set<store::Key> groups_with_changed_ingress(const store::Reader& before, const store::Reader& after,
                                                 std::span<const store::Changed> changes) {
  Groups out;
  for (const store::Changed& change : changes) {
    if (change.space == security_group_rules.name()) {
      add_rule(change.key, before.get(security_group_rules, change.key), out);
      add_rule(change.key, after.get(security_group_rules, change.key), out);
    } else if (change.space == network_interfaces.name()) {
      add_interface(before, after, change.key, out);
    } else if (change.space == prefix_lists.name()) {
      add_groups_of_prefix_list(after, change.key, out);
    }
  }
  return out;
}

}  // namespace haar::ec2
