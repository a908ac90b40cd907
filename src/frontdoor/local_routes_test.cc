#include "frontdoor/local_routes.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/file.h"
#include "base/thread.h"
#include "frontdoor/frontdoor.h"
#include "frontdoor/listener.h"

namespace haar::frontdoor {
namespace {

Cidr block(const char* text) { return Cidr::parse(text).value(); }

void bring_loopback_up() {
  const Fd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq loopback{};
  std::memcpy(loopback.ifr_name, "lo", 3);
  loopback.ifr_flags = IFF_UP;
  ASSERT_EQ(::ioctl(fd.get(), SIOCSIFFLAGS, &loopback), 0);
}

TEST(LocalRoutes, TheMachinesOwnAreInTheWay) {
  const std::vector<Route> routes = {
      {block("0.0.0.0/0"), "eth0", 3, false},      {block("192.0.2.0/24"), "eth0", 2, false}, {block("192.0.2.2/32"), "eth0",
          2, true},
      {block("127.0.0.0/8"), "lo", 2, true},       {block("172.17.0.0/16"), "docker0", 2, false},
      {block("10.5.0.0/16"), "lo", own_route_protocol, true}, {block("fe80::/64"), "eth0", 2, false},
      {block("10.6.0.0/16"), "eth0", own_route_protocol, true}};
  struct Case {
    const char* name;
    const char* wanted;
    const char* in_the_way;
  };
  for (const Case& c : std::vector<Case>{{"free", "172.31.0.0/16", nullptr},
                                         {"the same block", "192.0.2.0/24", "192.0.2.0/24"},
                                         {"a part of it", "192.0.2.128/25", "192.0.2.0/24"},
                                         {"around it", "192.0.0.0/16", "192.0.2.0/24"},
                                         {"containers", "172.17.4.0/24", "172.17.0.0/16"},
                                         {"loopback", "127.5.0.0/16", "127.0.0.0/8"},
                                         {"ours already", "10.5.0.0/16", nullptr},
                                         {"that number on another interface is not ours", "10.6.0.0/16", "10.6.0.0/16"},
                                         {"IPv6, free", "fd00:a::/56", nullptr},
                                         {"IPv6, link-local", "fe80::/56", "fe80::/64"}}) {
    const auto found = in_the_way(routes, block(c.wanted));
    EXPECT_EQ(found ? found->destination.str() : "", c.in_the_way == nullptr ? "" : c.in_the_way) << c.name;
  }
  EXPECT_EQ(own_blocks(routes), std::vector<Cidr>{block("10.5.0.0/16")});
}

TEST(LocalRoutes, AreReadFromTheKernel) {
  const auto routes = read_routes();
  ASSERT_TRUE(routes.ok()) << routes.error().message;
  const auto loopback = std::find_if(routes->begin(), routes->end(), [](const Route& route) {
    return route.destination == block("127.0.0.0/8") && route.local && route.interface == "lo";
  });
  EXPECT_NE(loopback, routes->end());
}

// In a network of its own, where nothing else is: with the privilege, an address of the block is one of this machine.
TEST(LocalRoutes, MakeAddressesOfThisMachine) {
  std::string skipped;
  Thread apart("apart", [&] {
    if (::unshare(CLONE_NEWNET) != 0) {
      skipped = "no network of its own without root";
      return;
    }
    bring_loopback_up();
    for (const char* text : {"10.77.0.0/16", "fd00:77::/56"}) {
      const Cidr wanted = block(text);
      IpAddress inside = wanted.base;
      inside.bytes[wanted.base.v6 ? 15 : 3] = 9;
      EXPECT_FALSE(probe(inside, 5432).ok()) << text;
      const auto added = add_own_route(wanted);
      ASSERT_TRUE(added.ok()) << added.error().message;
      EXPECT_TRUE(add_own_route(wanted).ok()) << "it is there: done";
      EXPECT_EQ(own_blocks(read_routes().value()), std::vector<Cidr>{wanted});
      EXPECT_TRUE(bind_listener(inside, 5432, Place::own_block).ok()) << text;
      ASSERT_TRUE(remove_own_route(wanted).ok());
      EXPECT_TRUE(remove_own_route(wanted).ok()) << "it is gone: done";
      EXPECT_TRUE(own_blocks(read_routes().value()).empty());
    }
  });
  apart.join();
  if (!skipped.empty()) GTEST_SKIP() << skipped;
}

TEST(LocalRoutes, AreSaidAsAPersonTypesThem) {
  EXPECT_EQ(route_command(block("172.31.0.0/16"), true), "ip route add local 172.31.0.0/16 dev lo src 127.0.0.1 proto 142");
  EXPECT_EQ(route_command(block("fd00:a::/56"), false), "ip -6 route del local fd00:a::/56 dev lo proto 142");
}

}  // namespace
}  // namespace haar::frontdoor
