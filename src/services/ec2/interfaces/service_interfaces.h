// Interfaces that EC2 itself keeps for what stands in a subnet: NAT gateways and interface endpoints. Their owner sees them
// and cannot change them; the permission that is asked for is that of the operation that makes the gateway or endpoint.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

struct ServiceInterface {
  const SubnetRecord& subnet;
  std::string type;  // "nat_gateway", "vpc_endpoint"
  std::string description;
  std::vector<std::string> group_ids{};
  std::optional<std::string> private_ip{};  // none: any that is free
  bool source_dest_check = true;
};
// Errors are CreateNetworkInterface's, of addresses and quotas.
Result<NetworkInterfaceRecord> make_service_interface(api::Call& call, const ServiceInterface& wanted);

// Locally administered and unicast, as EC2's are.
std::string new_mac_address(Random& random);

}  // namespace haar::ec2
