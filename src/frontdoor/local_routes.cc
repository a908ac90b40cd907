#include "frontdoor/local_routes.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace haar::frontdoor {
namespace {

constexpr std::size_t answer_bytes = 64 * 1024;  // more than the kernel sends at once
constexpr int answer_seconds = 5;

std::size_t size_of(bool v6) { return v6 ? 16 : 4; }

// A request of one route, with its attributes behind it.
struct Request {
  nlmsghdr header{};
  rtmsg route{};
  std::array<char, 128> attributes{};
};

void add_attribute(Request& request, unsigned short type, const void* data, std::size_t size) {
  const std::size_t at = NLMSG_ALIGN(request.header.nlmsg_len) - NLMSG_LENGTH(sizeof(rtmsg));
  auto* attribute = reinterpret_cast<rtattr*>(request.attributes.data() + at);
  attribute->rta_type = type;
  attribute->rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
  std::memcpy(RTA_DATA(attribute), data, size);
  request.header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_ALIGN(request.header.nlmsg_len) + RTA_ALIGN(attribute->rta_len));
}

Error refused(int number, const std::string& what) {
  if (number == EPERM || number == EACCES) return {"NotPermitted", what + ": needs root (CAP_NET_ADMIN)"};
  return {"RouteRefused", what + ": " + std::strerror(number)};
}

Result<Fd> open_netlink() {
  Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  const timeval bound{answer_seconds, 0};
  if (!fd.valid() || ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound) != 0)
    return system_error("cannot ask for", "the kernel's routes");
  return fd;
}

std::optional<IpAddress> address_in(const rtattr* attribute, bool v6) {
  if (RTA_PAYLOAD(attribute) < size_of(v6)) return std::nullopt;
  IpAddress out{.v6 = v6, .bytes = {}};
  std::memcpy(out.bytes.data(), RTA_DATA(attribute), size_of(v6));
  return out;
}

std::optional<Route> read_route(const nlmsghdr* message) {
  const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(message));
  if (route->rtm_family != AF_INET && route->rtm_family != AF_INET6) return std::nullopt;
  const bool v6 = route->rtm_family == AF_INET6;
  Route out;
  out.destination = {IpAddress{.v6 = v6, .bytes = {}}, route->rtm_dst_len};
  out.protocol = route->rtm_protocol;
  out.local = route->rtm_type == RTN_LOCAL;
  auto left = static_cast<int>(RTM_PAYLOAD(message));
  for (const rtattr* at = RTM_RTA(route); RTA_OK(at, left); at = RTA_NEXT(at, left)) {
    if (at->rta_type == RTA_DST) {
      const auto destination = address_in(at, v6);
      if (!destination) return std::nullopt;
      out.destination.base = *destination;
    } else if (at->rta_type == RTA_OIF && RTA_PAYLOAD(at) >= sizeof(unsigned)) {
      unsigned number = 0;
      std::memcpy(&number, RTA_DATA(at), sizeof number);
      std::array<char, IF_NAMESIZE> name{};
      if (::if_indextoname(number, name.data()) != nullptr) out.interface = name.data();
    }
  }
  return out;
}

