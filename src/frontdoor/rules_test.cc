#include "frontdoor/rules.h"

#include <gtest/gtest.h>

#include <string>

namespace haar::frontdoor {
namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

Permission permission(int protocol, int from, int to, const std::vector<std::string>& cidrs,
                      const std::vector<std::string>& addresses = {}) {
  Permission out;
  out.protocol = protocol;
  out.from_port = from;
  out.to_port = to;
  for (const auto& cidr : cidrs) out.cidrs.push_back(Cidr::parse(cidr).value());
  for (const auto& address : addresses) out.addresses.push_back(IpAddress::parse(address).value());
  return out;
}

TEST(Rules, AdmitByTable) {
  struct Case {
    const char* name;
    std::vector<Permission> permissions;
    const char* client;
    std::uint16_t port;
    bool admitted;
  };
  const std::vector<Case> table = {
      {"no permission", {}, "127.0.0.1", 5432, false},
      {"no source", {permission(6, 0, 65535, {})}, "127.0.0.1", 5432, false},
      {"one address", {permission(6, 5432, 5432, {"127.0.0.2/32"})}, "127.0.0.2", 5432, true},
      {"another address", {permission(6, 5432, 5432, {"127.0.0.2/32"})}, "127.0.0.3", 5432, false},
      {"another port", {permission(6, 5432, 5432, {"127.0.0.2/32"})}, "127.0.0.2", 5433, false},
      {"range, first port", {permission(6, 5000, 6000, {"10.0.0.0/8"})}, "10.255.255.255", 5000, true},
      {"range, last port", {permission(6, 5000, 6000, {"10.0.0.0/8"})}, "10.0.0.0", 6000, true},
      {"range, past it", {permission(6, 5000, 6000, {"10.0.0.0/8"})}, "10.0.0.0", 6001, false},
      {"every protocol, ports ignored", {permission(-1, 0, 0, {"10.0.0.0/8"})}, "10.1.1.1", 5432, true},
      {"every protocol, ports -1", {permission(-1, -1, -1, {"10.0.0.0/8"})}, "10.1.1.1", 1, true},
      {"tcp with ports -1", {permission(6, -1, -1, {"10.0.0.0/8"})}, "10.1.1.1", 5432, false},
      {"tcp with the ends exchanged", {permission(6, 6000, 5000, {"10.0.0.0/8"})}, "10.1.1.1", 5432, false},
      {"udp", {permission(17, 0, 65535, {"0.0.0.0/0"})}, "10.1.1.1", 5432, false},
      {"icmp", {permission(1, -1, -1, {"0.0.0.0/0"})}, "10.1.1.1", 5432, false},
      {"everyone of IPv4", {permission(6, 5432, 5432, {"0.0.0.0/0"})}, "203.0.113.7", 5432, true},
      {"everyone of IPv4 is no IPv6", {permission(6, 5432, 5432, {"0.0.0.0/0"})}, "2001:db8::1", 5432, false},
      {"everyone of IPv6 is no IPv4", {permission(6, 5432, 5432, {"::/0"})}, "203.0.113.7", 5432, false},
      {"everyone of IPv6", {permission(6, 5432, 5432, {"::/0"})}, "2001:db8::1", 5432, true},
      {"mapped client, IPv4 rule", {permission(6, 5432, 5432, {"10.0.0.0/8"})}, "::ffff:10.1.1.1", 5432, true},
      {"mapped client, IPv6 rule", {permission(6, 5432, 5432, {"::/0"})}, "::ffff:10.1.1.1", 5432, false},
      {"mapped rule, IPv4 client", {permission(6, 5432, 5432, {"::ffff:10.0.0.0/104"})}, "10.1.1.1", 5432, true},
      {"interface of a referenced group", {permission(6, 5432, 5432, {}, {"172.31.0.9"})}, "172.31.0.9", 5432, true},
      {"neighbour of such an interface", {permission(6, 5432, 5432, {}, {"172.31.0.9"})}, "172.31.0.10", 5432, false},
      {"union of two", {permission(6, 1, 1, {"10.0.0.0/8"}), permission(6, 5432, 5432, {"192.0.2.0/24"})},
       "192.0.2.200", 5432, true},
      {"not their product", {permission(6, 1, 1, {"10.0.0.0/8"}), permission(6, 5432, 5432, {"192.0.2.0/24"})},
       "10.0.0.1", 5432, false},
      {"overlapping blocks, inside the wider", {permission(6, 0, 65535, {"10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/24"})},
       "10.200.0.1", 5432, true},
      {"between blocks", {permission(6, 0, 65535, {"10.0.0.0/24", "10.0.2.0/24"})}, "10.0.1.1", 5432, false},
      {"last address of all", {permission(6, 0, 65535, {"255.255.255.255/32"})}, "255.255.255.255", 65535, true},
      {"last IPv4 block does not reach into IPv6", {permission(6, 0, 65535, {"255.0.0.0/8", "::/128"})}, "::1", 5432,
       false},
  };
  for (const Case& c : table) {
    EXPECT_EQ(Rules::compile(c.permissions).admits(ip(c.client), c.port), c.admitted) << c.name;
  }
}

TEST(Rules, AdmitsNobodyIsAboutThePort) {
  EXPECT_TRUE(Rules().admits_nobody(5432));
  const std::vector<Permission> one = {permission(6, 5432, 5432, {"127.0.0.1/32"})};
  EXPECT_FALSE(Rules::compile(one).admits_nobody(5432));
  EXPECT_TRUE(Rules::compile(one).admits_nobody(5433));
  const std::vector<Permission> empty = {permission(6, 5432, 5432, {}), permission(17, 5432, 5432, {"0.0.0.0/0"})};
  EXPECT_TRUE(Rules::compile(empty).admits_nobody(5432));
}

TEST(Rules, AThousandBlocks) {
  Permission many = permission(6, 5432, 5432, {});
  for (int i = 0; i < 1000; ++i) many.cidrs.push_back(Cidr{IpAddress::v4(0x0a000000U + 512U * static_cast<unsigned>(i)), 24});
  const Rules rules = Rules::compile({&many, 1});
  for (unsigned i = 0; i < 1000; ++i) {
    EXPECT_TRUE(rules.admits(IpAddress::v4(0x0a000000U + 512 * i + 255), 5432));
    EXPECT_FALSE(rules.admits(IpAddress::v4(0x0a000000U + 512 * i + 256), 5432));
  }
}

}  // namespace
}  // namespace haar::frontdoor
