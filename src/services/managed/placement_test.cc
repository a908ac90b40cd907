#include "services/managed/placement.h"

#include <gtest/gtest.h>

#include "services/ec2/test_world.h"
#include "services/managed/subnet_groups.h"
#include "store/key_space.h"

namespace haar::managed {
namespace {

TEST(Identifiers, begin_with_a_letter_and_have_no_hyphen_at_the_end_nor_two_in_a_row) {
  for (const char* good : {"a", "A1", "my-db-1"}) EXPECT_TRUE(is_identifier(good)) << good;
  for (const char* bad : {"", "1a", "-a", "a-", "a--b", "a_b", "a b", "ä"}) EXPECT_FALSE(is_identifier(bad)) << bad;
}

struct GroupRecord : SubnetGroup {
  static constexpr std::string_view record_name = "test.subnet-group";
  static constexpr std::uint32_t record_version = 1;
};
struct LabelRecord {
  static constexpr std::string_view record_name = "test.label";
  static constexpr std::uint32_t record_version = 1;
  std::string label;
  template <class V>
  void fields(V& v) { v(1, label); }
};
const store::KeySpace<GroupRecord> groups{"test/subnet-group"};
const store::KeySpace<LabelRecord> labels{"test/label"};

Error error(std::string message) { return Error{"Refused", std::move(message)}; }

constexpr SubnetGroupRules rules{.default_description = "the default",
                                 .default_zones_min = 2,
                                 .no_default_vpc = [] { return error("no default VPC"); },
                                 .too_few_zones = [] { return error("too few zones"); },
                                 .not_found = [](std::string_view name) { return error("no " + std::string(name)); }};

class Placement : public ec2::World {
 protected:
  Placement() : World({&groups, &labels}) {}

  void make_network(int zones) {
    write([&](store::Txn& txn) {
      for (const bool is_default : {true, false}) {
        ec2::VpcRecord vpc;
        vpc.id = is_default ? "vpc-a" : "vpc-b";
        vpc.is_default = is_default;
        txn.put(ec2::vpcs, key(vpc.id), vpc);
        ec2::SecurityGroupRecord group;
        group.id = is_default ? "sg-a" : "sg-b";
        group.name = "default";
        group.vpc_id = vpc.id;
        txn.put(ec2::security_groups, key(group.id), group);
      }
      for (int i = 0; i < zones; ++i) {
        ec2::SubnetRecord subnet;
        subnet.id = "subnet-" + std::to_string(i);
        subnet.vpc_id = "vpc-a";
        subnet.zone = std::string("us-east-1") + static_cast<char>('a' + i);
        txn.put(ec2::subnets, key(subnet.id), subnet);
      }
    });
  }
  // The subnets of the group, or why there is none.
  std::string subnets_of(std::optional<std::string> name) {
    const Result<GroupRecord> group =
        in_call([&](api::Call& call) { return resolve_subnet_group(call, rules, groups, name); });
    if (!group.ok()) return group.error().message;
    std::string out = group->name + ":";
    for (const std::string& id : group->subnet_ids) out += " " + id;
    return out;
  }
  std::string security_groups_of(std::optional<std::vector<std::string>> ids) {
    const Result<std::vector<std::string>> found = in_call([&](api::Call& call) {
      return resolve_security_groups(call, "vpc-a", ids,
                                     {.no_vpc = [] { return error("no VPC"); },
                                      .unknown = [](const std::string& id) { return error("no " + id); },
                                      .other_vpc = [](const std::string& vpc) { return error("of " + vpc); }});
    });
    if (!found.ok()) return found.error().message;
    std::string out;
    for (const std::string& id : *found) out += id + " ";
    return out;
  }
};

TEST_F(Placement, the_default_subnet_group_is_made_once_of_the_default_vpc) {
  EXPECT_EQ(subnets_of(std::nullopt), "no default VPC");
  make_network(1);
  EXPECT_EQ(subnets_of(std::nullopt), "too few zones");
  make_network(2);
  EXPECT_EQ(subnets_of("mine"), "no mine");
  EXPECT_EQ(subnets_of("Default"), "default: subnet-0 subnet-1");
  make_network(3);
  EXPECT_EQ(subnets_of(std::nullopt), "default: subnet-0 subnet-1");
}

TEST_F(Placement, a_subnet_that_is_gone_is_in_no_zone) {
  make_network(2);
  (void)in_call([](api::Call& call) {
    GroupRecord group;
    group.subnet_ids = {"subnet-gone", "subnet-1", "subnet-0"};
    EXPECT_EQ(subnet_by_zone(call, group),
              (std::map<std::string, std::string>{{"us-east-1a", "subnet-0"}, {"us-east-1b", "subnet-1"}}));
    return Result<void>();
  });
}

TEST_F(Placement, security_groups_are_of_the_vpc_and_each_is_taken_once) {
  EXPECT_EQ(security_groups_of(std::nullopt), "no VPC");
  make_network(1);
  EXPECT_EQ(security_groups_of(std::nullopt), "sg-a ");
  EXPECT_EQ(security_groups_of({{"sg-a", "sg-a"}}), "sg-a ");
  EXPECT_EQ(security_groups_of({{"sg-a", "sg-x"}}), "no sg-x");
  EXPECT_EQ(security_groups_of({{"sg-b"}}), "of vpc-b");
}

TEST_F(Placement, a_domain_label_is_made_once) {
  const auto label = [&] {
    return *in_call([](api::Call& call) -> Result<std::string> { return domain_label(call, labels, "c", 12); });
  };
  const std::string made = label();
  EXPECT_EQ(made.size(), 12U);
  EXPECT_TRUE(made.starts_with("c"));
  EXPECT_EQ(label(), made);
}

}  // namespace
}  // namespace haar::managed
