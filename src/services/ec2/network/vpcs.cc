// DescribeVpcs, CreateVpc, DeleteVpc.
// https://docs.aws.amazon.com/vpc/latest/userguide/working-with-vpcs.html
#include "model/ec2/CreateVpc.h"
#include "model/ec2/DeleteVpc.h"
#include "model/ec2/DescribeVpcs.h"
#include "model/ec2/service.h"
#include "services/ec2/network/cidr_rules.h"
#include "services/ec2/network/dependencies.h"
#include "services/ec2/network/new_vpc.h"
#include "services/ec2/network/views.h"
#include "services/ec2/network/vpc_blocks.h"
#include "services/ec2/permissions.h"
#include "services/ec2/require.h"
#include "services/ec2/quotas.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- DescribeVpcs --------------------------------------------------------------------------------

template <auto member>
void association_values(const Vpc& vpc, Values& out) {
  for (const VpcCidrBlockAssociation& association : *vpc.CidrBlockAssociationSet) add_value(out, association.*member);
}
template <auto member>
void ipv6_values(const Vpc& vpc, Values& out) {
  if (!vpc.Ipv6CidrBlockAssociationSet) return;
  for (const auto& association : *vpc.Ipv6CidrBlockAssociationSet) add_value(out, association.*member);
}

void cidr_values(const Vpc& vpc, Values& out) { add_value(out, vpc.CidrBlock); }
void dhcp_values(const Vpc& vpc, Values& out) { add_value(out, vpc.DhcpOptionsId); }
void default_values(const Vpc& vpc, Values& out) { add_value(out, vpc.IsDefault); }

// Some names are older spellings that EC2 still takes; Terraform sends isDefault.
constexpr FilterField<Vpc> vpc_filters[] = {
    {"cidr", cidr_values},
    {"cidr-block", cidr_values},
    {"cidrBlock", cidr_values},
    {"cidr-block-association.cidr-block", association_values<&VpcCidrBlockAssociation::CidrBlock>},
    {"cidr-block-association.association-id", association_values<&VpcCidrBlockAssociation::AssociationId>},
    {"cidr-block-association.state",
     [](const Vpc& vpc, Values& out) {
       for (const auto& association : *vpc.CidrBlockAssociationSet) add_value(out, association.CidrBlockState->State);
     }},
    {"dhcp-options-id", dhcp_values},
    {"dhcpOptionsId", dhcp_values},
    {"instance-tenancy", [](const Vpc& vpc, Values& out) { add_value(out, vpc.InstanceTenancy); }},
    {"ipv6-cidr-block-association.ipv6-cidr-block", ipv6_values<&VpcIpv6CidrBlockAssociation::Ipv6CidrBlock>},
    {"ipv6-cidr-block-association.ipv6-pool", ipv6_values<&VpcIpv6CidrBlockAssociation::Ipv6Pool>},
    {"ipv6-cidr-block-association.association-id", ipv6_values<&VpcIpv6CidrBlockAssociation::AssociationId>},
    {"ipv6-cidr-block-association.state",
     [](const Vpc& vpc, Values& out) {
       if (!vpc.Ipv6CidrBlockAssociationSet) return;
       for (const auto& association : *vpc.Ipv6CidrBlockAssociationSet) add_value(out, association.Ipv6CidrBlockState->State);
     }},
    {"is-default", default_values},
    {"isDefault", default_values},
    {"owner-id", [](const Vpc& vpc, Values& out) { add_value(out, vpc.OwnerId); }},
    {"state", [](const Vpc& vpc, Values& out) { add_value(out, vpc.State); }},
    {"vpc-id", [](const Vpc& vpc, Values& out) { add_value(out, vpc.VpcId); }},
};

constexpr ResourceListing<VpcRecord, Vpc> listing{"DescribeVpcs", vpc_kind, vpcs, vpc_view, vpc_filters};

Result<DescribeVpcsResult> describe_vpcs(Call& call, const DescribeVpcsRequest& in) {
  DescribeVpcsResult out;
  out.Vpcs = TRY(list_resources(call, listing, in, in.VpcIds, out.NextToken));
  return out;
}

// ---- CreateVpc -----------------------------------------------------------------------------------

Result<std::string> requested_tenancy(const CreateVpcRequest& in) {
  std::string tenancy = in.InstanceTenancy.value_or("default");
  if (tenancy.empty()) tenancy = "default";
  if (tenancy == "default" || tenancy == "dedicated") return tenancy;
  return errors::UnsupportedTenancy("The tenancy value " + tenancy + " is not supported.");
}

Result<CreateVpcResult> create_vpc(Call& call, const CreateVpcRequest& in) {
  if (!in.CidrBlock || in.CidrBlock->empty()) {
    return errors::MissingParameter("Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.");
  }
  const Cidr block = TRY(parse_ipv4_block(*in.CidrBlock, "cidrBlock"));
  TRY(check_vpc_block(block));
  VpcRecord vpc;
  vpc.instance_tenancy = TRY(requested_tenancy(in));
  vpc.tags = TRY(tags_to_create(in.TagSpecifications, vpc_kind));
  if (call.txn.count(vpcs, here(call)) >= vpcs_per_region.value()) {
    return errors::VpcLimitExceeded("The maximum number of VPCs has been reached.");
  }
  vpc.id = new_id(call, vpc_kind);
  vpc.cidr = block.str();
  vpc.cidr_association_id = ec2_id(call.random(), "vpc-cidr-assoc");
  vpc.created_at = call.now();
  if (in.AmazonProvidedIpv6CidrBlock.value_or(false)) {
    vpc.ipv6_cidrs.push_back(TRY(amazon_provided_block(call, in.Ipv6CidrBlockNetworkBorderGroup)));
  }
  Site site{call.txn, call.random(), Place(call), call.now()};
  furnish(site, vpc, {}, {});
  CreateVpcResult out;
  out.Vpc = vpc_view(call, vpc);
  return out;
}

