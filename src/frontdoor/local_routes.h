// Addresses of VPCs on this machine: a route of type "local" through the loopback interface makes the kernel take every
// address of a block for one of its own (AnyIP), so that an endpoint can listen on its interface's own address and a client
// can come from one. Making such a route needs CAP_NET_ADMIN; nothing else of haar does.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ip_address.h"
#include "base/result.h"

namespace haar::frontdoor {

// How routes that haar made are known from others (rtm_protocol): no routing daemon uses the number.
inline constexpr int own_route_protocol = 142;

struct Route {
  Cidr destination;
  std::string interface;
  int protocol = 0;
  bool local = false;  // of type "local": an address of this machine, or a block of them
};

// All routes of all tables, IPv4 and IPv6.
Result<std::vector<Route>> read_routes();
// The blocks that haar has made addresses of this machine.
std::vector<Cidr> own_blocks(std::span<const Route> routes);
// The route that a block would get in the way of: any that is not ours and overlaps it, but for default routes.
std::optional<Route> in_the_way(std::span<const Route> routes, const Cidr& block);

// What a person would type for it.
std::string route_command(const Cidr& block, bool add);
// The same, by this process. Error "NotPermitted" without the privilege.
Result<void> add_own_route(const Cidr& block);
Result<void> remove_own_route(const Cidr& block);

}  // namespace haar::frontdoor
