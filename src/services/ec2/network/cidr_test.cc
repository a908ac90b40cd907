#include "services/ec2/network/cidr.h"

#include <gtest/gtest.h>

namespace haar::ec2 {
namespace {

std::string canonical(std::string_view text) {
  const std::optional<Cidr> block = Cidr::parse(text);
  return block ? block->str() : "refused";
}

TEST(Cidr, is_kept_in_canonical_form) {
  EXPECT_EQ(canonical("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(canonical("100.68.0.18/18"), "100.68.0.0/18");  // AWS's own example
  EXPECT_EQ(canonical("10.1.2.3/32"), "10.1.2.3/32");
  EXPECT_EQ(canonical("255.255.255.255/1"), "128.0.0.0/1");
  EXPECT_EQ(canonical("2001:0DB8:0000::1/64"), "2001:db8::/64");
  EXPECT_EQ(canonical("::/0"), "::/0");
  EXPECT_EQ(canonical("2001:db8::ff/121"), "2001:db8::80/121");
}

TEST(Cidr, reads_ipv4_mapped_blocks_as_ipv4) {
  EXPECT_EQ(canonical("::ffff:10.0.0.9/120"), "10.0.0.0/24");
  EXPECT_EQ(canonical("::ffff:10.0.0.9/95"), "refused");
}

TEST(Cidr, refuses_what_is_no_block) {
  for (const char* text : {"", "/", "10.0.0.1", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/8x", "10.0.0/8",
                           "10.0.0.256/8", "010.0.0.1/8", "::/129", "fe80::1%eth0/64", " 10.0.0.0/8", "10.0.0.0/8 ",
                           "sg-12345678", "0.0.0.0/0/0"}) {
    EXPECT_EQ(canonical(text), "refused") << text;
  }
}

TEST(Cidr, contains_exactly_the_addresses_of_the_block) {
  const Cidr block = *Cidr::parse("172.31.16.0/20");
  EXPECT_TRUE(block.contains(*Address::parse("172.31.16.0")));
  EXPECT_TRUE(block.contains(*Address::parse("172.31.31.255")));
  EXPECT_TRUE(block.contains(*Address::parse("::ffff:172.31.20.1")));
  EXPECT_FALSE(block.contains(*Address::parse("172.31.15.255")));
  EXPECT_FALSE(block.contains(*Address::parse("172.31.32.0")));
  EXPECT_FALSE(block.contains(*Address::parse("::1")));
  EXPECT_FALSE(Cidr::parse("0.0.0.0/0")->contains(*Address::parse("::1")));
  EXPECT_TRUE(Cidr::parse("::/0")->contains(*Address::parse("::1")));
  EXPECT_FALSE(Cidr::parse("::/0")->contains(*Address::parse("::ffff:127.0.0.1")));
}

// Every prefix length, compared with arithmetic on the number.
TEST(Cidr, clears_host_bits_for_every_prefix_length) {
  const std::uint32_t number = 0xdeadbeef;
  for (int prefix = 0; prefix <= 32; ++prefix) {
    const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
    const std::optional<Cidr> block = Cidr::parse(Address::v4(number).str() + "/" + std::to_string(prefix));
    ASSERT_TRUE(block);
    EXPECT_EQ(block->base.v4_number(), number & mask) << prefix;
  }
}

}  // namespace
}  // namespace haar::ec2
