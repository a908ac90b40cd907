#include "services/ec2/network/network.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <stdexcept>

#include "base/ip_address.h"
#include "services/ec2/operations.h"
#include "services/ec2/service.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::ec2 {
namespace {

const AccountId account("111122223333");
const ::haar::Region region("eu-west-1");
const Place place(account, region);

struct State {
  State() {
    auto opened = store::Db::open(store::make_memory_backend(), manifest().spaces);
    if (!opened.ok()) throw std::runtime_error(opened.error().message);
    db = std::move(opened).value();
  }
  void write(const std::function<void(store::Txn&)>& work) {
    ASSERT_EQ(db->submit_and_wait([&](store::Txn& txn) {
      work(txn);
      return store::Keep::commit;
    }), store::Outcome::committed);
  }
  void make_default_networks() {
    write([](store::Txn& txn) { begin_default_networks(txn, account); });
    bool more = true;
    while (more) write([&](store::Txn& txn) { more = continue_default_networks(txn, system_random(), account, {}); });
  }
  std::unique_ptr<store::Db> db;
};

store::Key key(std::string_view id) { return store::key_of(account, region, id); }

TEST(DefaultNetwork, is_complete_in_every_region_that_is_enabled_by_default) {
  State state;
  state.make_default_networks();
  const store::Reader reader(state.db->snapshot());
  int regions = 0;
  for (const RegionFacts& facts : all_regions()) {
    const Place here(account, ::haar::Region(facts.name));
    const VpcRecord* vpc = find_default_vpc(reader, here);
    ASSERT_EQ(vpc != nullptr, facts.enabled_by_default) << facts.name;
    if (vpc == nullptr) continue;
    ++regions;
    EXPECT_EQ(vpc->cidr, "172.31.0.0/16");
    EXPECT_TRUE(vpc->id.starts_with("vpc-0") && vpc->id.size() == 21) << vpc->id;
    const auto subnets = default_subnets(reader, here);
    ASSERT_EQ(subnets.size(), facts.zones.size());
    for (std::size_t i = 0; i < subnets.size(); ++i) {
      EXPECT_EQ(subnets[i]->zone, facts.zones[i].name);
      EXPECT_EQ(subnets[i]->cidr, "172.31." + std::to_string(16 * i) + ".0/20");
      EXPECT_EQ(free_address_count(reader, here, *subnets[i]), 4091);
      EXPECT_TRUE(subnet_reaches_internet(reader, here, *subnets[i]));
    }
    ASSERT_NE(default_security_group(reader, here, vpc->id), nullptr);
  }
  EXPECT_EQ(regions, 17);
}

// A crash between two steps: what is left is known, and going on makes nothing twice.
TEST(DefaultNetwork, is_finished_after_an_interruption) {
  State state;
  bool more = false;
  state.write([](store::Txn& txn) { begin_default_networks(txn, account); });
  state.write([&](store::Txn& txn) { more = continue_default_networks(txn, system_random(), account, {}); });
  EXPECT_TRUE(more);
  const auto unfinished = [&] { return unfinished_default_networks(store::Reader(state.db->snapshot())); };
  EXPECT_EQ(unfinished(), std::vector{account});
  while (more) {
    state.write([&](store::Txn& txn) { more = continue_default_networks(txn, system_random(), account, {}); });
  }
  EXPECT_TRUE(unfinished().empty());
  state.write([&](store::Txn& txn) { more = continue_default_networks(txn, system_random(), account, {}); });
  EXPECT_FALSE(more);
  EXPECT_EQ(store::Reader(state.db->snapshot()).count(vpcs, store::prefix_of(account)), 17u);
}

TEST(DefaultNetwork, lets_in_nobody_but_its_own_members) {
  State state;
  state.make_default_networks();
  const store::Reader reader(state.db->snapshot());
  const VpcRecord* vpc = find_default_vpc(reader, place);
  const std::vector<std::string> groups{default_security_group(reader, place, vpc->id)->id};
  EXPECT_TRUE(effective_ingress(reader, place, groups).empty());
}

// A subnet of 16 addresses has 11 to give out; the five that AWS keeps are never among them.
TEST(Addresses, run_out_when_the_subnet_is_full) {
  State state;
  SubnetRecord subnet;
  subnet.id = "subnet-11111111";
  subnet.cidr = "10.0.0.16/28";
  std::set<std::string> given;
  state.write([&](store::Txn& txn) {
    given.clear();
    for (int i = 0; i < 11; ++i) {
      EXPECT_EQ(free_address_count(txn, place, subnet), 11 - i);
      const std::optional<std::string> address = free_private_ip(txn, place, subnet, system_random());
      ASSERT_TRUE(address);
      given.insert(*address);
      NetworkInterfaceRecord interface;
      interface.id = "eni-" + std::to_string(i);
      interface.subnet_id = subnet.id;
      interface.private_ip = *address;
      txn.put(network_interfaces, key(interface.id), interface);
    }
    EXPECT_FALSE(free_private_ip(txn, place, subnet, system_random()));
  });
  EXPECT_EQ(given.size(), 11u);
  for (const char* kept : {"10.0.0.16", "10.0.0.17", "10.0.0.18", "10.0.0.19", "10.0.0.31"}) {
    EXPECT_FALSE(given.contains(kept)) << kept;
    EXPECT_FALSE(is_assignable(subnet, kept)) << kept;
  }
  EXPECT_TRUE(is_assignable(subnet, "10.0.0.20"));
  EXPECT_FALSE(is_assignable(subnet, "10.0.0.32"));
}

// ---- effective_ingress: rules in, ranges out -----------------------------------------------------

// "sg-a tcp 5432-5432 10.0.0.0/8": a rule of group sg-a; a peer that begins with sg- or pl- is a reference.
struct RuleText {
  const char* group;
  const char* protocol;
  int from, to;
  const char* peer;
  bool egress = false;
};

void put_rule(store::Txn& txn, int number, const RuleText& text) {
  SecurityGroupRuleRecord rule;
  rule.id = "sgr-" + std::to_string(number);
  rule.group_id = text.group;
  rule.protocol = text.protocol;
  rule.from_port = text.from;
  rule.to_port = text.to;
  rule.egress = text.egress;
  const std::string peer = text.peer;
  if (peer.starts_with("sg-")) {
    rule.peer_group_id = peer;
    rule.peer_account = account.value;
  } else if (peer.starts_with("pl-")) {
    rule.prefix_list_id = peer;
  } else if (peer.find(':') != std::string::npos) {
    rule.cidr_ipv6 = peer;
  } else {
    rule.cidr_ipv4 = peer;
  }
  txn.put(security_group_rules, key(rule.id), rule);
}

void put_interface(store::Txn& txn, const char* id, const char* private_ip, const char* host_address,
                   std::vector<std::string> groups) {
  NetworkInterfaceRecord interface;
  interface.id = id;
  interface.private_ip = private_ip;
  interface.host_address = host_address;
  interface.group_ids = std::move(groups);
  txn.put(network_interfaces, key(id), interface);
}

std::string show(const std::vector<IngressRange>& ranges) {
  std::string out;
  for (const IngressRange& range : ranges) {
    out += range.protocol + " " + std::to_string(range.from) + "-" + std::to_string(range.to);
    for (const std::string& cidr : range.cidrs) out += " " + cidr;
    out += "\n";
  }
  return out;
}

struct IngressCase {
  const char* what;
  std::vector<RuleText> rules;
  std::vector<std::string> groups;
  const char* expected;
};

const std::vector<IngressCase> ingress_cases = {
    {"no group admits nobody", {{"sg-a", "tcp", 1, 9, "0.0.0.0/0"}}, {}, ""},
    {"a group that does not exist admits nobody", {}, {"sg-gone"}, ""},
    {"egress rules let nobody in", {{"sg-a", "-1", -1, -1, "0.0.0.0/0", true}}, {"sg-a"}, ""},
    {"rules of one port range become one line",
     {{"sg-a", "tcp", 5432, 5432, "192.0.2.0/24"}, {"sg-a", "tcp", 5432, 5432, "10.0.0.0/8"}},
     {"sg-a"},
     "tcp 5432-5432 10.0.0.0/8 192.0.2.0/24\n"},
    {"the groups' rules are united",
     {{"sg-a", "tcp", 5432, 5432, "10.0.0.0/8"}, {"sg-b", "tcp", 5432, 5432, "10.0.0.0/8"},
      {"sg-b", "tcp", 6379, 6379, "::/0"}, {"sg-c", "tcp", 22, 22, "0.0.0.0/0"}},
     {"sg-a", "sg-b"},
     "tcp 5432-5432 10.0.0.0/8\ntcp 6379-6379 ::/0\n"},
    {"a referenced group is its interfaces, by both their addresses",
     {{"sg-a", "tcp", 5432, 5432, "sg-app"}},
     {"sg-a"},
     "tcp 5432-5432 127.8.0.5/32 172.31.0.10/32 172.31.0.11/32\n"},
    {"a group that names itself admits its own interfaces",
     {{"sg-a", "-1", -1, -1, "sg-a"}},
     {"sg-a"},
     "-1 -1--1 172.31.0.20/32\n"},
    {"a referenced group without interfaces admits nobody", {{"sg-a", "tcp", 1, 9, "sg-empty"}}, {"sg-a"}, ""},
    {"a prefix list is its entries",
     {{"sg-a", "tcp", 443, 443, "pl-1"}},
     {"sg-a"},
     "tcp 443-443 198.51.100.0/24 2001:db8::/32\n"},
    {"an unknown prefix list admits nobody", {{"sg-a", "tcp", 443, 443, "pl-2"}}, {"sg-a"}, ""},
};

TEST(EffectiveIngress, table) {
  for (const IngressCase& c : ingress_cases) {
    State state;
    state.write([&](store::Txn& txn) {
      int number = 0;
      for (const RuleText& rule : c.rules) put_rule(txn, ++number, rule);
      put_interface(txn, "eni-1", "172.31.0.10", "127.8.0.5", {"sg-app"});
      put_interface(txn, "eni-2", "172.31.0.11", "", {"sg-other", "sg-app"});
      put_interface(txn, "eni-3", "172.31.0.20", "", {"sg-a"});
      PrefixListRecord list;
      list.id = "pl-1";
      list.cidrs = {"2001:db8::/32", "198.51.100.7/24"};
      txn.put(prefix_lists, key(list.id), list);
    });
    const store::Reader reader(state.db->snapshot());
    EXPECT_EQ(show(effective_ingress(reader, place, c.groups)), c.expected) << c.what;
  }
}

TEST(EffectiveIngress, extra_addresses_stand_for_their_interface) {
  State state;
  state.write([](store::Txn& txn) {
    put_rule(txn, 1, {"sg-a", "tcp", 5432, 5432, "sg-app"});
    put_interface(txn, "eni-1", "172.31.0.10", "", {"sg-app"});
    put_interface(txn, "eni-2", "172.31.0.11", "", {"sg-other"});
  });
  const store::Reader reader(state.db->snapshot());
  const std::vector<std::string> groups{"sg-a"};
  EXPECT_EQ(show(effective_ingress(reader, place, groups, {{"eni-1", "192.168.1.4"}, {"eni-2", "192.168.1.5"}})),
            "tcp 5432-5432 172.31.0.10/32 192.168.1.4/32\n");
}

// Another account's groups, and another region's, are not these groups, whatever they are called.
TEST(EffectiveIngress, stays_within_account_and_region) {
  State state;
  state.write([](store::Txn& txn) { put_rule(txn, 1, {"sg-a", "tcp", 5432, 5432, "0.0.0.0/0"}); });
  const store::Reader reader(state.db->snapshot());
  const std::vector<std::string> groups{"sg-a"};
  EXPECT_EQ(effective_ingress(reader, place, groups).size(), 1u);
  EXPECT_TRUE(effective_ingress(reader, Place(AccountId("444455556666"), region), groups).empty());
  EXPECT_TRUE(effective_ingress(reader, Place(account, ::haar::Region("us-east-1")), groups).empty());
}

TEST(Admits, table) {
  struct Case {
    IngressRange range;
    const char* protocol;
    int port;
    const char* address;
    bool admitted;
  };
  const IngressRange postgres{"tcp", 5432, 5432, {"10.0.0.0/8"}};
  const IngressRange range{"tcp", 5000, 6000, {"127.0.0.1/32"}};
  const IngressRange everything{"-1", -1, -1, {"0.0.0.0/0"}};
  for (const Case& c : std::initializer_list<Case>{{postgres, "tcp", 5432, "10.1.2.3", true},
                                                   {postgres, "tcp", 5432, "::ffff:10.1.2.3", true},
                                                   {postgres, "tcp", 5432, "11.1.2.3", false},
                                                   {postgres, "tcp", 5431, "10.1.2.3", false},
                                                   {postgres, "tcp", 5433, "10.1.2.3", false},
                                                   {postgres, "udp", 5432, "10.1.2.3", false},
                                                   {postgres, "tcp", 5432, "", false},
                                                   {postgres, "tcp", 5432, "10.1.2", false},
                                                   {range, "tcp", 5000, "127.0.0.1", true},
                                                   {range, "tcp", 6000, "127.0.0.1", true},
                                                   {range, "tcp", 6001, "127.0.0.1", false},
                                                   {range, "tcp", 5500, "127.0.0.2", false},
                                                   {everything, "tcp", 1, "203.0.113.9", true},
                                                   {everything, "udp", 65535, "127.0.0.1", true},
                                                   {everything, "tcp", 1, "2001:db8::1", false}}) {
    EXPECT_EQ(admits(std::span(&c.range, 1), c.protocol, c.port, c.address), c.admitted)
        << c.range.protocol << " " << c.range.from << " " << c.protocol << " " << c.port << " " << c.address;
  }
  EXPECT_FALSE(admits({}, "tcp", 5432, "127.0.0.1"));
}

}  // namespace
}  // namespace haar::ec2
