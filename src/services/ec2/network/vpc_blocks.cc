// AssociateVpcCidrBlock, DisassociateVpcCidrBlock.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
#include "services/ec2/network/vpc_blocks.h"

#include <algorithm>

#include "model/ec2/AssociateVpcCidrBlock.h"
#include "model/ec2/DisassociateVpcCidrBlock.h"
#include "model/ec2/service.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/network/network_acl_rules.h"
#include "services/ec2/network/new_vpc.h"
#include "services/ec2/network/views.h"
#include "services/ec2/permissions.h"
#include "services/ec2/require.h"
#include "services/ec2/quotas.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::string_view ipv6_pool = "Amazon";
constexpr int block_tries_max = 64;  // of a million blocks a region

store::Key term_of(const Call& call, const VpcRecord& vpc) { return store::join(call.account(), call.region(), vpc.id); }

// ---- what a new block brings -------------------------------------------------------------------------------

// AWS's page: a block must not be the same as, or larger than, the destination of a route of the VPC.
Result<void> check_routes(const Call& call, const VpcRecord& vpc, const Cidr& block) {
  for (const auto& [key, table] : call.txn.find(route_tables, route_tables_by_vpc, term_of(call, vpc))) {
    for (const RouteRecord& route : table.routes) {
      const std::optional<Cidr> destination = Cidr::parse_block(route.destination);
      if (route.gateway_id == "local" || !destination || !block.contains(*destination)) continue;
      return errors::InvalidVpcRange("The CIDR '" + block.str() + "' is invalid.");
    }
  }
  return {};
}

void add_local_routes(Call& call, const VpcRecord& vpc, const std::string& block) {
  for (const auto& [key, found] : call.txn.find(route_tables, route_tables_by_vpc, term_of(call, vpc))) {
    RouteTableRecord table = found;
    // Behind the other local ones, before the routes that somebody made.
    const auto at = std::ranges::find_if(table.routes, [](const RouteRecord& route) { return route.gateway_id != "local"; });
    table.routes.insert(at, {block, "local", "CreateRouteTable"});
    call.txn.put(route_tables, key, std::move(table));
  }
}

void erase_local_routes(Call& call, const VpcRecord& vpc, const std::string& block) {
  for (const auto& [key, found] : call.txn.find(route_tables, route_tables_by_vpc, term_of(call, vpc))) {
    RouteTableRecord table = found;
    std::erase_if(table.routes, [&](const RouteRecord& route) {
      return route.gateway_id == "local" && route.destination == block;
    });
    call.txn.put(route_tables, key, std::move(table));
  }
}

// Whether one direction of a default ACL is as AWS made it, for a VPC without IPv6.
bool is_untouched(const NetworkAclRecord& acl, bool egress) {
  const auto entries = std::ranges::count(acl.entries, egress, &NetworkAclEntryRecord::egress);
  const auto allowing = std::ranges::count_if(acl.entries, [&](const NetworkAclEntryRecord& entry) {
    return entry.egress == egress && entry.number == acl_allow_ipv4_rule && entry.allow && entry.protocol == "-1" &&
           entry.cidr == "0.0.0.0/0";
  });
  return entries == 2 && allowing == 1;
}

// AWS's page: rules for all IPv6 traffic are added to a default ACL whose rules nobody has modified.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
void add_ipv6_to_acls(Call& call, const VpcRecord& vpc) {
  for (const auto& [key, found] : call.txn.find(network_acls, network_acls_by_vpc, term_of(call, vpc))) {
    NetworkAclRecord acl = found;
    for (const NetworkAclEntryRecord& entry : default_acl_entries(vpc)) {
      if (entry.number == acl_last_ipv6_rule) acl.entries.push_back(entry);
      if (entry.number == acl_allow_ipv6_rule && acl.is_default && is_untouched(found, entry.egress)) {
        acl.entries.push_back(entry);
      }
    }
    sort_acl_entries(acl.entries);
    call.txn.put(network_acls, key, std::move(acl));
  }
}

// And so is a rule for all outbound IPv6 traffic to a default group whose outbound rules nobody has modified.
// https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
void add_ipv6_to_default_group(Call& call, const VpcRecord& vpc) {
  const SecurityGroupRecord* group = default_security_group(call.txn, Place(call), vpc.id);
  if (group == nullptr) return;
  const std::vector<const SecurityGroupRuleRecord*> rules = rules_of_group(call.txn, Place(call), group->id);
  const auto egress = std::ranges::count(rules, true, &SecurityGroupRuleRecord::egress);
  const bool untouched = egress == 1 && std::ranges::any_of(rules, [](const SecurityGroupRuleRecord* rule) {
    return rule->egress && rule->protocol == "-1" && rule->cidr_ipv4 == "0.0.0.0/0";
  });
  if (!untouched) return;
  const SecurityGroupRuleRecord rule = all_egress_rule(call.random(), group->id, true, rules.back()->sequence + 1);
  call.txn.put(security_group_rules, call.key(rule.id), rule);
}

