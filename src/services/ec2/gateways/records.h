// Route tables and gateways as they are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

// Exactly one destination and one target are set. Whether a route is active or a blackhole follows from its target.
struct RouteRecord {
  std::string destination;  // "0.0.0.0/0" or "::/0", canonical; empty where a prefix list says it
  std::string gateway_id;   // "local", igw-…, vgw-…, or vpce-… of a gateway endpoint
  std::string origin;       // CreateRouteTable, CreateRoute, EnableVgwRoutePropagation
  std::string destination_prefix_list_id{};
  std::string nat_gateway_id{};
  std::string egress_only_gateway_id{};
  std::string peering_id{};
  std::string interface_id{};  // also of instance_id
  std::string instance_id{};

  template <class V>
  void fields(V& v) {
    v(1, destination); v(2, gateway_id); v(3, origin); v(4, destination_prefix_list_id); v(5, nat_gateway_id);
    v(6, egress_only_gateway_id); v(7, peering_id); v(8, interface_id); v(9, instance_id);
  }
};

struct RouteTableAssociationRecord {
  std::string id;  // rtbassoc-…
  bool main = false;
  std::string subnet_id;  // empty for the main one and for a gateway's
  std::string gateway_id{};

  template <class V>
  void fields(V& v) { v(1, id); v(2, main); v(3, subnet_id); v(4, gateway_id); }
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

struct EgressOnlyGatewayRecord {
  static constexpr std::string_view record_name = "ec2.egress-only-gateway";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // eigw-…
  std::string vpc_id;
  Tags tags;

  template <class V>
  void fields(V& v) { v(1, id); v(2, vpc_id); v(3, tags); }
};

// Its interface and its address go with it; it is shown for an hour more.
struct NatGatewayRecord {
  static constexpr std::string_view record_name = "ec2.nat-gateway";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // nat-…
  std::string vpc_id;
  std::string subnet_id;
  std::string connectivity;  // public, private
  std::string state;         // available, failed, deleted: nothing of it takes time here
  std::string failure_code;
  std::string failure_message;
  std::string allocation_id;   // of a public one: its elastic address
  std::string association_id;  // eipassoc-…
  std::string public_ip;
  std::string interface_id;
  std::string private_ip;
  Tags tags;
  Timestamp created_at;
  Timestamp ended_at;  // deleted or failed

  [[nodiscard]] bool is_available() const { return state == "available"; }

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, vpc_id); v(3, subnet_id); v(4, connectivity); v(5, state); v(6, failure_code); v(7, failure_message);
    v(8, allocation_id); v(9, association_id); v(10, public_ip); v(11, interface_id); v(12, private_ip); v(13, tags);
    v(14, created_at); v(15, ended_at);
  }
};

extern const store::Index<RouteTableRecord> route_tables_by_vpc;
// Only subnets that are associated with a table; the others go by the main table of their VPC.
extern const store::Index<RouteTableRecord> route_tables_by_subnet;
extern const store::Index<InternetGatewayRecord> internet_gateways_by_vpc;
extern const store::Index<EgressOnlyGatewayRecord> egress_only_gateways_by_vpc;
// By account, region and VPC, and by the subnet: those that are available alone.
extern const store::Index<NatGatewayRecord> nat_gateways_by_vpc;
extern const store::Index<NatGatewayRecord> nat_gateways_by_subnet;

extern const store::KeySpace<RouteTableRecord> route_tables;
extern const store::KeySpace<InternetGatewayRecord> internet_gateways;
extern const store::KeySpace<EgressOnlyGatewayRecord> egress_only_gateways;
extern const store::KeySpace<NatGatewayRecord> nat_gateways;

}  // namespace haar::ec2