Result<void> read_family(int family, std::vector<Route>& out) {
  const Fd netlink = TRY(open_netlink());
  Request request;
  request.header = {NLMSG_LENGTH(sizeof(rtmsg)), RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, 1, 0};
  request.route.rtm_family = static_cast<unsigned char>(family);
  if (::send(netlink.get(), &request, request.header.nlmsg_len, 0) < 0) return system_error("cannot ask for",
      "the kernel's routes");
  std::vector<char> buffer(answer_bytes);
  for (;;) {
    const ssize_t got = ::recv(netlink.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return system_error("cannot read", "the kernel's routes");
    auto left = static_cast<unsigned>(got);
    for (auto* at = reinterpret_cast<nlmsghdr*>(buffer.data()); NLMSG_OK(at, left); at = NLMSG_NEXT(at, left)) {
      if (at->nlmsg_type == NLMSG_DONE) return {};
      if (at->nlmsg_type == NLMSG_ERROR) return refused(EINVAL, "cannot read the kernel's routes");
      if (at->nlmsg_type != RTM_NEWROUTE) continue;
      if (const auto route = read_route(at)) out.push_back(*route);
    }
  }
}

Result<void> change_route(const Cidr& block, bool add) {
  const Fd netlink = TRY(open_netlink());
  const bool v6 = block.base.v6;
  Request request;
  request.header = {NLMSG_LENGTH(sizeof(rtmsg)), static_cast<std::uint16_t>(add ? RTM_NEWROUTE : RTM_DELROUTE),
                    static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | (add ? NLM_F_CREATE | NLM_F_EXCL : 0)), 1, 0};
  request.route.rtm_family = v6 ? AF_INET6 : AF_INET;
  request.route.rtm_dst_len = static_cast<unsigned char>(block.prefix);
  request.route.rtm_table = RT_TABLE_LOCAL;
  request.route.rtm_protocol = own_route_protocol;
  request.route.rtm_scope = RT_SCOPE_HOST;
  request.route.rtm_type = RTN_LOCAL;
  add_attribute(request, RTA_DST, block.base.bytes.data(), size_of(v6));
  const unsigned loopback = ::if_nametoindex("lo");
  add_attribute(request, RTA_OIF, &loopback, sizeof loopback);
  // Clients that choose no address are then the person at the machine, and not the endpoint itself.
  const IpAddress source = *IpAddress::parse(v6 ? "::1" : "127.0.0.1");
  if (add) add_attribute(request, RTA_PREFSRC, source.bytes.data(), size_of(v6));
  const std::string what = route_command(block, add);
  if (::send(netlink.get(), &request, request.header.nlmsg_len, 0) < 0) return refused(errno, what);
  std::array<char, 4096> answer{};
  const ssize_t got = ::recv(netlink.get(), answer.data(), answer.size(), 0);
  const auto* message = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (got < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))) || message->nlmsg_type != NLMSG_ERROR)
    return refused(EIO, what);
  const int failure = -static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error;
  if (failure == 0 || (add && failure == EEXIST) || (!add && failure == ESRCH)) return {};
  return refused(failure, what);
}

bool overlap(const Cidr& a, const Cidr& b) { return a.contains(b) || b.contains(a); }

bool is_own(const Route& route) { return route.local && route.protocol == own_route_protocol && route.interface == "lo"; }

}  // namespace

Result<std::vector<Route>> read_routes() {
  std::vector<Route> out;
  TRY(read_family(AF_INET, out));
  TRY(read_family(AF_INET6, out));
  return out;
}

std::vector<Cidr> own_blocks(std::span<const Route> routes) {
  std::vector<Cidr> out;
  for (const Route& route : routes) {
    if (is_own(route)) out.push_back(route.destination);
  }
  return out;
}

std::optional<Route> in_the_way(std::span<const Route> routes, const Cidr& block) {
  const auto found = std::find_if(routes.begin(), routes.end(), [&](const Route& route) {
    return route.destination.prefix > 0 && !is_own(route) && route.destination.base.v6 == block.base.v6 &&
           overlap(route.destination, block);
  });
  if (found == routes.end()) return std::nullopt;
  return *found;
}

std::string route_command(const Cidr& block, bool add) {
  return fmt::format("ip {}route {} local {} dev lo {}proto {}", block.base.v6 ? "-6 " : "", add ? "add" : "del", block.str(),
                     add ? (block.base.v6 ? "src ::1 " : "src 127.0.0.1 ") : "", own_route_protocol);
}

Result<void> add_own_route(const Cidr& block) { return change_route(block, true); }
Result<void> remove_own_route(const Cidr& block) { return change_route(block, false); }

}  // namespace haar::frontdoor
