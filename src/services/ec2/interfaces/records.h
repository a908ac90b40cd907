// Elastic network interfaces as they are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

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
  std::vector<std::string> secondary_private_ips{};  // beside private_ip, in the order of their assignment
  std::vector<std::string> ipv6_addresses{};
  // Of an attachment to an instance; empty where a service keeps the interface.
  std::string instance_id{};
  std::int32_t device_index = 0;
  bool delete_on_termination = false;
  std::string interface_type = "interface";  // or "nat_gateway", "vpc_endpoint"
  // The public address that an instance was launched with; an elastic one is a record of its own.
  std::string public_ip{};
  std::int32_t network_card_index = 0;

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, vpc_id); v(3, subnet_id); v(4, zone); v(5, zone_id); v(6, description); v(7, private_ip);
    v(8, mac_address); v(9, group_ids); v(10, host_address); v(11, requester_id); v(12, requester_managed);
    v(13, operator_principal); v(14, attachment_id); v(15, attachment_owner); v(16, attached_at);
    v(17, source_dest_check); v(18, tags); v(19, created_at); v(20, secondary_private_ips); v(21, ipv6_addresses);
    v(22, instance_id); v(23, device_index); v(24, delete_on_termination); v(25, interface_type);
    v(26, public_ip); v(27, network_card_index);
  }
};

extern const store::Index<NetworkInterfaceRecord> interfaces_by_group;
extern const store::Index<NetworkInterfaceRecord> interfaces_by_subnet;
extern const store::Index<NetworkInterfaceRecord> interfaces_by_vpc;
extern const store::Index<NetworkInterfaceRecord> interfaces_by_instance;
// By VPC and each private address of theirs, IPv4 and IPv6.
extern const store::Index<NetworkInterfaceRecord> interfaces_by_address;
extern const store::Index<NetworkInterfaceRecord> interfaces_by_attachment;
// By the public address that came with an instance alone: the term has no account.
extern const store::Index<NetworkInterfaceRecord> interfaces_by_public_ip;
// By the address of this host alone: the term has no account.
extern const store::Index<NetworkInterfaceRecord> interfaces_by_host_address;

extern const store::KeySpace<NetworkInterfaceRecord> network_interfaces;

}  // namespace haar::ec2
