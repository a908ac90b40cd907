// Addresses and CIDR blocks, IPv4 and IPv6, as security groups and subnets need them.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace haar::ec2 {

// IPv4-mapped IPv6 addresses (::ffff:10.0.0.1) are read as the IPv4 address that they stand for.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 in the first four

  static std::optional<Address> parse(std::string_view text);
  static Address v4(std::uint32_t number);
  [[nodiscard]] std::uint32_t v4_number() const;
  [[nodiscard]] std::string str() const;
  auto operator<=>(const Address&) const = default;
};

struct Cidr {
  Address base;    // with no bit set beyond the prefix
  int prefix = 0;  // 0 to 32, or to 128

  // "10.0.0.5/24" is read as 10.0.0.0/24: AWS stores the canonical form. nullopt without a prefix length,
  // or with anything else that is not a block.
  static std::optional<Cidr> parse(std::string_view text);
  // The block of one address: /32 or /128.
  static Cidr of(const Address& address);
  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool contains(const Address& address) const;
  auto operator<=>(const Cidr&) const = default;
};

}  // namespace haar::ec2
