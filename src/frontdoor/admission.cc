#include "frontdoor/admission.h"

#include <algorithm>
#include <utility>

namespace haar::frontdoor {
namespace {

bool contains(std::span<const SourcePorts> ports, std::uint16_t port) {
  const auto after = std::upper_bound(ports.begin(), ports.end(), port,
                                      [](std::uint16_t a, const SourcePorts& b) { return a < b.first; });
  return after != ports.begin() && port <= std::prev(after)->last;
}

}  // namespace

Admission Admission::compile(std::vector<Admitted> admitted) {
  Admission out;
  for (Admitted& range : admitted) {
    if (range.ports.empty()) continue;
    if (!out.ranges_.empty()) {
      Admitted& last = out.ranges_.back();
      if (last.last.v6 == range.first.v6 && next_address(last.last) == range.first && last.network == range.network &&
          last.ports == range.ports) {
        last.last = range.last;
        continue;
      }
    }
    out.ranges_.push_back(std::move(range));
  }
  return out;
}

Admission Admission::of_rules(const Rules& rules, std::uint16_t port) {
  std::vector<Admitted> admitted;
  for (const auto& [first, last] : rules.clients_of(port)) admitted.push_back({first, last, "", {SourcePorts{}}});
  return compile(std::move(admitted));
}

std::span<const SourcePorts> Admission::ports_of(const Client& client) const {
  const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), client.address,
                                      [](const IpAddress& a, const Admitted& b) { return a < b.first; });
  if (after == ranges_.begin()) return {};
  const Admitted& range = *std::prev(after);
  const bool inside = client.address <= range.last && client.address.v6 == range.last.v6;
  return inside && (!client.network || *client.network == range.network) ? range.ports : std::span<const SourcePorts>();
}

bool Admission::admits(const Client& client) const { return contains(ports_of(client), client.port); }

std::optional<Client> identify(const Hosts& hosts, const IpAddress& address, std::uint16_t port) {
  const auto host = hosts.find(address);
  if (host == hosts.end()) return Client{address, port, std::nullopt};
  const std::optional<IpAddress>& own = address.v6 ? host->second.v6 : host->second.v4;
  if (!own) return std::nullopt;
  return Client{*own, port, host->second.network};
}

}  // namespace haar::frontdoor
