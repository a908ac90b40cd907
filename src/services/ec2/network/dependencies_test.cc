#include "services/ec2/network/dependencies.h"

#include <gtest/gtest.h>

#include "services/ec2/records.h"
#include "services/ec2/test_world.h"

namespace haar::ec2 {
namespace {

constexpr std::string_view vpc = "vpc-0123456789abcdef0", other_vpc = "vpc-0123456789abcdef1";
constexpr std::string_view subnet = "subnet-0123456789abcdef0";

class Dependencies : public World {
 protected:
  std::string blocker(std::span<const Blocker> rows, std::string_view id) {
    const store::Reader reader(db_->snapshot());
    return std::string(first_blocker(reader, Place(account_, region_), rows, id).value_or("nothing"));
  }
  template <class Record>
  Record in_vpc() {
    Record record;
    record.id = "one";
    record.vpc_id = vpc;
    return record;
  }
  // Puts one record of a kind alone, and says what it blocks.
  template <class Record>
  void alone(const store::KeySpace<Record>& space, const Record& record, std::string_view blocks) {
    write([&](store::Txn& txn) { txn.put(space, key("one"), record); });
    EXPECT_EQ(blocker(vpc_blockers(), vpc), blocks);
    EXPECT_EQ(blocker(vpc_blockers(), other_vpc), "nothing");
    write([&](store::Txn& txn) { txn.erase(space, key("one")); });
    EXPECT_EQ(blocker(vpc_blockers(), vpc), "nothing");
  }
};

TEST_F(Dependencies, each_kind_keeps_its_vpc) {
  alone(network_interfaces, in_vpc<NetworkInterfaceRecord>(), "network interface");
  alone(subnets, in_vpc<SubnetRecord>(), "subnet");
  alone(security_groups, in_vpc<SecurityGroupRecord>(), "security group");
  alone(network_acls, in_vpc<NetworkAclRecord>(), "network ACL");
  alone(route_tables, in_vpc<RouteTableRecord>(), "route table");
  alone(internet_gateways, in_vpc<InternetGatewayRecord>(), "internet gateway");
  alone(egress_only_gateways, in_vpc<EgressOnlyGatewayRecord>(), "egress-only internet gateway");
  alone(security_group_vpcs, SecurityGroupVpcRecord{"sg-1", std::string(vpc)}, "association of a security group");
  alone(vpc_endpoints, in_vpc<VpcEndpointRecord>(), "VPC endpoint");
}

// A peering connection keeps either side, as long as it is active.
TEST_F(Dependencies, a_peering_connection_keeps_its_vpcs_while_it_is_active) {
  PeeringRecord peering;
  peering.id = "one";
  peering.status = "active";
  for (const auto& [side, id] : {std::pair(&peering.requester, vpc), std::pair(&peering.accepter, other_vpc)}) {
    side->account = account_.value;
    side->region = region_.value;
    side->vpc_id = id;
  }
  write([&](store::Txn& txn) { txn.put(peerings, key("one"), peering); });
  EXPECT_EQ(blocker(vpc_blockers(), vpc), "VPC peering connection");
  EXPECT_EQ(blocker(vpc_blockers(), other_vpc), "VPC peering connection");
  peering.status = "deleted";
  write([&](store::Txn& txn) { txn.put(peerings, key("one"), peering); });
  EXPECT_EQ(blocker(vpc_blockers(), vpc), "nothing");
}

TEST_F(Dependencies, what_every_vpc_has_goes_with_it) {
  auto group = in_vpc<SecurityGroupRecord>();
  group.name = "default";
  alone(security_groups, group, "nothing");
  auto acl = in_vpc<NetworkAclRecord>();
  acl.is_default = true;
  alone(network_acls, acl, "nothing");
  auto table = in_vpc<RouteTableRecord>();
  table.associations = {{"rtbassoc-1", true, ""}};
  alone(route_tables, table, "nothing");
}

TEST_F(Dependencies, an_interface_keeps_its_subnet) {
  NetworkInterfaceRecord interface;
  interface.id = "one";
  interface.subnet_id = subnet;
  write([&](store::Txn& txn) { txn.put(network_interfaces, key("one"), interface); });
  EXPECT_EQ(blocker(subnet_blockers(), subnet), "network interface");
  EXPECT_EQ(blocker(subnet_blockers(), "subnet-0123456789abcdef1"), "nothing");
}

}  // namespace
}  // namespace haar::ec2
