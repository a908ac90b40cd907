// DescribeVpcs, DescribeVpcAttribute.
#include "model/ec2/DescribeVpcAttribute.h"
#include "model/ec2/DescribeVpcs.h"
#include "model/ec2/service.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

Vpc vpc_view(const Call& call, const VpcRecord& record) {
  VpcCidrBlockAssociation association;
  association.AssociationId = record.cidr_association_id;
  association.CidrBlock = record.cidr;
  association.CidrBlockState = VpcCidrBlockState{.State = "associated"};
  Vpc view;
  view.VpcId = record.id;
  view.OwnerId = call.account().value;
  view.CidrBlock = record.cidr;
  view.CidrBlockAssociationSet.emplace().push_back(std::move(association));
  view.DhcpOptionsId = record.dhcp_options_id;
  view.InstanceTenancy = record.instance_tenancy;
  view.IsDefault = record.is_default;
  view.State = "available";
  view.Tags = to_wire_if_any(record.tags);
  view.BlockPublicAccessStates = BlockPublicAccessStates{.InternetGatewayBlockMode = "off"};
  return view;
}

void association_values(const Vpc& vpc, std::optional<std::string> VpcCidrBlockAssociation::* member, Values& out) {
  for (const VpcCidrBlockAssociation& association : *vpc.CidrBlockAssociationSet) add_value(out, association.*member);
}

void cidr_values(const Vpc& vpc, Values& out) { add_value(out, vpc.CidrBlock); }
void dhcp_values(const Vpc& vpc, Values& out) { add_value(out, vpc.DhcpOptionsId); }
void default_values(const Vpc& vpc, Values& out) { add_value(out, vpc.IsDefault); }
void no_values(const Vpc&, Values&) {}  // IPv6, which no VPC here has

// Some names are older spellings that EC2 still takes; Terraform sends isDefault.
constexpr FilterField<Vpc> vpc_filters[] = {
    {"cidr", cidr_values},
    {"cidr-block", cidr_values},
    {"cidrBlock", cidr_values},
    {"cidr-block-association.cidr-block",
     [](const Vpc& vpc, Values& out) { association_values(vpc, &VpcCidrBlockAssociation::CidrBlock, out); }},
    {"cidr-block-association.association-id",
     [](const Vpc& vpc, Values& out) { association_values(vpc, &VpcCidrBlockAssociation::AssociationId, out); }},
    {"cidr-block-association.state",
     [](const Vpc& vpc, Values& out) {
       for (const auto& association : *vpc.CidrBlockAssociationSet) add_value(out, association.CidrBlockState->State);
     }},
    {"dhcp-options-id", dhcp_values},
    {"dhcpOptionsId", dhcp_values},
    {"instance-tenancy", [](const Vpc& vpc, Values& out) { add_value(out, vpc.InstanceTenancy); }},
    {"ipv6-cidr-block-association.ipv6-cidr-block", no_values},
    {"ipv6-cidr-block-association.ipv6-pool", no_values},
    {"ipv6-cidr-block-association.association-id", no_values},
    {"ipv6-cidr-block-association.state", no_values},
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

Result<DescribeVpcAttributeResult> describe_vpc_attribute(Call& call, const DescribeVpcAttributeRequest& in) {
  TRY(check_id(vpc_kind, in.VpcId));
  const VpcRecord* vpc = find_vpc(call.txn, Place(call), in.VpcId);
  if (vpc == nullptr) return not_found(vpc_kind, in.VpcId);
  DescribeVpcAttributeResult out;
  out.VpcId = vpc->id;
  if (in.Attribute == "enableDnsSupport") {
    out.EnableDnsSupport = AttributeBooleanValue{.Value = vpc->dns_support};
  } else if (in.Attribute == "enableDnsHostnames") {
    out.EnableDnsHostnames = AttributeBooleanValue{.Value = vpc->dns_hostnames};
  } else if (in.Attribute == "enableNetworkAddressUsageMetrics") {
    out.EnableNetworkAddressUsageMetrics = AttributeBooleanValue{.Value = vpc->network_address_usage_metrics};
  } else {
    return errors::InvalidParameterValue("Value (" + in.Attribute + ") for parameter attribute is invalid. " +
                                         "Unknown attribute.");
  }
  return out;
}

void needs_describe_vpc_attribute(const Call& call, const DescribeVpcAttributeRequest& in, api::Requirements& needs) {
  need_resource(call, needs, vpc_kind, in.VpcId);
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_vpc_keys(const Call&, const VpcRecord& vpc, api::Requirement& need) {
  need.key("ec2:Tenancy", vpc.instance_tenancy);
}

}  // namespace

constinit const ResourceKind vpc_kind{
    "vpc-", "vpc", "vpc ID", "vpc IDs",
    errors::InvalidVpcIDMalformed, errors::InvalidVpcIDNotFound,
    api::tagged_records<vpcs>, describe_record<vpcs, add_vpc_keys>, "ec2:VpcID"};

const api::Operations vpcs_operations = {
    op<ops::DescribeVpcs>(describe_vpcs, on(any_in_region), read_only, takes("Filters VpcIds NextToken MaxResults")),
    op<ops::DescribeVpcAttribute>(describe_vpc_attribute, on(needs_describe_vpc_attribute), read_only,
        takes("Attribute VpcId")),
};

}  // namespace haar::ec2
