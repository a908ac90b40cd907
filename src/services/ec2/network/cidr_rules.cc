#include "services/ec2/network/cidr_rules.h"

#include <algorithm>
#include <array>

#include "model/ec2/service.h"

namespace haar::ec2 {
namespace {

Cidr block_of(std::string_view text) { return *Cidr::parse_block(text); }

Error invalid_block(std::string_view text, std::string_view parameter) {
  return errors::InvalidParameterValue("Value (" + std::string(text) + ") for parameter " + std::string(parameter) +
                                       " is invalid. This is not a valid CIDR block.");
}

Error vpc_range(const Cidr& block) { return errors::InvalidVpcRange("The CIDR '" + block.str() + "' is invalid."); }

// No host can have such an address, or every host has it already.
constexpr std::string_view reserved_blocks[] = {"0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"};
// AWS's table of restrictions goes by these ranges; everything else is "publicly routable".
constexpr std::string_view private_blocks[] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"};
constexpr std::string_view peered_block = "198.19.0.0/16";
// Beside the other ranges, these are closed to a VPC whose first block lies in the one on the left.
struct Restriction {
  std::string_view primary, closed;
};
constexpr Restriction more_restrictions[] = {{"10.0.0.0/15", "10.0.0.0/16"}, {"172.16.0.0/12", "172.31.0.0/16"}};

bool lies_in(const Cidr& block, std::string_view range) { return block_of(range).contains(block); }
bool touches(const Cidr& block, std::string_view range) { return overlap(block, block_of(range)); }

bool is_restricted(const Cidr& primary, const Cidr& block) {
  for (const std::string_view range : private_blocks) {
    if (touches(block, range) && !lies_in(primary, range)) return true;
  }
  if (touches(block, peered_block) && !lies_in(primary, peered_block)) return true;
  return std::ranges::any_of(more_restrictions, [&](const Restriction& one) {
    return lies_in(primary, one.primary) && touches(block, one.closed);
  });
}

// The first 32 of 36 bits of the addresses that AWS announces for VPCs of a region, the other four being zero:
// https://ip-ranges.amazonaws.com/ip-ranges.json
struct RegionBlock {
  std::string_view region;
  std::uint32_t prefix;
};
constexpr RegionBlock region_blocks[] = {
    {"us-east-1", 0x26001f18},      {"us-east-2", 0x26001f16},      {"us-west-1", 0x26001f1c},
    {"us-west-2", 0x26001f14},      {"ca-central-1", 0x26001f11},   {"sa-east-1", 0x26001f1e},
    {"eu-west-1", 0x2a05d018},      {"eu-west-2", 0x2a05d01c},      {"eu-west-3", 0x2a05d012},
    {"eu-central-1", 0x2a05d014},   {"eu-north-1", 0x2a05d016},     {"ap-south-1", 0x2406da1a},
    {"ap-northeast-1", 0x2406da14}, {"ap-northeast-2", 0x2406da12}, {"ap-northeast-3", 0x2406da16},
    {"ap-southeast-1", 0x2406da18}, {"ap-southeast-2", 0x2406da1c}};
constexpr std::uint32_t other_regions_block = 0x26001f00;

}  // namespace

Result<Cidr> parse_ipv4_block(std::string_view text, std::string_view parameter) {
  const std::optional<Cidr> block = Cidr::parse_block(text);
  if (!block || block->base.v6) return invalid_block(text, parameter);
  return *block;
}

Result<Cidr> parse_ipv6_block(std::string_view text, std::string_view parameter) {
  const std::optional<Cidr> block = Cidr::parse_block(text);
  if (!block || !block->base.v6) return invalid_block(text, parameter);
  return *block;
}

Result<void> check_vpc_block(const Cidr& block) {
  if (block.prefix < ipv4_prefix_min || block.prefix > ipv4_prefix_max) return vpc_range(block);
  for (const std::string_view range : reserved_blocks) {
    if (touches(block, range)) return vpc_range(block);
  }
  return {};
}

Result<void> check_further_block(const Cidr& primary, const Cidr& block) {
  TRY(check_vpc_block(block));
  if (!is_restricted(primary, block)) return {};
  return errors::InvalidVpcRange(
      "The CIDR '" + block.str() + "' is restricted. Use a CIDR from the same private address range as the current VPC "
      "CIDR, or use a publicly-routable CIDR. For additional restrictions, see "
      "https://docs.aws.amazon.com/AmazonVPC/latest/UserGuide/VPC_Subnets.html#VPC_Sizing");
}

Result<void> check_subnet_block(const Cidr& block, std::span<const std::string> vpc_blocks) {
  const bool size_allowed = block.base.v6
                                ? block.prefix >= subnet_ipv6_prefix_min && block.prefix <= subnet_ipv6_prefix_max &&
                                      block.prefix % subnet_ipv6_prefix_step == 0
                                : block.prefix >= ipv4_prefix_min && block.prefix <= ipv4_prefix_max;
  const bool inside = std::ranges::any_of(vpc_blocks, [&](const std::string& text) {
    const std::optional<Cidr> range = Cidr::parse_block(text);
    return range && range->contains(block);
  });
  if (size_allowed && inside) return {};
  return errors::InvalidSubnetRange("The CIDR '" + block.str() + "' is invalid.");
}

bool overlaps_any(const Cidr& block, std::span<const std::string> blocks) {
  return std::ranges::any_of(blocks, [&](const std::string& text) {
    const std::optional<Cidr> other = Cidr::parse_block(text);
    return other && overlap(block, *other);
  });
}

Cidr amazon_ipv6_block(std::string_view region, Random& random) {
  constexpr std::size_t random_at = 4, random_bytes = 3;  // bits 32 to 55, of which the first four are the region's
  std::uint32_t prefix = other_regions_block;
  for (const RegionBlock& one : region_blocks) {
    if (one.region == region) prefix = one.prefix;
  }
  Cidr block{.base = {.v6 = true, .bytes = {}}, .prefix = vpc_ipv6_prefix};
  for (std::size_t i = 0; i < random_at; ++i) block.base.bytes[i] = static_cast<std::uint8_t>(prefix >> (24 - 8 * i));
  random.fill(std::span(block.base.bytes).subspan(random_at, random_bytes));
  block.base.bytes[random_at] &= 0x0f;
  return block;
}

}  // namespace haar::ec2
