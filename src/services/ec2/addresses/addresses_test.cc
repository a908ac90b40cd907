// The pool of public addresses.
#include "services/ec2/addresses/addresses.h"

#include "base/ip_address.h"
#include "services/ec2/test_world.h"

namespace haar::ec2 {
namespace {

TEST(PublicPool, is_all_of_the_block_but_its_ends) {
  const Cidr block = *Cidr::parse_block(public_pool);
  EXPECT_EQ(public_pool_size(), (1U << 17) - 2);
  EXPECT_EQ(public_ip_at(0), "198.18.0.1");
  EXPECT_EQ(public_ip_at(public_pool_size() - 1), "198.19.255.254");
  EXPECT_EQ(public_ip_at(public_pool_size()), "198.18.0.1");
  for (std::uint32_t i = 0; i < public_pool_size(); i += 997) EXPECT_TRUE(block.contains(*IpAddress::parse(public_ip_at(i))));
}

// Every byte the same: the search begins at one known place.
class Same final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = 0;
  }
};

class Pool : public World {
 protected:
  std::optional<std::string> next() {
    return in_call([&](api::Call& call) -> Result<std::optional<std::string>> {
      Same random;
      return free_public_ip(call.txn, random);
    }).value();
  }
};

TEST_F(Pool, gives_nobody_what_somebody_has) {
  const std::optional<std::string> first = next();
  ASSERT_EQ(first, "198.18.0.1");
  AddressRecord address;
  address.id = "eipalloc-1";
  address.public_ip = *first;
  // Of another account, in another region.
  write([&](store::Txn& txn) { txn.put(addresses, store::key_of(AccountId("444455556666"), "eu-west-1", address.id), address); });
  EXPECT_EQ(next(), "198.18.0.2");
  // One that came with an instance.
  NetworkInterfaceRecord interface;
  interface.id = "eni-1";
  interface.public_ip = "198.18.0.2";
  write([&](store::Txn& txn) { txn.put(network_interfaces, key(interface.id), interface); });
  EXPECT_EQ(next(), "198.18.0.3");
}

}  // namespace
}  // namespace haar::ec2
