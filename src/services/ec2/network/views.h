// What answers show of VPCs and subnets, for the operations that make and change them beside those that describe them.
#pragma once

#include "model/ec2/CreateSubnet.h"
#include "model/ec2/CreateVpc.h"
#include "services/ec2/resources.h"

namespace haar::ec2 {

Vpc vpc_view(const api::Call& call, const VpcRecord& record);
VpcCidrBlockAssociation ipv4_association_view(const CidrAssociationRecord& block, std::string_view state);
VpcIpv6CidrBlockAssociation ipv6_association_view(const CidrAssociationRecord& block, std::string_view state);

Subnet subnet_view(const api::Call& call, const SubnetRecord& record);
SubnetIpv6CidrBlockAssociation subnet_ipv6_view(const CidrAssociationRecord& block, std::string_view state);

}  // namespace haar::ec2
