#include "frontdoor/rules.h"

#include <algorithm>

namespace haar::frontdoor {

Rules Rules::compile(std::span<const Permission> permissions) {
  Rules out;
  for (const Permission& permission : permissions) {
    PortRange range;
    if (permission.protocol == Permission::all_protocols) {
      range.to = 65535;
    } else if (permission.protocol == Permission::tcp) {
      range.from = permission.from_port;
      range.to = permission.to_port;
    } else {
      continue;
    }
    std::vector<Interval> all;
    for (const Cidr& cidr : permission.cidrs) all.push_back({cidr.first(), cidr.last()});
    for (const IpAddress& address : permission.addresses) all.push_back({address, address});
    if (all.empty() || range.from > range.to) continue;
    std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.first < b.first; });
    for (const Interval& next : all) {  // overlapping intervals become one; families sort apart
      if (!range.clients.empty() && range.clients.back().last.v6 == next.first.v6 &&
          next.first <= range.clients.back().last) {
        range.clients.back().last = std::max(range.clients.back().last, next.last);
      } else {
        range.clients.push_back(next);
      }
    }
    out.ranges_.push_back(std::move(range));
  }
  return out;
}

bool Rules::admits(const IpAddress& client, std::uint16_t port) const {
  for (const PortRange& range : ranges_) {
    if (port < range.from || port > range.to) continue;
    auto after = std::upper_bound(range.clients.begin(), range.clients.end(), client,
                                  [](const IpAddress& a, const Interval& b) { return a < b.first; });
    if (after != range.clients.begin() && client <= std::prev(after)->last && std::prev(after)->last.v6 == client.v6) {
      return true;
    }
  }
  return false;
}

bool Rules::admits_nobody(std::uint16_t port) const {
  return std::none_of(ranges_.begin(), ranges_.end(),
                      [port](const PortRange& range) { return port >= range.from && port <= range.to; });
}

}  // namespace haar::frontdoor
