// What making a subnet needs, by whatever operation.
#pragma once

#include <optional>
#include <string>

#include "base/ip_address.h"
#include "base/result.h"
#include "services/ec2/regions.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// The zone that a request names, by name or by id; nullptr: it names none.
Result<const ZoneFacts*> requested_zone(const api::Call& call, const std::optional<std::string>& name,
                                        const std::optional<std::string>& id);
// InvalidSubnet.Conflict if another subnet of the VPC has an address of the block.
Result<void> check_no_conflict(const api::Call& call, const VpcRecord& vpc, const Cidr& block);
// An IPv6 block for a subnet of the VPC.
Result<CidrAssociationRecord> subnet_ipv6_block(const api::Call& call, const VpcRecord& vpc, const std::string& text);
// Writes the subnet, its time set, and associates it with the VPC's default ACL. SubnetLimitExceeded.
Result<void> add_subnet(api::Call& call, const VpcRecord& vpc, SubnetRecord& subnet);

}  // namespace haar::ec2
