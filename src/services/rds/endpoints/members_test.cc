#include "services/rds/endpoints/members.h"

#include <gtest/gtest.h>

namespace haar::rds {
namespace {

InstanceRecord instance(const std::string& id, bool deleting = false) {
  InstanceRecord one;
  one.id = id;
  one.deleting = deleting;
  return one;
}

// The identifiers that an endpoint leads to in a cluster of w (which writes), r, s and d (which is being deleted).
std::string led_to(const std::string& type, const std::vector<std::string>& fixed, const std::vector<std::string>& excluded,
                   bool has_writer = true) {
  const std::vector<InstanceRecord> all{instance("w"), instance("r"), instance("s"), instance("d", true)};
  CustomEndpointRecord endpoint;
  endpoint.type = type;
  endpoint.static_members = fixed;
  endpoint.excluded_members = excluded;
  std::string out;
  for (const InstanceRecord* one : members_led_to(endpoint, all, has_writer ? &all[0] : nullptr)) out += one->id;
  return out;
}

TEST(CustomEndpoints, LeadToTheMembersOfTheirType) {
  EXPECT_EQ(led_to("ANY", {}, {}), "wrs");
  EXPECT_EQ(led_to("READER", {}, {}), "rs");
  EXPECT_EQ(led_to("WRITER", {}, {}), "w");
  EXPECT_EQ(led_to("ANY", {"w", "s"}, {}), "ws");
  EXPECT_EQ(led_to("READER", {"w", "s"}, {}), "s");  // w stays on the list, for the time when it reads
  EXPECT_EQ(led_to("WRITER", {"r"}, {}), "");
  EXPECT_EQ(led_to("ANY", {}, {"w", "r"}), "s");
  EXPECT_EQ(led_to("READER", {}, {"s"}), "r");
  EXPECT_EQ(led_to("ANY", {"d"}, {}), "");
  EXPECT_EQ(led_to("WRITER", {}, {}, false), "");  // nobody writes at the moment
}

}  // namespace
}  // namespace haar::rds