Error too_many_blocks(const VpcRecord& vpc, std::size_t most) {
  return errors::CidrLimitExceeded("This network '" + vpc.id + "' has met its maximum number of allowed CIDRs: " +
                                   std::to_string(most));
}

// ---- AssociateVpcCidrBlock -----------------------------------------------------------------------

Result<CidrAssociationRecord> further_ipv4_block(const Call& call, const VpcRecord& vpc, const std::string& text) {
  const Cidr block = TRY(parse_ipv4_block(text, "cidrBlock"));
  const std::vector<std::string> present = ipv4_blocks(vpc);
  TRY(check_further_block(*Cidr::parse_block(vpc.cidr), block));
  // AWS's words for a block that overlaps with one of the VPC's own could not be found.
  if (overlaps_any(block, present)) {
    return errors::InvalidVpcRange("The CIDR '" + block.str() + "' conflicts with another CIDR of the VPC.");
  }
  TRY(check_routes(call, vpc, block));
  if (present.size() >= ipv4_blocks_per_vpc.value()) return too_many_blocks(vpc, ipv4_blocks_per_vpc.value());
  return CidrAssociationRecord{ec2_id(call.random(), "vpc-cidr-assoc"), block.str()};
}

Result<AssociateVpcCidrBlockResult> associate_vpc_cidr_block(Call& call, const AssociateVpcCidrBlockRequest& in) {
  const VpcRecord* before = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  const bool ipv6 = in.AmazonProvidedIpv6CidrBlock.value_or(false);
  const bool ipv4 = in.CidrBlock && !in.CidrBlock->empty();
  if (ipv4 && ipv6) {
    return errors::InvalidParameterCombination(
        "The parameter cidrBlock cannot be used with the parameter amazonProvidedIpv6CidrBlock");
  }
  if (!ipv4 && !ipv6) return errors::MissingParameter("Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  VpcRecord vpc = *before;
  AssociateVpcCidrBlockResult out;
  out.VpcId = vpc.id;
  if (ipv4) {
    vpc.more_cidrs.push_back(TRY(further_ipv4_block(call, vpc, *in.CidrBlock)));
    out.CidrBlockAssociation = ipv4_association_view(vpc.more_cidrs.back(), "associating");
    add_local_routes(call, vpc, vpc.more_cidrs.back().cidr);
  } else {
    if (vpc.ipv6_cidrs.size() >= ipv6_blocks_per_vpc.value()) return too_many_blocks(vpc, ipv6_blocks_per_vpc.value());
    vpc.ipv6_cidrs.push_back(TRY(amazon_provided_block(call, in.Ipv6CidrBlockNetworkBorderGroup)));
    out.Ipv6CidrBlockAssociation = ipv6_association_view(vpc.ipv6_cidrs.back(), "associating");
    add_local_routes(call, vpc, vpc.ipv6_cidrs.back().cidr);
    if (vpc.ipv6_cidrs.size() == 1) {
      add_ipv6_to_acls(call, vpc);
      add_ipv6_to_default_group(call, vpc);
    }
  }
  call.txn.put(vpcs, call.key(in.VpcId), std::move(vpc));
  return out;
}

void needs_associate_vpc_cidr_block(const Call& call, const AssociateVpcCidrBlockRequest& in, Requirements& needs) {
  api::Requirement& need = need_resource(call, needs, vpc_kind, in.VpcId);
  if (in.Ipv4IpamPoolId) need.key("ec2:Ipv4IpamPoolId", *in.Ipv4IpamPoolId);
  if (in.Ipv6IpamPoolId) need.key("ec2:Ipv6IpamPoolId", *in.Ipv6IpamPoolId);
}

// ---- DisassociateVpcCidrBlock --------------------------------------------------------------------

constexpr std::string_view association_prefix = "vpc-cidr-assoc-";

// An account has few VPCs a region, so that no index leads from a block to its own.
const VpcRecord* find_vpc_of_block(const Call& call, std::string_view association_id) {
  const auto has_id = [&](const CidrAssociationRecord& block) { return block.id == association_id; };
  for (const auto& [key, vpc] : call.txn.scan(vpcs, here(call))) {
    if (vpc.cidr_association_id == association_id || std::ranges::any_of(vpc.more_cidrs, has_id) ||
        std::ranges::any_of(vpc.ipv6_cidrs, has_id)) {
      return &vpc;
    }
  }
  return nullptr;
}

// Takes the block out of the list and answers it; nullopt: it is not there.
std::optional<CidrAssociationRecord> take_block(std::vector<CidrAssociationRecord>& blocks, std::string_view id) {
  const auto at = std::ranges::find(blocks, id, &CidrAssociationRecord::id);
  if (at == blocks.end()) return std::nullopt;
  CidrAssociationRecord block = *at;
  blocks.erase(at);
  return block;
}

bool has_subnet_in(const Call& call, const VpcRecord& vpc, const CidrAssociationRecord& block) {
  const std::optional<Cidr> range = Cidr::parse_block(block.cidr);
  for (const SubnetRecord* subnet : subnets_of_vpc(call.txn, Place(call), vpc.id)) {
    std::vector<std::string> own{subnet->cidr};
    for (const CidrAssociationRecord& one : subnet->ipv6_cidrs) own.push_back(one.cidr);
    if (range && overlaps_any(*range, own)) return true;
  }
  return false;
}

Error not_to_be_taken(const std::string& id, const std::string& why, Error (*code)(std::string)) {
  return code("The vpc CIDR block with association ID " + id + " may not be disassociated. It is " + why);
}

Result<DisassociateVpcCidrBlockResult> disassociate_vpc_cidr_block(Call& call, const DisassociateVpcCidrBlockRequest& in) {
  const std::string& id = in.AssociationId;
  if (!id.starts_with(association_prefix)) {
    return errors::InvalidVpcCidrBlockAssociationIdMalformed("Invalid id: \"" + id + "\" (expecting \"vpc-cidr-assoc-...\")");
  }
  const VpcRecord* before = find_vpc_of_block(call, id);
  if (before == nullptr) {
    return errors::InvalidVpcCidrBlockAssociationIDNotFound("The vpc CIDR block association ID '" + id + "' does not exist");
  }
  if (before->cidr_association_id == id) {
    return not_to_be_taken(id, "the primary IPv4 CIDR block of the VPC", errors::OperationNotPermitted);
  }
  VpcRecord vpc = *before;
  DisassociateVpcCidrBlockResult out;
  out.VpcId = vpc.id;
  std::optional<CidrAssociationRecord> block = take_block(vpc.more_cidrs, id);
  if (block) {
    out.CidrBlockAssociation = ipv4_association_view(*block, "disassociating");
  } else {
    block = take_block(vpc.ipv6_cidrs, id);
    out.Ipv6CidrBlockAssociation = ipv6_association_view(*block, "disassociating");
  }
  // AWS's words for a block that subnets lie in could not be found.
  if (has_subnet_in(call, vpc, *block)) return not_to_be_taken(id, "in use by a subnet", errors::DependencyViolation);
  erase_local_routes(call, vpc, block->cidr);
  const std::string vpc_id = vpc.id;
  call.txn.put(vpcs, call.key(vpc_id), std::move(vpc));
  return out;
}

// A block that leads nowhere needs permission on any VPC.
void needs_disassociate_vpc_cidr_block(const Call& call, const DisassociateVpcCidrBlockRequest& in, Requirements& needs) {
  const VpcRecord* vpc = find_vpc_of_block(call, in.AssociationId);
  if (vpc != nullptr) need_resource(call, needs, vpc_kind, vpc->id);
  else need_new(call, needs, vpc_kind);
}

}  // namespace

