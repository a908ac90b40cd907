// AssociateSubnetCidrBlock, DisassociateSubnetCidrBlock: IPv6, since the IPv4 block of a subnet is for life.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html
#include <algorithm>

#include "model/ec2/AssociateSubnetCidrBlock.h"
#include "model/ec2/DisassociateSubnetCidrBlock.h"
#include "model/ec2/service.h"
#include "services/ec2/network/limits.h"
#include "services/ec2/network/subnet_rules.h"
#include "services/ec2/network/views.h"
#include "services/ec2/require.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::string_view association_prefix = "subnet-cidr-assoc-";

Result<AssociateSubnetCidrBlockResult> associate_subnet_cidr_block(Call& call, const AssociateSubnetCidrBlockRequest& in) {
  const SubnetRecord* before = TRY(require(call, subnet_kind, subnets, in.SubnetId));
  if (!in.Ipv6CidrBlock || in.Ipv6CidrBlock->empty()) {
    return errors::MissingParameter("The request must contain the parameter ipv6CidrBlock");
  }
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), before->vpc_id);
  if (vpc == nullptr) return not_found(vpc_kind, before->vpc_id);
  if (before->ipv6_cidrs.size() >= ipv6_blocks_per_subnet_max) {
    return errors::CidrLimitExceeded("This network '" + before->id + "' has met its maximum number of allowed CIDRs: " +
                                     std::to_string(ipv6_blocks_per_subnet_max));
  }
  SubnetRecord subnet = *before;
  subnet.ipv6_cidrs.push_back(TRY(subnet_ipv6_block(call, *vpc, *in.Ipv6CidrBlock)));
  AssociateSubnetCidrBlockResult out;
  out.SubnetId = subnet.id;
  out.Ipv6CidrBlockAssociation = subnet_ipv6_view(subnet.ipv6_cidrs.back(), "associating");
  call.txn.put(subnets, call.key(in.SubnetId), std::move(subnet));
  return out;
}

void needs_associate_subnet_cidr_block(const Call& call, const AssociateSubnetCidrBlockRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, subnet_kind, in.SubnetId);
  if (in.Ipv6IpamPoolId) need.key("ec2:Ipv6IpamPoolId", *in.Ipv6IpamPoolId);
}

const SubnetRecord* find_subnet_of_block(const Call& call, std::string_view association_id) {
  for (const auto& [key, subnet] : call.txn.scan(subnets, here(call))) {
    if (std::ranges::find(subnet.ipv6_cidrs, association_id, &CidrAssociationRecord::id) != subnet.ipv6_cidrs.end())
      return &subnet;
  }
  return nullptr;
}

bool has_ipv6_interface(const Call& call, const SubnetRecord& subnet) {
  const store::Key term = store::join(call.account(), call.region(), subnet.id);
  for (const auto& [key, interface] : call.txn.find(network_interfaces, interfaces_by_subnet, term)) {
    if (!interface.ipv6_addresses.empty()) return true;
  }
  return false;
}

Result<DisassociateSubnetCidrBlockResult> disassociate_subnet_cidr_block(Call& call,
                                                                         const DisassociateSubnetCidrBlockRequest& in) {
  const std::string& id = in.AssociationId;
  if (!id.starts_with(association_prefix)) {
    return errors::InvalidSubnetCidrBlockAssociationIdMalformed("Invalid id: \"" + id +
                                                                "\" (expecting \"subnet-cidr-assoc-...\")");
  }
  const SubnetRecord* before = find_subnet_of_block(call, id);
  if (before == nullptr) {
    return errors::InvalidSubnetCidrBlockAssociationIDNotFound("The subnet CIDR block association ID '" + id +
                                                               "' does not exist");
  }
  // AWS's page: the block's addresses must be unassigned first, and an IPv6-only subnet keeps its block. The words could
  // not be found.
  if (before->ipv6_native) {
    return errors::OperationNotPermitted("The CIDR block of the IPv6-only subnet '" + before->id +
                                         "' may not be disassociated.");
  }
  if (has_ipv6_interface(call, *before)) {
    return errors::DependencyViolation("The subnet CIDR block with association ID " + id +
                                       " may not be disassociated. It is in use by a network interface");
  }
  SubnetRecord subnet = *before;
  const auto at = std::ranges::find(subnet.ipv6_cidrs, id, &CidrAssociationRecord::id);
  DisassociateSubnetCidrBlockResult out;
  out.SubnetId = subnet.id;
  out.Ipv6CidrBlockAssociation = subnet_ipv6_view(*at, "disassociating");
  subnet.ipv6_cidrs.erase(at);
  subnet.assign_ipv6_on_creation = false;
  const std::string subnet_id = subnet.id;
  call.txn.put(subnets, call.key(subnet_id), std::move(subnet));
  return out;
}

// A block that leads nowhere needs permission on any subnet.
void needs_disassociate_subnet_cidr_block(const Call& call, const DisassociateSubnetCidrBlockRequest& in,
                                          Requirements& needs) {
  const SubnetRecord* subnet = find_subnet_of_block(call, in.AssociationId);
  if (subnet != nullptr) need_resource(call, needs, subnet_kind, subnet->id);
  else need_new(call, needs, subnet_kind);
}

}  // namespace

const api::Operations subnet_blocks_operations = {
    op<ops::AssociateSubnetCidrBlock>(associate_subnet_cidr_block, on(needs_associate_subnet_cidr_block),
        takes("SubnetId Ipv6CidrBlock")),
    op<ops::DisassociateSubnetCidrBlock>(disassociate_subnet_cidr_block, on(needs_disassociate_subnet_cidr_block),
        takes("AssociationId")),
};

}  // namespace haar::ec2
