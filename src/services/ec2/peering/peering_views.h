// VPC peering connections as one of their two sides sees them.
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-lifecycle
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/ec2/DescribeVpcPeeringConnections.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

struct FoundPeering {
  store::Key key;
  const PeeringRecord* record = nullptr;  // null: there is none that the caller may see here
};

// A side is an account in a region.
bool is_side(const PeeringSideRecord& side, const Place& place);
// The caller's own side; within one account and region, the requester's.
const PeeringSideRecord& own_side(const PeeringRecord& peering, const Place& place);
PeeringSideRecord& own_side(PeeringRecord& peering, const Place& place);

// Whether this side still sees it: what has ended is shown for a while.
bool is_shown(const PeeringRecord& peering, const Place& place, Timestamp now);
FoundPeering find_peering(const api::Call& call, std::string_view id);
Result<FoundPeering> find_own_peering(const api::Call& call, const std::string& id);

// The record's, but that a request nobody has answered in time has expired.
std::string status_of(const PeeringRecord& peering, Timestamp now);
// "Invalid state transition for pcx-…, attempted to transition from failed to deleting"
Error bad_transition(const PeeringRecord& peering, Timestamp now, std::string_view to);

VpcPeeringConnection peering_view(const api::Call& call, const PeeringRecord& peering);

// Every block of the VPC, of one family.
std::vector<std::string> blocks_of(const VpcRecord& vpc);
std::vector<std::string> ipv6_blocks_of(const VpcRecord& vpc);
bool overlap(const std::vector<std::string>& a, const std::vector<std::string>& b);

}  // namespace haar::ec2
