#include "frontdoor/rules.h"

#include <algorithm>
#include <map>
#include <utility>

namespace haar::frontdoor {

namespace {

// Sorted, and overlapping intervals are one; families sort apart.
std::vector<Rules::Interval> merged(std::vector<Rules::Interval> all) {
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Rules::Interval> out;
  for (const Rules::Interval& next : all) {
    if (!out.empty() && out.back().last.v6 == next.first.v6 && next.first <= out.back().last) {
      out.back().last = std::max(out.back().last, next.last);
    } else {
      out.push_back(next);
    }
  }
  return out;
}

}  // namespace

std::optional<std::pair<int, int>> tcp_ports(const Permission& permission) {
  constexpr int last_port = 65535;
  if (permission.protocol == Permission::all_protocols) return std::pair(0, last_port);
  if (permission.protocol != Permission::tcp || permission.from_port > permission.to_port) return std::nullopt;
  return std::pair(permission.from_port, permission.to_port);
}

Rules Rules::compile(std::span<const Permission> permissions) {
  // A thousand rules for one port are one sorted list, not a thousand lists.
  std::map<std::pair<int, int>, std::vector<Interval>> by_ports;
  for (const Permission& permission : permissions) {
    const auto ports = tcp_ports(permission);
    if (!ports) continue;
    std::vector<Interval>& all = by_ports[*ports];
    for (const Cidr& cidr : permission.cidrs) all.push_back({cidr.first(), cidr.last()});
    for (const IpAddress& address : permission.addresses) all.push_back({address, address});
  }
  Rules out;
  for (auto& [ports, all] : by_ports) {
    if (!all.empty()) out.ranges_.push_back({ports.first, ports.second, merged(std::move(all))});
  }
  return out;
}

std::vector<Rules::Interval> Rules::clients_of(std::uint16_t port) const {
  std::vector<Interval> all;
  for (const PortRange& range : ranges_) {
    if (port >= range.from && port <= range.to) all.insert(all.end(), range.clients.begin(), range.clients.end());
  }
  return merged(std::move(all));
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
