// The default VPC of a region and its subnets, as AWS makes them, at first and again after somebody deleted them.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
#pragma once

#include <optional>
#include <string>

#include "services/ec2/network/new_vpc.h"
#include "services/ec2/regions.h"

namespace haar::ec2 {

// The whole of it; answers the VPC's id.
std::string add_default_vpc(Site& site, const RegionFacts& region);
// A default subnet of the zone, at the first free /20 of the VPC; nullopt: there is none. Not written.
std::optional<SubnetRecord> new_default_subnet(Site& site, const VpcRecord& vpc, const ZoneFacts& zone);

}  // namespace haar::ec2
