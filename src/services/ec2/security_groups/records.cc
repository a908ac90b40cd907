#include "services/ec2/security_groups/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<SecurityGroupRecord> security_groups_by_vpc{
    "by-vpc", [](const store::Key& key, const SecurityGroupRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<SecurityGroupRecord> security_groups_by_name{
    "by-name", [](const store::Key& key, const SecurityGroupRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id, it.name);
    }};
const store::Index<SecurityGroupRuleRecord> rules_by_group{
    "by-group", [](const store::Key& key, const SecurityGroupRuleRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.group_id);
    }};
const store::Index<SecurityGroupRuleRecord> rules_by_peer_group{
    "by-peer-group", [](const store::Key& key, const SecurityGroupRuleRecord& it, store::Terms& out) {
      if (!it.peer_group_id.empty()) out.add(it.peer_account, key.region(), it.peer_group_id);
    }};
const store::Index<SecurityGroupRuleRecord> rules_by_prefix_list{
    "by-prefix-list", [](const store::Key& key, const SecurityGroupRuleRecord& it, store::Terms& out) {
      if (!it.prefix_list_id.empty()) out.add(key.account(), key.region(), it.prefix_list_id);
    }};
const store::Index<SecurityGroupVpcRecord> group_vpcs_by_vpc{
    "by-vpc", [](const store::Key& key, const SecurityGroupVpcRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};

const store::KeySpace<SecurityGroupRecord> security_groups{
    "ec2/security-group", {&security_groups_by_vpc, &security_groups_by_name}};
const store::KeySpace<SecurityGroupRuleRecord> security_group_rules{
    "ec2/security-group-rule", {&rules_by_group, &rules_by_peer_group, &rules_by_prefix_list}};
const store::KeySpace<SecurityGroupVpcRecord> security_group_vpcs{"ec2/security-group-vpc", {&group_vpcs_by_vpc}};

}  // namespace haar::ec2
