// https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-deleting.html
#include "services/ec2/network/dependencies.h"

#include <algorithm>

#include "services/ec2/records.h"

namespace haar::ec2 {
namespace {

store::Key term_of(const Place& place, std::string_view id) { return store::join(place.account, place.region, id); }

constexpr auto any = [](const auto&) { return true; };

// Whether a record that the index lists under the id counts.
template <const auto& space, const auto& index, auto counts = any>
bool one_in(const store::Reader& reader, const Place& place, std::string_view id) {
  for (const auto& [key, record] : reader.find(space, index, term_of(place, id))) {
    if (counts(record)) return true;
  }
  return false;
}

constexpr auto not_default_group = [](const SecurityGroupRecord& group) { return !group.is_default(); };
constexpr auto not_default_acl = [](const NetworkAclRecord& acl) { return !acl.is_default; };
constexpr auto not_main_table = [](const RouteTableRecord& table) {
  return std::ranges::none_of(table.associations, &RouteTableAssociationRecord::main);
};
constexpr auto is_active = [](const PeeringRecord& peering) { return peering.is_active(); };

}  // namespace

std::span<const Blocker> subnet_blockers() {
  // Instances, databases, caches, NAT gateways and interface endpoints have an interface in their subnet.
  static constexpr Blocker rows[] = {
      {"network interface", one_in<network_interfaces, interfaces_by_subnet>},
  };
  return rows;
}

std::span<const Blocker> vpc_blockers() {
  static constexpr Blocker rows[] = {
      {"network interface", one_in<network_interfaces, interfaces_by_vpc>},
      {"subnet", one_in<subnets, subnets_by_vpc>},
      {"security group", one_in<security_groups, security_groups_by_vpc, not_default_group>},
      {"network ACL", one_in<network_acls, network_acls_by_vpc, not_default_acl>},
      {"route table", one_in<route_tables, route_tables_by_vpc, not_main_table>},
      {"internet gateway", one_in<internet_gateways, internet_gateways_by_vpc>},
      {"egress-only internet gateway", one_in<egress_only_gateways, egress_only_gateways_by_vpc>},
      {"association of a security group", one_in<security_group_vpcs, group_vpcs_by_vpc>},
      {"VPC peering connection", one_in<peerings, peerings_by_vpc, is_active>},
      {"VPC endpoint", one_in<vpc_endpoints, vpc_endpoints_by_vpc>},
  };
  return rows;
}

std::optional<std::string_view> first_blocker(const store::Reader& reader, const Place& place,
                                              std::span<const Blocker> blockers, std::string_view id) {
  for (const Blocker& blocker : blockers) {
    if (blocker.exists(reader, place, id)) return blocker.what;
  }
  return std::nullopt;
}

}  // namespace haar::ec2
