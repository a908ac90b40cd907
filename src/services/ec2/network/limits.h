// How much a network may have where AWS raises no quota.
// https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
#pragma once

#include <cstddef>
#include <cstdint>

namespace haar::ec2 {

inline constexpr std::size_t ipv6_blocks_per_subnet_max = 1;
// AWS's page has no number for it; so many are enough for every VPC that an account may have.
inline constexpr std::size_t dhcp_options_per_region_max = 1000;
inline constexpr std::int32_t entries_per_prefix_list_max = 1000;
inline constexpr std::size_t versions_per_prefix_list_max = 1000;

}  // namespace haar::ec2
