#include "services/ec2/network/records.h"

#include "store/key_space.h"

namespace haar::ec2 {

const store::Index<VpcRecord> vpcs_by_ipv6_block{
    "by-ipv6-block", [](const store::Key&, const VpcRecord& it, store::Terms& out) {
      for (const CidrAssociationRecord& block : it.ipv6_cidrs) out.add(block.cidr);
    }};
const store::Index<SubnetRecord> subnets_by_vpc{
    "by-vpc", [](const store::Key& key, const SubnetRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<NetworkAclRecord> network_acls_by_vpc{
    "by-vpc", [](const store::Key& key, const NetworkAclRecord& it, store::Terms& out) {
      out.add(key.account(), key.region(), it.vpc_id);
    }};
const store::Index<NetworkAclRecord> network_acls_by_subnet{
    "by-subnet", [](const store::Key& key, const NetworkAclRecord& it, store::Terms& out) {
      for (const auto& association : it.associations) out.add(key.account(), key.region(), association.subnet_id);
    }};
const store::Index<NetworkAclRecord> network_acls_by_association{
    "by-association", [](const store::Key& key, const NetworkAclRecord& it, store::Terms& out) {
      for (const auto& association : it.associations) out.add(key.account(), key.region(), association.id);
    }};

const store::KeySpace<DhcpOptionsRecord> dhcp_options{"ec2/dhcp-options"};
const store::KeySpace<VpcRecord> vpcs{"ec2/vpc", {&vpcs_by_ipv6_block}};
const store::KeySpace<SubnetRecord> subnets{"ec2/subnet", {&subnets_by_vpc}};
const store::KeySpace<NetworkAclRecord> network_acls{
    "ec2/network-acl", {&network_acls_by_vpc, &network_acls_by_subnet, &network_acls_by_association}};
const store::KeySpace<PrefixListRecord> prefix_lists{"ec2/prefix-list"};
const store::KeySpace<DefaultNetworksRecord> default_networks{"ec2/default-networks"};

}  // namespace haar::ec2
