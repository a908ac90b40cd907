// VPCs, subnets, network ACLs, prefix lists and DHCP options as they are kept.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

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

// A block of addresses of a VPC or a subnet, and the id by which it is taken away again.
struct CidrAssociationRecord {
  std::string id;    // vpc-cidr-assoc-…, subnet-cidr-assoc-…
  std::string cidr;  // canonical
  std::string pool{};  // of IPv6: "Amazon"
  std::string network_border_group{};

  template <class V>
  void fields(V& v) { v(1, id); v(2, cidr); v(3, pool); v(4, network_border_group); }
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
  // What AssociateVpcCidrBlock added; the first block is above. An associated block keeps its place.
  std::vector<CidrAssociationRecord> more_cidrs{};
  std::vector<CidrAssociationRecord> ipv6_cidrs{};  // "2600:1f18:…::/56"

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, cidr); v(3, cidr_association_id); v(4, dhcp_options_id); v(5, instance_tenancy);
    v(6, is_default); v(7, dns_support); v(8, dns_hostnames); v(9, network_address_usage_metrics);
    v(10, tags); v(11, created_at); v(12, more_cidrs); v(13, ipv6_cidrs);
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
  std::vector<CidrAssociationRecord> ipv6_cidrs{};  // at most one is associated
  bool assign_ipv6_on_creation = false;
  bool ipv6_native = false;  // then `cidr` is empty
  bool enable_dns64 = false;
  std::string hostname_type = "ip-name";  // or "resource-name"
  bool resource_name_a_record = false;
  bool resource_name_aaaa_record = false;
  bool map_customer_owned_ip = false;
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, vpc_id); v(3, cidr); v(4, zone); v(5, zone_id); v(6, default_for_az);
    v(7, map_public_ip_on_launch); v(8, tags); v(9, ipv6_cidrs); v(10, assign_ipv6_on_creation); v(11, ipv6_native);
    v(12, enable_dns64); v(13, hostname_type); v(14, resource_name_a_record); v(15, resource_name_aaaa_record);
    v(16, map_customer_owned_ip); v(17, created_at);
  }
};

struct NetworkAclEntryRecord {
  std::int32_t number = 0;  // 1 to 32766; 32767 is the last one, shown as *
  bool egress = false;
  bool allow = false;
  std::string protocol = "-1";  // "-1" or a protocol number in decimal, as AWS shows it
  std::string cidr;             // IPv4 or IPv6, canonical
  // Of tcp (6) and udp (17), both ends included; -1 elsewhere.
  std::int32_t from_port = -1;
  std::int32_t to_port = -1;
  // Of icmp (1) and icmpv6 (58), -1 for all.
  std::int32_t icmp_type = -1;
  std::int32_t icmp_code = -1;

  template <class V>
  void fields(V& v) {
    v(1, number); v(2, egress); v(3, allow); v(4, protocol); v(5, cidr); v(6, from_port); v(7, to_port);
    v(8, icmp_type); v(9, icmp_code);
  }
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

struct PrefixListEntryRecord {
  std::string cidr;  // canonical, of the list's family
  std::string description{};

  template <class V>
  void fields(V& v) { v(1, cidr); v(2, description); }
};

// The entries of an earlier version of a managed prefix list.
struct PrefixListVersionRecord {
  std::int64_t version = 0;
  std::vector<PrefixListEntryRecord> entries;

  template <class V>
  void fields(V& v) { v(1, version); v(2, entries); }
};

struct PrefixListRecord {
  static constexpr std::string_view record_name = "ec2.prefix-list";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // pl-…
  std::string name;
  std::vector<std::string> cidrs;  // of `entries`, in their order: what rules and routes go by
  Tags tags;
  std::vector<PrefixListEntryRecord> entries{};
  std::string address_family = "IPv4";  // or "IPv6"
  std::int32_t max_entries = 0;         // counts against the quotas of what names the list
  std::int64_t version = 1;
  std::vector<PrefixListVersionRecord> earlier{};
  std::string state = "create-complete";
  std::string state_message{};
  Timestamp created_at{};

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, name); v(3, cidrs); v(4, tags); v(5, entries); v(6, address_family); v(7, max_entries);
    v(8, version); v(9, earlier); v(10, state); v(11, state_message); v(12, created_at);
  }
};

// An account whose default networks are not all made yet; gone when they are.
struct DefaultNetworksRecord {
  static constexpr std::string_view record_name = "ec2.default-networks";
  static constexpr std::uint32_t record_version = 1;

  std::vector<std::string> regions_left;  // made from the end

  template <class V>
  void fields(V& v) { v(1, regions_left); }
};

// By an IPv6 block alone, across accounts: Amazon gives each out once.
extern const store::Index<VpcRecord> vpcs_by_ipv6_block;
extern const store::Index<SubnetRecord> subnets_by_vpc;
extern const store::Index<NetworkAclRecord> network_acls_by_vpc;
// Each subnet is associated with one.
extern const store::Index<NetworkAclRecord> network_acls_by_subnet;
extern const store::Index<NetworkAclRecord> network_acls_by_association;

extern const store::KeySpace<DhcpOptionsRecord> dhcp_options;
extern const store::KeySpace<VpcRecord> vpcs;
extern const store::KeySpace<SubnetRecord> subnets;
extern const store::KeySpace<NetworkAclRecord> network_acls;
extern const store::KeySpace<PrefixListRecord> prefix_lists;
extern const store::KeySpace<DefaultNetworksRecord> default_networks;

}  // namespace haar::ec2
