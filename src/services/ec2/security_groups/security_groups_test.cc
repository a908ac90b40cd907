// What the API tests cannot reach while every VPC is a default one: two VPCs, prefix lists, and interfaces
// that a service makes. Handlers run as the pipeline runs them, without its authorization.
#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/CreateNetworkInterface.h"
#include "model/ec2/DeleteNetworkInterface.h"
#include "model/ec2/ModifyNetworkInterfaceAttribute.h"
#include "model/ec2/RevokeSecurityGroupIngress.h"
#include "services/ec2/test_world.h"

namespace haar::ec2 {
namespace {

class SecurityGroups : public World {
 protected:
  SecurityGroups() {
    write([&](store::Txn& txn) {
      for (const bool is_default : {true, false}) {
        VpcRecord vpc;
        vpc.id = is_default ? "vpc-aaaaaaaa" : "vpc-bbbbbbbb";
        vpc.is_default = is_default;
        txn.put(vpcs, key(vpc.id), vpc);
        SecurityGroupRecord group;
        group.id = is_default ? "sg-aaaaaaaa" : "sg-bbbbbbbb";
        group.name = "default";
        group.vpc_id = vpc.id;
        txn.put(security_groups, key(group.id), group);
      }
      SubnetRecord subnet;
      subnet.id = "subnet-aaaaaaaa";
      subnet.vpc_id = "vpc-aaaaaaaa";
      subnet.cidr = "172.31.0.0/20";
      txn.put(subnets, key(subnet.id), subnet);
    });
  }

  IpPermission from_group(std::string id) {
    IpPermission permission;
    permission.IpProtocol = "-1";
    permission.UserIdGroupPairs.emplace().emplace_back().GroupId = std::move(id);
    return permission;
  }
  IpPermission from_cidr(std::string cidr) {
    IpPermission permission;
    permission.IpProtocol = "-1";
    permission.IpRanges.emplace().emplace_back().CidrIp = std::move(cidr);
    return permission;
  }
  Result<void> authorize(std::string group, IpPermission permission) {
    AuthorizeSecurityGroupIngressRequest in;
    in.GroupId = std::move(group);
    in.IpPermissions.emplace().push_back(std::move(permission));
    const auto done = run<ops::AuthorizeSecurityGroupIngress>(in);
    if (!done.ok()) return done.error();
    return {};
  }
  Result<RevokeSecurityGroupIngressResult> revoke(std::string group, std::vector<IpPermission> permissions) {
    RevokeSecurityGroupIngressRequest in;
    in.GroupId = std::move(group);
    in.IpPermissions = std::move(permissions);
    return run<ops::RevokeSecurityGroupIngress>(in);
  }
  std::size_t rules_left() { return store::Reader(db_->snapshot()).count(security_group_rules, store::prefix_of()); }
};

TEST_F(SecurityGroups, of_two_vpcs_cannot_name_each_other) {
  const Result<void> done = authorize("sg-aaaaaaaa", from_group("sg-bbbbbbbb"));
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, "InvalidGroup.NotFound");
  EXPECT_EQ(done.error().message, "You have specified two resources that belong to different networks.");
  EXPECT_TRUE(authorize("sg-bbbbbbbb", from_group("sg-bbbbbbbb")).ok());
}

TEST_F(SecurityGroups, are_known_by_name_in_the_default_vpc_only) {
  IpPermission permission;
  permission.IpProtocol = "-1";
  permission.UserIdGroupPairs.emplace().emplace_back().GroupName = "default";
  EXPECT_TRUE(authorize("sg-aaaaaaaa", permission).ok());
  EXPECT_EQ(authorize("sg-bbbbbbbb", permission).error().code, "InvalidGroup.NotFound");
}

// AWS's page of RevokeSecurityGroupIngress tells the two apart.
TEST_F(SecurityGroups, of_other_vpcs_refuse_to_revoke_what_is_not_there) {
  for (const char* group : {"sg-aaaaaaaa", "sg-bbbbbbbb"}) ASSERT_TRUE(authorize(group, from_cidr("10.0.0.0/8")).ok());
  const auto refused = revoke("sg-bbbbbbbb", {from_cidr("10.0.0.0/8"), from_cidr("10.0.0.0/9")});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, "InvalidPermission.NotFound");
  EXPECT_EQ(refused.error().message, "The specified rule does not exist in this security group.");
  EXPECT_EQ(rules_left(), 2u);
  const auto done = revoke("sg-aaaaaaaa", {from_cidr("10.0.0.0/8"), from_cidr("10.0.0.0/9")});
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->RevokedSecurityGroupRules->size(), 1u);
  EXPECT_EQ(done->UnknownIpPermissions->size(), 1u);
  EXPECT_EQ(rules_left(), 1u);
}

