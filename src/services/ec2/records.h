// Every record of ec2 and its key spaces. Keys are (account, region, id); ids are random, so a scan of
// an account and region lists resources in the order of their ids, which is what pagination follows.
// A field's number is its name in stored data: numbers are never reused, new fields get new numbers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/space.h"

namespace haar::ec2 {

using Tags = std::map<std::string, std::string>;

struct DhcpOptionsRecord {
  static constexpr std::string_view record_name = "ec2.dhcp-options";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // dopt-…
  // "domain-name" -> ec2.internal, "domain-name-servers" -> AmazonProvidedDNS.
  std::map<std::string, std::vector<std::string>> options;
  Tags tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, options); v(3, tags); }
};

struct VpcRecord {
  static constexpr std::string_view record_name = "ec2.vpc";
  static constexpr std::uint32_t record_version = 1;

  std::string id;    // vpc-…
  std::string cidr;  // "172.31.0.0/16"
  std::string cidr_association_id;  // vpc-cidr-assoc-…
  std::string dhcp_options_id;
  std::string instance_tenancy = "default";
  bool is_default = false;
  bool dns_support = true;
  bool dns_hostnames = false;
  bool network_address_usage_metrics = false;
  Tags tags;
  Timestamp created_at;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, cidr); v(3, cidr_association_id); v(4, dhcp_options_id); v(5, instance_tenancy);
    v(6, is_default); v(7, dns_support); v(8, dns_hostnames); v(9, network_address_usage_metrics);
    v(10, tags); v(11, created_at);
  }
};

struct SubnetRecord {
  static constexpr std::string_view record_name = "ec2.subnet";
  static constexpr std::uint32_t record_version = 1;

  std::string id;       // subnet-…
  std::string vpc_id;
  std::string cidr;     // "172.31.16.0/20"
  std::string zone;     // "us-east-1a"
  std::string zone_id;  // "use1-az6"
  bool default_for_az = false;
  bool map_public_ip_on_launch = false;
  Tags tags;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, vpc_id); v(3, cidr); v(4, zone); v(5, zone_id); v(6, default_for_az);
    v(7, map_public_ip_on_launch); v(8, tags);
  }
};

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

struct RouteRecord {
  std::string destination;  // "0.0.0.0/0"
  std::string gateway_id;   // "local", igw-…
  std::string origin;       // CreateRouteTable, CreateRoute

  template <class V>
  void fields(V& v) { v(1, destination); v(2, gateway_id); v(3, origin); }
};

struct RouteTableAssociationRecord {
  std::string id;  // rtbassoc-…
  bool main = false;
  std::string subnet_id;  // empty for the main one

  template <class V>
  void fields(V& v) { v(1, id); v(2, main); v(3, subnet_id); }
};

struct RouteTableRecord {
  static constexpr std::string_view record_name = "ec2.route-table";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // rtb-…
  std::string vpc_id;
  std::vector<RouteRecord> routes;
  std::vector<RouteTableAssociationRecord> associations;
  Tags tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, vpc_id); v(3, routes); v(4, associations); v(5, tags); }
};

struct InternetGatewayRecord {
  static constexpr std::string_view record_name = "ec2.internet-gateway";
  static constexpr std::uint32_t record_version = 1;

  std::string id;      // igw-…
  std::string vpc_id;  // empty: attached to none
  Tags tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, vpc_id); v(3, tags); }
};

struct NetworkAclEntryRecord {
  std::int32_t number = 0;  // 1 to 32766; 32767 is the last one, shown as *
  bool egress = false;
  bool allow = false;
  std::string protocol = "-1";
  std::string cidr;

  template <class V>
  void fields(V& v) { v(1, number); v(2, egress); v(3, allow); v(4, protocol); v(5, cidr); }
};

struct NetworkAclAssociationRecord {
  std::string id;  // aclassoc-…
  std::string subnet_id;

  template <class V>
  void fields(V& v) { v(1, id); v(2, subnet_id); }
};

