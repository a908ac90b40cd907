// Which routes lead somewhere, and what destinations are.
#include "services/ec2/gateways/routes.h"

#include "services/ec2/test_world.h"

namespace haar::ec2 {
namespace {

std::string read(const std::optional<std::string>& cidr, const std::optional<std::string>& ipv6 = {},
                 const std::optional<std::string>& list = {}) {
  const Result<Destination> found = read_destination(cidr, ipv6, list);
  return found.ok() ? found.value().text() : found.error().code;
}

TEST(Destinations, are_canonical) {
  EXPECT_EQ(read("100.68.0.18/18"), "100.68.0.0/18");
  EXPECT_EQ(read({}, "2001:DB8:0::/32"), "2001:db8::/32");
  EXPECT_EQ(read({}, {}, "pl-0123456789abcdef0"), "pl-0123456789abcdef0");
}

TEST(Destinations, are_one_of_three) {
  EXPECT_EQ(read({}), "MissingParameter");
  EXPECT_EQ(read(""), "MissingParameter");
  EXPECT_EQ(read("10.0.0.0/8", "::/0"), "InvalidParameterCombination");
  EXPECT_EQ(read("::/0"), "InvalidParameterValue");
  EXPECT_EQ(read({}, "10.0.0.0/8"), "InvalidParameterValue");
  EXPECT_EQ(read("10.0.0.0"), "InvalidParameterValue");
  EXPECT_EQ(read("10.0.0.0/33"), "InvalidParameterValue");
  EXPECT_EQ(read({}, {}, "list"), "InvalidPrefixListId.Malformed");
}

TEST(LocalRoutes, are_of_every_block_of_the_vpc) {
  VpcRecord vpc;
  vpc.cidr = "10.0.0.0/16";
  vpc.more_cidrs = {{"a", "10.1.0.0/16"}};
  vpc.ipv6_cidrs = {{"b", "2001:db8::/56"}};
  std::string text;
  for (const RouteRecord& route : local_routes(vpc)) text += route.destination + " " + route.gateway_id + ", ";
  EXPECT_EQ(text, "10.0.0.0/16 local, 10.1.0.0/16 local, 2001:db8::/56 local, ");
}

class Targets : public World {
 protected:
  bool leads(const RouteRecord& route) {
    return in_call([&](api::Call& call) -> Result<bool> {
      return leads_somewhere(call.txn, Place(call), "vpc-1", route);
    }).value();
  }
  template <class R>
  void put(const store::KeySpace<R>& space, const R& record) {
    write([&](store::Txn& txn) { txn.put(space, key(record.id), record); });
  }
  static RouteRecord route_to(std::string RouteRecord::* member, std::string id) {
    RouteRecord route{"0.0.0.0/0", "", "CreateRoute"};
    route.*member = std::move(id);
    return route;
  }
};

TEST_F(Targets, an_internet_gateway_counts_while_it_is_attached_to_the_vpc) {
  const RouteRecord route = route_to(&RouteRecord::gateway_id, "igw-1");
  EXPECT_FALSE(leads(route));
  put(internet_gateways, {"igw-1", "", {}});
  EXPECT_FALSE(leads(route));
  put(internet_gateways, {"igw-1", "vpc-2", {}});
  EXPECT_FALSE(leads(route));
  put(internet_gateways, {"igw-1", "vpc-1", {}});
  EXPECT_TRUE(leads(route));
}

TEST_F(Targets, a_nat_gateway_counts_while_it_is_available) {
  const RouteRecord route = route_to(&RouteRecord::nat_gateway_id, "nat-1");
  NatGatewayRecord gateway;
  gateway.id = "nat-1";
  for (const auto& [state, counts] : {std::pair("failed", false), std::pair("available", true), std::pair("deleted", false)}) {
    gateway.state = state;
    put(nat_gateways, gateway);
    EXPECT_EQ(leads(route), counts) << state;
  }
}

TEST_F(Targets, an_interface_counts_while_something_running_uses_it) {
  const RouteRecord route = route_to(&RouteRecord::interface_id, "eni-1");
  NetworkInterfaceRecord interface;
  interface.id = "eni-1";
  put(network_interfaces, interface);
  EXPECT_FALSE(leads(route));
  interface.attachment_id = "eni-attach-1";  // a service's
  put(network_interfaces, interface);
  EXPECT_TRUE(leads(route));
  interface.instance_id = "i-1";
  put(network_interfaces, interface);
  EXPECT_FALSE(leads(route));
  for (const auto& [state, counts] : {std::pair("running", true), std::pair("stopped", false)}) {
    write([&](store::Txn& txn) { txn.put(instance_states, key("i-1"), {1, state, "", {}}); });
    EXPECT_EQ(leads(route), counts) << state;
  }
}

TEST_F(Targets, a_peering_connection_counts_while_it_is_active_and_of_the_vpc) {
  const RouteRecord route = route_to(&RouteRecord::peering_id, "pcx-1");
  PeeringRecord peering;
  peering.id = "pcx-1";
  peering.accepter = {account_.value, region_.value, "vpc-1", {}, {}, false, {}};
  for (const auto& [status, counts] :
       {std::pair("pending-acceptance", false), std::pair("active", true), std::pair("deleted", false)}) {
    peering.status = status;
    put(peerings, peering);
    EXPECT_EQ(leads(route), counts) << status;
  }
  peering.status = "active";
  peering.accepter.vpc_id = "vpc-2";
  put(peerings, peering);
  EXPECT_FALSE(leads(route));
}

}  // namespace
}  // namespace haar::ec2
