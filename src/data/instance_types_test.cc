#include "data/instance_types.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace haar::data {
namespace {

namespace flag = instance_type_flags;

// Some that everybody knows, from AWS's pages: a column that slips shows itself.
TEST(InstanceTypes, facts_are_those_of_aws) {
  const InstanceType* small = find_instance_type("t3.micro");
  ASSERT_NE(small, nullptr);
  EXPECT_EQ(small->vcpus, 2);
  EXPECT_EQ(small->memory_mib, 1024u);
  EXPECT_EQ(small->interfaces, 2);
  EXPECT_EQ(small->ipv4_per_interface, 2);
  EXPECT_EQ(small->architectures.view(), "x86_64");
  EXPECT_TRUE(small->has(flag::burstable) && small->has(flag::current) && !small->has(flag::metal));
  const InstanceType* large = find_instance_type("m7g.2xlarge");
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(large->vcpus, 8);
  EXPECT_EQ(large->memory_mib, 32768u);
  EXPECT_EQ(large->architectures.words(), std::vector<std::string_view>{"arm64"});
  EXPECT_EQ(large->manufacturer.view(), "AWS");
  const InstanceType* disks = find_instance_type("m5d.24xlarge");
  ASSERT_NE(disks, nullptr);
  EXPECT_EQ(disks->disks, 4);
  EXPECT_EQ(disks->disk_gb, 900u);
}

TEST(InstanceTypes, names_are_sorted_and_each_is_found) {
  EXPECT_TRUE(std::ranges::is_sorted(instance_types(), {}, &InstanceType::name));
  for (const InstanceType& one : instance_types()) EXPECT_EQ(find_instance_type(one.name), &one);
  EXPECT_EQ(find_instance_type("t3.giant"), nullptr);
  EXPECT_EQ(find_instance_type(""), nullptr);
}

// us-east-1e has no t3, as many have found out.
TEST(InstanceTypes, a_type_is_not_offered_everywhere) {
  const InstanceType* small = find_instance_type("t3.micro");
  EXPECT_TRUE(small->offered_in("use1-az1"));
  EXPECT_FALSE(small->offered_in("use1-az3"));
  EXPECT_FALSE(small->offered_in("use1"));
}

}  // namespace
}  // namespace haar::data
