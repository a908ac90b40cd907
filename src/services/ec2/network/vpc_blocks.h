// The IPv6 block that Amazon gives to a VPC.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

// A new block that no VPC of any account has. `border_group`: only the region's own, which stands for absent.
Result<CidrAssociationRecord> amazon_provided_block(const api::Call& call, const std::optional<std::string>& border_group);

}  // namespace haar::ec2
