// What the rooms that use network interfaces share.
#pragma once

#include <string>
#include <string_view>

#include "services/ec2/interfaces/records.h"

namespace haar::ec2 {

// "ec2.internal" in us-east-1, "eu-west-1.compute.internal" elsewhere.
std::string internal_domain(std::string_view region);
// "ip-10-0-0-5.ec2.internal"
std::string private_dns_name(std::string_view region, std::string_view private_ip);

}  // namespace haar::ec2
