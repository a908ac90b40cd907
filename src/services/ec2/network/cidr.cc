#include "services/ec2/network/cidr.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace haar::ec2 {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t address_text_max = 45;

// Clears the bits beyond the prefix.
void clear_host_bits(Address& address, int prefix) {
  const int size = address.v6 ? 16 : 4;
  for (int i = 0; i < size; ++i) {
    const int bits = std::clamp(prefix - i * 8, 0, 8);
    address.bytes[static_cast<std::size_t>(i)] &= static_cast<std::uint8_t>(0xff << (8 - bits));
  }
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  if (text.empty() || text.size() > address_text_max) return std::nullopt;
  const std::string terminated(text);
  Address address;
  if (inet_pton(AF_INET, terminated.c_str(), address.bytes.data()) == 1) return address;
  if (inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) != 1) return std::nullopt;
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin())) {
    Address v4;
    std::copy_n(address.bytes.begin() + 12, 4, v4.bytes.begin());
    return v4;
  }
  address.v6 = true;
  return address;
}

Address Address::v4(std::uint32_t number) {
  Address address;
  for (int i = 0; i < 4; ++i) address.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return address;
}

std::uint32_t Address::v4_number() const {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::string Address::str() const {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text, sizeof text);
  return text;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view length = text.substr(slash + 1);
  std::optional<Address> base = Address::parse(text.substr(0, slash));
  int prefix = -1;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), prefix);
  if (!base || error != std::errc() || end != length.data() + length.size()) return std::nullopt;
  const bool mapped = !base->v6 && text.substr(0, slash).find(':') != std::string_view::npos;
  if (mapped) prefix -= 96;
  if (prefix < 0 || prefix > (base->v6 ? 128 : 32)) return std::nullopt;
  clear_host_bits(*base, prefix);
  return Cidr{*base, prefix};
}

Cidr Cidr::of(const Address& address) { return {address, address.v6 ? 128 : 32}; }

std::string Cidr::str() const { return base.str() + "/" + std::to_string(prefix); }

bool Cidr::contains(const Address& address) const {
  if (address.v6 != base.v6) return false;
  Address masked = address;
  clear_host_bits(masked, prefix);
  return masked == base;
}

}  // namespace haar::ec2
