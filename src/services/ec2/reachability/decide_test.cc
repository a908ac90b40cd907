#include "services/ec2/reachability/decide.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "services/ec2/reachability/changes.h"
#include "services/ec2/reachability/test_network.h"
#include "services/ec2/security_groups/ingress_changes.h"

namespace haar::ec2 {
namespace {

using Net = TestNetwork;
using Work = void (*)(store::Txn&);

void nothing(store::Txn&) {}

IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }

// What the front door makes of a client: the interface for which its address stands, else the address.
Source source_of(const store::Reader& reader, const std::string& address, std::uint16_t port) {
  frontdoor::Hosts hosts;
  for (const auto& [key, interface] : reader.scan(network_interfaces, {})) {
    if (const auto host = host_of(key, interface)) hosts.insert(*host);
  }
  const auto client = frontdoor::identify(hosts, ip(address), port);
  EXPECT_TRUE(client) << address;
  return {client->address, client->port, client->network};
}

void admit_everyone(store::Txn& txn) {
  Net::put_rule(txn, "sgr-4", Net::rule_for("0.0.0.0/0"));
  Net::put_rule(txn, "sgr-6", Net::rule_for("::/0"));
}
void entry(store::Txn& txn, const char* acl, NetworkAclEntryRecord record, const AccountId& owner = Net::ours) {
  Net::change(txn, network_acls, Net::key(acl, owner), [&](NetworkAclRecord& it) { it.entries.push_back(record); });
}
NetworkAclEntryRecord acl_entry(int number, bool egress, bool allow, const char* cidr, int from = 0, int to = 65535) {
  NetworkAclEntryRecord out{number, egress, allow, "6", cidr};
  out.from_port = from;
  out.to_port = to;
  return out;
}
void drop_routes(store::Txn& txn, const char* table, const char* destination, const AccountId& owner = Net::ours) {
  Net::change(txn, route_tables, Net::key(table, owner), [&](RouteTableRecord& it) {
    std::erase_if(it.routes, [&](const RouteRecord& route) { return route.destination == destination; });
  });
}
void close_egress(store::Txn& txn, const char* group, const AccountId& owner = Net::ours) {
  for (const char* family : {"4", "6"}) txn.erase(security_group_rules, Net::key(std::string("sgr-out-") + group + family,
      owner));
}

struct Case {
  const char* name;
  Work before;
  const char* source;
  int port;  // of the client
  Gate gate;
};

// ---- by rules of groups -----------------------------------------------------------------------------------------------

const Case rule_cases[] = {
    {"no rule", nothing, "127.0.0.1", 40000, Gate::ingress},
    {"one address, that one",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("127.0.0.2/32")); },
     "127.0.0.2", 40000, Gate::none},
    {"one address, its neighbour",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("127.0.0.2/32")); },
     "127.0.0.3", 40000, Gate::ingress},
    {"a block, its last",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("127.7.7.0/24")); },
     "127.7.7.255", 40000, Gate::none},
    {"a block, behind it",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("127.7.7.0/24")); },
     "127.7.8.0", 40000, Gate::ingress},
    {"everyone of IPv4",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("0.0.0.0/0")); },
     "203.0.113.7", 40000, Gate::none},
    {"everyone of IPv4 is no IPv6",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("0.0.0.0/0")); },
     "2001:db8::1", 40000, Gate::ingress},
    {"IPv6 by block",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("2001:db8::/64")); },
     "2001:db8::1", 40000, Gate::none},
    {"IPv6 beside it",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("2001:db8::/64")); },
     "2001:db8:0:1::1", 40000, Gate::ingress},
    {"another port", [](store::Txn& t) {
       auto rule = Net::rule_for("0.0.0.0/0");
       rule.from_port = rule.to_port = 5433;
       Net::put_rule(t, "sgr-1", rule);
     }, "127.0.0.1", 40000, Gate::ingress},
    {"a range of ports", [](store::Txn& t) {
       auto rule = Net::rule_for("0.0.0.0/0");
       rule.from_port = 5000, rule.to_port = 5432;
       Net::put_rule(t, "sgr-1", rule);
     }, "127.0.0.1", 40000, Gate::none},
    {"udp", [](store::Txn& t) {
       auto rule = Net::rule_for("0.0.0.0/0");
       rule.protocol = "udp";
       Net::put_rule(t, "sgr-1", rule);
     }, "127.0.0.1", 40000, Gate::ingress},
    {"all traffic", [](store::Txn& t) {
       auto rule = Net::rule_for("0.0.0.0/0");
       rule.protocol = "-1", rule.from_port = rule.to_port = -1;
       Net::put_rule(t, "sgr-1", rule);
     }, "127.0.0.1", 40000, Gate::none},
    {"an outbound rule admits nobody",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("0.0.0.0/0", "sg-db", true)); },
     "127.0.0.1", 40000, Gate::ingress},
    {"a rule of another group",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("0.0.0.0/0", "sg-app")); },
     "127.0.0.1", 40000, Gate::ingress},
    {"a group, its interface",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-app")); },
     "10.0.2.20", 40000, Gate::none},
    {"a group, by the address that stands for it",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-app")); },
     "127.46.0.20", 40000, Gate::none},
    {"a group, another interface",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-app")); },
     "10.0.2.21", 40000, Gate::ingress},
    {"a block, by the address that stands for one in it",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("10.0.0.0/16")); },
     "127.46.0.20", 40000, Gate::none},
    {"the address that stands for an interface is not its own",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for("127.46.0.20/32")); },
     "127.46.0.20", 40000, Gate::ingress},
    {"the group itself",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-db")); },
     "10.0.1.10", 40000, Gate::none},
    {"the group itself, somebody else",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-db")); },
     "10.0.1.20", 40000, Gate::ingress},
    {"the group itself, over IPv6",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-db")); },
     "fd00:a:0:1::10", 40000, Gate::none},
    {"another account's group",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-b", Net::theirs)); },
     "127.46.0.30", 40000, Gate::none},
    {"our group of that name",
     [](store::Txn& t) { Net::put_rule(t, "sgr-1", Net::rule_for_group("sg-b")); },
     "127.46.0.30", 40000, Gate::ingress},
    {"a prefix list", [](store::Txn& t) {
       PrefixListRecord list;
       list.id = "pl-1", list.cidrs = {"127.8.0.0/16", "10.9.9.9/32"};
       t.put(prefix_lists, Net::key("pl-1"), list);
       auto rule = Net::rule("sg-db");
       rule.prefix_list_id = "pl-1";
       Net::put_rule(t, "sgr-1", rule);
     }, "127.8.200.1", 40000, Gate::none},
    {"a prefix list that is not there", [](store::Txn& t) {
       auto rule = Net::rule("sg-db");
       rule.prefix_list_id = "pl-none";
       Net::put_rule(t, "sgr-1", rule);
     }, "127.8.200.1", 40000, Gate::ingress},
};

