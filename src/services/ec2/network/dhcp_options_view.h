// A set of DHCP options as answers show it.
#pragma once

#include "model/ec2/CreateDhcpOptions.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

DhcpOptions dhcp_options_view(const api::Call& call, const DhcpOptionsRecord& record);

}  // namespace haar::ec2
