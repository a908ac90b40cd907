// What AWS puts into every region of a new account.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
#include <cassert>

#include "base/ip_address.h"
#include "services/ec2/network/network.h"

namespace haar::ec2 {
namespace {

constexpr std::string_view default_vpc_cidr = "172.31.0.0/16";
constexpr int default_subnet_prefix = 20;
// VPC, DHCP options, group and its two rules, gateway, route table, ACL; a subnet for each zone beside them.
constexpr std::size_t fixed_writes_per_region = 8;
// Fewer than a transaction takes (store::Limits).
constexpr std::size_t writes_per_step_max = 120;
constexpr std::int32_t last_acl_rule = 32767;  // shown as *: what no other rule matched

// One region of one account, while it is being furnished.
struct Site {
  store::Txn& txn;
  Random& random;
  AccountId account;
  const RegionFacts& region;
  Timestamp now;
  VpcRecord vpc;
  std::vector<std::string> subnet_ids;

  [[nodiscard]] store::Key key(std::string_view id) const { return store::key_of(account, region.name, id); }
};

void add_dhcp_options(Site& site) {
  DhcpOptionsRecord options;
  options.id = ec2_id(site.random, "dopt");
  const std::string domain = site.region.name == "us-east-1"
                                 ? std::string("ec2.internal")
                                 : std::string(site.region.name) + ".compute.internal";
  options.options = {{"domain-name", {domain}}, {"domain-name-servers", {"AmazonProvidedDNS"}}};
  site.vpc.dhcp_options_id = options.id;
  site.txn.put(dhcp_options, site.key(options.id), options);
}

void add_subnets(Site& site) {
  std::uint32_t network = Cidr::parse_block(default_vpc_cidr)->base.as_v4();
  for (const ZoneFacts& zone : site.region.zones) {
    SubnetRecord subnet;
    subnet.id = ec2_id(site.random, "subnet");
    subnet.vpc_id = site.vpc.id;
    subnet.cidr = Cidr{IpAddress::v4(network), default_subnet_prefix}.str();
    subnet.zone = zone.name;
    subnet.zone_id = zone.id;
    subnet.default_for_az = true;
    subnet.map_public_ip_on_launch = true;
    site.subnet_ids.push_back(subnet.id);
    site.txn.put(subnets, site.key(subnet.id), subnet);
    network += 1u << (32 - default_subnet_prefix);
  }
}

// Lets in everything from the group's own members, and out everything.
void add_default_security_group(Site& site) {
  SecurityGroupRecord group;
  group.id = ec2_id(site.random, "sg");
  group.name = "default";
  group.description = "default VPC security group";
  group.vpc_id = site.vpc.id;
  group.created_at = site.now;
  site.txn.put(security_groups, site.key(group.id), group);

  SecurityGroupRuleRecord ingress;
  ingress.id = ec2_id(site.random, "sgr");
  ingress.group_id = group.id;
  ingress.protocol = "-1";
  ingress.peer_group_id = group.id;
  ingress.peer_account = site.account.value;
  ingress.peer_vpc_id = site.vpc.id;
  ingress.sequence = 1;
  site.txn.put(security_group_rules, site.key(ingress.id), ingress);

  SecurityGroupRuleRecord egress;
  egress.id = ec2_id(site.random, "sgr");
  egress.group_id = group.id;
  egress.egress = true;
  egress.protocol = "-1";
  egress.cidr_ipv4 = "0.0.0.0/0";
  egress.sequence = 2;
  site.txn.put(security_group_rules, site.key(egress.id), egress);
}

void add_gateway_and_routes(Site& site) {
  InternetGatewayRecord gateway;
  gateway.id = ec2_id(site.random, "igw");
  gateway.vpc_id = site.vpc.id;
  site.txn.put(internet_gateways, site.key(gateway.id), gateway);

  RouteTableRecord table;
  table.id = ec2_id(site.random, "rtb");
  table.vpc_id = site.vpc.id;
  table.routes = {{site.vpc.cidr, "local", "CreateRouteTable"}, {"0.0.0.0/0", gateway.id, "CreateRoute"}};
  table.associations = {{ec2_id(site.random, "rtbassoc"), true, ""}};
  site.txn.put(route_tables, site.key(table.id), table);
}

void add_network_acl(Site& site) {
  NetworkAclRecord acl;
  acl.id = ec2_id(site.random, "acl");
  acl.vpc_id = site.vpc.id;
  acl.is_default = true;
  for (const bool egress : {true, false}) {
    acl.entries.push_back({100, egress, true, "-1", "0.0.0.0/0"});
    acl.entries.push_back({last_acl_rule, egress, false, "-1", "0.0.0.0/0"});
  }
  for (const std::string& subnet_id : site.subnet_ids) {
    acl.associations.push_back({ec2_id(site.random, "aclassoc"), subnet_id});
  }
  site.txn.put(network_acls, site.key(acl.id), acl);
}

void furnish(Site& site) {
  site.vpc.id = ec2_id(site.random, "vpc");
  site.vpc.cidr = default_vpc_cidr;
  site.vpc.cidr_association_id = ec2_id(site.random, "vpc-cidr-assoc");
  site.vpc.is_default = true;
  site.vpc.dns_hostnames = true;  // CreateVpc leaves it off
  site.vpc.created_at = site.now;
  add_dhcp_options(site);
  add_subnets(site);
  add_default_security_group(site);
  add_gateway_and_routes(site);
  add_network_acl(site);
  site.txn.put(vpcs, site.key(site.vpc.id), site.vpc);
}

std::size_t writes_of(const RegionFacts& region) { return fixed_writes_per_region + region.zones.size(); }

store::Key progress_key(const AccountId& account) { return store::key_of(account, store::global, "progress"); }

}  // namespace

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
    Site site{txn, random, account, *region, now, {}, {}};
    furnish(site);
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

}  // namespace haar::ec2
