// The network as packets meet it: VPCs with their subnets, routes and ACLs, parsed once for one look at one state.
// Pointers into records live as long as the reader's snapshot.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_address.h"
#include "base/names.h"
#include "services/ec2/records.h"
#include "store/db.h"

namespace haar::ec2 {

// A VPC among those of all accounts and regions.
struct VpcName {
  AccountId account;
  ::haar::Region region;
  std::string id;
  VpcName(AccountId a, ::haar::Region r, std::string i) : account(std::move(a)), region(std::move(r)), id(std::move(i)) {}
  [[nodiscard]] std::string str() const { return account.value + "/" + region.value + "/" + id; }
};

// A block, with its ends at hand: comparing two numbers is faster than masking bits.
struct Block {
  IpAddress first, last;
  int prefix = 0;
  explicit Block(const Cidr& cidr) : first(cidr.first()), last(cidr.last()), prefix(cidr.prefix) {}
  [[nodiscard]] bool contains(const IpAddress& a) const { return a.v6 == first.v6 && first <= a && a <= last; }
};
bool any_contains(std::span<const Block> blocks, const IpAddress& address);

// TCP ports, both ends included.
struct Ports {
  int from = 0, to = 65535;
  [[nodiscard]] bool contain(int port) const { return port >= from && port <= to; }
};

// An entry that can concern TCP; those for other protocols are left out.
struct AclEntry {
  const NetworkAclEntryRecord* record = nullptr;
  Block block;
  Ports ports;
};
struct AclView {
  const NetworkAclRecord* record = nullptr;
  std::vector<AclEntry> ingress, egress;  // by number
};

struct RouteView {
  enum class Way : std::uint8_t {
    local,
    internet,   // to an internet gateway that is attached to the VPC
    peering,    // over a connection that is active
    elsewhere,  // to what opens no way for this: NAT, egress-only gateways, endpoints, appliances
    blackhole,  // to what is gone, detached or not active
  };
  const RouteRecord* record = nullptr;
  Block destination;
  Way way = Way::elsewhere;
  std::string peer{};  // of a peering connection: the VPC on its other side, as VpcName::str()
};
struct RouteTableView {
  const RouteTableRecord* record = nullptr;
  std::vector<RouteView> routes;  // the longest prefix first
};
// The route that a packet takes; nullptr: there is none.
const RouteView* route_to(const RouteTableView& table, const IpAddress& destination);

struct SubnetView {
  const SubnetRecord* record = nullptr;
  std::vector<Block> blocks;
  const AclView* acl = nullptr;            // nullptr: there is none, and nothing passes
  const RouteTableView* routes = nullptr;  // nullptr: there is none, and nothing leaves
};

// What groups let out, as far as it concerns TCP.
struct EgressRule {
  Ports ports;
  std::vector<Block> blocks;
  std::string group{};  // of the destination, as group_name(); empty: the blocks say it
};
std::string group_name(const AccountId& account, std::string_view region, std::string_view group_id);

// An interface whose groups do not let everything out.
struct RestrictedInterface {
  const NetworkInterfaceRecord* record = nullptr;
  std::vector<EgressRule> egress;
};

struct VpcView {
  explicit VpcView(VpcName n) : name(std::move(n)), key(name.str()) {}
  VpcName name;
  std::string key;
  const VpcRecord* record = nullptr;
  std::vector<Block> blocks;
  std::map<std::string, AclView> acls;
  std::map<std::string, RouteTableView> tables;
  std::vector<SubnetView> subnets;
  std::map<IpAddress, RestrictedInterface> restricted;  // by each of its addresses
  std::vector<VpcName> peers;  // over active connections

  [[nodiscard]] const SubnetView* subnet_of(const IpAddress& address) const;
};

// The interfaces whose groups do not let everything out, by VPC: few of many as a rule. Kept from one look to the next, so
// that a change costs what it changes and not what all interfaces of a VPC are.
class RestrictedInterfaces {
 public:
  // Looks at all interfaces of a VPC when it is first asked about, and at none after that.
  const std::set<store::Key>& of(const store::Reader& reader, const VpcName& vpc);
  // Looks at the interfaces that the commit changed, and at those of groups whose outbound rules it changed.
  void changed(const store::Reader& before, const store::Reader& after, std::span<const store::Changed> changes);
  [[nodiscard]] std::uint64_t judged() const { return judged_; }  // interfaces, since the start

 private:
  void judge(const store::Reader& reader, const store::Key& key, const NetworkInterfaceRecord& interface);
  void judge_carriers(const store::Reader& reader, const store::Key& place, const std::string& group);

  std::map<std::string, std::set<store::Key>> of_vpc_;  // by VpcName::str()
  std::uint64_t judged_ = 0;
};

// Each VPC is looked at once.
class Networks {
 public:
  Networks(const store::Reader& reader, RestrictedInterfaces& restricted) : reader_(reader), restricted_(restricted) {}
  // nullptr: there is no such VPC.
  const VpcView* vpc(const VpcName& name);
  [[nodiscard]] const store::Reader& reader() const { return reader_; }

 private:
  const store::Reader& reader_;
  RestrictedInterfaces& restricted_;
  std::map<std::string, std::unique_ptr<VpcView>> vpcs_;
};

// All addresses of an interface in its VPC.
std::vector<IpAddress> addresses_of(const NetworkInterfaceRecord& interface);
// Whether every rule of its groups together lets it open TCP connections to everywhere, by each family that it has.
bool lets_everything_out(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                         const NetworkInterfaceRecord& interface);
// TCP ports of a security-group rule; nullopt: it is about another protocol.
std::optional<Ports> tcp_ports(const SecurityGroupRuleRecord& rule);
// The blocks of a rule that names no group: of its CIDR, or of its prefix list's entries.
std::vector<Cidr> blocks_of_rule(const store::Reader& reader, const AccountId& account, const ::haar::Region& region,
                                 const SecurityGroupRuleRecord& rule);

}  // namespace haar::ec2
