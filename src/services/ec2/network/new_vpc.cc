#include "services/ec2/network/new_vpc.h"

#include "services/ec2/network/network_acl_rules.h"

namespace haar::ec2 {
namespace {

constexpr std::string_view every_ipv4 = "0.0.0.0/0", every_ipv6 = "::/0";

bool has_ipv6(const VpcRecord& vpc) { return !vpc.ipv6_cidrs.empty(); }

void add_entry(std::vector<NetworkAclEntryRecord>& out, std::int32_t number, bool egress, bool allow,
               std::string_view cidr) {
  NetworkAclEntryRecord& entry = out.emplace_back();
  entry.number = number;
  entry.egress = egress;
  entry.allow = allow;
  entry.cidr = cidr;
}

}  // namespace

std::vector<std::string> ipv4_blocks(const VpcRecord& vpc) {
  std::vector<std::string> blocks{vpc.cidr};
  for (const CidrAssociationRecord& more : vpc.more_cidrs) blocks.push_back(more.cidr);
  return blocks;
}

std::vector<std::string> ipv6_blocks(const VpcRecord& vpc) {
  std::vector<std::string> blocks;
  for (const CidrAssociationRecord& block : vpc.ipv6_cidrs) blocks.push_back(block.cidr);
  return blocks;
}

SecurityGroupRuleRecord all_egress_rule(Random& random, std::string_view group_id, bool ipv6, std::int64_t sequence) {
  SecurityGroupRuleRecord rule;
  rule.id = ec2_id(random, "sgr");
  rule.group_id = group_id;
  rule.egress = true;
  rule.protocol = "-1";
  (ipv6 ? rule.cidr_ipv6 : rule.cidr_ipv4) = ipv6 ? every_ipv6 : every_ipv4;
  rule.sequence = sequence;
  return rule;
}

void add_default_security_group(Site& site, const VpcRecord& vpc) {
  SecurityGroupRecord group;
  group.id = ec2_id(site.random, "sg");
  group.name = "default";
  group.description = "default VPC security group";
  group.vpc_id = vpc.id;
  group.created_at = site.now;
  site.txn.put(security_groups, site.key(group.id), group);

  std::int64_t sequence = 0;
  SecurityGroupRuleRecord ingress;
  ingress.id = ec2_id(site.random, "sgr");
  ingress.group_id = group.id;
  ingress.protocol = "-1";
  ingress.peer_group_id = group.id;
  ingress.peer_account = site.place.account.value;
  ingress.peer_vpc_id = vpc.id;
  ingress.sequence = ++sequence;
  site.txn.put(security_group_rules, site.key(ingress.id), ingress);

  for (const bool ipv6 : {false, true}) {
    if (ipv6 && !has_ipv6(vpc)) continue;
    const SecurityGroupRuleRecord egress = all_egress_rule(site.random, group.id, ipv6, ++sequence);
    site.txn.put(security_group_rules, site.key(egress.id), egress);
  }
}

void add_main_route_table(Site& site, const VpcRecord& vpc, std::string_view gateway_id) {
  RouteTableRecord table;
  table.id = ec2_id(site.random, "rtb");
  table.vpc_id = vpc.id;
  for (const auto& blocks : {ipv4_blocks(vpc), ipv6_blocks(vpc)}) {
    for (const std::string& block : blocks) table.routes.push_back({block, "local", "CreateRouteTable"});
  }
  if (!gateway_id.empty()) table.routes.push_back({std::string(every_ipv4), std::string(gateway_id), "CreateRoute"});
  table.associations = {{ec2_id(site.random, "rtbassoc"), true, ""}};
  site.txn.put(route_tables, site.key(table.id), table);
}

std::vector<NetworkAclEntryRecord> last_acl_entries(const VpcRecord& vpc) {
  std::vector<NetworkAclEntryRecord> entries;
  for (const bool egress : {true, false}) {
    add_entry(entries, acl_last_ipv4_rule, egress, false, every_ipv4);
    if (has_ipv6(vpc)) add_entry(entries, acl_last_ipv6_rule, egress, false, every_ipv6);
  }
  return entries;
}

std::vector<NetworkAclEntryRecord> default_acl_entries(const VpcRecord& vpc) {
  std::vector<NetworkAclEntryRecord> entries;
  for (const bool egress : {true, false}) {
    add_entry(entries, acl_allow_ipv4_rule, egress, true, every_ipv4);
    if (has_ipv6(vpc)) add_entry(entries, acl_allow_ipv6_rule, egress, true, every_ipv6);
  }
  for (NetworkAclEntryRecord& last : last_acl_entries(vpc)) entries.push_back(std::move(last));
  sort_acl_entries(entries);
  return entries;
}

void add_default_network_acl(Site& site, const VpcRecord& vpc, std::span<const std::string> subnet_ids) {
  NetworkAclRecord acl;
  acl.id = ec2_id(site.random, "acl");
  acl.vpc_id = vpc.id;
  acl.is_default = true;
  acl.entries = default_acl_entries(vpc);
  for (const std::string& subnet_id : subnet_ids) {
    acl.associations.push_back({ec2_id(site.random, "aclassoc"), subnet_id});
  }
  site.txn.put(network_acls, site.key(acl.id), acl);
}

std::string default_dhcp_options(Site& site) {
  const std::string& region = site.place.region.value;
  const std::string domain = region == "us-east-1" ? std::string("ec2.internal") : region + ".compute.internal";
  DhcpOptionsRecord made;
  made.options = {{"domain-name", {domain}}, {"domain-name-servers", {"AmazonProvidedDNS"}}};
  for (const auto& [key, options] : site.txn.scan(dhcp_options, store::prefix_of(site.place.account, site.place.region))) {
    if (options.options == made.options) return options.id;
  }
  made.id = ec2_id(site.random, "dopt");
  site.txn.put(dhcp_options, site.key(made.id), made);
  return made.id;
}

void furnish(Site& site, VpcRecord& vpc, std::span<const std::string> subnet_ids, std::string_view gateway_id) {
  vpc.dhcp_options_id = default_dhcp_options(site);
  add_default_security_group(site, vpc);
  add_main_route_table(site, vpc, gateway_id);
  add_default_network_acl(site, vpc, subnet_ids);
  site.txn.put(vpcs, site.key(vpc.id), vpc);
}

}  // namespace haar::ec2
