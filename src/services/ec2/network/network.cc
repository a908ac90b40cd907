#include "services/ec2/network/network.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include "base/ip_address.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

// The network's own address, the VPC router, DNS, one for future use, and broadcast.
constexpr std::uint32_t reserved_at_start = 4;
constexpr std::uint32_t reserved_at_end = 1;

store::Key key_in(const Place& place, std::string_view id) { return store::key_of(place.account, place.region, id); }
store::Key all_in(const Place& place) { return store::prefix_of(place.account, place.region); }

struct HostRange {
  std::uint32_t first = 0, count = 0;  // addresses that may be given out
};

HostRange host_range(const SubnetRecord& subnet) {
  const std::optional<Cidr> block = Cidr::parse_block(subnet.cidr);
  if (!block || block->base.v6 || block->prefix > 28) return {};  // AWS has no subnet smaller than /28
  const std::uint64_t size = std::uint64_t{1} << (32 - block->prefix);
  return {block->base.as_v4() + reserved_at_start,
          static_cast<std::uint32_t>(size - reserved_at_start - reserved_at_end)};
}

std::vector<std::string> private_ips(const NetworkInterfaceRecord& interface) {
  std::vector<std::string> out = interface.secondary_private_ips;
  out.push_back(interface.private_ip);
  return out;
}

std::set<std::uint32_t> used_addresses(const store::Reader& reader, const Place& place, const SubnetRecord& subnet) {
  std::set<std::uint32_t> used;
  const store::Key term = store::join(place.account, place.region, subnet.id);
  for (const auto& [key, interface] : reader.find(network_interfaces, interfaces_by_subnet, term)) {
    for (const std::string& text : private_ips(interface)) {
      if (const std::optional<IpAddress> address = IpAddress::parse(text)) used.insert(address->as_v4());
    }
  }
  return used;
}

}  // namespace

const VpcRecord* find_vpc(const store::Reader& reader, const Place& place, std::string_view vpc_id) {
  return reader.get(vpcs, key_in(place, vpc_id));
}

const VpcRecord* find_default_vpc(const store::Reader& reader, const Place& place) {
  for (const auto& [key, vpc] : reader.scan(vpcs, all_in(place))) {
    if (vpc.is_default) return &vpc;
  }
  return nullptr;
}

const SubnetRecord* find_subnet(const store::Reader& reader, const Place& place, std::string_view subnet_id) {
  return reader.get(subnets, key_in(place, subnet_id));
}

const SecurityGroupRecord* find_security_group(const store::Reader& reader, const Place& place,
                                               std::string_view group_id) {
  return reader.get(security_groups, key_in(place, group_id));
}

const NetworkInterfaceRecord* find_network_interface(const store::Reader& reader, const Place& place,
                                                     std::string_view interface_id) {
  return reader.get(network_interfaces, key_in(place, interface_id));
}

std::vector<const SubnetRecord*> subnets_of_vpc(const store::Reader& reader, const Place& place,
                                                std::string_view vpc_id) {
  std::vector<const SubnetRecord*> found;
  const store::Key term = store::join(place.account, place.region, vpc_id);
  for (const auto& [key, subnet] : reader.find(subnets, subnets_by_vpc, term)) found.push_back(&subnet);
  std::sort(found.begin(), found.end(), [](const SubnetRecord* a, const SubnetRecord* b) {
    return std::tie(a->zone, a->id) < std::tie(b->zone, b->id);
  });
  return found;
}

std::vector<const SubnetRecord*> default_subnets(const store::Reader& reader, const Place& place) {
  const VpcRecord* vpc = find_default_vpc(reader, place);
  if (vpc == nullptr) return {};
  std::vector<const SubnetRecord*> found = subnets_of_vpc(reader, place, vpc->id);
  std::erase_if(found, [](const SubnetRecord* subnet) { return !subnet->default_for_az; });
  return found;
}

const SecurityGroupRecord* find_security_group_by_name(const store::Reader& reader, const Place& place,
                                                       std::string_view vpc_id, std::string_view name) {
  const store::Key term = store::join(place.account, place.region, vpc_id, name);
  for (const auto& [key, group] : reader.find(security_groups, security_groups_by_name, term)) return &group;
  return nullptr;
}

const SecurityGroupRecord* default_security_group(const store::Reader& reader, const Place& place,
                                                  std::string_view vpc_id) {
  return find_security_group_by_name(reader, place, vpc_id, "default");
}

std::optional<std::string> first_group_outside_vpc(const store::Reader& reader, const Place& place,
                                                   std::span<const std::string> group_ids, std::string_view vpc_id) {
  for (const std::string& id : group_ids) {
    const SecurityGroupRecord* group = find_security_group(reader, place, id);
    if (group == nullptr || !group_serves_vpc(reader, place, *group, vpc_id)) return id;
  }
  return std::nullopt;
}

std::optional<std::string> first_missing_subnet(const store::Reader& reader, const Place& place,
                                                std::span<const std::string> subnet_ids) {
  for (const std::string& id : subnet_ids) {
    if (find_subnet(reader, place, id) == nullptr) return id;
  }
  return std::nullopt;
}

bool subnet_reaches_internet(const store::Reader& reader, const Place& place, const SubnetRecord& subnet) {
  const RouteTableRecord* table = nullptr;
  for (const auto& [key, candidate] : reader.scan(route_tables, all_in(place))) {
    if (candidate.vpc_id != subnet.vpc_id) continue;
    for (const RouteTableAssociationRecord& association : candidate.associations) {
      if (association.subnet_id == subnet.id) table = &candidate;
      // The main table serves the subnets that no other one names.
      if (association.main && table == nullptr) table = &candidate;
    }
  }
  return table != nullptr && std::any_of(table->routes.begin(), table->routes.end(), [](const RouteRecord& route) {
           return route.gateway_id.starts_with("igw-");
         });
}

std::int64_t free_address_count(const store::Reader& reader, const Place& place, const SubnetRecord& subnet) {
  return std::int64_t{host_range(subnet).count} -
         static_cast<std::int64_t>(used_addresses(reader, place, subnet).size());
}

std::optional<std::string> free_private_ip(const store::Reader& reader, const Place& place,
                                           const SubnetRecord& subnet, Random& random) {
  const HostRange range = host_range(subnet);
  const std::set<std::uint32_t> used = used_addresses(reader, place, subnet);
  if (used.size() >= range.count) return std::nullopt;
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  const std::uint32_t start = IpAddress{.v6 = false, .bytes = {bytes[0], bytes[1], bytes[2], bytes[3]}}.as_v4();
  for (std::uint32_t i = 0; i < range.count; ++i) {
    const std::uint32_t candidate = range.first + static_cast<std::uint32_t>((std::uint64_t{start} + i) % range.count);
    if (!used.contains(candidate)) return IpAddress::v4(candidate).str();
  }
  return std::nullopt;
}

bool is_assignable(const SubnetRecord& subnet, std::string_view address) {
  const std::optional<IpAddress> parsed = IpAddress::parse(address);
  const HostRange range = host_range(subnet);
  return parsed && !parsed->v6 && parsed->as_v4() >= range.first &&
         parsed->as_v4() - range.first < range.count;
}

bool is_private_ip_used(const store::Reader& reader, const Place& place, const SubnetRecord& subnet,
                        std::string_view address) {
  const std::optional<IpAddress> parsed = IpAddress::parse(address);
  return parsed && used_addresses(reader, place, subnet).contains(parsed->as_v4());
}

}  // namespace haar::ec2
