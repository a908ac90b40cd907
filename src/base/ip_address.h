// IP addresses and CIDR blocks, as security groups, policies and the front door read them. An IPv4 client that reached
// an IPv6 socket ("::ffff:10.0.0.1") is that IPv4 client, everywhere, from the moment its address is read.
#pragma once

#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace haar {

struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 uses the first four

  // "127.0.0.1", "2001:db8::1"; a mapped address becomes the IPv4 address. nullopt for anything else.
  static std::optional<IpAddress> parse(std::string_view text);
  static std::optional<IpAddress> from(const sockaddr_storage& address);
  static IpAddress v4(std::uint32_t host_order);
  [[nodiscard]] std::uint32_t as_v4() const;  // host order; only if !v6
  [[nodiscard]] std::string str() const;
  [[nodiscard]] int bits() const { return v6 ? 128 : 32; }
  auto operator<=>(const IpAddress&) const = default;
};

// The one after it; nullopt after the last of its family.
std::optional<IpAddress> next_address(IpAddress address);
// The one before it, which is not the first of its family.
IpAddress previous_address(IpAddress address);

struct Cidr {
  IpAddress base;  // host bits cleared
  int prefix = 0;  // 0 to 32, or to 128

  // What a block is that holds the mapped addresses and more: ::ffff:0:0/95, which is neither an IPv4 block nor one
  // that any client, whose mapped address is read as IPv4, could be in.
  enum class Spanning : std::uint8_t { refused, ipv6 };

  // "10.0.0.0/8", "::/0"; a plain address is its own /32 or /128. Host bits are cleared. A mapped block of /96 or
  // longer becomes the IPv4 block.
  static std::optional<Cidr> parse(std::string_view text, Spanning spanning = Spanning::refused);
  // The same, but a text without a prefix length is no block.
  static std::optional<Cidr> parse_block(std::string_view text);
  // The block of one address: /32 or /128.
  static Cidr of(const IpAddress& address) { return {address, address.bits()}; }

  [[nodiscard]] IpAddress first() const { return base; }
  [[nodiscard]] IpAddress last() const;
  [[nodiscard]] bool contains(const IpAddress& address) const;
  // Whether every address of `other` is in this block.
  [[nodiscard]] bool contains(const Cidr& other) const { return other.prefix >= prefix && contains(other.base); }
  [[nodiscard]] std::string str() const;
  auto operator<=>(const Cidr&) const = default;
};

}  // namespace haar