TEST_F(SecurityGroups, take_prefix_lists_that_exist) {
  write([&](store::Txn& txn) {
    PrefixListRecord list;
    list.id = "pl-aaaaaaaa";
    list.cidrs = {"192.0.2.0/24"};
    txn.put(prefix_lists, key(list.id), list);
  });
  IpPermission permission;
  permission.IpProtocol = "tcp";
  permission.FromPort = permission.ToPort = 443;
  permission.PrefixListIds.emplace().emplace_back().PrefixListId = "pl-aaaaaaaa";
  ASSERT_TRUE(authorize("sg-aaaaaaaa", permission).ok());
  const std::vector<std::string> groups{"sg-aaaaaaaa"};
  const store::Reader reader(db_->snapshot());
  const std::vector<IngressRange> expected{{"tcp", 443, 443, {"192.0.2.0/24"}}};
  EXPECT_EQ(effective_ingress(reader, Place(account_, region_), groups), expected);
}

// A rule about a group that is gone can still be taken away.
TEST_F(SecurityGroups, let_go_of_stale_rules) {
  write([&](store::Txn& txn) {
    SecurityGroupRuleRecord rule;
    rule.id = "sgr-aaaaaaaa";
    rule.group_id = "sg-bbbbbbbb";
    rule.protocol = "-1";
    rule.peer_group_id = "sg-cccccccc";
    rule.peer_account = account_.value;
    txn.put(security_group_rules, key(rule.id), rule);
  });
  EXPECT_TRUE(revoke("sg-bbbbbbbb", {from_group("sg-cccccccc")}).ok());
  EXPECT_EQ(rules_left(), 0u);
}

TEST_F(SecurityGroups, interfaces_of_a_service_are_its_own_to_change_and_delete) {
  CreateNetworkInterfaceRequest wanted;
  wanted.SubnetId = "subnet-aaaaaaaa";
  wanted.Description = "RDSNetworkInterface";
  const auto made = run<ops::CreateNetworkInterface>(wanted, {"rds.amazonaws.com"});
  ASSERT_TRUE(made.ok()) << made.error().message;
  const NetworkInterface& view = *made->NetworkInterface;
  EXPECT_EQ(view.RequesterId, "amazon-rds");
  EXPECT_EQ(view.RequesterManaged, true);
  EXPECT_EQ(view.Status, "in-use");
  EXPECT_EQ(view.Attachment->InstanceOwnerId, "amazon-rds");

  ModifyNetworkInterfaceAttributeRequest change;
  change.NetworkInterfaceId = *view.NetworkInterfaceId;
  change.Groups = {{"sg-aaaaaaaa"}};
  EXPECT_EQ(run<ops::ModifyNetworkInterfaceAttribute>(change).error().code, "OperationNotPermitted");
  EXPECT_TRUE(run<ops::ModifyNetworkInterfaceAttribute>(change, {"rds.amazonaws.com"}).ok());
  change.Groups = {{"sg-bbbbbbbb"}};
  EXPECT_EQ(run<ops::ModifyNetworkInterfaceAttribute>(change, {"rds.amazonaws.com"}).error().code,
            "InvalidGroup.NotFound");

  DeleteNetworkInterfaceRequest doomed;
  doomed.NetworkInterfaceId = *view.NetworkInterfaceId;
  for (const std::vector<std::string>& via :
       {std::vector<std::string>{}, std::vector<std::string>{"elasticache.amazonaws.com"}}) {
    const auto refused = run<ops::DeleteNetworkInterface>(doomed, via);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "InvalidParameterValue");
    EXPECT_EQ(refused.error().message, "Network interface '" + doomed.NetworkInterfaceId + "' is currently in use.");
  }
  EXPECT_TRUE(run<ops::DeleteNetworkInterface>(doomed, {"rds.amazonaws.com"}).ok());
}

}  // namespace
}  // namespace haar::ec2
