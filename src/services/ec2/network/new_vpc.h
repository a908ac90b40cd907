// What every VPC has from the first moment: a default security group, a main route table, a default network ACL, and the
// region's DHCP options. https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "services/ec2/network/network.h"
#include "services/ec2/records.h"
#include "store/reader.h"

namespace haar::ec2 {

// Where and when something is made.
struct Site {
  store::Txn& txn;
  Random& random;
  Place place;
  Timestamp now;

  [[nodiscard]] store::Key key(std::string_view id) const { return store::key_of(place.account, place.region, id); }
};

// The blocks of a VPC, the first one first.
std::vector<std::string> ipv4_blocks(const VpcRecord& vpc);
std::vector<std::string> ipv6_blocks(const VpcRecord& vpc);

// Lets in everything from the group's own members, and out everything.
void add_default_security_group(Site& site, const VpcRecord& vpc);
// One rule that lets out everything, of either family.
SecurityGroupRuleRecord all_egress_rule(Random& random, std::string_view group_id, bool ipv6, std::int64_t sequence);

// With a local route to each block of the VPC. `gateway_id`: where everything else goes; empty: nowhere.
void add_main_route_table(Site& site, const VpcRecord& vpc, std::string_view gateway_id);

// The default ACL lets everything pass; another one nothing.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
inline constexpr std::int32_t acl_allow_ipv4_rule = 100, acl_allow_ipv6_rule = 101;
// The last ones, shown as *: what no other rule matched. They cannot be changed.
inline constexpr std::int32_t acl_last_ipv4_rule = 32767, acl_last_ipv6_rule = 32768;
std::vector<NetworkAclEntryRecord> default_acl_entries(const VpcRecord& vpc);
std::vector<NetworkAclEntryRecord> last_acl_entries(const VpcRecord& vpc);
void add_default_network_acl(Site& site, const VpcRecord& vpc, std::span<const std::string> subnet_ids);

// The DHCP options that AWS makes in a region; made again if somebody deleted them.
std::string default_dhcp_options(Site& site);

// All of the above, for a VPC whose own record is complete but for its DHCP options, which this sets. Writes the record.
void furnish(Site& site, VpcRecord& vpc, std::span<const std::string> subnet_ids, std::string_view gateway_id);

}  // namespace haar::ec2
