#include "frontdoor/listener.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "frontdoor/frontdoor.h"

namespace haar::frontdoor {
namespace {

constexpr int listen_backlog = 512;

Error unavailable(const IpAddress& address, std::uint16_t port) {
  return Error{"EndpointUnavailable", fmt::format("cannot listen on {}:{}: {}", address.str(), port, std::strerror(errno)),
               503, Fault::receiver};
}

}  // namespace

Result<Fd> bind_listener(const IpAddress& address, std::uint16_t port, Place place) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (address.v6) {
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&storage);
    in6->sin6_family = AF_INET6;
    in6->sin6_port = htons(port);
    std::memcpy(&in6->sin6_addr, address.bytes.data(), 16);
    size = sizeof *in6;
  } else {
    auto* in = reinterpret_cast<sockaddr_in*>(&storage);
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    std::memcpy(&in->sin_addr, address.bytes.data(), 4);
    size = sizeof *in;
  }
  Fd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (address.v6 && place == Place::own_block) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
  // Sessions that ended a minute ago (TIME_WAIT) do not keep the address; a listener of another program does.
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    return unavailable(address, port);
  }
  return fd;
}

Result<void> start_listening(const Fd& listener, const IpAddress& address, std::uint16_t port) {
  if (::listen(listener.get(), listen_backlog) != 0) return unavailable(address, port);
  return {};
}

Result<Fd> open_listener(const IpAddress& address, std::uint16_t port) {
  Fd fd = TRY(bind_listener(address, port));
  TRY(start_listening(fd, address, port));
  return fd;
}

std::uint16_t port_of(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

Result<void> probe(const IpAddress& address, std::uint16_t port) {
  TRY(open_listener(address, port));
  return {};
}

AddressSlice AddressSlice::of_folder(std::string_view data_folder) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char c : data_folder) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  constexpr std::uint32_t second_octets = 254;  // 1 … 254
  AddressSlice slice;
  slice.base_ = (127U << 24) | ((1 + (hash >> 4) % second_octets) << 16) | ((hash & 15U) << 12);
  return slice;
}

IpAddress AddressSlice::at(std::uint32_t index) const { return IpAddress::v4(base_ + 1 + index); }

std::string AddressSlice::cidr() const { return IpAddress::v4(base_).str() + "/20"; }

bool AddressSlice::contains(const IpAddress& address) const {
  return !address.v6 && (address.as_v4() & ~0xfffU) == base_;
}

Result<IpAddress> AddressSlice::choose(std::uint16_t port,
                                       const std::function<bool(const IpAddress&)>& taken) const {
  std::string reason = "every address is in use";
  for (std::uint32_t i = 0; i < size; ++i) {
    const IpAddress candidate = at(i);
    if (taken && taken(candidate)) continue;
    const auto free = probe(candidate, port);
    if (free.ok()) return candidate;
    reason = free.error().message + "; does another server listen on that port of every address?";
  }
  return Error{"InsufficientAddressCapacity", fmt::format("no address of {} has port {} free: {}", cidr(), port, reason),
               503, Fault::receiver};
}

}  // namespace haar::frontdoor
