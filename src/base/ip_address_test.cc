#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace haar {
namespace {

std::string canonical(std::string_view text) {
  const std::optional<Cidr> block = Cidr::parse_block(text);
  return block ? block->str() : "refused";
}

TEST(IpAddress, reads_and_normalises) {
  const std::vector<std::pair<const char*, const char*>> table = {
      {"127.0.0.1", "127.0.0.1"},   {"::1", "::1"},           {"::ffff:10.1.2.3", "10.1.2.3"},
      {"::FFFF:0a01:0203", "10.1.2.3"}, {"2001:DB8::1", "2001:db8::1"}, {"0.0.0.0", "0.0.0.0"},
      {"", ""}, {"10.1.2", ""}, {"10.1.2.256", ""}, {"010.1.2.3", ""}, {"10.1.2.3 ", ""}, {"::ffff:10.1.2.3/96", ""},
      {"1:2:3:4:5:6:7:8:9", ""}, {"localhost", ""},
  };
  for (const auto& [text, expected] : table) {
    const auto address = IpAddress::parse(text);
    EXPECT_EQ(address ? address->str() : "", expected) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("10.1.2.3\0x", 10)));
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
  EXPECT_TRUE(block.contains(*IpAddress::parse("172.31.16.0")));
  EXPECT_TRUE(block.contains(*IpAddress::parse("172.31.31.255")));
  EXPECT_TRUE(block.contains(*IpAddress::parse("::ffff:172.31.20.1")));
  EXPECT_FALSE(block.contains(*IpAddress::parse("172.31.15.255")));
  EXPECT_FALSE(block.contains(*IpAddress::parse("172.31.32.0")));
  EXPECT_FALSE(block.contains(*IpAddress::parse("::1")));
  EXPECT_FALSE(Cidr::parse("0.0.0.0/0")->contains(*IpAddress::parse("::1")));
  EXPECT_TRUE(Cidr::parse("::/0")->contains(*IpAddress::parse("::1")));
  EXPECT_FALSE(Cidr::parse("::/0")->contains(*IpAddress::parse("::ffff:127.0.0.1")));
}

// Every prefix length, compared with arithmetic on the number.
TEST(Cidr, clears_host_bits_for_every_prefix_length) {
  const std::uint32_t number = 0xdeadbeef;
  for (int prefix = 0; prefix <= 32; ++prefix) {
    const std::uint32_t mask = prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix);
    const std::optional<Cidr> block = Cidr::parse(IpAddress::v4(number).str() + "/" + std::to_string(prefix));
    ASSERT_TRUE(block);
    EXPECT_EQ(block->base.as_v4(), number & mask) << prefix;
  }
}

TEST(Cidr, reads_clears_host_bits_and_normalises) {
  const std::vector<std::pair<const char*, const char*>> table = {
      {"10.0.0.0/8", "10.0.0.0/8"},      {"10.1.2.3/8", "10.0.0.0/8"},   {"10.1.2.3", "10.1.2.3/32"},
      {"10.1.2.3/32", "10.1.2.3/32"},    {"0.0.0.0/0", "0.0.0.0/0"},     {"::/0", "::/0"},
      {"2001:db8:ffff::1/33", "2001:db8:8000::/33"}, {"::1", "::1/128"}, {"::ffff:10.0.0.0/104", "10.0.0.0/8"},
      {"::ffff:0:0/96", "0.0.0.0/0"},    {"::ffff:10.1.2.3", "10.1.2.3/32"}, {"::ffff:0:0/95", ""},
      {"10.0.0.0/33", ""}, {"10.0.0.0/", ""}, {"10.0.0.0/-1", ""}, {"10.0.0.0/+8", ""}, {"10.0.0.0/8x", ""},
      {"::/129", ""}, {"/8", ""}, {"10.0.0.0/0008", ""}, {"10.0.0.0/ 8", ""},
  };
  for (const auto& [text, expected] : table) {
    const auto cidr = Cidr::parse(text);
    EXPECT_EQ(cidr ? cidr->str() : "", expected) << text;
  }
  EXPECT_EQ(Cidr::parse("10.1.0.0/16")->last().str(), "10.1.255.255");
  EXPECT_TRUE(Cidr::parse("10.1.0.0/16")->contains(*IpAddress::parse("10.1.255.255")));
  EXPECT_FALSE(Cidr::parse("10.1.0.0/16")->contains(*IpAddress::parse("10.2.0.0")));
  EXPECT_FALSE(Cidr::parse("::/0")->contains(*IpAddress::parse("10.1.0.0")));
}

// A policy's NotIpAddress keeps its sense for such a block: every client is outside it.
TEST(Cidr, a_block_that_spans_both_families_is_refused_or_one_of_ipv6) {
  EXPECT_FALSE(Cidr::parse("::ffff:0:0/95"));
  const std::optional<Cidr> block = Cidr::parse("::ffff:0:0/95", Cidr::Spanning::ipv6);
  ASSERT_TRUE(block);
  EXPECT_TRUE(block->base.v6);
  EXPECT_FALSE(block->contains(*IpAddress::parse("10.0.0.1")));
  EXPECT_FALSE(block->contains(*IpAddress::parse("::ffff:10.0.0.1")));
}

TEST(Cidr, contains_a_block_only_whole) {
  const Cidr block = *Cidr::parse("10.0.0.0/8");
  EXPECT_TRUE(block.contains(*Cidr::parse("10.0.0.0/8")));
  EXPECT_TRUE(block.contains(*Cidr::parse("10.1.0.0/16")));
  EXPECT_TRUE(block.contains(*Cidr::parse("10.1.2.3")));
  EXPECT_FALSE(block.contains(*Cidr::parse("10.0.0.0/7")));
  EXPECT_FALSE(block.contains(*Cidr::parse("11.0.0.0/8")));
  EXPECT_FALSE(block.contains(*Cidr::parse("::/128")));
}

}  // namespace
}  // namespace haar
