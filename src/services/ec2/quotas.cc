#include "services/ec2/quotas.h"

namespace haar::ec2 {

constinit Quota rules_per_security_group{"ec2/rules-per-security-group", 60, 1000};
constinit Quota groups_per_interface{"ec2/security-groups-per-interface", 5, 16};
constinit Quota groups_per_region{"ec2/security-groups-per-region", 2500, 10'000};
constinit Quota interfaces_per_region{"ec2/network-interfaces-per-region", 5000, 100'000};
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
constinit Quota vcpus_per_region{"ec2/on-demand-vcpus-per-region", 1152, 100'000};
constinit Quota routes_per_table{"ec2/routes-per-route-table", 500, 1000};
constinit Quota route_tables_per_vpc{"ec2/route-tables-per-vpc", 200, 1000};
constinit Quota internet_gateways_per_region{"ec2/internet-gateways-per-region", 5, 1000};
constinit Quota egress_only_gateways_per_region{"ec2/egress-only-internet-gateways-per-region", 5, 1000};
constinit Quota nat_gateways_per_zone{"ec2/nat-gateways-per-availability-zone", 5, 1000};
constinit Quota elastic_addresses_per_region{"ec2/elastic-ips-per-region", 5, 1000};
constinit Quota peerings_per_vpc{"ec2/active-vpc-peering-connections-per-vpc", 50, 125};
constinit Quota outstanding_peerings{"ec2/outstanding-vpc-peering-connection-requests", 25, 1000};
constinit Quota gateway_endpoints_per_region{"ec2/gateway-vpc-endpoints-per-region", 20, 255};
constinit Quota interface_endpoints_per_vpc{"ec2/interface-vpc-endpoints-per-vpc", 50, 1000};
constinit Quota vpcs_per_region{"ec2/vpcs-per-region", 5, 1000};
constinit Quota subnets_per_vpc{"ec2/subnets-per-vpc", 200, 1000};
constinit Quota ipv4_blocks_per_vpc{"ec2/ipv4-cidr-blocks-per-vpc", 5, 50};
constinit Quota ipv6_blocks_per_vpc{"ec2/ipv6-cidr-blocks-per-vpc", 5, 50};
constinit Quota network_acls_per_vpc{"ec2/network-acls-per-vpc", 200, 1000};
constinit Quota rules_per_network_acl{"ec2/rules-per-network-acl", 20, 40};
constinit Quota prefix_lists_per_region{"ec2/prefix-lists-per-region", 100, 1000};

}  // namespace haar::ec2
