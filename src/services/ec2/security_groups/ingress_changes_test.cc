#include "services/ec2/security_groups/ingress_changes.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <random>

#include "services/ec2/network/network.h"
#include "services/ec2/operations.h"
#include "services/ec2/records.h"
#include "services/ec2/service.h"
#include "store/memory_backend.h"

namespace haar::ec2 {
namespace {

const AccountId ana("111122223333"), bob("444455556666");
const ::haar::Region region("us-east-1");

class IngressChanges : public ::testing::Test {
 protected:
  IngressChanges() {
    db_->watch([this](Revision, const std::vector<store::Changed>& changes) { changes_ = changes; });
  }

  template <class Fn>
  void write(Fn fn) {
    before_ = db_->snapshot();
    const auto work = [&](store::Txn& txn) {
      fn(txn);
      return store::Keep::commit;
    };
    ASSERT_EQ(db_->submit_and_wait(work), store::Outcome::committed);
  }

  // "111122223333/us-east-1/sg-a sg-b": in order, a space between two.
  [[nodiscard]] std::string changed() const {
    std::string out;
    for (const store::Key& group : groups_with_changed_ingress(store::Reader(before_), store::Reader(db_->snapshot()), changes_))
      out += (out.empty() ? "" : " ") + group.text();
    return out;
  }

  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), manifest().spaces).value();
  store::Snapshot before_ = db_->snapshot();
  std::vector<store::Changed> changes_;
};

SecurityGroupRuleRecord rule_of(const char* group) {
  SecurityGroupRuleRecord rule;
  rule.group_id = group;
  rule.protocol = "tcp";
  rule.from_port = rule.to_port = 5432;
  return rule;
}

store::Key key(const AccountId& account, std::string_view id) { return store::key_of(account, region, id); }

TEST_F(IngressChanges, a_rule_changes_its_own_group) {
  SecurityGroupRuleRecord rule = rule_of("sg-a");
  rule.cidr_ipv4 = "10.0.0.0/8";
  write([&](store::Txn& txn) { txn.put(security_group_rules, key(ana, "sgr-1"), rule); });
  EXPECT_EQ(changed(), "111122223333/us-east-1/sg-a");
  write([&](store::Txn& txn) { txn.erase(security_group_rules, key(ana, "sgr-1")); });
  EXPECT_EQ(changed(), "111122223333/us-east-1/sg-a");
  rule.egress = true;
  write([&](store::Txn& txn) { txn.put(security_group_rules, key(ana, "sgr-2"), rule); });
  EXPECT_EQ(changed(), "") << "what a group lets out";
}

// The group of an interface is not changed by it; those that admit the group's members are.
TEST_F(IngressChanges, an_interface_changes_the_groups_that_name_one_of_its_own) {
  write([&](store::Txn& txn) {
    SecurityGroupRuleRecord rule = rule_of("sg-a");
    rule.peer_group_id = "sg-app";
    rule.peer_account = ana.value;
    txn.put(security_group_rules, key(ana, "sgr-1"), rule);
    rule.group_id = "sg-b";
    txn.put(security_group_rules, key(bob, "sgr-2"), rule);
    rule.peer_account = bob.value;
    rule.group_id = "sg-c";
    txn.put(security_group_rules, key(bob, "sgr-3"), rule);
  });
  NetworkInterfaceRecord interface;
  interface.private_ip = "172.31.0.10";
  interface.group_ids = {"sg-app"};
  const auto put = [&] { write([&](store::Txn& txn) { txn.put(network_interfaces, key(ana, "eni-1"), interface); }); };
  const std::string both = "111122223333/us-east-1/sg-a 444455556666/us-east-1/sg-b";
  put();
  EXPECT_EQ(changed(), both) << "bob's rule of sg-c names a group of bob's";
  interface.tags = {{"team", "red"}};
  put();
  EXPECT_EQ(changed(), "") << "no rule takes an interface's tags";
  interface.host_address = "127.8.0.5";
  put();
  EXPECT_EQ(changed(), both);
  interface.group_ids = {"sg-other"};
  put();
  EXPECT_EQ(changed(), both) << "an interface left the group";
  write([&](store::Txn& txn) { txn.erase(network_interfaces, key(ana, "eni-1")); });
  EXPECT_EQ(changed(), "");
}

TEST_F(IngressChanges, a_prefix_list_changes_the_groups_that_name_it) {
  write([&](store::Txn& txn) {
    SecurityGroupRuleRecord rule = rule_of("sg-a");
    rule.prefix_list_id = "pl-1";
    txn.put(security_group_rules, key(ana, "sgr-1"), rule);
    txn.put(security_group_rules, key(bob, "sgr-2"), rule);
  });
  PrefixListRecord list;
  list.cidrs = {"198.51.100.0/24"};
  write([&](store::Txn& txn) { txn.put(prefix_lists, key(ana, "pl-1"), list); });
  EXPECT_EQ(changed(), "111122223333/us-east-1/sg-a");
}

// Whatever is changed, no group whose ingress is another one is left out.
TEST_F(IngressChanges, every_group_that_lets_in_others_is_named) {
  const std::array<const char*, 4> groups{"sg-a", "sg-b", "sg-c", "sg-d"};
  std::mt19937 random(7);
  const auto below = [&](unsigned count) { return static_cast<unsigned>(random() % count); };
  const auto group = [&] { return groups.at(below(groups.size())); };
  const auto account = [&] { return below(2) == 0 ? ana : bob; };
  const auto step = [&](store::Txn& txn) {
    const std::string number = std::to_string(below(6));
    const store::Key at = key(account(), number);
    const bool erase = below(4) == 0;
    switch (below(3)) {
      case 0: {
        if (erase) return txn.erase(security_group_rules, at);
        SecurityGroupRuleRecord rule = rule_of(group());
        rule.egress = below(5) == 0;
        const unsigned peer = below(3);
        if (peer == 0) rule.cidr_ipv4 = "10." + number + ".0.0/16";
        if (peer == 1) rule.prefix_list_id = std::to_string(below(6));
        if (peer == 2) rule.peer_group_id = group();
        if (peer == 2 && below(2) == 0) rule.peer_account = account().value;
        return txn.put(security_group_rules, at, rule);
      }
      case 1: {
        if (erase) return txn.erase(network_interfaces, at);
        NetworkInterfaceRecord interface;
        interface.private_ip = "172.31.0." + std::to_string(below(9));
        interface.group_ids = {group(), group()};
        return txn.put(network_interfaces, at, interface);
      }
      default: {
        if (erase) return txn.erase(prefix_lists, at);
        PrefixListRecord list;
        list.cidrs = {"198.51." + std::to_string(below(9)) + ".0/24"};
        return txn.put(prefix_lists, at, list);
      }
    }
  };
  int differences = 0;
  for (int i = 0; i < 2'000; ++i) {
    write([&](store::Txn& txn) {
      for (unsigned steps = 1 + below(3); steps > 0; --steps) step(txn);
    });
    const store::Reader before(before_), after(db_->snapshot());
    const std::set<store::Key> named = groups_with_changed_ingress(before, after, changes_);
    for (const AccountId& owner : {ana, bob}) {
      for (const char* id : groups) {
        const std::vector<std::string> one{id};
        const Place place(owner, region);
        if (effective_ingress(before, place, one) == effective_ingress(after, place, one)) continue;
        ++differences;
        EXPECT_TRUE(named.contains(security_group_term(owner, region.value, id))) << i << ": " << owner.value << " " << id;
      }
    }
  }
  EXPECT_GT(differences, 500);
}

}  // namespace
}  // namespace haar::ec2
