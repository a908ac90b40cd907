// Who may connect: security groups as address ranges. Pure: reads records, decides, touches nothing.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/ip_address.h"
#include "services/ec2/network/network.h"

namespace haar::ec2 {
namespace {

using Blocks = std::set<std::string>;

void add_address(Blocks& out, std::string_view text) {
  if (const std::optional<IpAddress> address = IpAddress::parse(text)) out.insert(Cidr::of(*address).str());
}

// The addresses of the interfaces that carry a group.
Blocks addresses_of_group(const store::Reader& reader, const Place& place, std::string_view group_id,
                          const ExtraAddresses& extra) {
  Blocks out;
  const store::Key term = store::join(place.account, place.region, group_id);
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_group, term)) {
    add_address(out, interface.private_ip);
    for (const std::string& address : interface.secondary_private_ips) add_address(out, address);
    for (const std::string& address : interface.ipv6_addresses) add_address(out, address);
    add_address(out, interface.host_address);
    for (const auto& [interface_id, address] : extra) {
      if (interface_id == interface.id) add_address(out, address);
    }
  }
  return out;
}

Blocks blocks_of_prefix_list(const store::Reader& reader, const Place& place, std::string_view list_id) {
  Blocks out;
  const PrefixListRecord* list = reader.get(prefix_lists, store::key_of(place.account, place.region, list_id));
  if (list == nullptr) return out;
  for (const std::string& text : list->cidrs) {
    if (const std::optional<Cidr> block = Cidr::parse_block(text)) out.insert(block->str());
  }
  return out;
}

Blocks peer_blocks(const store::Reader& reader, const Place& place, const SecurityGroupRuleRecord& rule,
                   const ExtraAddresses& extra) {
  if (!rule.cidr_ipv4.empty()) return {rule.cidr_ipv4};
  if (!rule.cidr_ipv6.empty()) return {rule.cidr_ipv6};
  if (!rule.prefix_list_id.empty()) return blocks_of_prefix_list(reader, place, rule.prefix_list_id);
  const AccountId owner = rule.peer_account.empty() ? place.account : AccountId(rule.peer_account);
  return addresses_of_group(reader, Place(owner, place.region), rule.peer_group_id, extra);
}

// "tcp" of a rule for "tcp", and rules for every protocol for anything.
bool covers_protocol(const IngressRange& range, std::string_view protocol) {
  return range.protocol == "-1" || range.protocol == protocol;
}

bool has_ports(std::string_view protocol) { return protocol == "tcp" || protocol == "udp"; }

}  // namespace

std::vector<IngressRange> effective_ingress(const store::Reader& reader, const Place& place,
                                            std::span<const std::string> group_ids, const ExtraAddresses& extra) {
  std::map<std::tuple<std::string, std::int32_t, std::int32_t>, Blocks> ranges;
  for (const std::string& group_id : group_ids) {
    const store::Key term = store::join(place.account, place.region, group_id);
    for (const auto& [key, rule] : reader.find(security_group_rules, rules_by_group, term)) {
      if (rule.egress) continue;
      ranges[{rule.protocol, rule.from_port, rule.to_port}].merge(peer_blocks(reader, place, rule, extra));
    }
  }
  std::vector<IngressRange> out;
  for (const auto& [line, blocks] : ranges) {
    if (blocks.empty()) continue;  // a referenced group that no interface carries admits nobody
    const auto& [protocol, from, to] = line;
    out.push_back({protocol, from, to, {blocks.begin(), blocks.end()}});
  }
  return out;
}

bool admits(std::span<const IngressRange> ranges, std::string_view protocol, std::int32_t port,
            std::string_view address) {
  const std::optional<IpAddress> source = IpAddress::parse(address);
  if (!source) return false;
  return std::any_of(ranges.begin(), ranges.end(), [&](const IngressRange& range) {
    if (!covers_protocol(range, protocol)) return false;
    if (has_ports(range.protocol) && (port < range.from || port > range.to)) return false;
    return std::any_of(range.cidrs.begin(), range.cidrs.end(), [&](const std::string& text) {
      const std::optional<Cidr> block = Cidr::parse_block(text);
      return block && block->contains(*source);
    });
  });
}

}  // namespace haar::ec2
