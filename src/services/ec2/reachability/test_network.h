// For tests: two VPCs of two accounts that are connected, and one that is not, as records.
//
//   vpc-a of 111122223333, 10.0.0.0/16, fd00:a::/56
//     subnet-a1 10.0.1.0/24 fd00:a:0:1::/64   public: rtb-a (main) leads to igw-a, and to vpc-b
//     subnet-a2 10.0.2.0/24                   the same table
//     eni-db   10.0.1.10, fd00:a:0:1::10 in subnet-a1, sg-db: the endpoint, port 5432
//     eni-near 10.0.1.20 in subnet-a1; eni-app 10.0.2.20, host 127.46.0.20 in subnet-a2; both sg-app
//   vpc-b of 444455556666, 10.1.0.0/16
//     subnet-b1 10.1.1.0/24, rtb-b leads to vpc-a; eni-b 10.1.1.30, host 127.46.0.30, sg-b
//   vpc-c of 111122223333, 10.0.0.0/16 as vpc-a; subnet-c1 10.0.2.0/24; eni-c 10.0.2.20, host 127.46.0.40, sg-c
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "services/ec2/reachability/compile.h"
#include "services/ec2/reachability/decide.h"
#include "services/ec2/service.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::ec2 {

class TestNetwork {
 public:
  inline static const AccountId ours{"111122223333"}, theirs{"444455556666"};
  inline static const ::haar::Region region{"us-east-1"};

  TestNetwork() {
    write([&](store::Txn& txn) { fill(txn); });
  }

  static store::Key key(const std::string& id, const AccountId& account = ours) { return store::key_of(account, region, id); }
  static std::string vpc_key(const std::string& id, const AccountId& account = ours) { return VpcName(account, region,
      id).str(); }

  void write(const std::function<void(store::Txn&)>& work) {
    ASSERT_EQ(db->submit_and_wait([&](store::Txn& txn) {
      work(txn);
      return store::Keep::commit;
    }), store::Outcome::committed);
  }

  // Changes a record that is there.
  template <class R, class Change>
  static void change(store::Txn& txn, const store::KeySpace<R>& space, const store::Key& at, Change work) {
    const R* known = txn.get(space, at);
    ASSERT_NE(known, nullptr) << at.bytes();
    R record = *known;
    work(record);
    txn.put(space, at, std::move(record));
  }

  // "sgr-1": a rule for TCP 5432, from nobody yet.
  static SecurityGroupRuleRecord rule(const std::string& group, bool egress = false) {
    SecurityGroupRuleRecord out;
    out.group_id = group;
    out.egress = egress;
    out.protocol = "tcp";
    out.from_port = out.to_port = 5432;
    return out;
  }
  static SecurityGroupRuleRecord rule_for(const std::string& cidr, const std::string& group = "sg-db", bool egress = false) {
    SecurityGroupRuleRecord out = rule(group, egress);
    (cidr.find(':') == std::string::npos ? out.cidr_ipv4 : out.cidr_ipv6) = cidr;
    return out;
  }
  static SecurityGroupRuleRecord rule_for_group(const std::string& peer, const AccountId& owner = ours) {
    SecurityGroupRuleRecord out = rule("sg-db");
    out.peer_group_id = peer;
    out.peer_account = owner.value;
    return out;
  }
  static void put_rule(store::Txn& txn, const std::string& id, SecurityGroupRuleRecord record, const AccountId& account = ours) {
    record.id = id;
    txn.put(security_group_rules, key(id, account), std::move(record));
  }

  static Destination database() { return {ours, region, "eni-db", {"sg-db"}, 5432, true}; }

  std::unique_ptr<store::Db> db = store::Db::open(store::make_memory_backend(), manifest().spaces).value();

