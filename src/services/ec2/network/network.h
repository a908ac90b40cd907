// What services above ec2 (rds, elasticache, control) ask of the network: where the default VPC is,
// whether subnets and groups belong together, which address is free, and whom a set of groups admits.
// All of it reads, but for the first three functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "base/result.h"
#include "model/ec2/DescribeRegions.h"
#include "services/ec2/records.h"
#include "services/ec2/regions.h"
#include "store/reader.h"

namespace haar::ec2 {

// The default VPC with its subnets, security group, route table, gateway, ACL and DHCP options, in every
// region that is enabled by default. That is more than one transaction takes, so it goes in steps:
// begin_… notes the regions in the transaction that makes the account, continue_… makes as many as fit and
// answers whether some are left, and what a crash left undone is found again at the next start.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
void begin_default_networks(store::Txn& txn, const AccountId& account);
bool continue_default_networks(store::Txn& txn, Random& random, const AccountId& account, Timestamp now);
std::vector<AccountId> unfinished_default_networks(const store::Reader& reader);
bool lacks_default_networks(const store::Reader& reader, const AccountId& account);

// The account and region that a question is about. Made from a call: `Place here(call);`
struct Place {
  AccountId account;
  ::haar::Region region;  // not ec2::Region, AWS's shape
  Place(AccountId a, ::haar::Region r) : account(std::move(a)), region(std::move(r)) {}
  template <class Call>
  explicit Place(const Call& call) : account(call.account()), region(call.region()) {}
};

// The returned pointers live as long as the reader's snapshot. nullptr: there is none.
const VpcRecord* find_vpc(const store::Reader& reader, const Place& place, std::string_view vpc_id);
const VpcRecord* find_default_vpc(const store::Reader& reader, const Place& place);
const SubnetRecord* find_subnet(const store::Reader& reader, const Place& place, std::string_view subnet_id);
const SecurityGroupRecord* find_security_group(const store::Reader& reader, const Place& place,
                                               std::string_view group_id);
const NetworkInterfaceRecord* find_network_interface(const store::Reader& reader, const Place& place,
                                                     std::string_view interface_id);

// Sorted by zone, then id.
std::vector<const SubnetRecord*> subnets_of_vpc(const store::Reader& reader, const Place& place,
                                                std::string_view vpc_id);
// One per zone: those with DefaultForAz, sorted by zone. Empty if there is no default VPC.
std::vector<const SubnetRecord*> default_subnets(const store::Reader& reader, const Place& place);
// The group called "default" of a VPC; only a VPC that does not exist has none.
const SecurityGroupRecord* default_security_group(const store::Reader& reader, const Place& place,
                                                  std::string_view vpc_id);

// Names are unique within a VPC. nullptr: no such group.
const SecurityGroupRecord* find_security_group_by_name(const store::Reader& reader, const Place& place,
                                                       std::string_view vpc_id, std::string_view name);

// The first of `group_ids` that does not exist in this VPC; nullopt: all do. The caller words the error,
// since every service has its own.
std::optional<std::string> first_group_outside_vpc(const store::Reader& reader, const Place& place,
                                                   std::span<const std::string> group_ids, std::string_view vpc_id);
// The first of `subnet_ids` that does not exist; nullopt: all do.
std::optional<std::string> first_missing_subnet(const store::Reader& reader, const Place& place,
                                                std::span<const std::string> subnet_ids);

// Whether a route of the subnet's table leads to an internet gateway: what makes it a public subnet.
bool subnet_reaches_internet(const store::Reader& reader, const Place& place, const SubnetRecord& subnet);

// Addresses of a subnet that nothing uses. AWS keeps five: network, VPC router, DNS, future use, broadcast.
// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
std::int64_t free_address_count(const store::Reader& reader, const Place& place, const SubnetRecord& subnet);
// A free one, starting from a random place as AWS seems to; nullopt: the subnet is full.
std::optional<std::string> free_private_ip(const store::Reader& reader, const Place& place,
                                           const SubnetRecord& subnet, Random& random);

// Whether `address` lies in the subnet and is none of the five that AWS keeps.
bool is_assignable(const SubnetRecord& subnet, std::string_view address);
bool is_private_ip_used(const store::Reader& reader, const Place& place, const SubnetRecord& subnet,
                        std::string_view address);

// One line of what a set of groups lets in.
struct IngressRange {
  std::string protocol;    // "tcp", "udp", "icmp", "icmpv6", "-1" for every protocol, else a number
  std::int32_t from = -1;  // ports; -1 with "-1" and with protocols that have none
  std::int32_t to = -1;
  std::vector<std::string> cidrs;  // canonical IPv4 and IPv6, sorted, without duplicates
  bool operator==(const IngressRange&) const = default;
};

// Real addresses that stand for an interface beside those in its record: (interface id, address).
using ExtraAddresses = std::vector<std::pair<std::string, std::string>>;

// The union of the ingress rules of `group_ids`, sorted by protocol and ports. A referenced group becomes
// the addresses (/32, /128) of the interfaces that carry it, this very interface's included where a group
// names itself; a prefix list becomes its entries. A group that does not exist admits nobody.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
std::vector<IngressRange> effective_ingress(const store::Reader& reader, const Place& place,
                                            std::span<const std::string> group_ids,
                                            const ExtraAddresses& extra = {});

// Whether `ranges` lets `address` open a connection with `protocol` to `port`. IPv4-mapped IPv6 addresses
// count as IPv4.
bool admits(std::span<const IngressRange> ranges, std::string_view protocol, std::int32_t port,
            std::string_view address);

}  // namespace haar::ec2
