// This build reads every version of ec2's records that was ever written.
#include "services/ec2/records.h"

#include <gtest/gtest.h>

#include "store/golden.h"

namespace haar::ec2 {
namespace {

const Tags tags{{"Name", "one"}, {"env", ""}};

template <class R>
void check(const R& record) {
  const Result<void> read = store::check_goldens<R>({{1, record}});
  EXPECT_TRUE(read.ok()) << read.error().message;
}

TEST(Records, dhcp_options_are_read) {
  check(DhcpOptionsRecord{"dopt-0123456789abcdef0", {{"domain-name", {"a", "b"}}}, tags});
}

TEST(Records, a_vpc_is_read) {
  check(VpcRecord{"vpc-0123456789abcdef0", "10.0.0.0/16", "vpc-cidr-assoc-0123456789abcdef0", "dopt-0123456789abcdef0",
                  "dedicated", true, false, true, true, tags, Timestamp{1'700'000'000'000'001}});
}

TEST(Records, a_subnet_is_read) {
  check(SubnetRecord{"subnet-0123456789abcdef0", "vpc-0123456789abcdef0", "10.0.0.0/20", "us-east-1a", "use1-az6", true,
                     true, tags});
}

TEST(Records, a_security_group_is_read) {
  check(SecurityGroupRecord{"sg-0123456789abcdef0", "web", "web servers", "vpc-0123456789abcdef0", tags,
                            Timestamp{1'700'000'000'000'001}});
}

TEST(Records, a_security_group_rule_is_read) {
  SecurityGroupRuleRecord rule;
  rule.id = "sgr-0123456789abcdef0";
  rule.group_id = "sg-0123456789abcdef0";
  rule.egress = true;
  rule.protocol = "tcp";
  rule.from_port = 5432;
  rule.to_port = 5433;
  rule.cidr_ipv4 = "10.0.0.0/8";
  rule.cidr_ipv6 = "2001:db8::/32";
  rule.prefix_list_id = "pl-0123456789abcdef0";
  rule.peer_group_id = "sg-0123456789abcdef1";
  rule.peer_account = "111122223333";
  rule.peer_vpc_id = "vpc-0123456789abcdef0";
  rule.description = "from the office";
  rule.tags = tags;
  rule.sequence = 7;
  check(rule);
}

TEST(Records, a_route_table_is_read) {
  check(RouteTableRecord{"rtb-0123456789abcdef0", "vpc-0123456789abcdef0",
                         {{"10.0.0.0/16", "local", "CreateRouteTable"}, {"0.0.0.0/0", "igw-0123456789abcdef0", "CreateRoute"}},
                         {{"rtbassoc-0123456789abcdef0", true, ""}, {"rtbassoc-0123456789abcdef1", false, "subnet-1"}},
                         tags});
}

TEST(Records, an_internet_gateway_is_read) {
  check(InternetGatewayRecord{"igw-0123456789abcdef0", "vpc-0123456789abcdef0", tags});
}

TEST(Records, a_network_acl_is_read) {
  check(NetworkAclRecord{"acl-0123456789abcdef0", "vpc-0123456789abcdef0", true,
                         {{100, true, true, "6", "0.0.0.0/0"}}, {{"aclassoc-0123456789abcdef0", "subnet-1"}}, tags});
}

TEST(Records, a_network_interface_is_read) {
  NetworkInterfaceRecord interface;
  interface.id = "eni-0123456789abcdef0";
  interface.vpc_id = "vpc-0123456789abcdef0";
  interface.subnet_id = "subnet-0123456789abcdef0";
  interface.zone = "us-east-1a";
  interface.zone_id = "use1-az6";
  interface.description = "RDSNetworkInterface";
  interface.private_ip = "172.31.0.9";
  interface.mac_address = "02:00:00:00:00:01";
  interface.group_ids = {"sg-0123456789abcdef0", "sg-0123456789abcdef1"};
  interface.host_address = "127.8.0.5";
  interface.requester_id = "amazon-rds";
  interface.requester_managed = true;
  interface.operator_principal = "rds.amazonaws.com";
  interface.attachment_id = "eni-attach-0123456789abcdef0";
  interface.attachment_owner = "amazon-rds";
  interface.attached_at = Timestamp{1'700'000'000'000'001};
  interface.source_dest_check = false;
  interface.tags = tags;
  interface.created_at = Timestamp{1'700'000'000'000'002};
  check(interface);
}

TEST(Records, an_egress_only_gateway_is_read) {
  check(EgressOnlyGatewayRecord{"eigw-0123456789abcdef0", "vpc-0123456789abcdef0", tags});
}

TEST(Records, a_peering_is_read) {
  const PeeringSideRecord ours{"111122223333", "eu-west-1", "vpc-0123456789abcdef0", {"10.0.0.0/16"}, {"fd00::/56"}, true, tags};
  const PeeringSideRecord theirs{"444455556666", "us-east-1", "vpc-0123456789abcdef1", {"10.1.0.0/16"}, {}, false, {}};
  check(PeeringRecord{"pcx-0123456789abcdef0", ours, theirs, "pending-acceptance", "Pending Acceptance by 444455556666",
                      Timestamp{1'700'000'000'000'001}, Timestamp{1'700'000'000'000'002}});
}

TEST(Records, a_nat_gateway_is_read) {
  check(NatGatewayRecord{"nat-0123456789abcdef0", "vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "public", "failed",
                         "Gateway.NotAttached", "Network vpc-0123456789abcdef0 has no Internet gateway attached",
                         "eipalloc-0123456789abcdef0", "eipassoc-0123456789abcdef0", "198.18.0.9", "eni-0123456789abcdef0",
                         "10.0.0.9", tags, Timestamp{1'700'000'000'000'001}, Timestamp{1'700'000'000'000'002}});
}

TEST(Records, an_address_is_read) {
  check(AddressRecord{"eipalloc-0123456789abcdef0", "198.18.0.9", "eipassoc-0123456789abcdef0", "eni-0123456789abcdef0",
                      "10.0.0.9", tags, Timestamp{1'700'000'000'000'001}});
}

TEST(Records, a_vpc_endpoint_is_read) {
  check(VpcEndpointRecord{"vpce-0123456789abcdef0", "vpc-0123456789abcdef0", "Interface", "com.amazonaws.us-east-1.sts", "{}",
                          {"rtb-0123456789abcdef0"}, {{"subnet-0123456789abcdef0", "eni-0123456789abcdef0"}},
                          {"sg-0123456789abcdef0"}, true, "01234567", tags, Timestamp{1'700'000'000'000'001}});
}

TEST(Records, an_instance_is_read) {
  InstanceRecord one;
  one.id = "i-0123456789abcdef0";
  one.reservation_id = "r-0123456789abcdef0";
  one.image_id = "ami-0123456789abcdef0";
  one.type = "t3.micro";
  one.key_name = "key";
  one.vpc_id = "vpc-0123456789abcdef0";
  one.subnet_id = "subnet-0123456789abcdef0";
  one.zone = "us-east-1a";
  one.requester = "111122223333";
  one.wanted = "stopped";
  one.generation = 3;
  one.profile_name = "web";
  one.profile_arn = "arn:aws:iam::111122223333:instance-profile/web";
  one.profile_id = "AIPA0123456789ABCDEF0";
  one.profile_association_id = "iip-assoc-0123456789abcdef0";
  one.sealed_user_data = "#!/bin/sh";
  one.metadata = {false, false, 2, true, true};
  one.client_token = "once";
  one.launch_index = 1;
  one.disable_api_termination = true;
  one.disable_api_stop = true;
  one.shutdown_behavior = "terminate";
  one.tenancy = "dedicated";
  one.cpu_credits = "unlimited";
  one.ebs_optimized = true;
  one.monitoring = true;
  one.state_reason_code = "Client.UserInitiatedShutdown";
  one.state_reason_message = "Client.UserInitiatedShutdown: User initiated shutdown";
  one.tags = tags;
  one.launched_at = Timestamp{1'700'000'000'000'001};
  one.host_address = "127.9.8.7";
  one.zone_id = "use1-az6";
  one.auto_recovery = "disabled";
  one.hostname_type = "resource-name";
  one.resource_name_a_record = true;
  one.resource_name_aaaa_record = true;
  one.profile_associated_at = Timestamp{1'700'000'000'000'002};
  one.boots = 4;
  one.transition_reason = "User initiated (2026-11-30 15:00:00 GMT)";
  check(one);
  check(InstanceSeenRecord{3, "stopped", "no address was left", Timestamp{1'700'000'000'000'001}});
}

TEST(Records, a_key_pair_is_read) {
  check(KeyPairRecord{"key-0123456789abcdef0", "laptop", "ed25519", "SGp0Y2Fu", "ssh-ed25519 AAAA laptop", tags,
                      Timestamp{1'700'000'000'000'001}});
}

TEST(Records, a_prefix_list_is_read) {
  check(PrefixListRecord{"pl-0123456789abcdef0", "office", {"192.0.2.0/24", "2001:db8::/32"}, tags});
}

TEST(Records, unfinished_default_networks_are_read) { check(DefaultNetworksRecord{{"us-east-1", "eu-west-1"}}); }

TEST(Records, an_association_of_a_group_is_read) {
  check(SecurityGroupVpcRecord{"sg-0123456789abcdef0", "vpc-0123456789abcdef0"});
}

}  // namespace
}  // namespace haar::ec2