void needs_create_vpc(const Call& call, const CreateVpcRequest& in, Requirements& needs) {
  api::Requirement& need = need_new(call, needs, vpc_kind);
  need.request_tags = requested_tags(in.TagSpecifications);
  if (in.Ipv4IpamPoolId) need.key("ec2:Ipv4IpamPoolId", *in.Ipv4IpamPoolId);
  if (in.Ipv6IpamPoolId) need.key("ec2:Ipv6IpamPoolId", *in.Ipv6IpamPoolId);
  need_create_tags(call, needs, vpc_kind, "CreateVpc", in.TagSpecifications);
}

// ---- DeleteVpc -----------------------------------------------------------------------------------

// What every VPC has goes with it.
void erase_furniture(Call& call, const VpcRecord& vpc) {
  const store::Key term = store::join(call.account(), call.region(), vpc.id);
  for (const auto& [key, group] : call.txn.find(security_groups, security_groups_by_vpc, term)) {
    for (const SecurityGroupRuleRecord* rule : rules_of_group(call.txn, Place(call), group.id)) {
      call.txn.erase(security_group_rules, call.key(rule->id));
    }
    call.txn.erase(security_groups, key);
  }
  for (const auto& [key, acl] : call.txn.find(network_acls, network_acls_by_vpc, term)) call.txn.erase(network_acls, key);
  for (const auto& [key, table] : call.txn.find(route_tables, route_tables_by_vpc, term)) call.txn.erase(route_tables, key);
}

Result<wire::Empty> delete_vpc(Call& call, const DeleteVpcRequest& in) {
  const VpcRecord* vpc = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  if (first_blocker(call.txn, Place(call), vpc_blockers(), vpc->id)) {
    return errors::DependencyViolation("The vpc '" + vpc->id + "' has dependencies and cannot be deleted.");
  }
  erase_furniture(call, *vpc);
  call.txn.erase(vpcs, call.key(in.VpcId));
  return wire::Empty{};
}

void needs_delete_vpc(const Call& call, const DeleteVpcRequest& in, Requirements& needs) {
  need_resource(call, needs, vpc_kind, in.VpcId);
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_vpc_keys(const Call&, const VpcRecord& vpc, api::Requirement& need) {
  need.key("ec2:Tenancy", vpc.instance_tenancy);
}

}  // namespace

VpcCidrBlockAssociation ipv4_association_view(const CidrAssociationRecord& block, std::string_view state) {
  VpcCidrBlockAssociation view;
  view.AssociationId = block.id;
  view.CidrBlock = block.cidr;
  view.CidrBlockState = VpcCidrBlockState{.State = std::string(state)};
  return view;
}

VpcIpv6CidrBlockAssociation ipv6_association_view(const CidrAssociationRecord& block, std::string_view state) {
  VpcIpv6CidrBlockAssociation view;
  view.AssociationId = block.id;
  view.Ipv6CidrBlock = block.cidr;
  view.Ipv6CidrBlockState = VpcCidrBlockState{.State = std::string(state)};
  view.NetworkBorderGroup = block.network_border_group;
  view.Ipv6Pool = block.pool;
  view.Ipv6AddressAttribute = "public";
  view.IpSource = "amazon";
  return view;
}

Vpc vpc_view(const Call& call, const VpcRecord& record) {
  Vpc view;
  view.VpcId = record.id;
  view.OwnerId = call.account().value;
  view.CidrBlock = record.cidr;
  view.CidrBlockAssociationSet.emplace().push_back(
      ipv4_association_view({record.cidr_association_id, record.cidr}, "associated"));
  for (const CidrAssociationRecord& block : record.more_cidrs) {
    view.CidrBlockAssociationSet->push_back(ipv4_association_view(block, "associated"));
  }
  for (const CidrAssociationRecord& block : record.ipv6_cidrs) {
    if (!view.Ipv6CidrBlockAssociationSet) view.Ipv6CidrBlockAssociationSet.emplace();
    view.Ipv6CidrBlockAssociationSet->push_back(ipv6_association_view(block, "associated"));
  }
  view.DhcpOptionsId = record.dhcp_options_id;
  view.InstanceTenancy = record.instance_tenancy;
  view.IsDefault = record.is_default;
  view.State = "available";
  view.Tags = to_wire_if_any(record.tags);
  view.BlockPublicAccessStates = BlockPublicAccessStates{.InternetGatewayBlockMode = "off"};
  return view;
}

constinit const ResourceKind vpc_kind{
    "vpc-", "vpc", "vpc ID", "vpc IDs",
    errors::InvalidVpcIDMalformed, errors::InvalidVpcIDNotFound,
    api::tagged_records<vpcs>, describe_record<vpcs, add_vpc_keys>, "ec2:VpcID"};

const api::Operations vpcs_operations = {
    op<ops::DescribeVpcs>(describe_vpcs, on(any_in_region), read_only, takes("Filters VpcIds NextToken MaxResults")),
    op<ops::CreateVpc>(create_vpc, on(needs_create_vpc),
        takes("CidrBlock InstanceTenancy AmazonProvidedIpv6CidrBlock Ipv6CidrBlockNetworkBorderGroup TagSpecifications")),
    op<ops::DeleteVpc>(delete_vpc, on(needs_delete_vpc), takes("VpcId")),
};

}  // namespace haar::ec2
