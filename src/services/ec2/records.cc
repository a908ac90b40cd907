#include "services/ec2/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<SubnetRecord> subnets_by_vpc{
    "by-vpc", [](const store::Key& key, const SubnetRecord& subnet, store::Terms& out) {
      out.add(key.account(), key.region(), subnet.vpc_id);
    }};
const store::Index<SecurityGroupRecord> security_groups_by_vpc{
    "by-vpc", [](const store::Key& key, const SecurityGroupRecord& group, store::Terms& out) {
      out.add(key.account(), key.region(), group.vpc_id);
    }};
const store::Index<SecurityGroupRecord> security_groups_by_name{
    "by-name", [](const store::Key& key, const SecurityGroupRecord& group, store::Terms& out) {
      out.add(key.account(), key.region(), group.vpc_id, group.name);
    }};
const store::Index<SecurityGroupRuleRecord> rules_by_group{
    "by-group", [](const store::Key& key, const SecurityGroupRuleRecord& rule, store::Terms& out) {
      out.add(key.account(), key.region(), rule.group_id);
    }};
const store::Index<SecurityGroupRuleRecord> rules_by_peer_group{
    "by-peer-group", [](const store::Key& key, const SecurityGroupRuleRecord& rule, store::Terms& out) {
      if (!rule.peer_group_id.empty()) out.add(rule.peer_account, key.region(), rule.peer_group_id);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_group{
    "by-group", [](const store::Key& key, const NetworkInterfaceRecord& interface, store::Terms& out) {
      for (const std::string& group : interface.group_ids) out.add(key.account(), key.region(), group);
    }};
const store::Index<NetworkInterfaceRecord> interfaces_by_subnet{
    "by-subnet", [](const store::Key& key, const NetworkInterfaceRecord& interface, store::Terms& out) {
      out.add(key.account(), key.region(), interface.subnet_id);
    }};
const store::KeySpace<DhcpOptionsRecord> dhcp_options{"ec2/dhcp-options"};
const store::KeySpace<VpcRecord> vpcs{"ec2/vpc"};
const store::KeySpace<SubnetRecord> subnets{"ec2/subnet", {&subnets_by_vpc}};
const store::KeySpace<SecurityGroupRecord> security_groups{
    "ec2/security-group", {&security_groups_by_vpc, &security_groups_by_name}};
const store::KeySpace<SecurityGroupRuleRecord> security_group_rules{
    "ec2/security-group-rule", {&rules_by_group, &rules_by_peer_group}};
const store::KeySpace<RouteTableRecord> route_tables{"ec2/route-table"};
const store::KeySpace<InternetGatewayRecord> internet_gateways{"ec2/internet-gateway"};
const store::KeySpace<NetworkAclRecord> network_acls{"ec2/network-acl"};
const store::KeySpace<NetworkInterfaceRecord> network_interfaces{
    "ec2/network-interface", {&interfaces_by_group, &interfaces_by_subnet}};
const store::KeySpace<PrefixListRecord> prefix_lists{"ec2/prefix-list"};
const store::KeySpace<DefaultNetworksRecord> default_networks{"ec2/default-networks"};

}  // namespace haar::ec2
