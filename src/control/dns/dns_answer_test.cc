#include "control/dns/dns_answer.h"

#include <gtest/gtest.h>

namespace haar::control {
namespace {

const std::string name = "shop.us-east-1.rds.amazonaws.com";

std::optional<IpAddress> find(const std::string& asked) {
  return asked == name ? IpAddress::parse("127.3.4.5") : std::nullopt;
}

std::string number(unsigned value) { return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)}; }

std::string wire_name(std::string text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t dot = std::min(text.find('.'), text.size());
    out += static_cast<char>(dot);
    out += text.substr(0, dot);
    text.erase(0, dot + 1);
  }
  return out + '\0';
}

constexpr unsigned type_a = 1, type_aaaa = 28, type_any = 255;

std::string query(const std::string& of, unsigned type = type_a, unsigned flags = 0x0100) {
  return number(0x1234) + number(flags) + number(1) + number(0) + number(0) + number(0) + wire_name(of) + number(type) +
         number(1);
}

int code_of(const std::string& answer) { return answer.size() < 12 ? -1 : answer[3] & 0xf; }
unsigned answers_in(const std::string& answer) { return static_cast<unsigned char>(answer[7]); }

TEST(DnsAnswer, AnEndpointHasItsAddress) {
  for (const std::string& asked : {name, std::string("SHOP.US-east-1.rds.amazonaws.com")}) {
    const std::string answer = dns_answer(query(asked), find);
    ASSERT_EQ(code_of(answer), 0);
    EXPECT_EQ(answer.substr(0, 2), number(0x1234));
    EXPECT_EQ(static_cast<unsigned char>(answer[2]) & 0x85, 0x85);  // an answer, with authority, to who desired recursion
    ASSERT_EQ(answers_in(answer), 1U);
    EXPECT_TRUE(answer.ends_with(number(0) + number(dns_seconds_to_live) + number(4) + std::string("\x7f\3\4\5", 4)));
    EXPECT_NE(answer.find(wire_name(asked)), std::string::npos);  // in the client's own spelling
  }
}

TEST(DnsAnswer, AnEndpointHasNothingElse) {
  for (const unsigned type : {type_aaaa, type_any, 16U}) {
    const std::string answer = dns_answer(query(name, type), find);
    EXPECT_EQ(code_of(answer), 0);
    EXPECT_EQ(answers_in(answer), 0U);
  }
}

TEST(DnsAnswer, AnyOtherNameIsRefused) {
  for (const char* asked : {"example.com", "us-east-1.rds.amazonaws.com", "x.shop.us-east-1.rds.amazonaws.com", ""}) {
    const std::string answer = dns_answer(query(asked), find);
    EXPECT_EQ(code_of(answer), 5) << asked;
    EXPECT_EQ(answers_in(answer), 0U);
  }
  std::string other_class = query(name);
  other_class.back() = 3;  // CHAOS
  EXPECT_EQ(code_of(dns_answer(other_class, find)), 5);
}

TEST(DnsAnswer, WhatIsNoQueryGetsNoneOrAnError) {
  EXPECT_EQ(dns_answer("", find), "");
  EXPECT_EQ(dns_answer("short", find), "");
  EXPECT_EQ(dns_answer(query(name, type_a, 0x8100), find), "");             // an answer
  EXPECT_EQ(dns_answer(std::string(dns_query_bytes_max + 1, 'x'), find), "");
  EXPECT_EQ(code_of(dns_answer(query(name, type_a, 0x2800), find)), 4);     // an update
  EXPECT_EQ(code_of(dns_answer(query(name).substr(0, 20), find)), 1);       // cut
  const std::string none = number(7) + number(0) + number(0) + number(0) + number(0) + number(0);
  EXPECT_EQ(code_of(dns_answer(none, find)), 1);
  const std::string loop =
      number(7) + number(0) + number(1) + number(0) + number(0) + number(0) + "\xc0\x0c" + number(1) + number(1);
  EXPECT_EQ(code_of(dns_answer(loop, find)), 1);  // a name that points at itself
}

// Whatever comes: an answer of bounded size, and no crash.
TEST(DnsAnswer, AnyBytesAreSurvived) {
  std::string bytes = query(name);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int value : {0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      EXPECT_LE(dns_answer(changed, find).size(), 512U);
      EXPECT_LE(dns_answer(changed.substr(0, at + 1), find).size(), 512U);
    }
  }
}

}  // namespace
}  // namespace haar::control