// ---- by the network, where rules admit everyone ----------------------------------------------------------------------

const Case network_cases[] = {
    {"outside", nothing, "127.0.0.1", 40000, Gate::none},
    {"the same subnet", nothing, "10.0.1.20", 40000, Gate::none},
    {"another subnet", nothing, "10.0.2.20", 40000, Gate::none},
    {"an address of the subnet without an interface", nothing, "10.0.2.99", 40000, Gate::none},
    {"an address of the VPC in no subnet", nothing, "10.0.3.1", 40000, Gate::no_subnet},
    {"the connected VPC", nothing, "10.1.1.30", 40000, Gate::none},
    {"the connected VPC, outside of its subnets", nothing, "10.1.2.1", 40000, Gate::no_subnet},
    {"another VPC with the same addresses", nothing, "127.46.0.40", 40000, Gate::other_network},
    {"the way to the internet is gone",
     [](store::Txn& t) { drop_routes(t, "rtb-a", "0.0.0.0/0"); },
     "127.0.0.1", 40000, Gate::return_route},
    {"of IPv6 alone", [](store::Txn& t) { drop_routes(t, "rtb-a", "::/0"); }, "127.0.0.1", 40000, Gate::none},
    {"the gateway is detached", [](store::Txn& t) {
       Net::change(t, internet_gateways, Net::key("igw-a"), [](InternetGatewayRecord& it) { it.vpc_id = ""; });
     }, "127.0.0.1", 40000, Gate::return_route},
    {"to the outside by NAT alone", [](store::Txn& t) {
       Net::change(t, route_tables, Net::key("rtb-a"), [](RouteTableRecord& it) {
         it.routes[2].gateway_id = "";
         it.routes[2].nat_gateway_id = "nat-1";
       });
     }, "127.0.0.1", 40000, Gate::return_route},
    {"one block of the outside", [](store::Txn& t) {
       Net::change(t, route_tables, Net::key("rtb-a"), [](RouteTableRecord& it) { it.routes[2].destination = "127.0.0.0/30"; });
     }, "127.0.0.3", 40000, Gate::none},
    {"beside it", [](store::Txn& t) {
       Net::change(t, route_tables, Net::key("rtb-a"), [](RouteTableRecord& it) { it.routes[2].destination = "127.0.0.0/30"; });
     }, "127.0.0.4", 40000, Gate::return_route},
    {"a table of the subnet's own", [](store::Txn& t) {
       RouteTableRecord own;
       own.id = "rtb-own", own.vpc_id = "vpc-a";
       own.routes = {{"10.0.0.0/16", "local", ""}};
       own.associations = {{"rtbassoc-own", false, "subnet-a1", ""}};
       t.put(route_tables, Net::key("rtb-own"), own);
     }, "127.0.0.1", 40000, Gate::return_route},
    {"the peering connection is not accepted", [](store::Txn& t) {
       Net::change(t, peerings, Net::key("pcx-1"), [](PeeringRecord& it) { it.status = "pending-acceptance"; });
     }, "127.46.0.30", 40000, Gate::other_network},
    {"no route there",
     [](store::Txn& t) { drop_routes(t, "rtb-b", "10.0.0.0/16", Net::theirs); },
     "10.1.1.30", 40000, Gate::source_route},
    {"no route back", [](store::Txn& t) { drop_routes(t, "rtb-a", "10.1.0.0/16"); }, "127.46.0.30", 40000, Gate::return_route},
    {"outbound rules: none", [](store::Txn& t) { close_egress(t, "sg-app"); }, "10.0.2.20", 40000, Gate::source_egress},
    {"outbound rules: none, of another's", [](store::Txn& t) { close_egress(t, "sg-app"); }, "10.0.2.99", 40000, Gate::none},
    {"outbound rules, by the address that stands for it",
     [](store::Txn& t) { close_egress(t, "sg-app"); },
     "127.46.0.20", 40000, Gate::source_egress},
    {"outbound rules: to the endpoint", [](store::Txn& t) {
       close_egress(t, "sg-app");
       Net::put_rule(t, "sgr-o", Net::rule_for("10.0.1.10/32", "sg-app", true));
     }, "10.0.2.20", 40000, Gate::none},
    {"outbound rules: to its group", [](store::Txn& t) {
       close_egress(t, "sg-app");
       auto rule = Net::rule("sg-app", true);
       rule.peer_group_id = "sg-db", rule.peer_account = Net::ours.value;
       Net::put_rule(t, "sgr-o", rule);
     }, "10.0.2.20", 40000, Gate::none},
    {"outbound rules: to another group", [](store::Txn& t) {
       close_egress(t, "sg-app");
       auto rule = Net::rule("sg-app", true);
       rule.peer_group_id = "sg-c", rule.peer_account = Net::ours.value;
       Net::put_rule(t, "sgr-o", rule);
     }, "10.0.2.20", 40000, Gate::source_egress},
    {"outbound rules: another port", [](store::Txn& t) {
       close_egress(t, "sg-app");
       auto rule = Net::rule_for("0.0.0.0/0", "sg-app", true);
       rule.from_port = rule.to_port = 443;
       Net::put_rule(t, "sgr-o", rule);
     }, "10.0.2.20", 40000, Gate::source_egress},
    {"outbound rules of the connected VPC",
     [](store::Txn& t) { close_egress(t, "sg-b", Net::theirs); },
     "10.1.1.30", 40000, Gate::source_egress},
    {"ACL: deny before allow",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, false, false, "127.0.0.0/8")); },
     "127.0.0.1", 40000, Gate::destination_acl_in},
    {"ACL: deny before allow, somebody else",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, false, false, "127.0.0.0/8")); },
     "203.0.113.1", 40000, Gate::none},
    {"ACL: allow before deny",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(110, false, false, "127.0.0.0/8")); },
     "127.0.0.1", 40000, Gate::none},
    {"ACL: deny of another port",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, false, false, "127.0.0.0/8", 1, 5431)); },
     "127.0.0.1", 40000, Gate::none},
    {"ACL: deny of udp", [](store::Txn& t) {
       auto deny = acl_entry(90, false, false, "127.0.0.0/8");
       deny.protocol = "17";
       entry(t, "acl-a1", deny);
     }, "127.0.0.1", 40000, Gate::none},
    {"ACL: nothing but the last entry", [](store::Txn& t) {
       Net::change(t, network_acls, Net::key("acl-a1"), [](NetworkAclRecord& it) {
         std::erase_if(it.entries, [](const NetworkAclEntryRecord& e) { return e.allow && !e.egress; });
       });
     }, "127.0.0.1", 40000, Gate::destination_acl_in},
    {"ACL: not within a subnet",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, false, false, "0.0.0.0/0")); },
     "10.0.1.20", 40000, Gate::none},
    {"ACL: between subnets of a VPC",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, false, false, "10.0.2.0/24")); },
     "10.0.2.20", 40000, Gate::destination_acl_in},
    {"ACL: the answer, to that port",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, true, false, "0.0.0.0/0", 32768, 60999)); },
     "127.0.0.1", 40000, Gate::destination_acl_out},
    {"ACL: the answer, to another port",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, true, false, "0.0.0.0/0", 32768, 60999)); },
     "127.0.0.1", 32767, Gate::none},
    {"ACL: outbound of the source",
     [](store::Txn& t) { entry(t, "acl-a2", acl_entry(90, true, false, "10.0.1.0/24", 5432, 5432)); },
     "10.0.2.20", 40000, Gate::source_acl_out},
    {"ACL: the answer at the source",
     [](store::Txn& t) { entry(t, "acl-a2", acl_entry(90, false, false, "10.0.1.0/24", 1024, 65535)); },
     "10.0.2.20", 40000, Gate::source_acl_in},
    {"ACL: the answer at the source, below",
     [](store::Txn& t) { entry(t, "acl-a2", acl_entry(90, false, false, "10.0.1.0/24", 1024, 65535)); },
     "10.0.2.20", 1023, Gate::none},
    {"ACL: of the connected VPC",
     [](store::Txn& t) { entry(t, "acl-b1", acl_entry(90, true, false, "10.0.0.0/8"), Net::theirs); },
     "10.1.1.30", 40000, Gate::source_acl_out},
    {"ACL: IPv6",
     [](store::Txn& t) { entry(t, "acl-a1", acl_entry(90, false, false, "2001:db8::/32")); },
     "2001:db8::1", 40000, Gate::destination_acl_in},
    {"the endpoint has no IPv6 address", [](store::Txn& t) {
       Net::change(t, network_interfaces, Net::key("eni-db"), [](NetworkInterfaceRecord& it) { it.ipv6_addresses.clear(); });
     }, "2001:db8::1", 40000, Gate::no_family},
    {"the endpoint's interface is gone",
     [](store::Txn& t) { t.erase(network_interfaces, Net::key("eni-db")); },
     "127.0.0.1", 40000, Gate::no_destination},
};

