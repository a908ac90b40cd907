// Which endpoint a request has come through.
#include "services/ec2/endpoints/endpoint_origins.h"

#include "services/ec2/test_world.h"

namespace haar::ec2 {
namespace {

class Origins : public World {
 protected:
  Origins() {
    interface_.id = "eni-1";
    interface_.vpc_id = "vpc-1";
    interface_.private_ip = "10.0.0.9";
    interface_.host_address = "127.9.8.7";
    endpoint_.id = "vpce-1";
    endpoint_.vpc_id = "vpc-1";
    endpoint_.type = "Interface";
    endpoint_.service_name = "com.amazonaws.us-east-1.sts";
    endpoint_.private_dns = true;
    endpoint_.subnets = {{"subnet-1", "eni-2"}};
    put();
  }
  void put() {
    write([&](store::Txn& txn) {
      txn.put(network_interfaces, key(interface_.id), interface_);
      txn.put(vpc_endpoints, key(endpoint_.id), endpoint_);
    });
  }
  std::shared_ptr<const api::NetworkOrigin> find(std::string_view ip = "127.9.8.7", std::string_view service = "sts",
                                                 std::string_view region = "us-east-1") {
    return in_call([&](api::Call& call) -> Result<std::shared_ptr<const api::NetworkOrigin>> {
      return origins_.find(call.txn, Partition("aws"), ::haar::Region(region), ip, service);
    }).value();
  }

  NetworkInterfaceRecord interface_;
  VpcEndpointRecord endpoint_;
  EndpointOrigins origins_;
};

TEST_F(Origins, are_found_by_the_address_of_an_instance) {
  const auto origin = find();
  ASSERT_NE(origin, nullptr);
  EXPECT_EQ(origin->account, account_);
  EXPECT_EQ(origin->endpoint_id, "vpce-1");
  EXPECT_EQ(origin->vpc_id, "vpc-1");
  EXPECT_EQ(origin->vpc_arn, "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-1");
  EXPECT_EQ(origin->private_ip, "10.0.0.9");
  EXPECT_EQ(origin->policy, nullptr);
}

TEST_F(Origins, are_of_the_service_the_region_and_the_address_alone) {
  EXPECT_EQ(find("127.0.0.1"), nullptr);
  EXPECT_EQ(find("127.9.8.7", "rds"), nullptr);
  EXPECT_EQ(find("127.9.8.7", "sts", "us-west-2"), nullptr);
}

TEST_F(Origins, need_private_names_and_a_subnet) {
  endpoint_.private_dns = false;
  put();
  EXPECT_EQ(find(), nullptr);
  endpoint_.private_dns = true;
  endpoint_.subnets.clear();
  put();
  EXPECT_EQ(find(), nullptr);
}

TEST_F(Origins, have_the_endpoints_policy_as_it_is_now) {
  endpoint_.policy = R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:*","Resource":"*"}]})";
  put();
  const auto first = find()->policy;
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(find()->policy, first) << "compiled once";
  endpoint_.policy = R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}]})";
  put();
  EXPECT_NE(find()->policy, first);
  endpoint_.policy.clear();
  put();
  EXPECT_EQ(find()->policy, nullptr);
}

}  // namespace
}  // namespace haar::ec2
