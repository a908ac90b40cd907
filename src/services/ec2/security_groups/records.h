// Security groups and their rules as they are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

struct SecurityGroupRecord {
  static constexpr std::string_view record_name = "ec2.security-group";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // sg-…
  std::string name;
  std::string description;
  std::string vpc_id;
  Tags tags;
  Timestamp created_at;

  // Every VPC has one group of this name; it cannot be deleted, and no other may take the name.
  [[nodiscard]] bool is_default() const { return name == "default"; }

  template <class V>
  void fields(V& v) { v(1, id); v(2, name); v(3, description); v(4, vpc_id); v(5, tags); v(6, created_at); }
};

// One rule: one protocol and port range, one peer. AWS's IpPermission is a view over several of them.
struct SecurityGroupRuleRecord {
  static constexpr std::string_view record_name = "ec2.security-group-rule";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // sgr-…
  std::string group_id;
  bool egress = false;
  // "tcp", "udp", "icmp", "icmpv6", "-1" for all, else a protocol number in decimal.
  std::string protocol;
  // Ports of tcp and udp; type and code of icmp and icmpv6, -1 for all. Both -1 where ports mean nothing.
  std::int32_t from_port = -1;
  std::int32_t to_port = -1;
  // The peer: exactly one of the four is not empty. CIDRs are canonical (no host bits set).
  std::string cidr_ipv4;
  std::string cidr_ipv6;
  std::string prefix_list_id;
  std::string peer_group_id;
  std::string peer_account;  // of peer_group_id
  std::string peer_vpc_id;   // of peer_group_id
  std::optional<std::string> description;
  Tags tags;
  // Grows with every rule of the group, so that they are listed as they were made.
  std::int64_t sequence = 0;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, group_id); v(3, egress); v(4, protocol); v(5, from_port); v(6, to_port); v(7, cidr_ipv4);
    v(8, cidr_ipv6); v(9, prefix_list_id); v(10, peer_group_id); v(11, peer_account); v(12, peer_vpc_id);
    v(13, description); v(14, tags); v(15, sequence);
  }
};

// A further VPC that a group serves, beside its own. Its key ends in the group's id and the VPC's.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
struct SecurityGroupVpcRecord {
  static constexpr std::string_view record_name = "ec2.security-group-vpc";
  static constexpr std::uint32_t record_version = 1;

  std::string group_id;
  std::string vpc_id;

  template <class V>
  void fields(V& v) { v(1, group_id); v(2, vpc_id); }
};

extern const store::Index<SecurityGroupRecord> security_groups_by_vpc;
// Names are unique within a VPC.
extern const store::Index<SecurityGroupRecord> security_groups_by_name;
extern const store::Index<SecurityGroupRuleRecord> rules_by_group;
// Who names this group as a peer, in whatever account: a group so named cannot be deleted.
extern const store::Index<SecurityGroupRuleRecord> rules_by_peer_group;
// Rules that name a prefix list.
extern const store::Index<SecurityGroupRuleRecord> rules_by_prefix_list;
extern const store::Index<SecurityGroupVpcRecord> group_vpcs_by_vpc;

extern const store::KeySpace<SecurityGroupRecord> security_groups;
extern const store::KeySpace<SecurityGroupRuleRecord> security_group_rules;
extern const store::KeySpace<SecurityGroupVpcRecord> security_group_vpcs;

}  // namespace haar::ec2
