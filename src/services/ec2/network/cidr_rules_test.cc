#include "services/ec2/network/cidr_rules.h"

#include <gtest/gtest.h>

namespace haar::ec2 {
namespace {

Cidr block(std::string_view text) { return *Cidr::parse_block(text); }

TEST(CidrRules, host_bits_are_cleared) {
  EXPECT_EQ(parse_ipv4_block("100.68.0.18/18", "cidrBlock").value().str(), "100.68.0.0/18");
}

TEST(CidrRules, what_is_no_block_is_named) {
  for (const std::string_view text : {"10.0.0.0", "10.0.0.0/33", "10.0.0/8", "", "a/b", "2001:db8::/56"}) {
    const auto parsed = parse_ipv4_block(text, "cidrBlock");
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, "InvalidParameterValue");
    EXPECT_EQ(parsed.error().message, "Value (" + std::string(text) +
                                          ") for parameter cidrBlock is invalid. This is not a valid CIDR block.");
  }
  EXPECT_FALSE(parse_ipv6_block("10.0.0.0/16", "ipv6CidrBlock").ok());
  EXPECT_TRUE(parse_ipv6_block("2001:db8::/56", "ipv6CidrBlock").ok());
}

TEST(CidrRules, a_vpc_has_16_to_65536_addresses_that_hosts_can_have) {
  for (const std::string_view text : {"10.0.0.0/16", "10.0.0.0/28", "8.8.0.0/16", "100.64.0.0/16", "192.168.0.0/24"})
    EXPECT_TRUE(check_vpc_block(block(text)).ok()) << text;
  for (const std::string_view text : {"10.0.0.0/15", "10.0.0.0/29", "127.0.0.0/16", "169.254.0.0/16", "224.0.0.0/16",
                                      "0.0.0.0/16"}) {
    const auto checked = check_vpc_block(block(text));
    ASSERT_FALSE(checked.ok()) << text;
    EXPECT_EQ(checked.error().code, "InvalidVpc.Range");
  }
}

struct Further {
  std::string_view primary, block;
  bool allowed;
};

// Rows of AWS's table of restrictions.
TEST(CidrRules, the_private_ranges_are_kept_apart) {
  const Further rows[] = {
      {"10.2.0.0/16", "10.0.0.0/16", true},     {"10.1.0.0/16", "10.0.0.0/16", false},
      {"10.0.0.0/16", "10.1.0.0/16", true},     {"10.2.0.0/16", "172.16.0.0/16", false},
      {"10.2.0.0/16", "192.168.0.0/16", false}, {"10.2.0.0/16", "198.19.0.0/16", false},
      {"10.2.0.0/16", "100.64.0.0/16", true},   {"10.2.0.0/16", "8.8.0.0/16", true},
      {"172.16.0.0/16", "172.17.0.0/16", true}, {"172.16.0.0/16", "172.31.0.0/16", false},
      {"172.16.0.0/16", "10.0.0.0/16", false},  {"192.168.0.0/16", "192.168.0.0/24", true},
      {"192.168.0.0/24", "10.0.0.0/16", false}, {"8.8.0.0/16", "10.0.0.0/16", false},
      {"8.8.0.0/16", "9.9.0.0/16", true},       {"198.19.0.0/24", "198.19.1.0/24", true},
  };
  for (const Further& row : rows) {
    const auto checked = check_further_block(block(row.primary), block(row.block));
    EXPECT_EQ(checked.ok(), row.allowed) << row.block << " beside " << row.primary;
    if (!checked.ok()) {
      EXPECT_EQ(checked.error().code, "InvalidVpc.Range");
    }
  }
}

TEST(CidrRules, a_subnet_lies_in_one_block_of_its_vpc) {
  const std::vector<std::string> vpc{"10.0.0.0/24", "10.0.1.0/24", "2600:1f18:1:100::/56"};
  for (const std::string_view text : {"10.0.0.0/24", "10.0.1.16/28", "2600:1f18:1:101::/64", "2600:1f18:1:100::/56"})
    EXPECT_TRUE(check_subnet_block(block(text), vpc).ok()) << text;
  for (const std::string_view text : {"10.0.0.0/23", "10.0.2.0/24", "10.0.0.0/29", "2600:1f18:1:100::/62",
                                      "2600:1f18:1:100::/68", "2600:1f18:2:100::/64"}) {
    const auto checked = check_subnet_block(block(text), vpc);
    ASSERT_FALSE(checked.ok()) << text;
    EXPECT_EQ(checked.error().code, "InvalidSubnet.Range");
    EXPECT_EQ(checked.error().message, "The CIDR '" + std::string(text) + "' is invalid.");
  }
}

TEST(CidrRules, overlapping_goes_both_ways) {
  const std::vector<std::string> blocks{"10.0.0.0/24", "2600:1f18::/64"};
  EXPECT_TRUE(overlaps_any(block("10.0.0.128/25"), blocks));
  EXPECT_TRUE(overlaps_any(block("10.0.0.0/16"), blocks));
  EXPECT_TRUE(overlaps_any(block("2600:1f18::/56"), blocks));
  EXPECT_FALSE(overlaps_any(block("10.0.1.0/24"), blocks));
}

TEST(CidrRules, amazon_gives_out_blocks_of_the_region) {
  for (int i = 0; i < 64; ++i) {
    EXPECT_TRUE(block("2600:1f18::/36").contains(amazon_ipv6_block("us-east-1", system_random())));
    EXPECT_TRUE(block("2a05:d018::/36").contains(amazon_ipv6_block("eu-west-1", system_random())));
  }
  const Cidr one = amazon_ipv6_block("mars-north-1", system_random());
  EXPECT_EQ(Cidr::parse_block(one.str()), one);
  EXPECT_EQ(one.prefix, 56);
}

}  // namespace
}  // namespace haar::ec2
