// DescribeSubnets.
#include "model/ec2/DescribeAvailabilityZones.h"
#include "model/ec2/DescribeSubnets.h"
#include "model/ec2/service.h"
#include "services/ec2/network/views.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

void zone_values(const Subnet& subnet, Values& out) { add_value(out, subnet.AvailabilityZone); }
void zone_id_values(const Subnet& subnet, Values& out) { add_value(out, subnet.AvailabilityZoneId); }
void cidr_values(const Subnet& subnet, Values& out) { add_value(out, subnet.CidrBlock); }
void default_values(const Subnet& subnet, Values& out) { add_value(out, subnet.DefaultForAz); }
void no_values(const Subnet&, Values&) {}  // Outposts, which haar does not have
template <auto member>
void ipv6_values(const Subnet& subnet, Values& out) {
  for (const auto& association : *subnet.Ipv6CidrBlockAssociationSet) add_value(out, association.*member);
}

constexpr FilterField<Subnet> subnet_filters[] = {
    {"availability-zone", zone_values},
    {"availabilityZone", zone_values},
    {"availability-zone-id", zone_id_values},
    {"availabilityZoneId", zone_id_values},
    {"available-ip-address-count", [](const Subnet& s, Values& out) { add_value(out, s.AvailableIpAddressCount); }},
    {"cidr", cidr_values},
    {"cidr-block", cidr_values},
    {"cidrBlock", cidr_values},
    {"customer-owned-ipv4-pool", no_values},
    {"default-for-az", default_values},
    {"defaultForAz", default_values},
    {"enable-dns64", [](const Subnet& s, Values& out) { add_value(out, s.EnableDns64); }},
    {"enable-lni-at-device-index", no_values},
    {"ipv6-cidr-block-association.ipv6-cidr-block", ipv6_values<&SubnetIpv6CidrBlockAssociation::Ipv6CidrBlock>},
    {"ipv6-cidr-block-association.association-id", ipv6_values<&SubnetIpv6CidrBlockAssociation::AssociationId>},
    {"ipv6-cidr-block-association.state",
     [](const Subnet& s, Values& out) {
       for (const auto& association : *s.Ipv6CidrBlockAssociationSet) add_value(out, association.Ipv6CidrBlockState->State);
     }},
    {"ipv6-native", [](const Subnet& s, Values& out) { add_value(out, s.Ipv6Native); }},
    {"map-customer-owned-ip-on-launch", [](const Subnet& s, Values& out) { add_value(out, s.MapCustomerOwnedIpOnLaunch); }},
    {"map-public-ip-on-launch", [](const Subnet& s, Values& out) { add_value(out, s.MapPublicIpOnLaunch); }},
    {"outpost-arn", no_values},
    {"owner-id", [](const Subnet& s, Values& out) { add_value(out, s.OwnerId); }},
    {"private-dns-name-options-on-launch.hostname-type",
     [](const Subnet& s, Values& out) { add_value(out, s.PrivateDnsNameOptionsOnLaunch->HostnameType); }},
    {"private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
     [](const Subnet& s, Values& out) {
       add_value(out, s.PrivateDnsNameOptionsOnLaunch->EnableResourceNameDnsARecord);
     }},
    {"private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
     [](const Subnet& s, Values& out) {
       add_value(out, s.PrivateDnsNameOptionsOnLaunch->EnableResourceNameDnsAAAARecord);
     }},
    {"state", [](const Subnet& s, Values& out) { add_value(out, s.State); }},
    {"subnet-arn", [](const Subnet& s, Values& out) { add_value(out, s.SubnetArn); }},
    {"subnet-id", [](const Subnet& s, Values& out) { add_value(out, s.SubnetId); }},
    {"vpc-id", [](const Subnet& s, Values& out) { add_value(out, s.VpcId); }},
};

constexpr Narrowing<SubnetRecord> narrowed_by[] = {{"vpc-id", &subnets_by_vpc}};
constexpr ResourceListing<SubnetRecord, Subnet> listing{
    "DescribeSubnets", subnet_kind, subnets, subnet_view, subnet_filters, narrowed_by};

Result<DescribeSubnetsResult> describe_subnets(Call& call, const DescribeSubnetsRequest& in) {
  DescribeSubnetsResult out;
  out.Subnets = TRY(list_resources(call, listing, in, in.SubnetIds, out.NextToken));
  return out;
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_subnet_keys(const Call& call, const SubnetRecord& subnet, api::Requirement& need) {
  need.key("ec2:AvailabilityZone", subnet.zone).key("ec2:AvailabilityZoneId", subnet.zone_id);
  need.key("ec2:Vpc", arn_of(call, vpc_kind, subnet.vpc_id));
}

}  // namespace

SubnetIpv6CidrBlockAssociation subnet_ipv6_view(const CidrAssociationRecord& block, std::string_view state) {
  SubnetIpv6CidrBlockAssociation view;
  view.AssociationId = block.id;
  view.Ipv6CidrBlock = block.cidr;
  view.Ipv6CidrBlockState = SubnetCidrBlockState{.State = std::string(state)};
  view.Ipv6AddressAttribute = "public";
  view.IpSource = "amazon";
  return view;
}

Subnet subnet_view(const Call& call, const SubnetRecord& record) {
  Subnet view;
  view.SubnetId = record.id;
  view.SubnetArn = arn_of(call, subnet_kind, record.id);
  view.OwnerId = call.account().value;
  view.VpcId = record.vpc_id;
  if (!record.cidr.empty()) view.CidrBlock = record.cidr;
  view.AvailabilityZone = record.zone;
  view.AvailabilityZoneId = record.zone_id;
  view.AvailableIpAddressCount = static_cast<std::int32_t>(free_address_count(call.txn, Place(call), record));
  view.DefaultForAz = record.default_for_az;
  view.MapPublicIpOnLaunch = record.map_public_ip_on_launch;
  view.AssignIpv6AddressOnCreation = record.assign_ipv6_on_creation;
  view.MapCustomerOwnedIpOnLaunch = record.map_customer_owned_ip;
  view.EnableDns64 = record.enable_dns64;
  view.Ipv6Native = record.ipv6_native;
  view.Ipv6CidrBlockAssociationSet.emplace();
  for (const CidrAssociationRecord& block : record.ipv6_cidrs) {
    view.Ipv6CidrBlockAssociationSet->push_back(subnet_ipv6_view(block, "associated"));
  }
  view.State = "available";
  view.Tags = to_wire_if_any(record.tags);
  view.PrivateDnsNameOptionsOnLaunch = PrivateDnsNameOptionsOnLaunch{
      .HostnameType = record.hostname_type,
      .EnableResourceNameDnsARecord = record.resource_name_a_record,
      .EnableResourceNameDnsAAAARecord = record.resource_name_aaaa_record};
  view.BlockPublicAccessStates = BlockPublicAccessStates{.InternetGatewayBlockMode = "off"};
  return view;
}

constinit const ResourceKind subnet_kind{
    "subnet-", "subnet", "subnet ID", "subnet IDs",
    errors::InvalidSubnetIDMalformed, errors::InvalidSubnetIDNotFound,
    api::tagged_records<subnets>, describe_record<subnets, add_subnet_keys>, "ec2:SubnetID"};

const api::Operations subnets_operations = {
    op<ops::DescribeSubnets>(describe_subnets, on(any_in_region), read_only,
        takes("Filters SubnetIds NextToken MaxResults")),
};

}  // namespace haar::ec2
