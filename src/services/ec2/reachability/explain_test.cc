#include "services/ec2/reachability/explain.h"

#include <gtest/gtest.h>

#include "services/ec2/reachability/test_network.h"

namespace haar::ec2 {
namespace {

using Net = TestNetwork;

struct Case {
  const char* name;
  void (*before)(store::Txn&);
  Source source;
  const char* gate;
  const char* thing;
  const char* words;
  const char* mend;
};

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

void admit_everyone(store::Txn& txn) {
  Net::put_rule(txn, "sgr-4", Net::rule_for("0.0.0.0/0"));
  Net::put_rule(txn, "sgr-6", Net::rule_for("::/0"));
}

const Case cases[] = {
    {"an inbound rule",
     [](store::Txn& t) { t.erase(security_group_rules, Net::key("sgr-4")); },
     {ip("127.0.0.1"), 40000},
     "security-group-inbound", "sg-db", "No inbound rule of sg-db admits TCP from 127.0.0.1 to port 5432.",
     "aws ec2 authorize-security-group-ingress --group-id sg-db --protocol tcp --port 5432 --cidr 127.0.0.1/32 "
     "--region us-east-1  # account 111122223333"},
    {"an inbound rule for IPv6",
     [](store::Txn& t) { t.erase(security_group_rules, Net::key("sgr-6")); },
     {ip("2001:db8::1"), 40000},
     "security-group-inbound", "sg-db", "No inbound rule of sg-db admits TCP from 2001:db8::1 to port 5432.",
     "aws ec2 authorize-security-group-ingress --group-id sg-db --ip-permissions "
     "'IpProtocol=tcp,FromPort=5432,ToPort=5432,Ipv6Ranges=[{CidrIpv6=2001:db8::1/128}]' --region us-east-1  # account "
     "111122223333"},
    {"an outbound rule",
     [](store::Txn& t) { t.erase(security_group_rules, Net::key("sgr-out-sg-app4")); },
     {ip("10.0.2.20"), 40000},
     "security-group-outbound", "sg-app",
     "No outbound rule of sg-app (of the client's interface eni-app) lets TCP to 10.0.1.10 port 5432 out.",
     "aws ec2 authorize-security-group-egress --group-id sg-app --ip-permissions "
     "'IpProtocol=tcp,FromPort=5432,ToPort=5432,IpRanges=[{CidrIp=10.0.1.10/32}]' --region us-east-1  # account 111122223333"},
    {"an ACL's entry",
     [](store::Txn& t) {
       Net::change(t, network_acls, Net::key("acl-a1"), [](NetworkAclRecord& it) {
         it.entries.push_back({90, false, false, "6", "127.0.0.0/8", 0, 65535});
       });
     },
     {ip("127.0.0.1"), 40000},
     "network-acl-inbound", "acl-a1",
     "The inbound rule 90 of the network ACL acl-a1 of subnet-a1 denies TCP from 127.0.0.1 to port 5432.",
     "aws ec2 create-network-acl-entry --network-acl-id acl-a1 --ingress --rule-number 80 --protocol tcp --port-range "
     "From=5432,To=5432 --cidr-block 127.0.0.1/32 --rule-action allow --region us-east-1  # account 111122223333"},
    {"an ACL's first entry, before which there is no room",
     [](store::Txn& t) {
       Net::change(t, network_acls, Net::key("acl-a1"), [](NetworkAclRecord& it) {
         it.entries.push_back({1, false, false, "-1", "0.0.0.0/0"});
       });
     },
     {ip("127.0.0.1"), 40000},
     "network-acl-inbound", "acl-a1",
     "The inbound rule 1 of the network ACL acl-a1 of subnet-a1 denies TCP from 127.0.0.1 to port 5432.",
     "aws ec2 delete-network-acl-entry --network-acl-id acl-a1 --ingress --rule-number 1 --region us-east-1  # account "
     "111122223333"},
    {"an ACL's last entry, for the answer",
     [](store::Txn& t) {
       Net::change(t, network_acls, Net::key("acl-a2"), [](NetworkAclRecord& it) {
         std::erase_if(it.entries, [](const NetworkAclEntryRecord& e) { return e.allow && !e.egress; });
       });
     },
     {ip("10.0.2.20"), 40000},
     "network-acl-inbound", "acl-a2",
     "No inbound rule of the network ACL acl-a2 of subnet-a2 allows the answer to 10.0.2.20 port 40000 (the last rule, "
     "*, denies).",
     "aws ec2 create-network-acl-entry --network-acl-id acl-a2 --ingress --rule-number 100 --protocol tcp --port-range "
     "From=1024,To=65535 --cidr-block 10.0.1.10/32 --rule-action allow --region us-east-1  # account 111122223333"},
    {"no way to the outside",
     [](store::Txn& t) {
       Net::change(t, route_tables, Net::key("rtb-a"), [](RouteTableRecord& it) { it.routes.erase(it.routes.begin() + 2); });
     },
     {ip("127.0.0.1"), 40000},
     "route", "rtb-a", "The route table rtb-a of the endpoint's subnet subnet-a1 has no route back to 127.0.0.1 "
     "(outside of the VPC).",
     "aws ec2 create-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --gateway-id igw-a --region us-east-1  "
     "# account 111122223333"},
    {"a way to the outside through a gateway that is not attached",
     [](store::Txn& t) { t.erase(internet_gateways, Net::key("igw-a")); },
     {ip("127.0.0.1"), 40000},
     "route", "rtb-a",
     "The route table rtb-a of the endpoint's subnet subnet-a1 leads by 0.0.0.0/0 to igw-a (a blackhole: it is not there, not "
     "attached or not active), back to 127.0.0.1 (outside of the VPC). No internet gateway is attached to vpc-a.",
     "aws ec2 replace-route --route-table-id rtb-a --destination-cidr-block 0.0.0.0/0 --gateway-id igw-… --region us-east-1  "
     "# account 111122223333"},
    {"no route there",
     [](store::Txn& t) {
       Net::change(t, route_tables, Net::key("rtb-b", Net::theirs), [](RouteTableRecord& it) { it.routes.pop_back(); });
     },
     {ip("10.1.1.30"), 40000},
     "route", "rtb-b", "The route table rtb-b of the client's subnet subnet-b1 has no route to 10.0.1.10 (vpc-a).",
     "aws ec2 create-route --route-table-id rtb-b --destination-cidr-block 10.0.0.0/16 --vpc-peering-connection-id pcx-1 "
     "--region us-east-1  # account 444455556666"},
    {"no route back",
     [](store::Txn& t) {
       Net::change(t, route_tables, Net::key("rtb-a"), [](RouteTableRecord& it) { it.routes.pop_back(); });
     },
     {ip("10.1.1.30"), 40000, Net::vpc_key("vpc-b", Net::theirs)},
     "route", "rtb-a",
     "The route table rtb-a of the endpoint's subnet subnet-a1 leads by 0.0.0.0/0 to igw-a, back to 10.1.1.30 (vpc-b).",
     "aws ec2 create-route --route-table-id rtb-a --destination-cidr-block 10.1.0.0/16 --vpc-peering-connection-id pcx-1 "
     "--region us-east-1  # account 111122223333"},
    {"another VPC",
     [](store::Txn&) {},
     {ip("10.0.2.20"), 40000, Net::vpc_key("vpc-c")},
     "other-vpc", "vpc-c",
     "10.0.2.20 is in vpc-c of account 111122223333, the endpoint in vpc-a of account 111122223333; no active peering "
     "connection is between them.",
     "aws ec2 create-vpc-peering-connection --vpc-id vpc-c --peer-owner-id 111122223333 --peer-vpc-id vpc-a --region us-east-1  "
     "# then accept it, and add routes on both sides"},
    {"an address of no subnet",
     [](store::Txn&) {},
     {ip("10.0.3.1"), 40000},
     "no-subnet", "vpc-a", "10.0.3.1 is an address of vpc-a and of none of its subnets.", ""},
    {"an endpoint without an IPv6 address",
     [](store::Txn& t) {
       Net::change(t, network_interfaces, Net::key("eni-db"), [](NetworkInterfaceRecord& it) { it.ipv6_addresses.clear(); });
     },
     {ip("2001:db8::1"), 40000},
     "no-address", "eni-db", "The interface eni-db has no IPv6 address, and 2001:db8::1 is one.",
     "aws ec2 assign-ipv6-addresses --network-interface-id eni-db --ipv6-address-count 1 --region us-east-1  # account "
     "111122223333"},
    {"an endpoint without an interface",
     [](store::Txn& t) { t.erase(network_interfaces, Net::key("eni-db")); },
     {ip("127.0.0.1"), 40000},
     "no-interface", "eni-db", "demo leads to no network interface in a subnet: there is no instance.", ""},
};

Explanation said(const store::Reader& reader, const Destination& to, const Source& source, std::vector<std::string>* rules =
    nullptr) {
  RestrictedInterfaces restricted;
  Networks networks(reader, restricted);
  const DestinationView view = view_of(networks, to, ingress_of(reader, to.account, to.region, to.group_ids));
  const Question question{to, view, source, "demo"};
  const Verdict verdict = decide(view, source);
  if (rules != nullptr) *rules = admitting_rules(reader, question, verdict);
  return explain(reader, question, verdict);
}

TEST(Explain, WhatRefusesAndWhatMendsIt) {
  for (const Case& one : cases) {
    Net net;
    net.write(admit_everyone);
    net.write(one.before);
    const Explanation why = said(store::Reader(net.db->snapshot()), Net::database(), one.source);
    EXPECT_EQ(why.gate, one.gate) << one.name;
    EXPECT_EQ(why.thing, one.thing) << one.name;
    EXPECT_EQ(why.words, one.words) << one.name;
    EXPECT_EQ(why.mend, one.mend) << one.name;
  }
}

TEST(Explain, WhatIsNotPubliclyAccessible) {
  Net net;
  net.write(admit_everyone);
  Destination to = Net::database();
  to.public_access = false;
  const Explanation why = said(store::Reader(net.db->snapshot()), to, {ip("127.0.0.1"), 40000});
  EXPECT_EQ(why.gate, "not-public");
  EXPECT_EQ(why.words, "127.0.0.1 is outside of vpc-a, and demo is not publicly accessible: clients in the VPC reach it, such as "
                       "those of haar run --instance.");
}

TEST(Explain, TheRulesThatAdmitAreNamed) {
  Net net;
  net.write([](store::Txn& txn) {
    admit_everyone(txn);
    Net::put_rule(txn, "sgr-app", Net::rule_for_group("sg-app"));
    Net::put_rule(txn, "sgr-other", Net::rule_for("192.0.2.0/24"));
  });
  std::vector<std::string> rules;
  EXPECT_EQ(said(store::Reader(net.db->snapshot()), Net::database(), {ip("10.0.2.20"), 40000}, &rules).words,
            "10.0.2.20 is admitted to demo.");
  EXPECT_EQ(rules, (std::vector<std::string>{"sgr-4 (sg-db)", "sgr-app (sg-db)"}));
}

}  // namespace
}  // namespace haar::ec2
