#include "services/ec2/reachability/compile.h"

#include <algorithm>

namespace haar::ec2 {
namespace {

using frontdoor::Admitted;
using frontdoor::SourcePorts;

// Where the answer of a decision can change: an address begins a stretch in which it is the same.
class Borders {
 public:
  void add(const IpAddress& first, const IpAddress& last) {
    all_.push_back(first);
    if (const auto next = next_address(last)) all_.push_back(*next);
  }
  void add(const Block& block) { add(block.first, block.last); }
  void add(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) add(block);
  }
  [[nodiscard]] std::vector<IpAddress> sorted() && {
    std::sort(all_.begin(), all_.end());
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
    return std::move(all_);
  }

 private:
  std::vector<IpAddress> all_;
};

IpAddress last_of_family(bool v6) { return Cidr{IpAddress{.v6 = v6, .bytes = {}}, 0}.last(); }

std::vector<IpAddress> borders_of(const DestinationView& to) {
  Borders out;
  if (to.v4) out.add(IpAddress{}, last_of_family(false));
  if (to.v6) out.add(IpAddress{.v6 = true, .bytes = {}}, last_of_family(true));
  const auto add_vpc = [&](const VpcView& vpc) {
    out.add(vpc.blocks);
    for (const SubnetView& subnet : vpc.subnets) out.add(subnet.blocks);
    for (const auto& [address, interface] : vpc.restricted) out.add(address, address);
  };
  add_vpc(*to.vpc);
  for (const auto& [key, peer] : to.peers) add_vpc(*peer);
  if (to.subnet->routes != nullptr) {
    for (const RouteView& route : to.subnet->routes->routes) out.add(route.destination);
  }
  if (to.subnet->acl != nullptr) {
    for (const auto& side : {to.subnet->acl->ingress, to.subnet->acl->egress}) {
      for (const AclEntry& entry : side) out.add(entry.block);
    }
  }
  for (const auto& interval : to.blocks.clients_of(to.port)) out.add(interval.first, interval.last);
  for (const auto& [vpc, members] : to.members) {
    for (const IpAddress& member : members) out.add(member, member);
  }
  return std::move(out).sorted();
}

void add_port_borders(std::vector<int>& out, const std::vector<AclEntry>& entries) {
  for (const AclEntry& entry : entries) {
    out.push_back(entry.ports.from);
    out.push_back(entry.ports.to + 1);
  }
}

// The client's ports from which a client of this address is admitted.
std::vector<SourcePorts> ports_of(const DestinationView& to, const IpAddress& address, std::string& network) {
  constexpr int last_port = 65535;
  const Verdict any = decide(to, {address, last_port});
  if (any.source_vpc != nullptr) network = any.source_vpc->key;
  std::vector<int> borders{0};
  if (any.source_subnet != to.subnet) {
    if (to.subnet->acl != nullptr) add_port_borders(borders, to.subnet->acl->egress);
    if (any.source_subnet != nullptr && any.source_subnet->acl != nullptr)
      add_port_borders(borders, any.source_subnet->acl->ingress);
  }
  std::sort(borders.begin(), borders.end());
  borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
  std::erase_if(borders, [](int port) { return port < 0 || port > last_port; });
  std::vector<SourcePorts> out;
  for (std::size_t i = 0; i < borders.size(); ++i) {
    const int last = i + 1 < borders.size() ? borders[i + 1] - 1 : last_port;
    const Verdict verdict = decide(to, {address, static_cast<std::uint16_t>(borders[i])});
    // Refused for what has nothing to do with the client's port: so are the others.
    if (!verdict.admitted() && verdict.gate != Gate::destination_acl_out && verdict.gate != Gate::source_acl_in) return {};
    if (!verdict.admitted()) continue;
    if (!out.empty() && out.back().last + 1 == borders[i]) out.back().last = static_cast<std::uint16_t>(last);
    else out.push_back({static_cast<std::uint16_t>(borders[i]), static_cast<std::uint16_t>(last)});
  }
  return out;
}

}  // namespace

frontdoor::Admission admission_of(const DestinationView& to) {
  if (to.interface == nullptr || to.subnet == nullptr) return {};
  const std::vector<IpAddress> borders = borders_of(to);
  std::vector<Admitted> out;
  for (std::size_t i = 0; i < borders.size(); ++i) {
    Admitted range{borders[i], last_of_family(borders[i].v6), {}, {}};
    range.ports = ports_of(to, borders[i], range.network);
    if (range.ports.empty()) continue;
    if (i + 1 < borders.size() && borders[i + 1].v6 == borders[i].v6) range.last = previous_address(borders[i + 1]);
    out.push_back(std::move(range));
  }
  return frontdoor::Admission::compile(std::move(out));
}

std::vector<std::string> networks_of(const DestinationView& to) {
  std::vector<std::string> out;
  if (to.vpc != nullptr) out.push_back(to.vpc->key);
  for (const auto& [key, peer] : to.peers) out.push_back(key);
  return out;
}

std::optional<std::pair<IpAddress, frontdoor::HostOf>> host_of(const store::Key& key, const NetworkInterfaceRecord& interface) {
  const auto host = IpAddress::parse(interface.host_address);
  if (!host) return std::nullopt;
  frontdoor::HostOf of{VpcName(key.account(), ::haar::Region(key.region()), interface.vpc_id).str(), std::nullopt, std::nullopt};
  for (const IpAddress& address : addresses_of(interface)) {
    std::optional<IpAddress>& own = address.v6 ? of.v6 : of.v4;
    if (!own) own = address;
  }
  return std::pair(*host, std::move(of));
}

}  // namespace haar::ec2
