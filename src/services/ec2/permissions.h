// Security group rules as requests carry them (IpPermissions) and as they are kept (one record a peer).
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// What the rules are wanted for. A new rule's peers must exist; a rule to be found again may name a group
// that is gone ("stale").
enum class Purpose : std::uint8_t { add, find };

// One record for each peer of each permission, in the request's order, with protocol, ports and CIDRs in
// their canonical form; without id, tags and sequence. Errors are AWS's for a rule that makes no sense.
Result<std::vector<SecurityGroupRuleRecord>> parse_permissions(const api::Call& call, const SecurityGroupRecord& group,
                                                               bool egress, std::span<const IpPermission> permissions,
                                                               Purpose purpose);

// The canonical form: a name for the four that have one, else the number; "-1" for every protocol. nullopt: there is none.
std::optional<std::string> canonical_protocol(std::string_view text);

struct PortRangeText {
  std::optional<std::int32_t> from, to;
};
// Sets protocol, from_port and to_port of a rule from what a request says.
Result<void> set_protocol(SecurityGroupRuleRecord& rule, const std::optional<std::string>& protocol,
                          const PortRangeText& ports);
// Each sets one kind of peer.
Result<void> set_cidr_ipv4(SecurityGroupRuleRecord& rule, std::string_view text);
Result<void> set_cidr_ipv6(SecurityGroupRuleRecord& rule, std::string_view text);
Result<void> set_prefix_list(const api::Call& call, SecurityGroupRuleRecord& rule, const std::string& id,
                             Purpose purpose);
Result<void> set_peer_group(const api::Call& call, SecurityGroupRuleRecord& rule, const SecurityGroupRecord& group,
                            const UserIdGroupPair& pair, Purpose purpose);
Result<void> check_rule_description(const std::optional<std::string>& description);

// Whether both let the same traffic through; descriptions and tags do not count.
bool same_traffic(const SecurityGroupRuleRecord& a, const SecurityGroupRuleRecord& b);
// InvalidPermission.Duplicate, in AWS's words.
Error duplicate_rule(const SecurityGroupRuleRecord& rule);

// The rules of one direction as DescribeSecurityGroups shows them: one permission for each protocol and
// port range, in the order in which they were first used. `vpc_id`: of their group; a peer of another VPC is shown with its
// own. Empty: no VPC is shown.
std::vector<IpPermission> to_permissions(std::span<const SecurityGroupRuleRecord* const> rules, std::string_view vpc_id = {});
// Adds to the peers of other VPCs the peering connection by which the group's VPC meets them.
void show_peerings(const api::Call& call, std::string_view vpc_id, std::vector<IpPermission>& permissions);
// Absent where it is empty.
inline std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}
// What every view of a rule shows.
template <class View>
void show_rule(const SecurityGroupRuleRecord& rule, View& view) {
  view.SecurityGroupRuleId = rule.id;
  view.GroupId = rule.group_id;
  view.IsEgress = rule.egress;
  view.IpProtocol = rule.protocol;
  view.FromPort = rule.from_port;
  view.ToPort = rule.to_port;
  view.CidrIpv4 = if_any(rule.cidr_ipv4);
  view.CidrIpv6 = if_any(rule.cidr_ipv6);
  view.PrefixListId = if_any(rule.prefix_list_id);
  view.Description = rule.description;
}
SecurityGroupRule to_wire(const api::Call& call, const SecurityGroupRuleRecord& rule);

// All rules of a group, as they were made.
std::vector<const SecurityGroupRuleRecord*> rules_of_group(const store::Reader& reader, const Place& place,
                                                           std::string_view group_id);
// RulesPerSecurityGroupLimitExceeded if one direction has more than 60 for IPv4 or for IPv6. A rule that
// names a group counts for both, one that names a prefix list as many as that can have entries.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
Result<void> check_rule_count(const store::Reader& reader, const Place& place, std::string_view group_id, bool egress);

}  // namespace haar::ec2
