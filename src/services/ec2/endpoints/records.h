// VPC endpoints as they are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "services/ec2/tags_type.h"
#include "store/space.h"

namespace haar::ec2 {

// Where an interface endpoint stands.
struct EndpointSubnetRecord {
  std::string subnet_id;
  std::string interface_id;

  template <class V>
  void fields(V& v) { v(1, subnet_id); v(2, interface_id); }
};

struct VpcEndpointRecord {
  static constexpr std::string_view record_name = "ec2.vpc-endpoint";
  static constexpr std::uint32_t record_version = 1;

  std::string id;  // vpce-…
  std::string vpc_id;
  std::string type;          // Gateway, Interface
  std::string service_name;  // "com.amazonaws.us-east-1.sts"
  std::string policy;        // as it was given; empty: everything is allowed
  // Of a gateway endpoint: the tables with a route to it (its prefix list, gateway_id vpce-…).
  std::vector<std::string> route_table_ids;
  // Of an interface endpoint.
  std::vector<EndpointSubnetRecord> subnets;
  std::vector<std::string> group_ids;
  bool private_dns = false;
  std::string dns_suffix;  // in its names, beside its id
  Tags tags;
  Timestamp created_at;

  [[nodiscard]] bool is_gateway() const { return type == "Gateway"; }

  template <class V>
  void fields(V& v) {
    v(1, id); v(2, vpc_id); v(3, type); v(4, service_name); v(5, policy); v(6, route_table_ids); v(7, subnets);
    v(8, group_ids); v(9, private_dns); v(10, dns_suffix); v(11, tags); v(12, created_at);
  }
};

extern const store::Index<VpcEndpointRecord> vpc_endpoints_by_vpc;
extern const store::Index<VpcEndpointRecord> vpc_endpoints_by_subnet;
extern const store::Index<VpcEndpointRecord> vpc_endpoints_by_group;

extern const store::KeySpace<VpcEndpointRecord> vpc_endpoints;

}  // namespace haar::ec2
