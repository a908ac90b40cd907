#include "services/ec2/permissions.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "base/encoding.h"
#include "base/ip_address.h"
#include "model/ec2/service.h"
#include "services/ec2/network/prefix_lists.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

constexpr std::int32_t port_max = 65535;
constexpr std::int32_t icmp_max = 255;
constexpr std::int32_t protocol_max = 255;
constexpr std::size_t description_max = 255;
constexpr std::string_view description_marks = ". _-:/()#,@[]+=&;{}!$*";

struct KnownProtocol {
  std::string_view name;
  std::int32_t number;
};
constexpr KnownProtocol known_protocols[] = {{"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"icmpv6", 58}};

Error missing_ports(std::string_view protocol) {
  return errors::InvalidParameterValue("Invalid value 'Must specify both from and to ports with " +
                                       std::string(protocol) + ".' for portRange.");
}

Result<void> set_tcp_ports(SecurityGroupRuleRecord& rule, const PortRangeText& ports) {
  if (!ports.from || !ports.to) return missing_ports("TCP/UDP");
  for (const std::int32_t port : {*ports.from, *ports.to}) {
    if (port < 0 || port > port_max) {
      return errors::InvalidPermissionMalformed("TCP/UDP port (" + std::to_string(port) + ") out of range");
    }
  }
  if (*ports.from > *ports.to) {
    return errors::InvalidParameterValue("Invalid TCP/UDP port range (" + std::to_string(*ports.from) + ":" +
                                         std::to_string(*ports.to) + ")");
  }
  rule.from_port = *ports.from;
  rule.to_port = *ports.to;
  return {};
}

// from is the type, to is the code; -1 stands for all.
Result<void> set_icmp_type(SecurityGroupRuleRecord& rule, const PortRangeText& ports) {
  if (!ports.from && !ports.to && rule.protocol == "icmpv6") return {};  // all types, AWS's page says
  if (!ports.from || !ports.to) return missing_ports("ICMP");
  if (*ports.from < -1 || *ports.from > icmp_max) {
    return errors::InvalidPermissionMalformed("ICMP type (" + std::to_string(*ports.from) + ") out of range");
  }
  if (*ports.to < -1 || *ports.to > icmp_max) {
    return errors::InvalidPermissionMalformed("ICMP code (" + std::to_string(*ports.to) + ") out of range");
  }
  if (*ports.from == -1 && *ports.to != -1) {
    return errors::InvalidParameterValue("Invalid value 'ICMP code must be -1 when ICMP type is -1' for portRange.");
  }
  rule.from_port = *ports.from;
  rule.to_port = *ports.to;
  return {};
}

std::string peer_of(const SecurityGroupRuleRecord& rule) {
  return rule.cidr_ipv4 + rule.cidr_ipv6 + rule.prefix_list_id + rule.peer_group_id;
}

// What a rule counts as for one family: a prefix list as many as it can have entries, of its family alone; a group for both.
// https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html
std::int64_t rule_weight(const store::Reader& reader, const Place& place, const SecurityGroupRuleRecord& rule, bool v6) {
  if (rule.prefix_list_id.empty()) return (v6 ? rule.cidr_ipv4 : rule.cidr_ipv6).empty() ? 1 : 0;
  const PrefixListRecord* list = find_prefix_list(reader, place, rule.prefix_list_id);
  return list != nullptr && (list->address_family == "IPv6") == v6 ? list->max_entries : 0;
}

// Everything that one permission's peers have in common, and where the rules go.
struct Parsing {
  const api::Call& call;
  const SecurityGroupRecord& group;
  Purpose purpose;
  SecurityGroupRuleRecord common;
  std::vector<SecurityGroupRuleRecord>& out;

  template <class Set>
  Result<void> add(const std::optional<std::string>& description, Set set_peer) {
    if (purpose == Purpose::add) TRY(check_rule_description(description));
    SecurityGroupRuleRecord rule = common;
    rule.description = description;
    TRY(set_peer(rule));
    out.push_back(std::move(rule));
    return {};
  }
};

Result<void> parse_peers(Parsing& parsing, const IpPermission& permission) {
  const std::size_t before = parsing.out.size();
  for (const IpRange& range : permission.IpRanges.value_or(std::vector<IpRange>{})) {
    TRY(parsing.add(range.Description,
                    [&](SecurityGroupRuleRecord& rule) { return set_cidr_ipv4(rule, range.CidrIp.value_or("")); }));
  }
  for (const Ipv6Range& range : permission.Ipv6Ranges.value_or(std::vector<Ipv6Range>{})) {
    TRY(parsing.add(range.Description,
                    [&](SecurityGroupRuleRecord& rule) { return set_cidr_ipv6(rule, range.CidrIpv6.value_or("")); }));
  }
  for (const PrefixListId& list : permission.PrefixListIds.value_or(std::vector<PrefixListId>{})) {
    TRY(parsing.add(list.Description, [&](SecurityGroupRuleRecord& rule) {
      return set_prefix_list(parsing.call, rule, list.PrefixListId.value_or(""), parsing.purpose);
    }));
  }
  for (const UserIdGroupPair& pair : permission.UserIdGroupPairs.value_or(std::vector<UserIdGroupPair>{})) {
    TRY(parsing.add(pair.Description, [&](SecurityGroupRuleRecord& rule) {
      return set_peer_group(parsing.call, rule, parsing.group, pair, parsing.purpose);
    }));
  }
  if (parsing.out.size() == before) {
    return errors::MissingParameter("Missing source specification: include source security group or CIDR information");
  }
  return {};
}

// Whether rules of `group` may name `peer`: both serve one VPC, or their VPCs are peered.
bool can_meet(const api::Call& call, const SecurityGroupRecord& group, const SecurityGroupRecord& peer, const AccountId& owner) {
  const Place place(call);
  return group_serves_vpc(call.txn, Place(owner, place.region), peer, group.vpc_id) ||
         find_peering_between(call.txn, place, group.vpc_id, owner, peer.vpc_id) != nullptr;
}

}  // namespace

std::optional<std::string> canonical_protocol(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "-1") return lower;
  for (const KnownProtocol& known : known_protocols) {
    if (lower == known.name) return lower;
  }
  std::int32_t number = -1;
  const auto [end, error] = std::from_chars(lower.data(), lower.data() + lower.size(), number);
  if (error != std::errc() || end != lower.data() + lower.size() || number < 0 || number > protocol_max) {
    return std::nullopt;
  }
  for (const KnownProtocol& known : known_protocols) {
    if (number == known.number) return std::string(known.name);
  }
  return std::to_string(number);
}

