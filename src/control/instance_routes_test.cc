#include "control/instance_routes.h"

#include <gtest/gtest.h>

#include "services/ec2/interfaces/records.h"
#include "services/ec2/peering/records.h"
#include "services/ec2/service.h"
#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::control {
namespace {

const AccountId account("111122223333"), other_account("444455556666");
const std::string region = "us-west-2";

IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }

class InstanceRoutes : public ::testing::Test {
 protected:
  InstanceRoutes() {
    write([](store::Txn& txn) {
      put_instance(txn, "i-1", "127.77.0.1", "172.31.0.10");
      put_instance(txn, "i-2", "127.77.0.2", "172.31.0.11");
      put_interface(txn, account, "eni-db", "vpc-1", "172.31.0.20", "127.77.0.100");
      put_interface(txn, account, "eni-none", "vpc-1", "172.31.0.21", "");
      put_interface(txn, account, "eni-far", "vpc-2", "10.0.0.20", "127.77.0.101");
      put_interface(txn, other_account, "eni-peer", "vpc-3", "10.3.0.20", "127.77.0.102");
    });
  }

  template <class Work>
  void write(Work work) {
    ASSERT_EQ(db_->submit_and_wait([&](store::Txn& txn) {
      work(txn);
      return store::Keep::commit;
    }), store::Outcome::committed);
  }

  static void put_interface(store::Txn& txn, const AccountId& of, const std::string& id, const std::string& vpc,
                            const std::string& address, const std::string& host, const std::string& instance = {}) {
    ec2::NetworkInterfaceRecord record;
    record.id = id;
    record.vpc_id = vpc;
    record.private_ip = address;
    record.host_address = host;
    record.instance_id = instance;
    txn.put(ec2::network_interfaces, store::key_of(of, region, id), record);
  }
  static void put_instance(store::Txn& txn, const std::string& id, const std::string& host, const std::string& address) {
    ec2::InstanceRecord record;
    record.id = id;
    record.vpc_id = "vpc-1";
    record.host_address = host;
    txn.put(ec2::instances, store::key_of(account, region, id), record);
    put_interface(txn, account, "eni-of-" + id, "vpc-1", address, host, id);
    put_state(txn, id, "running");
  }
  static void put_state(store::Txn& txn, const std::string& id, const std::string& state) {
    ec2::InstanceSeenRecord seen;
    seen.observed_generation = 1;
    seen.state = state;
    txn.put(ec2::instance_states, store::key_of(account, region, id), seen);
  }

  // "refusal", "from SOURCE to ADDRESS:PORT", "from SOURCE", or "unchanged".
  std::string route(const std::string& to, std::uint16_t port) {
    const store::Reader reader(db_->snapshot());
    const OwnAddresses own{{ip("127.0.0.1"), 4566}, *Cidr::parse("127.77.0.0/20"), {ip("127.77.15.254"), 80}};
    const InstanceRoute found = route_of(reader, find_instance(reader, "i-1", "", "").value(), own, {ip(to), port});
    if (!found.refusal.empty()) return std::string(found.refusal);
    if (!found.source) return found.target ? "to another place from nowhere" : "unchanged";
    const std::string source = "from " + found.source->str();
    return found.target ? source + " to " + found.target->address.str() + ":" + std::to_string(found.target->port) : source;
  }

  std::unique_ptr<store::Db> db_ = store::Db::open(store::make_memory_backend(), ec2::manifest().spaces).value();
};

