// How much a network may have, by AWS's default quotas. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
#pragma once

#include <cstddef>
#include <cstdint>

namespace haar::ec2 {

inline constexpr std::size_t vpcs_per_region_max = 5;
inline constexpr std::size_t subnets_per_vpc_max = 200;
inline constexpr std::size_t ipv4_blocks_per_vpc_max = 5;
inline constexpr std::size_t ipv6_blocks_per_vpc_max = 5;
inline constexpr std::size_t ipv6_blocks_per_subnet_max = 1;
inline constexpr std::size_t network_acls_per_vpc_max = 200;
// Of one direction, IPv4 and IPv6 together, the last ones included.
inline constexpr std::size_t rules_per_acl_max = 20;
// AWS's page has no number for these; so many are enough for every VPC that an account may have.
inline constexpr std::size_t dhcp_options_per_region_max = 50;
inline constexpr std::size_t prefix_lists_per_region_max = 100;
inline constexpr std::int32_t entries_per_prefix_list_max = 1000;
inline constexpr std::size_t versions_per_prefix_list_max = 1000;

}  // namespace haar::ec2