Result<void> set_protocol(SecurityGroupRuleRecord& rule, const std::optional<std::string>& protocol,
                          const PortRangeText& ports) {
  if (!protocol || protocol->empty()) {
    return errors::MissingParameter("The request must contain the parameter ipProtocol");
  }
  std::optional<std::string> canonical = canonical_protocol(*protocol);
  if (!canonical) {
    return errors::InvalidParameterValue("Invalid value '" + *protocol + "' for IP protocol. Unknown protocol.");
  }
  rule.protocol = *std::move(canonical);
  rule.from_port = rule.to_port = -1;
  if (rule.protocol == "tcp" || rule.protocol == "udp") return set_tcp_ports(rule, ports);
  if (rule.protocol == "icmp" || rule.protocol == "icmpv6") return set_icmp_type(rule, ports);
  return {};  // "Specifying -1 or a protocol number other than these allows traffic on all ports, regardless"
}

Result<void> set_cidr_ipv4(SecurityGroupRuleRecord& rule, std::string_view text) {
  const std::optional<Cidr> block = Cidr::parse_block(text);
  if (!block || block->base.v6) {
    return errors::InvalidParameterValue("CIDR block " + std::string(text) + " is malformed");
  }
  rule.cidr_ipv4 = block->str();
  return {};
}

Result<void> set_cidr_ipv6(SecurityGroupRuleRecord& rule, std::string_view text) {
  const std::optional<Cidr> block = Cidr::parse_block(text);
  if (!block || !block->base.v6) {
    return errors::InvalidParameterValue("CIDR block " + std::string(text) + " is malformed");
  }
  rule.cidr_ipv6 = block->str();
  return {};
}

Result<void> set_prefix_list(const api::Call& call, SecurityGroupRuleRecord& rule, const std::string& id,
                             Purpose purpose) {
  TRY(check_id(prefix_list_kind, id));
  if (purpose == Purpose::add && find_prefix_list(call.txn, Place(call), id) == nullptr) {
    return not_found(prefix_list_kind, id);
  }
  rule.prefix_list_id = id;
  return {};
}

