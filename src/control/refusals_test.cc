#include "control/refusals.h"

#include <gtest/gtest.h>

#include "services/ec2/reachability/compile.h"
#include "services/ec2/reachability/test_network.h"

namespace haar::control {
namespace {

using Net = ec2::TestNetwork;

fleet::EndpointPlan plan(const std::string& id, const std::string& name, const std::string& address,
    const AccountId& account = Net::ours) {
  fleet::EndpointPlan out;
  out.id = id;
  out.name = name;
  out.account = account;
  out.region = Net::region;
  out.resource_arn = "arn:aws:rds:us-east-1:" + account.value + ":cluster:demo";
  out.address = address;
  out.port = 5432;
  out.group_ids = {"sg-db"};
  out.interface_id = "eni-db";
  return out;
}

class WhyRefusedTest : public ::testing::Test {
 protected:
  WhyRefusedTest() {
    plans_ = {plan("rds/cluster-A/writer", "demo.cluster-x.haar.internal", "127.46.0.1"),
              plan("rds/cluster-A/db-A", "demo-1.x.haar.internal", "127.46.0.2"),
              plan("rds/cluster-B/writer", "demo.cluster-y.haar.internal", "127.46.0.3", Net::theirs)};
    plans_[1].resource_arn = "arn:aws:rds:us-east-1:111122223333:db:demo-1";
    plans_[1].owns_interface = true;
    net_.write([](store::Txn& txn) { Net::put_rule(txn, "sgr-1", Net::rule_for_group("sg-app")); });
    const store::Reader reader(net_.db->snapshot());
    for (const auto& [key, interface] : reader.scan(ec2::network_interfaces, {})) {
      if (const auto host = ec2::host_of(key, interface)) hosts_.insert(*host);
    }
  }
  Result<WhyRefused> ask(WhoAsks asked) const { return why_refused(store::Reader(net_.db->snapshot()), hosts_, plans_, asked); }
  std::string found(const std::string& to, const std::string& account = "") const {
    const auto why = ask({"127.0.0.1", to, account, ""});
    return why.ok() ? why->plan.id : why.error().code;
  }

  Net net_;
  frontdoor::Hosts hosts_;
  std::vector<fleet::EndpointPlan> plans_;
};

TEST_F(WhyRefusedTest, AnEndpointHasManyNames) {
  struct Case {
    const char* to;
    const char* account;
    const char* id;
  };
  for (const Case& c : std::vector<Case>{{"rds/cluster-A/writer", "", "rds/cluster-A/writer"},
                                         {"demo.cluster-x.haar.internal", "", "rds/cluster-A/writer"},
                                         {"demo.cluster-x.haar.internal:5432", "", "rds/cluster-A/writer"},
                                         {"demo.cluster-x.haar.internal:5433", "", "NoSuchEndpoint"},
                                         {"127.46.0.2", "", "rds/cluster-A/db-A"},
                                         {"127.46.0.2:5432", "", "rds/cluster-A/db-A"},
                                         {"10.0.1.10:5432", "", "rds/cluster-A/db-A"},
                                         {"fd00:a:0:1::10", "", "rds/cluster-A/db-A"},
                                         {"[fd00:a:0:1::10]:5432", "", "rds/cluster-A/db-A"},
                                         {"demo", "", "rds/cluster-A/writer"},
                                         {"demo", "444455556666", "rds/cluster-B/writer"},
                                         {"demo-1", "", "rds/cluster-A/db-A"},
                                         {"arn:aws:rds:us-east-1:444455556666:cluster:demo", "", "rds/cluster-B/writer"},
                                         {"", "", "NoSuchEndpoint"},
                                         {"nothing", "", "NoSuchEndpoint"}}) {
    EXPECT_EQ(found(c.to, c.account), c.id) << c.to;
  }
}

TEST_F(WhyRefusedTest, AClientIsAnAddressAnInterfaceOrAnInstance) {
  net_.write([](store::Txn& txn) {
    Net::change(txn, ec2::network_interfaces, Net::key("eni-app"), [](ec2::NetworkInterfaceRecord& it) {
      it.instance_id = "i-app";
    });
    Net::change(txn, ec2::network_interfaces, Net::key("eni-near"), [](ec2::NetworkInterfaceRecord& it) {
      it.instance_id = "i-app";
      it.device_index = 1;
    });
  });
  struct Case {
    const char* from;
    const char* address;  // as which it appears; nullptr: there is no such thing
    bool admitted;
  };
  for (const Case& c : std::vector<Case>{{"127.0.0.1", "127.0.0.1", false},
                                         {"10.0.2.20", "10.0.2.20", true},
                                         {"eni-app", "10.0.2.20", true},
                                         {"i-app", "10.0.2.20", true},
                                         {"127.46.0.20", "10.0.2.20", true},
                                         {"eni-c", "10.0.2.20", false},  // of another VPC that has the address, too
                                         {"eni-none", nullptr, false},
                                         {"", nullptr, false}}) {
    const auto why = ask({c.from, "demo", "", ""});
    ASSERT_EQ(why.ok(), c.address != nullptr) << c.from;
    if (!why.ok()) {
      EXPECT_EQ(why.error().code, "NoSuchSource") << c.from;
      continue;
    }
    EXPECT_EQ(why->source.address.str(), c.address) << c.from;
    EXPECT_EQ(why->refusals.empty(), c.admitted) << c.from;
    EXPECT_EQ(why->admitted_by.empty(), !c.admitted) << c.from;
  }
  const auto v6 = ask({"eni-app", "[fd00:a:0:1::10]:5432", "", ""});
  ASSERT_FALSE(v6.ok());
  EXPECT_EQ(v6.error().code, "NoSuchSource") << "it has no IPv6 address to come from";
}

TEST_F(WhyRefusedTest, RefusedConnectionsAreExplainedByTheStateTheyMet) {
  Refusals refusals;
  const auto unknown = [] { return ec2::RestrictedInterfaces(); };
  const ec2::Source outside{IpAddress::parse("127.0.0.1").value(), 40000};
  EXPECT_EQ(refusals.of(net_.db->snapshot(), plans_[0], outside, unknown).gate, "security-group-inbound");
  net_.write([](store::Txn& txn) { Net::put_rule(txn, "sgr-2", Net::rule_for("127.0.0.1/32")); });
  EXPECT_EQ(refusals.of(net_.db->snapshot(), plans_[0], outside, unknown).gate, "admitted");
}

}  // namespace
}  // namespace haar::control