TEST_F(InstanceRoutes, EveryDestinationHasItsWay) {
  struct Case {
    const char* to;
    std::uint16_t port;
    const char* route;
  };
  for (const Case& c : {
           Case{"169.254.169.254", 80, "from 127.77.0.1 to 127.77.15.254:80"},
           Case{"169.254.169.254", 443, "nothing-there"},
           Case{"fd00:ec2::254", 80, "unchanged"},  // the instance's options have no IPv6 endpoint
           Case{"127.0.0.1", 4566, "from 127.77.0.1"},
           Case{"127.0.0.1", 4567, "unchanged"},
           Case{"127.77.0.100", 5432, "from 127.77.0.1"},
           Case{"127.78.0.100", 5432, "unchanged"},
           Case{"172.31.0.20", 5432, "from 127.77.0.1 to 127.77.0.100:5432"},
           Case{"172.31.0.21", 5432, "unreachable"},  // it stands for nothing here
           Case{"172.31.0.11", 22, "unreachable"},    // another instance
           Case{"172.31.0.99", 5432, "unchanged"},
           Case{"10.0.0.20", 5432, "unchanged"},  // of another VPC
           Case{"10.3.0.20", 5432, "unchanged"},  // likewise, until it is joined
           Case{"192.0.2.1", 443, "unchanged"},
       })
    EXPECT_EQ(route(c.to, c.port), c.route) << c.to << ":" << c.port;
}

TEST_F(InstanceRoutes, ActivePeeringsJoinVpcs) {
  const auto set = [&](const std::string& status) {
    write([&](store::Txn& txn) {
      ec2::PeeringRecord peering;
      peering.id = "pcx-1";
      peering.requester.account = other_account.value;
      peering.requester.region = peering.accepter.region = region;
      peering.requester.vpc_id = "vpc-3";
      peering.accepter.account = account.value;
      peering.accepter.vpc_id = "vpc-1";
      peering.status = status;
      txn.put(ec2::peerings, store::key_of(other_account, region, peering.id), peering);
    });
  };
  set("pending-acceptance");
  EXPECT_EQ(route("10.3.0.20", 5432), "unchanged");
  set("active");
  EXPECT_EQ(route("10.3.0.20", 5432), "from 127.77.0.1 to 127.77.0.102:5432");
}

TEST_F(InstanceRoutes, TheMetadataServiceOfIPv6IsAnOption) {
  write([](store::Txn& txn) {
    ec2::InstanceRecord record = *txn.get(ec2::instances, store::key_of(account, region, "i-1"));
    record.metadata.ipv6 = true;
    txn.put(ec2::instances, store::key_of(account, region, "i-1"), record);
  });
  EXPECT_EQ(route("fd00:ec2::254", 80), "from 127.77.0.1 to 127.77.15.254:80");
}

TEST_F(InstanceRoutes, OnlyARunningInstanceConnects) {
  for (const auto& [wanted, seen] : {std::pair{"running", "pending"}, {"stopped", "running"}, {"stopped", "stopped"},
                                     {"running", "stopped"}, {"terminated", "running"}, {"terminated", "terminated"}}) {
    write([&](store::Txn& txn) {
      ec2::InstanceRecord record = *txn.get(ec2::instances, store::key_of(account, region, "i-1"));
      record.wanted = wanted;
      txn.put(ec2::instances, store::key_of(account, region, "i-1"), record);
      put_state(txn, "i-1", seen);
    });
    EXPECT_EQ(route("172.31.0.20", 5432), "not-running") << wanted << " " << seen;
    EXPECT_EQ(route("192.0.2.1", 443), "not-running") << wanted << " " << seen;
  }
}

TEST_F(InstanceRoutes, AnInstanceIsFoundByItsIdAndByItsAddress) {
  const store::Reader reader(db_->snapshot());
  EXPECT_EQ(find_instance(reader, "i-1", account.value, region)->record->id, "i-1");
  EXPECT_EQ(find_instance(reader, "i-1", "", region)->region.value, region);
  EXPECT_EQ(find_instance(reader, "i-1", other_account.value, "").error().code, "InvalidInstanceID.NotFound");
  EXPECT_EQ(find_instance(reader, "i-9", "", "").error().message, "The instance ID 'i-9' does not exist");
  EXPECT_EQ(instance_at(reader, ip("127.77.0.2"))->record->id, "i-2");
  EXPECT_FALSE(instance_at(reader, ip("127.77.0.100")));  // a database's
  EXPECT_FALSE(instance_at(reader, ip("127.77.0.3")));
}

}  // namespace
}  // namespace haar::control
