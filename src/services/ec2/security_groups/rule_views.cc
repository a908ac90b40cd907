// Security group rules as answers show them.
#include <algorithm>

#include "services/ec2/permissions.h"
#include "services/ec2/security_groups/group_vpcs.h"
#include "services/ec2/tagging.h"

namespace haar::ec2 {
namespace {

// Ports mean something for these four; for the others DescribeSecurityGroups leaves them out.
bool shows_ports(std::string_view protocol) {
  return protocol == "tcp" || protocol == "udp" || protocol == "icmp" || protocol == "icmpv6";
}

bool holds(const IpPermission& permission, const SecurityGroupRuleRecord& rule) {
  return permission.IpProtocol == rule.protocol &&
         (!shows_ports(rule.protocol) || (permission.FromPort == rule.from_port && permission.ToPort == rule.to_port));
}

IpPermission empty_permission(const SecurityGroupRuleRecord& rule) {
  IpPermission permission;
  permission.IpProtocol = rule.protocol;
  if (shows_ports(rule.protocol)) {
    permission.FromPort = rule.from_port;
    permission.ToPort = rule.to_port;
  }
  permission.IpRanges.emplace();
  permission.Ipv6Ranges.emplace();
  permission.PrefixListIds.emplace();
  permission.UserIdGroupPairs.emplace();
  return permission;
}

bool is_of_another_vpc(const SecurityGroupRuleRecord& rule, std::string_view vpc_id) {
  return !vpc_id.empty() && !rule.peer_vpc_id.empty() && rule.peer_vpc_id != vpc_id;
}

template <class View>
void show_peering(const api::Call& call, std::string_view vpc_id, View& peer) {
  const PeeringRecord* peering =
      find_any_peering_between(call.txn, Place(call), vpc_id, AccountId(*peer.UserId), *peer.VpcId);
  if (peering == nullptr) return;
  peer.VpcPeeringConnectionId = peering->id;
  peer.PeeringStatus = peering->status;
}

void add_peer(IpPermission& permission, const SecurityGroupRuleRecord& rule, std::string_view vpc_id) {
  if (!rule.cidr_ipv4.empty()) {
    permission.IpRanges->push_back({.Description = rule.description, .CidrIp = rule.cidr_ipv4});
  } else if (!rule.cidr_ipv6.empty()) {
    permission.Ipv6Ranges->push_back({.Description = rule.description, .CidrIpv6 = rule.cidr_ipv6});
  } else if (!rule.prefix_list_id.empty()) {
    permission.PrefixListIds->push_back({.Description = rule.description, .PrefixListId = rule.prefix_list_id});
  } else {
    UserIdGroupPair pair;
    pair.Description = rule.description;
    pair.GroupId = rule.peer_group_id;
    pair.UserId = rule.peer_account;
    if (is_of_another_vpc(rule, vpc_id)) pair.VpcId = rule.peer_vpc_id;
    permission.UserIdGroupPairs->push_back(std::move(pair));
  }
}

}  // namespace

std::vector<IpPermission> to_permissions(std::span<const SecurityGroupRuleRecord* const> rules, std::string_view vpc_id) {
  std::vector<IpPermission> permissions;
  for (const SecurityGroupRuleRecord* rule : rules) {
    auto place = std::find_if(permissions.begin(), permissions.end(),
                              [&](const IpPermission& permission) { return holds(permission, *rule); });
    if (place == permissions.end()) place = permissions.insert(permissions.end(), empty_permission(*rule));
    add_peer(*place, *rule, vpc_id);
  }
  return permissions;
}

void show_peerings(const api::Call& call, std::string_view vpc_id, std::vector<IpPermission>& permissions) {
  for (IpPermission& permission : permissions) {
    for (UserIdGroupPair& pair : *permission.UserIdGroupPairs) {
      if (pair.VpcId) show_peering(call, vpc_id, pair);
    }
  }
}

SecurityGroupRule to_wire(const api::Call& call, const SecurityGroupRuleRecord& rule) {
  SecurityGroupRule view;
  show_rule(rule, view);
  view.SecurityGroupRuleArn = arn_of(call, security_group_rule_kind, rule.id);
  view.GroupOwnerId = call.account().value;
  if (!rule.peer_group_id.empty()) {
    view.ReferencedGroupInfo = ReferencedSecurityGroup{};
    view.ReferencedGroupInfo->GroupId = rule.peer_group_id;
    view.ReferencedGroupInfo->UserId = rule.peer_account;
    const SecurityGroupRecord* group = find_security_group(call.txn, Place(call), rule.group_id);
    if (group != nullptr && is_of_another_vpc(rule, group->vpc_id)) {
      view.ReferencedGroupInfo->VpcId = rule.peer_vpc_id;
      show_peering(call, group->vpc_id, *view.ReferencedGroupInfo);
    }
  }
  view.Tags = to_wire(rule.tags);
  return view;
}

}  // namespace haar::ec2
