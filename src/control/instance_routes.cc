#include "control/instance_routes.h"

#include <algorithm>
#include <vector>

#include "services/ec2/interfaces/records.h"
#include "services/ec2/peering/records.h"

namespace haar::control {
namespace {

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
const IpAddress metadata_v4 = *IpAddress::parse("169.254.169.254");
const IpAddress metadata_v6 = *IpAddress::parse("fd00:ec2::254");
constexpr std::uint16_t metadata_port = 80;

KnownInstance known(const store::Reader& reader, const ec2::FoundInstance& found) {
  return {found, found.key.account(), Region(found.key.region()), ec2::state_of(reader, found.key, *found.record)};
}

struct PlaceOfVpc {
  std::string account, region, vpc_id;
};

// The instance's VPC, and those that active peering connections join to it.
std::vector<PlaceOfVpc> reachable_vpcs(const store::Reader& reader, const KnownInstance& instance) {
  const std::string& account = instance.account.value;
  const std::string& region = instance.region.value;
  std::vector<PlaceOfVpc> out{{account, region, instance.record->vpc_id}};
  for (const auto& [key, peering] :
       reader.find(ec2::peerings, ec2::peerings_by_vpc, store::join(account, region, instance.record->vpc_id))) {
    if (!peering.is_active()) continue;
    const ec2::PeeringSideRecord& other =
        peering.requester.vpc_id == instance.record->vpc_id ? peering.accepter : peering.requester;
    out.push_back({other.account, other.region, other.vpc_id});
  }
  return out;
}

const ec2::NetworkInterfaceRecord* interface_with(const store::Reader& reader, const KnownInstance& instance,
                                                  const std::string& address) {
  for (const PlaceOfVpc& vpc : reachable_vpcs(reader, instance)) {
    const auto found = reader
                           .find(ec2::network_interfaces, ec2::interfaces_by_address,
                                 store::join(vpc.account, vpc.region, vpc.vpc_id, address))
                           .first();
    if (found) return &found->record;
  }
  return nullptr;
}

}  // namespace

Result<KnownInstance> find_instance(const store::Reader& reader, std::string_view id, std::string_view account,
                                    std::string_view region) {
  const std::optional<ec2::FoundInstance> found = ec2::find_instance(reader, id);
  const bool fits = found && (account.empty() || found->key.account().value == account) &&
                    (region.empty() || found->key.region() == region);
  if (fits) return known(reader, *found);
  return Error{"InvalidInstanceID.NotFound", "The instance ID '" + std::string(id) + "' does not exist"};
}

std::optional<KnownInstance> instance_at(const store::Reader& reader, const IpAddress& host_address) {
  const std::optional<ec2::FoundInstance> found = ec2::find_instance_by_host_address(reader, host_address.str());
  if (!found) return std::nullopt;
  return known(reader, *found);
}

InstanceRoute route_of(const store::Reader& reader, const KnownInstance& instance, const OwnAddresses& own,
                       const HostPort& destination) {
  const std::optional<IpAddress> source = IpAddress::parse(instance.record->host_address);
  if (instance.state != ec2::instance_state::running || !source) return {"not-running", {}, {}};
  const IpAddress& to = destination.address;
  if (to == metadata_v4 || (to == metadata_v6 && instance.record->metadata.ipv6)) {
    if (destination.port != metadata_port) return {"nothing-there", {}, {}};
    return {{}, source, own.metadata};
  }
  if (destination == own.api || destination == own.metadata || own.endpoints.contains(to)) return {{}, source, {}};
  const ec2::NetworkInterfaceRecord* interface = interface_with(reader, instance, to.str());
  if (interface == nullptr) return {};
  // Where another instance has the address, nothing listens that a security group stands in front of.
  const std::optional<IpAddress> host = IpAddress::parse(interface->host_address);
  if (!host || !interface->instance_id.empty()) return {"unreachable", {}, {}};
  return {{}, source, HostPort{*host, destination.port}};
}

}  // namespace haar::control
