#include "frontdoor/syn_filter.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace haar::frontdoor {
namespace {

IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }

// Runs a program as the kernel would, over a packet of which only the source address and port matter.
bool keeps(const FilterProgram& program, const IpAddress& source, std::uint16_t port) {
  std::uint32_t accumulator = 0;
  for (std::size_t at = 0; at < program.size(); ++at) {
    const sock_filter& step = program[at];
    if (step.code == (BPF_LD | BPF_W | BPF_ABS)) {
      const std::uint32_t start = static_cast<std::uint32_t>(SKF_NET_OFF) + (source.v6 ? 8 : 12);
      const std::size_t byte = step.k - start;
      EXPECT_LE(byte + 4, source.v6 ? 16U : 4U);
      accumulator = 0;
      for (std::size_t i = 0; i < 4; ++i) accumulator = accumulator << 8 | source.bytes[byte + i];
    } else if (step.code == (BPF_LD | BPF_H | BPF_ABS)) {
      accumulator = port;
    } else if (step.code == (BPF_ALU | BPF_AND | BPF_K)) {
      accumulator &= step.k;
    } else if (step.code == (BPF_RET | BPF_K)) {
      return step.k != 0;
    } else {
      const bool met = step.code == (BPF_JMP | BPF_JEQ | BPF_K)   ? accumulator == step.k
                       : step.code == (BPF_JMP | BPF_JGE | BPF_K) ? accumulator >= step.k
                                                                  : accumulator > step.k;
      at += met ? step.jt : step.jf;
    }
  }
  ADD_FAILURE() << "the program runs off its end";
  return false;
}

TEST(SynFilter, SaysWhatTheAdmissionSays) {
  const Admission some = Admission::compile({
      {ip("10.0.0.3"), ip("10.0.1.17"), "a"},
      {ip("10.9.0.0"), ip("10.9.0.0"), "a", {{1024, 65535}}},
      {ip("127.0.0.1"), ip("127.0.0.1"), "", {{5, 7}, {9, 9}}},
      {ip("203.0.113.0"), ip("255.255.255.255"), ""},
      {ip("2001:db8::5"), ip("2001:db9::"), ""},
      {ip("fd00:1:2:3::"), ip("fd00:1:2:3:ffff:ffff:ffff:ffff"), "a"},
  });
  const Hosts hosts = {{ip("127.46.0.5"), {"a", ip("10.0.0.5"), ip("fd00:1:2:3::5")}},
                       {ip("127.46.0.6"), {"b", ip("10.0.0.6"), std::nullopt}},
                       {ip("203.0.113.9"), {"a", ip("10.8.0.0"), std::nullopt}}};
  const auto v4 = syn_filter(some, hosts, false), v6 = syn_filter(some, hosts, true);
  ASSERT_TRUE(v4 && v6);
  for (const char* text : {"10.0.0.2", "10.0.0.3", "10.0.0.255", "10.0.1.17", "10.0.1.18", "10.9.0.0", "10.9.0.1", "127.0.0.1",
                           "127.0.0.2", "127.46.0.5", "127.46.0.6", "203.0.112.255", "203.0.113.0", "203.0.113.9",
                               "255.255.255.255",
                           "2001:db8::4", "2001:db8::5", "2001:db8:ffff::", "2001:db9::", "2001:db9::1", "fd00:1:2:3::1",
                           "fd00:1:2:4::", "::", "ffff::"}) {
    for (const int port : {0, 4, 5, 7, 8, 9, 10, 1023, 1024, 65535}) {
      const auto number = static_cast<std::uint16_t>(port);
      const auto client = identify(hosts, ip(text), number);
      EXPECT_EQ(keeps(ip(text).v6 ? *v6 : *v4, ip(text), number), client && some.admits(*client)) << text << " " << port;
    }
  }
  EXPECT_FALSE(keeps(*syn_filter(Admission(), {}, false), ip("127.0.0.1"), 1));
}

TEST(SynFilter, BlocksAreExactlyTheRange) {
  struct Case {
    const char *first, *last, *blocks;
  };
  for (const Case& c : std::vector<Case>{{"0.0.0.0", "255.255.255.255", "0.0.0.0/0 "},
                                         {"10.0.0.1", "10.0.0.6", "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32 "},
                                         {"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0 "}}) {
    std::string said;
    for (const Cidr& block : blocks_of(ip(c.first), ip(c.last))) said += block.str() + " ";
    EXPECT_EQ(said, c.blocks);
  }
}

TEST(SynFilter, IsNotMadeLongerThanTheKernelTakes) {
  std::vector<Admitted> many;
  for (std::uint32_t i = 0; i < 1'000; ++i) many.push_back({IpAddress::v4(0x0a000000 + 2 * i),
      IpAddress::v4(0x0a000000 + 2 * i), ""});
  const auto thousand = syn_filter(Admission::compile(many), {}, false);
  ASSERT_TRUE(thousand);
  EXPECT_LE(thousand->size(), std::size_t{BPF_MAXINSNS});
  for (std::uint32_t i = 1'000; i < 2'000; ++i) many.push_back({IpAddress::v4(0x0a000000 + 2 * i),
      IpAddress::v4(0x0a000000 + 2 * i), ""});
  EXPECT_FALSE(syn_filter(Admission::compile(many), {}, false));
}

}  // namespace
}  // namespace haar::frontdoor