// Whatever a decision says of a client, the compiled table says of it as well: also at every address beside one that any
// record names, and at the ports beside those of the ACLs.
void expect_compiled_the_same(const store::Reader& reader, const DestinationView& view, const char* name) {
  const frontdoor::Admission compiled = admission_of(view);
  frontdoor::Hosts hosts;
  for (const auto& [key, interface] : reader.scan(network_interfaces, {})) {
    if (const auto host = host_of(key, interface)) hosts.insert(*host);
  }
  std::vector<std::string> addresses = {"0.0.0.0",    "255.255.255.255", "127.0.0.1", "127.0.0.3",  "127.0.0.4",  "127.8.0.0",
      "127.7.255.255",
                                        "10.0.0.255", "10.0.1.0",   "10.0.1.9",  "10.0.1.10",  "10.0.1.11",  "10.0.1.20",
                                            "10.0.2.0",
                                        "10.0.2.19",  "10.0.2.20",  "10.0.2.21", "10.0.2.255", "10.0.3.0",   "10.1.0.0",
                                            "10.1.1.29",
                                        "10.1.1.30",  "10.1.1.31",  "10.1.2.0",  "10.2.0.0",   "127.46.0.9", "127.46.0.20",
                                            "127.46.0.30",
                                        "127.46.0.40", "::",        "fd00:a::",  "fd00:a:0:1::10", "fd00:a:0:1::11",
                                            "fd00:a:0:2::", "2001:db8::1",
                                        "2001:db8:0:1::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
  for (const std::string& address : addresses) {
    for (const std::uint16_t port : {0, 1, 1023, 1024, 32767, 32768, 40000, 60999, 61000, 65535}) {
      const auto client = frontdoor::identify(hosts, ip(address), port);
      const bool decided = client && decide(view, {client->address, client->port, client->network}).admitted();
      EXPECT_EQ(client && compiled.admits(*client), decided) << name << ": " << address << " port " << port;
    }
  }
}

void run(const Case& one, bool everyone) {
  Net net;
  net.write([&](store::Txn& txn) {
    if (everyone) admit_everyone(txn);
    one.before(txn);
  });
  const store::Reader reader(net.db->snapshot());
  RestrictedInterfaces restricted;
  Networks networks(reader, restricted);
  const Destination database = Net::database();
  const DestinationView view = view_of(networks, database, ingress_of(reader, database.account, database.region,
      database.group_ids));
  const Source source = source_of(reader, one.source, static_cast<std::uint16_t>(one.port));
  EXPECT_EQ(decide(view, source).gate, one.gate) << one.name;
  const std::vector<Verdict> all = all_refusals(view, source);
  EXPECT_EQ(all.empty(), one.gate == Gate::none) << one.name;
  if (!all.empty()) {
    EXPECT_EQ(all.front().gate, one.gate) << one.name;
  }
  expect_compiled_the_same(reader, view, one.name);
}

TEST(Decide, ByTheRulesOfGroups) {
  for (const Case& one : rule_cases) run(one, false);
}

TEST(Decide, ByTheNetwork) {
  for (const Case& one : network_cases) run(one, true);
}

TEST(Decide, FromOutsideOnlyToWhatIsPubliclyAccessible) {
  Net net;
  net.write(admit_everyone);
  const store::Reader reader(net.db->snapshot());
  RestrictedInterfaces restricted;
  Networks networks(reader, restricted);
  Destination database = Net::database();
  database.public_access = false;
  const DestinationView view = view_of(networks, database, ingress_of(reader, database.account, database.region,
      database.group_ids));
  EXPECT_EQ(decide(view, {ip("127.0.0.1"), 40000}).gate, Gate::not_public);
  EXPECT_TRUE(decide(view, {ip("10.0.2.20"), 40000}).admitted());
  EXPECT_TRUE(decide(view, {ip("10.1.1.30"), 40000}).admitted());
  expect_compiled_the_same(reader, view, "not public");
}

TEST(Decide, AllRefusalsAreNamedAtOnce) {
  Net net;
  net.write([](store::Txn& txn) {
    close_egress(txn, "sg-app");
    entry(txn, "acl-a1", acl_entry(90, false, false, "10.0.2.0/24"));
  });
  const store::Reader reader(net.db->snapshot());
  RestrictedInterfaces restricted;
  Networks networks(reader, restricted);
  const DestinationView view = view_of(networks, Net::database(), {});
  std::vector<Gate> gates;
  for (const Verdict& verdict : all_refusals(view, {ip("10.0.2.20"), 40000})) gates.push_back(verdict.gate);
  EXPECT_EQ(gates, (std::vector<Gate>{Gate::source_egress, Gate::destination_acl_in, Gate::ingress}));
}

frontdoor::Admission compiled(const store::Reader& reader, RestrictedInterfaces& restricted) {
  Networks networks(reader, restricted);
  const Destination database = Net::database();
  return admission_of(view_of(networks, database, ingress_of(reader, database.account, database.region, database.group_ids)));
}

// Where a change of the records is another admission, the endpoint is among those that are compiled anew.
TEST(Decide, NoChangeOfAnAdmissionIsMissed) {
  int changed = 0;
  for (const auto& [cases, everyone] : {std::pair(std::span<const Case>(rule_cases), false),
      std::pair(std::span<const Case>(network_cases), true)}) {
    for (const Case& one : cases) {
      Net net;
      if (everyone) net.write(admit_everyone);
      const store::Reader before(net.db->snapshot());
      std::vector<store::Changed> changes;
      net.db->watch([&](Revision, const std::vector<store::Changed>& seen) { changes = seen; });
      if (one.before == nothing) continue;
      net.write(one.before);
      const store::Reader after(net.db->snapshot());
      RestrictedInterfaces kept, anew;
      const frontdoor::Admission was = compiled(before, kept), is = compiled(after, anew);
      kept.changed(before, after, changes);
      EXPECT_EQ(compiled(after, kept), is) << one.name << ": what is kept of interfaces follows the changes";
      if (was == is) continue;
      ++changed;
      const bool itself = std::any_of(changes.begin(), changes.end(), [](const store::Changed& change) {
        return change.space == network_interfaces.name() && change.key == Net::key("eni-db");
      });
      // The networks of the endpoint as it was are those that it is found by.
      const std::set<std::string> vpcs = vpcs_with_changed_network(before, after, changes);
      const bool network = vpcs.contains(Net::vpc_key("vpc-a")) || vpcs.contains(Net::vpc_key("vpc-b", Net::theirs));
      EXPECT_TRUE(itself || network ||
                  groups_with_changed_ingress(before, after, changes).contains(security_group_term(Net::ours, "us-east-1",
                      "sg-db")))
          << one.name;
    }
  }
  EXPECT_GT(changed, 30) << "most cases are such changes";
}

// A table does not grow with what says the same.
TEST(Decide, AThousandRulesAreOneTable) {
  Net net;
  for (int hundred = 0; hundred < 10; ++hundred) {
    net.write([&](store::Txn& txn) {
      for (int i = hundred * 100; i < (hundred + 1) * 100; ++i) {
        const std::string block = "203." + std::to_string(i / 250) + "." + std::to_string(i % 250) + ".0/24";
        Net::put_rule(txn, "sgr-" + std::to_string(i), Net::rule_for(block));
      }
    });
  }
  const store::Reader reader(net.db->snapshot());
  RestrictedInterfaces restricted;
  Networks networks(reader, restricted);
  const Destination database = Net::database();
  const DestinationView view = view_of(networks, database, ingress_of(reader, database.account, database.region,
      database.group_ids));
  const frontdoor::Admission compiled = admission_of(view);
  EXPECT_EQ(compiled.ranges().size(), 4U) << "250 blocks beside each other are one range";
  EXPECT_TRUE(compiled.admits({ip("203.3.249.255"), 1}));
  EXPECT_FALSE(compiled.admits({ip("203.3.250.0"), 1}));
}

}  // namespace
}  // namespace haar::ec2
