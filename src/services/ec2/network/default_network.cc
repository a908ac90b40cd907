// What AWS puts into every region of a new account.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
#include <algorithm>
#include <cassert>

#include "base/ip_address.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/network/default_network.h"
#include "services/ec2/network/opted_in_region.h"

namespace haar::ec2 {
namespace {

constexpr std::string_view default_vpc_cidr = "172.31.0.0/16";
constexpr int default_subnet_prefix = 20;
constexpr std::uint32_t default_subnet_size = 1u << (32 - default_subnet_prefix);
// VPC, DHCP options, group and its two rules, gateway, route table, ACL; a subnet for each zone beside them.
constexpr std::size_t fixed_writes_per_region = 8;
// Fewer than a transaction takes (store::Limits).
constexpr std::size_t writes_per_step_max = 120;

SubnetRecord default_subnet(Random& random, const VpcRecord& vpc, const ZoneFacts& zone, const Cidr& block) {
  SubnetRecord subnet;
  subnet.id = ec2_id(random, "subnet");
  subnet.vpc_id = vpc.id;
  subnet.cidr = block.str();
  subnet.zone = zone.name;
  subnet.zone_id = zone.id;
  subnet.default_for_az = true;
  subnet.map_public_ip_on_launch = true;
  return subnet;
}

std::vector<std::string> add_subnets(Site& site, const VpcRecord& vpc, const RegionFacts& region) {
  std::vector<std::string> ids;
  std::uint32_t network = Cidr::parse_block(default_vpc_cidr)->base.as_v4();
  for (const ZoneFacts& zone : region.zones) {
    SubnetRecord subnet = default_subnet(site.random, vpc, zone, {IpAddress::v4(network), default_subnet_prefix});
    subnet.created_at = site.now;
    ids.push_back(subnet.id);
    site.txn.put(subnets, site.key(subnet.id), subnet);
    network += default_subnet_size;
  }
  return ids;
}

std::size_t writes_of(const RegionFacts& region) { return fixed_writes_per_region + region.zones.size(); }

store::Key progress_key(const AccountId& account) { return store::key_of(account, store::global, "progress"); }

}  // namespace

std::string add_default_vpc(Site& site, const RegionFacts& region) {
  VpcRecord vpc;
  vpc.id = ec2_id(site.random, "vpc");
  vpc.cidr = default_vpc_cidr;
  vpc.cidr_association_id = ec2_id(site.random, "vpc-cidr-assoc");
  vpc.is_default = true;
  vpc.dns_hostnames = true;  // CreateVpc leaves it off
  vpc.created_at = site.now;
  const std::vector<std::string> subnet_ids = add_subnets(site, vpc, region);
  InternetGatewayRecord gateway;
  gateway.id = ec2_id(site.random, "igw");
  gateway.vpc_id = vpc.id;
  site.txn.put(internet_gateways, site.key(gateway.id), gateway);
  furnish(site, vpc, subnet_ids, gateway.id);
  return vpc.id;
}

std::optional<SubnetRecord> new_default_subnet(Site& site, const VpcRecord& vpc, const ZoneFacts& zone) {
  const Cidr whole = *Cidr::parse_block(vpc.cidr);
  std::vector<std::string> taken;
  for (const SubnetRecord* subnet : subnets_of_vpc(site.txn, site.place, vpc.id)) taken.push_back(subnet->cidr);
  for (std::uint64_t network = whole.first().as_v4(); network <= whole.last().as_v4(); network += default_subnet_size) {
    const Cidr block{IpAddress::v4(static_cast<std::uint32_t>(network)), default_subnet_prefix};
    if (!overlaps_any(block, taken)) return default_subnet(site.random, vpc, zone, block);
  }
  return std::nullopt;
}

void begin_default_networks(store::Txn& txn, const AccountId& account) {
  DefaultNetworksRecord progress;
  for (const RegionFacts& region : all_regions()) {
    if (region.enabled_by_default) progress.regions_left.emplace_back(region.name);
  }
  txn.put(default_networks, progress_key(account), std::move(progress));
}

bool continue_default_networks(store::Txn& txn, Random& random, const AccountId& account, Timestamp now) {
  const DefaultNetworksRecord* before = txn.get(default_networks, progress_key(account));
  if (before == nullptr) return false;
  DefaultNetworksRecord progress = *before;
  std::size_t writes = 1;  // of the progress itself
  while (!progress.regions_left.empty()) {
    const RegionFacts* region = find_region(progress.regions_left.back());
    assert(region != nullptr);
    writes += writes_of(*region);
    if (writes > writes_per_step_max) break;
    Site site{txn, random, Place(account, ::haar::Region(region->name)), now};
    add_default_vpc(site, *region);
    progress.regions_left.pop_back();
  }
  const bool more = !progress.regions_left.empty();
  if (more) {
    txn.put(default_networks, progress_key(account), std::move(progress));
  } else {
    txn.erase(default_networks, progress_key(account));
  }
  return more;
}

std::vector<AccountId> unfinished_default_networks(const store::Reader& reader) {
  std::vector<AccountId> accounts;
  for (const auto& [key, progress] : reader.scan(default_networks, store::prefix_of())) accounts.push_back(key.account());
  return accounts;
}

bool lacks_default_networks(const store::Reader& reader, const AccountId& account) {
  return reader.get(default_networks, progress_key(account)) != nullptr;
}

void begin_default_network(store::Txn& txn, const AccountId& account, const RegionFacts& region) {
  if (!txn.scan(vpcs, store::prefix_of(account, region.name)).empty()) return;
  const DefaultNetworksRecord* before = txn.get(default_networks, progress_key(account));
  DefaultNetworksRecord progress = before == nullptr ? DefaultNetworksRecord{} : *before;
  progress.regions_left.emplace_back(region.name);
  txn.put(default_networks, progress_key(account), std::move(progress));
}

bool lacks_default_network(const store::Reader& reader, const AccountId& account, std::string_view region) {
  const DefaultNetworksRecord* progress = reader.get(default_networks, progress_key(account));
  return progress != nullptr && std::ranges::find(progress->regions_left, region) != progress->regions_left.end();
}

std::optional<AccountId> begins_default_networks(const store::Changed& change) {
  if (change.space != default_networks.name() || change.erased) return std::nullopt;
  return change.key.account();
}

}  // namespace haar::ec2
