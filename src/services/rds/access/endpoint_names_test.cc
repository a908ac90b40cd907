#include "services/rds/access/endpoint_names.h"

#include <gtest/gtest.h>

#include "store/db.h"
#include "store/memory_backend.h"

namespace haar::rds {
namespace {

TEST(EndpointNames, AreThoseOfTheClusterAndItsInstances) {
  const auto db = store::Db::open(store::make_memory_backend(), {&clusters, &instances, &domains}).value();
  const AccountId account("111122223333");
  const auto key = [&](const std::string& id) { return store::key_of(account, "us-east-1", id); };
  ClusterRecord cluster;
  cluster.id = "shop";
  cluster.writer_address = "127.9.1.2";
  cluster.reader_address = "127.9.1.3";
  store::Txn before(db->snapshot());
  EXPECT_TRUE(endpoint_hosts(before, key("shop"), cluster).empty());  // without the account's label there is none
  db->submit_and_wait([&](store::Txn& txn) {
    txn.put(domains, key("label"), DomainRecord{"cabc"});
    InstanceRecord mine, others;
    mine.id = "shop-1";
    mine.cluster_id = "shop";
    mine.address = "10.0.0.5";
    others.id = "other-1";
    others.cluster_id = "other";
    txn.put(instances, key("shop-1"), mine);
    txn.put(instances, key("other-1"), others);
    return store::Keep::commit;
  });
  store::Txn after(db->snapshot());
  const std::vector<EndpointHost> hosts = endpoint_hosts(after, key("shop"), cluster);
  const std::vector<std::string> expected{
      "shop.cluster-cabc.us-east-1.rds.amazonaws.com:5432",    "127.9.1.2:5432",
      "shop.cluster-ro-cabc.us-east-1.rds.amazonaws.com:5432", "127.9.1.3:5432",
      "*.cluster-custom-cabc.us-east-1.rds.amazonaws.com:5432", "shop-1.cabc.us-east-1.rds.amazonaws.com:5432", "10.0.0.5:5432"};
  EXPECT_EQ(login_hosts(hosts, 5432), expected);
  // The CA may not stand for an address that is not this machine's own.
  const std::vector<tls::Name> names = certificate_names(hosts);
  EXPECT_EQ(names.size(), expected.size() - 1);
  EXPECT_EQ(std::count(names.begin(), names.end(), tls::parse_name("10.0.0.5").value()), 0);
}

}  // namespace
}  // namespace haar::rds