Result<void> set_peer_group(const api::Call& call, SecurityGroupRuleRecord& rule, const SecurityGroupRecord& group,
                            const UserIdGroupPair& pair, Purpose purpose) {
  const AccountId owner = pair.UserId && !pair.UserId->empty() ? AccountId(*pair.UserId) : call.account();
  const Place place(owner, call.region());
  const SecurityGroupRecord* peer = nullptr;
  if (pair.GroupId && !pair.GroupId->empty()) {
    TRY(check_id(security_group_kind, *pair.GroupId));
    peer = find_security_group(call.txn, place, *pair.GroupId);
    if (peer == nullptr && purpose == Purpose::add) return not_found(security_group_kind, *pair.GroupId);
  } else if (pair.GroupName && !pair.GroupName->empty()) {
    // A name means a group of the same VPC, and is taken in the default VPC only.
    const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
    if (vpc != nullptr && vpc->id == group.vpc_id) {
      peer = find_security_group_by_name(call.txn, place, group.vpc_id, *pair.GroupName);
    }
    if (peer == nullptr) return not_found(security_group_kind, *pair.GroupName);
  } else {
    return errors::MissingParameter("The request must contain the parameter groupName or groupId");
  }
  // Without a peering connection, groups of two VPCs cannot meet.
  if (peer != nullptr && purpose == Purpose::add && !can_meet(call, group, *peer, owner)) {
    return errors::InvalidGroupNotFound("You have specified two resources that belong to different networks.");
  }
  rule.peer_group_id = peer != nullptr ? peer->id : *pair.GroupId;
  rule.peer_account = owner.value;
  rule.peer_vpc_id = peer != nullptr ? peer->vpc_id : group.vpc_id;
  return {};
}

Result<void> check_rule_description(const std::optional<std::string>& description) {
  if (!description) return {};
  const bool allowed = std::all_of(description->begin(), description->end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           description_marks.find(c) != std::string_view::npos;
  });
  if (allowed && description->size() <= description_max) return {};
  return errors::InvalidParameterValue(
      "Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  "
      "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*");
}

Result<std::vector<SecurityGroupRuleRecord>> parse_permissions(const api::Call& call, const SecurityGroupRecord& group,
                                                               bool egress, std::span<const IpPermission> permissions,
                                                               Purpose purpose) {
  std::vector<SecurityGroupRuleRecord> rules;
  for (const IpPermission& permission : permissions) {
    Parsing parsing{call, group, purpose, {}, rules};
    parsing.common.group_id = group.id;
    parsing.common.egress = egress;
    TRY(set_protocol(parsing.common, permission.IpProtocol, {permission.FromPort, permission.ToPort}));
    TRY(parse_peers(parsing, permission));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!same_traffic(rules[i], rules[j])) continue;
      return errors::InvalidParameterValue("The same permission must not appear multiple times");
    }
  }
  return rules;
}

bool same_traffic(const SecurityGroupRuleRecord& a, const SecurityGroupRuleRecord& b) {
  const auto traffic = [](const SecurityGroupRuleRecord& rule) {
    return std::tie(rule.egress, rule.protocol, rule.from_port, rule.to_port, rule.cidr_ipv4, rule.cidr_ipv6,
                    rule.prefix_list_id, rule.peer_group_id);
  };
  return traffic(a) == traffic(b);
}

Error duplicate_rule(const SecurityGroupRuleRecord& rule) {
  std::string text = "the specified rule \"peer: " + peer_of(rule) + ", ";
  const auto number_or_all = [](std::int32_t n) { return n == -1 ? std::string("ALL") : std::to_string(n); };
  std::string upper = rule.protocol;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
  if (rule.protocol == "tcp" || rule.protocol == "udp") {
    text += upper + ", from port: " + std::to_string(rule.from_port) + ", to port: " + std::to_string(rule.to_port);
  } else if (rule.protocol == "icmp" || rule.protocol == "icmpv6") {
    text += upper + ", type: " + number_or_all(rule.from_port) + ", code: " + number_or_all(rule.to_port);
  } else {
    text += rule.protocol == "-1" ? "ALL" : rule.protocol;
  }
  return errors::InvalidPermissionDuplicate(text + ", ALLOW\" already exists");
}

std::vector<const SecurityGroupRuleRecord*> rules_of_group(const store::Reader& reader, const Place& place,
                                                           std::string_view group_id) {
  std::vector<const SecurityGroupRuleRecord*> rules;
  const store::Key term = store::join(place.account, place.region, group_id);
  for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_group, term)) rules.push_back(&rule);
  std::sort(rules.begin(), rules.end(), [](const SecurityGroupRuleRecord* a, const SecurityGroupRuleRecord* b) {
    return std::tie(a->sequence, a->id) < std::tie(b->sequence, b->id);
  });
  return rules;
}

Result<void> check_rule_count(const store::Reader& reader, const Place& place, std::string_view group_id, bool egress) {
  const std::vector<const SecurityGroupRuleRecord*> rules = rules_of_group(reader, place, group_id);
  for (const bool v6 : {false, true}) {
    std::int64_t count = 0;
    for (const SecurityGroupRuleRecord* rule : rules) {
      if (rule->egress == egress) count += rule_weight(reader, place, *rule, v6);
    }
    if (std::cmp_greater(count, rules_per_security_group.value())) {
      return errors::RulesPerSecurityGroupLimitExceeded(
          "The maximum number of rules per security group has been reached.");
    }
  }
  return {};
}

}  // namespace haar::ec2
