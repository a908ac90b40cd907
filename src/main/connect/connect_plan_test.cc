#include "main/connect/connect_plan.h"

#include <gtest/gtest.h>

#include <functional>

namespace haar::main {
namespace {

using Action = ConnectPlan::Action;

PlainGroup target(int number, std::string peer, std::int32_t port = 5432) {
  return {"sg-t" + std::to_string(number), "rds-ec2-" + std::to_string(number), {{"tcp", port, port, std::move(peer)}}, {}};
}
PlainGroup instance(int number, std::string peer, std::int32_t port = 5432) {
  return {"sg-i" + std::to_string(number), "ec2-rds-" + std::to_string(number), {}, {{"tcp", port, port, std::move(peer)}}};
}

// A pair that is attached to both, and what a case changes of it.
Connectivity connected() {
  return {5432, {target(1, "sg-i1"), instance(1, "sg-t1")}, {"sg-t1"}, {"sg-i1"}};
}

struct Case {
  const char* name;
  std::function<void(Connectivity&)> change;
  Action action;
  std::string group;
  std::int32_t number;
};

// The rows of the guide's table, the ways in which a group counts as modified, and numbers.
const Case cases[] = {
    {"connected already", [](Connectivity&) {}, Action::none, "sg-i1", 0},
    {"connected by the second of two",
     [](Connectivity& now) {
       now.of_vpc.push_back(target(2, "sg-i2"));
       now.of_target.insert(now.of_target.begin(), "sg-t2");
     },
     Action::none, "sg-i1", 0},
    {"nothing is there", [](Connectivity& now) { now = {5432, {}, {}, {}}; }, Action::create, "", 1},
    {"other groups alone",
     [](Connectivity& now) { now = {5432, {{"sg-x", "default", {}, {}}}, {"sg-x"}, {"sg-x"}}; }, Action::create, "", 1},
    {"the instance's is not attached", [](Connectivity& now) { now.of_instance.clear(); }, Action::associate, "sg-i1", 0},
    {"the instance has another valid one of another database",
     [](Connectivity& now) {
       now.of_vpc.push_back(instance(2, "sg-t2"));
       now.of_vpc.push_back(target(2, "sg-i2"));
       now.of_instance = {"sg-i2"};
     },
     Action::associate, "sg-i1", 0},
    {"the database's is not attached", [](Connectivity& now) { now.of_target.clear(); }, Action::create, "", 2},
    {"neither is attached", [](Connectivity& now) { now.of_target.clear(), now.of_instance.clear(); }, Action::create, "", 2},
    {"the instance's is gone", [](Connectivity& now) { now.of_vpc.pop_back(); }, Action::create, "", 2},
    {"the database's has a second rule",
     [](Connectivity& now) { now.of_vpc[0].ingress.push_back({"tcp", 5432, 5432, ""}); }, Action::create, "", 2},
    {"the database's lets out", [](Connectivity& now) { now.of_vpc[0].egress.push_back({"-1", -1, -1, ""}); },
     Action::create, "", 2},
    {"the database's rule has another port",
     [](Connectivity& now) { now.of_vpc[0].ingress[0].from_port = now.of_vpc[0].ingress[0].to_port = 5433; },
     Action::create, "", 2},
    {"the database has another port", [](Connectivity& now) { now.port = 5433; }, Action::create, "", 2},
    {"a range of ports", [](Connectivity& now) { now.of_vpc[1].egress[0].to_port = 5433; }, Action::create, "", 2},
    {"another protocol", [](Connectivity& now) { now.of_vpc[0].ingress[0].protocol = "udp"; }, Action::create, "", 2},
    {"the database's admits addresses", [](Connectivity& now) { now.of_vpc[0].ingress[0].peer_group = ""; },
     Action::create, "", 2},
    {"the instance's leads elsewhere", [](Connectivity& now) { now.of_vpc[1].egress[0].peer_group = "sg-t9"; },
     Action::create, "", 2},
    {"the instance's has a second rule",
     [](Connectivity& now) { now.of_vpc[1].egress.push_back({"tcp", 443, 443, ""}); }, Action::create, "", 2},
    {"the instance's admits", [](Connectivity& now) { now.of_vpc[1].ingress.push_back({"tcp", 22, 22, ""}); },
     Action::create, "", 2},
    {"it was modified and is not attached",
     [](Connectivity& now) {
       now.of_vpc[1].egress.clear();
       now.of_instance.clear();
     },
     Action::create, "", 2},
    {"a number is free between others",
     [](Connectivity& now) {
       now = {5432, {target(1, ""), instance(3, "")}, {}, {}};
     },
     Action::create, "", 2},
    {"a name that only begins so", [](Connectivity& now) { now = {5432, {{"sg-x", "rds-ec2-1a", {}, {}}}, {}, {}}; },
     Action::create, "", 1},
    {"a cache's pair is none of a database's",
     [](Connectivity& now) {
       now.of_vpc[0].name = "elasticache-ec2-1";
       now.of_vpc[1].name = "ec2-elasticache-1";
     },
     Action::create, "", 1},
};

TEST(ConnectPlan, EverySituationHasItsAction) {
  for (const Case& c : cases) {
    Connectivity now = connected();
    c.change(now);
    const ConnectPlan plan = plan_connection(rds_names, now);
    EXPECT_EQ(plan.action, c.action) << c.name;
    EXPECT_EQ(plan.group, c.group) << c.name;
    EXPECT_EQ(plan.number, c.number) << c.name;
  }
}

TEST(ConnectPlan, CachesHaveNamesOfTheirOwn) {
  Connectivity now = connected();
  now.of_vpc[0].name = "elasticache-ec2-1";
  now.of_vpc[1].name = "ec2-elasticache-1";
  EXPECT_EQ(plan_connection(elasticache_names, now).action, Action::none);
  EXPECT_EQ(plan_connection(rds_names, now).action, Action::create);
}

}  // namespace
}  // namespace haar::main
