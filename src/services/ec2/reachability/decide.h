// Whether a TCP connection reaches an endpoint, and if not, what refuses it first: the one decision that the front door
// is compiled from and that `haar why-refused` explains. Pure: reads records, decides, touches nothing.
//
// A connection passes, in this order: the routes between source and destination, both ways; the outbound rules of the
// source's security groups; the network ACLs of both subnets, which keep no state, so that the answer to the client's own
// port is judged as well; the inbound rules of the destination's groups. Security groups keep state: an answer needs no
// rule there.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/names.h"
#include "frontdoor/rules.h"
#include "services/ec2/reachability/network_view.h"

namespace haar::ec2 {

// What is asked for: an endpoint by its interface.
struct Destination {
  AccountId account;
  ::haar::Region region;
  std::string interface_id;  // where the endpoint leads; empty: to none, and nobody is admitted
  std::vector<std::string> group_ids;
  std::uint16_t port = 0;
  // Whether the owner wants it reached from outside of the VPC. Where the service has no such setting: true.
  bool public_access = true;
};

// Whom the inbound rules of groups admit, to any port.
struct Ingress {
  struct Line {
    Ports ports;
    std::vector<Cidr> cidrs;
    // Addresses of interfaces that carry a group that the rule names, by VPC (VpcName::str()).
    std::map<std::string, std::vector<IpAddress>> members;
  };
  std::vector<Line> lines;
};
Ingress ingress_of(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                   const std::vector<std::string>& group_ids);

// A destination with all that a decision looks at. Lives no longer than the Networks that it was made from.
struct DestinationView {
  std::vector<std::string> groups;  // as group_name()
  std::uint16_t port = 0;
  bool public_access = true;
  const NetworkInterfaceRecord* interface = nullptr;  // nullptr: nothing else is set
  const VpcView* vpc = nullptr;
  const SubnetView* subnet = nullptr;
  std::optional<IpAddress> v4, v6;
  std::map<std::string, const VpcView*> peers;  // by VpcView::key
  frontdoor::Rules blocks;                      // what inbound rules say by address, for the port
  std::map<std::string, std::set<IpAddress>> members;  // what they say by group, for the port
};
DestinationView view_of(Networks& networks, const Destination& destination, const Ingress& ingress);

struct Source {
  IpAddress address;
  std::uint16_t port = 0;
  std::optional<std::string> network{};  // the VPC that it is in for certain, as VpcName::str()
};

// What can refuse. The order is that of the decision.
enum class Gate : std::uint8_t {
  none,             // admitted
  no_destination,   // the endpoint has no interface in a subnet
  no_family,        // it has no address of the client's family
  return_route,     // no route of the destination's subnet leads back to the client
  other_network,    // the client is in another VPC, and no active peering connection leads to it
  no_subnet,        // the address belongs to the VPC and to no subnet of it
  source_route,     // no route of the source's subnet leads to the destination
  not_public,       // the client is outside, and the endpoint is not publicly accessible
  source_egress,    // outbound rules of the source's groups
  source_acl_out,   // network ACL of the source's subnet, outbound
  destination_acl_in,
  ingress,          // inbound rules of the destination's groups
  destination_acl_out,  // the answer
  source_acl_in,        // the answer
};

struct Verdict {
  Gate gate = Gate::none;
  const VpcView* source_vpc = nullptr;  // nullptr: outside
  const SubnetView* source_subnet = nullptr;
  const AclView* acl = nullptr;  // of the gates of network ACLs
  const AclEntry* entry = nullptr;  // that denies; nullptr: the last one, *
  const RouteTableView* table = nullptr;  // of the gates of routes
  const RouteView* route = nullptr;       // that leads elsewhere; nullptr: there is none
  const RestrictedInterface* source_interface = nullptr;  // of source_egress
  [[nodiscard]] bool admitted() const { return gate == Gate::none; }
};

Verdict decide(const DestinationView& destination, const Source& source);
// All that refuses, where decide() says only the first: so that a person need not ask again after each mending.
std::vector<Verdict> all_refusals(const DestinationView& destination, const Source& source);

}  // namespace haar::ec2
