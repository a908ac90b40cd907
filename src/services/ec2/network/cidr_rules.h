// Which blocks of addresses a VPC and its subnets may have. Pure: reads no state, and words its errors as AWS does.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/ip_address.h"
#include "base/result.h"

namespace haar::ec2 {

// Lengths of prefixes, the largest block first.
inline constexpr int ipv4_prefix_min = 16, ipv4_prefix_max = 28;
inline constexpr int vpc_ipv6_prefix = 56;  // of a block that Amazon provides
inline constexpr int subnet_ipv6_prefix_min = 44, subnet_ipv6_prefix_max = 64, subnet_ipv6_prefix_step = 4;

// A block as a request says it, in its canonical form: AWS clears host bits without a word. `parameter` is AWS's name of
// the member, which the error names.
Result<Cidr> parse_ipv4_block(std::string_view text, std::string_view parameter);
Result<Cidr> parse_ipv6_block(std::string_view text, std::string_view parameter);

// The size of a VPC's block, and the ranges that no VPC can have. InvalidVpc.Range.
Result<void> check_vpc_block(const Cidr& block);
// InvalidVpc.Range: whether a further block may join one that is the VPC's first. AWS keeps the private ranges apart.
Result<void> check_further_block(const Cidr& primary, const Cidr& block);
// Size and place of a subnet's block within those of its VPC. InvalidSubnet.Range.
Result<void> check_subnet_block(const Cidr& block, std::span<const std::string> vpc_blocks);

inline bool overlap(const Cidr& a, const Cidr& b) { return a.contains(b) || b.contains(a); }
// For texts from records; what cannot be read overlaps with nothing.
bool overlaps_any(const Cidr& block, std::span<const std::string> blocks);

// A /56 of the range that Amazon gives out in the region, at a random place.
Cidr amazon_ipv6_block(std::string_view region, Random& random);

}  // namespace haar::ec2
