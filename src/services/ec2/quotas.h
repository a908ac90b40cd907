// The quotas of VPCs that a customer of AWS may have raised, and so an operator here.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
#pragma once

#include "base/quota.h"

namespace haar::ec2 {

// Of one direction and one IP version. AWS keeps its product with the next at 1,000 at most.
extern Quota rules_per_security_group;
extern Quota groups_per_interface;
extern Quota groups_per_region;
extern Quota interfaces_per_region;
// Of running instances, whatever their types. AWS gives a new account less.
extern Quota vcpus_per_region;
// Not for one family: IPv4 routes and IPv6 routes are counted apart.
extern Quota routes_per_table;
extern Quota route_tables_per_vpc;
extern Quota internet_gateways_per_region;
extern Quota egress_only_gateways_per_region;
extern Quota nat_gateways_per_zone;
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html#using-instance-addressing-limit
extern Quota elastic_addresses_per_region;
extern Quota peerings_per_vpc;
extern Quota outstanding_peerings;
extern Quota gateway_endpoints_per_region;
extern Quota interface_endpoints_per_vpc;
extern Quota vpcs_per_region;
extern Quota subnets_per_vpc;
extern Quota ipv4_blocks_per_vpc;
extern Quota ipv6_blocks_per_vpc;
extern Quota network_acls_per_vpc;
// Of one direction, IPv4 and IPv6 together, the last ones included.
extern Quota rules_per_network_acl;
extern Quota prefix_lists_per_region;

}  // namespace haar::ec2
