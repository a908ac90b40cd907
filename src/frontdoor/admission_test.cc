#include "frontdoor/admission.h"

#include <gtest/gtest.h>

#include <string>

namespace haar::frontdoor {
namespace {

IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }

Admitted range(const char* first, const char* last, const char* network = "", std::vector<SourcePorts> ports = {SourcePorts{}}) {
  return {ip(first), ip(last), network, std::move(ports)};
}

TEST(Admission, AdmitsByTable) {
  const Admission some = Admission::compile({
      range("10.0.0.5", "10.0.0.5", "a"),
      range("10.0.0.6", "10.0.0.9", "a", {{1024, 2000}, {3000, 3000}}),
      range("10.1.0.0", "10.1.255.255", "b"),
      range("203.0.113.0", "255.255.255.255"),
      range("fd00::1", "fd00::ffff", "a"),
  });
  struct Case {
    const char* name;
    const char* address;
    std::uint16_t port;
    std::optional<std::string> network;
    bool admitted;
  };
  const std::vector<Case> table = {
      {"before all", "1.2.3.4", 1, {}, false},
      {"one address", "10.0.0.5", 1, {}, true},
      {"a port that is admitted", "10.0.0.6", 1024, {}, true},
      {"a port before it", "10.0.0.6", 1023, {}, false},
      {"the last of its ports", "10.0.0.9", 2000, {}, true},
      {"between its ports", "10.0.0.9", 2999, {}, false},
      {"its second ports", "10.0.0.9", 3000, {}, true},
      {"behind its ports", "10.0.0.9", 3001, {}, false},
      {"behind the range", "10.0.0.10", 1024, {}, false},
      {"of the network, for certain", "10.1.2.3", 1, "b", true},
      {"of another network with that address", "10.1.2.3", 1, "a", false},
      {"of a network, where only the outside is admitted", "203.0.113.9", 1, "a", false},
      {"from outside", "203.0.113.9", 1, {}, true},
      {"the last IPv4 address", "255.255.255.255", 65535, {}, true},
      {"the first IPv6 address is another family", "::", 1, {}, false},
      {"IPv6", "fd00::7", 1, {}, true},
      {"IPv6 behind all", "ffff::", 1, {}, false},
  };
  for (const Case& c : table) EXPECT_EQ(some.admits({ip(c.address), c.port, c.network}), c.admitted) << c.name;
  EXPECT_FALSE(some.nobody());
  EXPECT_TRUE(Admission().nobody());
  EXPECT_FALSE(Admission().admits({ip("127.0.0.1"), 1}));
}

TEST(Admission, NeighboursThatSayTheSameAreOne) {
  const Admission one = Admission::compile({range("10.0.0.0", "10.0.0.4", "a"), range("10.0.0.5", "10.0.0.9", "a"),
                                            range("10.0.0.10", "10.0.0.11", "b"), range("10.0.0.13", "10.0.0.13", "b"),
                                            range("10.0.0.14", "10.0.0.14", "b", {})});
  ASSERT_EQ(one.ranges().size(), 3U);
  EXPECT_EQ(one.ranges()[0], range("10.0.0.0", "10.0.0.9", "a"));
  EXPECT_FALSE(one.admits({ip("10.0.0.14"), 1})) << "a range without a port admits nobody";
  const Admission families = Admission::compile({range("0.0.0.0", "255.255.255.255"), range("::", "::5")});
  EXPECT_EQ(families.ranges().size(), 2U);
}

TEST(Admission, AnInterfaceIsKnownByTheAddressThatStandsForIt) {
  const Hosts hosts = {{ip("127.46.0.5"), {"a", ip("10.0.0.5"), std::nullopt}}};
  const auto stands_for = identify(hosts, ip("127.46.0.5"), 7);
  ASSERT_TRUE(stands_for);
  EXPECT_EQ(stands_for->address, ip("10.0.0.5"));
  EXPECT_EQ(stands_for->network, "a");
  EXPECT_EQ(stands_for->port, 7);
  EXPECT_EQ(identify(hosts, ip("127.0.0.1"), 7)->network, std::nullopt);
  const Hosts only_v6 = {{ip("127.46.0.5"), {"a", std::nullopt, ip("fd00::1")}}};
  EXPECT_FALSE(identify(only_v6, ip("127.46.0.5"), 7)) << "it has no IPv4 address to come from";
}

}  // namespace
}  // namespace haar::frontdoor