 private:
  static void put_vpc(store::Txn& txn, const AccountId& account, const std::string& id, const std::string& cidr) {
    VpcRecord vpc;
    vpc.id = id;
    vpc.cidr = cidr;
    txn.put(vpcs, key(id, account), vpc);
  }
  static void put_subnet(store::Txn& txn, const AccountId& account, const std::string& vpc, const std::string& id,
                         const std::string& cidr, const std::string& acl) {
    SubnetRecord subnet;
    subnet.id = id;
    subnet.vpc_id = vpc;
    subnet.cidr = cidr;
    txn.put(subnets, key(id, account), subnet);
    NetworkAclRecord record;
    if (const NetworkAclRecord* known = txn.get(network_acls, key(acl, account))) record = *known;
    record.id = acl;
    record.vpc_id = vpc;
    if (record.entries.empty()) {
      for (const bool egress : {false, true}) {
        for (const auto& [number, allow, block] : {std::tuple(100, true, "0.0.0.0/0"), std::tuple(101, true, "::/0"),
                                                   std::tuple(32767, false, "0.0.0.0/0"), std::tuple(32768, false, "::/0")})
          record.entries.push_back({number, egress, allow, "-1", block});
      }
    }
    record.associations.push_back({"aclassoc-" + id, id});
    txn.put(network_acls, key(acl, account), record);
  }
  static void put_table(store::Txn& txn, const AccountId& account, const std::string& vpc, const std::string& id,
                        std::vector<RouteRecord> routes) {
    RouteTableRecord table;
    table.id = id;
    table.vpc_id = vpc;
    table.routes = std::move(routes);
    table.associations.push_back({"rtbassoc-" + id, true, "", ""});
    txn.put(route_tables, key(id, account), table);
  }
  static void put_interface(store::Txn& txn, const AccountId& account, const std::string& vpc, const std::string& subnet,
                            const std::string& id, const std::string& address, const std::string& group, const std::string& host,
                            std::vector<std::string> v6 = {}) {
    NetworkInterfaceRecord interface;
    interface.id = id;
    interface.vpc_id = vpc;
    interface.subnet_id = subnet;
    interface.private_ip = address;
    interface.group_ids = {group};
    interface.host_address = host;
    interface.ipv6_addresses = std::move(v6);
    txn.put(network_interfaces, key(id, account), interface);
    SecurityGroupRecord record;
    record.id = group;
    record.name = group;
    record.vpc_id = vpc;
    txn.put(security_groups, key(group, account), record);
    for (const char* everywhere : {"0.0.0.0/0", "::/0"}) {
      SecurityGroupRuleRecord out = rule_for(everywhere, group, true);
      out.protocol = "-1";
      out.from_port = out.to_port = -1;
      put_rule(txn, "sgr-out-" + group + (everywhere[0] == ':' ? "6" : "4"), out, account);
    }
  }

  static void fill(store::Txn& txn) {
    put_vpc(txn, ours, "vpc-a", "10.0.0.0/16");
    change(txn, vpcs, key("vpc-a"), [](VpcRecord& vpc) { vpc.ipv6_cidrs = {{"assoc-6", "fd00:a::/56"}}; });
    put_subnet(txn, ours, "vpc-a", "subnet-a1", "10.0.1.0/24", "acl-a1");
    change(txn, subnets, key("subnet-a1"), [](SubnetRecord& subnet) { subnet.ipv6_cidrs = {{"assoc-6", "fd00:a:0:1::/64"}}; });
    put_subnet(txn, ours, "vpc-a", "subnet-a2", "10.0.2.0/24", "acl-a2");
    RouteRecord to_b{"10.1.0.0/16", "", "CreateRoute"}, to_a{"10.0.0.0/16", "", "CreateRoute"};
    to_b.peering_id = to_a.peering_id = "pcx-1";
    put_table(txn, ours, "vpc-a", "rtb-a", {{"10.0.0.0/16", "local", ""}, {"fd00:a::/56", "local", ""},
                                            {"0.0.0.0/0", "igw-a", ""}, {"::/0", "igw-a", ""}, to_b});
    txn.put(internet_gateways, key("igw-a"), InternetGatewayRecord{"igw-a", "vpc-a", {}});
    put_interface(txn, ours, "vpc-a", "subnet-a1", "eni-db", "10.0.1.10", "sg-db", "127.46.0.10", {"fd00:a:0:1::10"});
    put_interface(txn, ours, "vpc-a", "subnet-a1", "eni-near", "10.0.1.20", "sg-app", "");
    put_interface(txn, ours, "vpc-a", "subnet-a2", "eni-app", "10.0.2.20", "sg-app", "127.46.0.20");
    put_vpc(txn, theirs, "vpc-b", "10.1.0.0/16");
    put_subnet(txn, theirs, "vpc-b", "subnet-b1", "10.1.1.0/24", "acl-b1");
    put_table(txn, theirs, "vpc-b", "rtb-b", {{"10.1.0.0/16", "local", ""}, to_a});
    put_interface(txn, theirs, "vpc-b", "subnet-b1", "eni-b", "10.1.1.30", "sg-b", "127.46.0.30");
    put_vpc(txn, ours, "vpc-c", "10.0.0.0/16");
    put_subnet(txn, ours, "vpc-c", "subnet-c1", "10.0.2.0/24", "acl-c1");
    put_table(txn, ours, "vpc-c", "rtb-c", {{"10.0.0.0/16", "local", ""}});
    put_interface(txn, ours, "vpc-c", "subnet-c1", "eni-c", "10.0.2.20", "sg-c", "127.46.0.40");
    PeeringRecord peering;
    peering.id = "pcx-1";
    peering.requester = {ours.value, region.value, "vpc-a", {"10.0.0.0/16"}, {}, false, {}};
    peering.accepter = {theirs.value, region.value, "vpc-b", {"10.1.0.0/16"}, {}, false, {}};
    peering.status = "active";
    txn.put(peerings, key("pcx-1"), peering);
  }
};

}  // namespace haar::ec2