Result<CidrAssociationRecord> amazon_provided_block(const Call& call, const std::optional<std::string>& border_group) {
  const std::string& region = call.region().value;
  if (border_group && !border_group->empty() && *border_group != region) {
    return errors::InvalidParameterValue("Value (" + *border_group + ") for parameter ipv6CidrBlockNetworkBorderGroup is "
                                         "invalid. This is not a network border group of the Region.");
  }
  for (int i = 0; i < block_tries_max; ++i) {
    const std::string block = amazon_ipv6_block(region, call.random()).str();
    if (!call.txn.find(vpcs, vpcs_by_ipv6_block, block).empty()) continue;
    return CidrAssociationRecord{ec2_id(call.random(), "vpc-cidr-assoc"), block, std::string(ipv6_pool), region};
  }
  return errors::InsufficientAddressCapacity("No IPv6 block is free.");
}

const api::Operations vpc_blocks_operations = {
    op<ops::AssociateVpcCidrBlock>(associate_vpc_cidr_block, on(needs_associate_vpc_cidr_block),
        takes("VpcId CidrBlock AmazonProvidedIpv6CidrBlock Ipv6CidrBlockNetworkBorderGroup")),
    op<ops::DisassociateVpcCidrBlock>(disassociate_vpc_cidr_block, on(needs_disassociate_vpc_cidr_block),
        takes("AssociationId")),
};

}  // namespace haar::ec2
