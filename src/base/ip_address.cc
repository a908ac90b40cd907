#include "base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace haar {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

IpAddress normalised(IpAddress address) {
  if (!address.v6 || !std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.bytes.begin())) return address;
  IpAddress out;
  std::copy(address.bytes.begin() + 12, address.bytes.end(), out.bytes.begin());
  return out;
}

std::optional<IpAddress> parse_raw(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  IpAddress out;
  if (::inet_pton(AF_INET, terminated.data(), out.bytes.data()) == 1) return out;
  out.v6 = true;
  if (::inet_pton(AF_INET6, terminated.data(), out.bytes.data()) == 1) return out;
  return std::nullopt;
}

// "8": decimal digits only, and not more of them than the longest length has.
std::optional<int> parse_length(std::string_view digits, int limit) {
  constexpr std::size_t digits_max = 3;
  int length = 0;
  if (digits.empty() || digits.size() > digits_max || digits[0] == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size() || length > limit) return std::nullopt;
  return length;
}

// Sets or clears the bits after `prefix`.
IpAddress fill_host_bits(IpAddress address, int prefix, bool ones) {
  for (int bit = prefix; bit < address.bits(); ++bit) {
    auto& byte = address.bytes[static_cast<std::size_t>(bit) / 8];
    const auto mask = static_cast<std::uint8_t>(0x80 >> (bit % 8));
    byte = static_cast<std::uint8_t>(ones ? (byte | mask) : (byte & ~mask));
  }
  return address;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const auto raw = parse_raw(text);
  if (!raw) return std::nullopt;
  return normalised(*raw);
}

std::optional<IpAddress> IpAddress::from(const sockaddr_storage& address) {
  IpAddress out;
  if (address.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address, sizeof in);
    std::memcpy(out.bytes.data(), &in.sin_addr, 4);
    return out;
  }
  if (address.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in6{};
  std::memcpy(&in6, &address, sizeof in6);
  out.v6 = true;
  std::memcpy(out.bytes.data(), &in6.sin6_addr, 16);
  return normalised(out);
}

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress out;
  const std::uint32_t network = htonl(host_order);
  std::memcpy(out.bytes.data(), &network, 4);
  return out;
}

std::uint32_t IpAddress::as_v4() const {
  std::uint32_t network = 0;
  std::memcpy(&network, bytes.data(), 4);
  return ntohl(network);
}

std::string IpAddress::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpAddress> next_address(IpAddress address) {
  for (int i = address.bits() / 8 - 1; i >= 0; --i) {
    if (++address.bytes[static_cast<std::size_t>(i)] != 0) return address;
  }
  return std::nullopt;
}

IpAddress previous_address(IpAddress address) {
  for (int i = address.bits() / 8 - 1; i >= 0; --i) {
    if (address.bytes[static_cast<std::size_t>(i)]-- != 0) return address;
  }
  return address;
}

std::optional<Cidr> Cidr::parse(std::string_view text, Spanning spanning) {
  constexpr int mapped_bits = 96;
  const std::size_t slash = text.find('/');
  const auto address = parse_raw(text.substr(0, slash));
  if (!address) return std::nullopt;
  int prefix = address->bits();
  if (slash != std::string_view::npos) {
    const std::optional<int> length = parse_length(text.substr(slash + 1), address->bits());
    if (!length) return std::nullopt;
    prefix = *length;
  }
  const IpAddress plain = normalised(*address);
  if (plain.v6 == address->v6) return Cidr{fill_host_bits(plain, prefix, false), prefix};
  if (prefix >= mapped_bits) return Cidr{fill_host_bits(plain, prefix - mapped_bits, false), prefix - mapped_bits};
  if (spanning == Spanning::refused) return std::nullopt;
  return Cidr{fill_host_bits(*address, prefix, false), prefix};
}

std::optional<Cidr> Cidr::parse_block(std::string_view text) {
  return text.find('/') == std::string_view::npos ? std::nullopt : parse(text);
}

IpAddress Cidr::last() const { return fill_host_bits(base, prefix, true); }

bool Cidr::contains(const IpAddress& address) const {
  return address.v6 == base.v6 && fill_host_bits(address, prefix, false) == base;
}

std::string Cidr::str() const { return base.str() + "/" + std::to_string(prefix); }

}  // namespace haar