struct NetworkAclRecord {
  static constexpr std::string_view record_name = "ec2.network-acl";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // acl-…
  std::string vpc_id;
  bool is_default = false;
  std::vector<NetworkAclEntryRecord> entries;
  std::vector<NetworkAclAssociationRecord> associations;
  Tags tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, vpc_id); v(3, is_default); v(4, entries); v(5, associations); v(6, tags); }
};

// An elastic network interface. The ones of databases and caches are made by rds and elasticache and are
// "requester-managed": their owner sees them and cannot change them.
struct NetworkInterfaceRecord {
  static constexpr std::string_view record_name = "ec2.network-interface";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // eni-…
  std::string vpc_id;
  std::string subnet_id;
  std::string zone;
  std::string zone_id;
  std::string description;
  std::string private_ip;   // "172.31.5.9"
  std::string mac_address;  // "0a:…"
  std::vector<std::string> group_ids;
  // The address on this host that stands for the interface (a loopback address of an endpoint, the real
  // address of a machine); empty if it has none. Rules that name a group admit it beside private_ip.
  std::string host_address;
  std::string requester_id;  // "amazon-rds", "amazon-elasticache", else the account or unique id of who made it
  bool requester_managed = false;
  std::string operator_principal;  // of a managed operator ("rds.amazonaws.com"); empty: none
  // Set while the interface is attached to what requester_managed made it for: "in-use" instead of "available".
  std::string attachment_id;  // eni-attach-…
  std::string attachment_owner;  // instanceOwnerId: "amazon-rds"
  Timestamp attached_at;
  bool source_dest_check = true;
  Tags tags;
  Timestamp created_at;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, vpc_id); v(3, subnet_id); v(4, zone); v(5, zone_id); v(6, description); v(7, private_ip);
    v(8, mac_address); v(9, group_ids); v(10, host_address); v(11, requester_id); v(12, requester_managed);
    v(13, operator_principal); v(14, attachment_id); v(15, attachment_owner); v(16, attached_at);
    v(17, source_dest_check); v(18, tags); v(19, created_at);
  }
};

struct PrefixListRecord {
  static constexpr std::string_view record_name = "ec2.prefix-list";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // pl-…
  std::string name;
  std::vector<std::string> cidrs;
  Tags tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, name); v(3, cidrs); v(4, tags); }
};

// An account whose default networks are not all made yet; gone when they are.
struct DefaultNetworksRecord {
  static constexpr std::string_view record_name = "ec2.default-networks";
  static constexpr std::uint32_t record_version = 1;

  std::vector<std::string> regions_left;  // made from the end

  template <class V>
  void fields(V& v) { v(1, regions_left); }
};

// ---- indexes: terms begin with account and region, as keys do -----------------------------------

extern const store::Index<SubnetRecord> subnets_by_vpc;
extern const store::Index<SecurityGroupRecord> security_groups_by_vpc;
// Names are unique within a VPC.
extern const store::Index<SecurityGroupRecord> security_groups_by_name;
extern const store::Index<SecurityGroupRuleRecord> rules_by_group;
// Who names this group as a peer, in whatever account: a group so named cannot be deleted.
extern const store::Index<SecurityGroupRuleRecord> rules_by_peer_group;
extern const store::Index<NetworkInterfaceRecord> interfaces_by_group;
extern const store::Index<NetworkInterfaceRecord> interfaces_by_subnet;

// ---- key spaces ----------------------------------------------------------------------------------

extern const store::KeySpace<DhcpOptionsRecord> dhcp_options;
extern const store::KeySpace<VpcRecord> vpcs;
extern const store::KeySpace<SubnetRecord> subnets;
extern const store::KeySpace<SecurityGroupRecord> security_groups;
extern const store::KeySpace<SecurityGroupRuleRecord> security_group_rules;
extern const store::KeySpace<RouteTableRecord> route_tables;
extern const store::KeySpace<InternetGatewayRecord> internet_gateways;
extern const store::KeySpace<NetworkAclRecord> network_acls;
extern const store::KeySpace<NetworkInterfaceRecord> network_interfaces;
extern const store::KeySpace<PrefixListRecord> prefix_lists;
extern const store::KeySpace<DefaultNetworksRecord> default_networks;

}  // namespace haar::ec2
