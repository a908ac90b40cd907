// Which VPCs a security group serves, and which groups of other VPCs its rules may name.
#pragma once

#include <string_view>
#include <vector>

#include "services/ec2/network/network.h"
#include "services/ec2/records.h"

namespace haar::ec2 {

// Its own VPC, and those that it was associated with. `place`: the group's account and region.
bool group_serves_vpc(const store::Reader& reader, const Place& place, const SecurityGroupRecord& group, std::string_view vpc_id);

// The active peering connection between a VPC of `place` and one of that account in the same region; nullptr: there is none.
const PeeringRecord* find_peering_between(const store::Reader& reader, const Place& place, std::string_view vpc_id,
                                          const AccountId& peer_account, std::string_view peer_vpc_id);
// The same of any status, an active one before others: what answers show of a rule.
const PeeringRecord* find_any_peering_between(const store::Reader& reader, const Place& place, std::string_view vpc_id,
                                              const AccountId& peer_account, std::string_view peer_vpc_id);

// Whether a rule names a group of another VPC that is gone, or whose VPC is no longer peered.
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html#vpc-peering-stale-groups
bool is_stale(const store::Reader& reader, const Place& place, const SecurityGroupRecord& group,
              const SecurityGroupRuleRecord& rule);

}  // namespace haar::ec2
