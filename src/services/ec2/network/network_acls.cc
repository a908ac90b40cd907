// DescribeNetworkAcls.
#include "model/ec2/DescribeNetworkAcls.h"
#include "model/ec2/service.h"
#include "services/ec2/network/network_acl_rules.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

template <auto member>
void entry_values(const NetworkAcl& acl, Values& out) {
  for (const NetworkAclEntry& entry : *acl.Entries) add_value(out, entry.*member);
}
template <auto member>
void port_values(const NetworkAcl& acl, Values& out) {
  for (const NetworkAclEntry& entry : *acl.Entries) {
    if (entry.PortRange) add_value(out, *entry.PortRange.*member);
  }
}
template <auto member>
void icmp_values(const NetworkAcl& acl, Values& out) {
  for (const NetworkAclEntry& entry : *acl.Entries) {
    if (entry.IcmpTypeCode) add_value(out, *entry.IcmpTypeCode.*member);
  }
}
template <auto member>
void association_values(const NetworkAcl& acl, Values& out) {
  for (const NetworkAclAssociation& association : *acl.Associations) add_value(out, association.*member);
}

constexpr FilterField<NetworkAcl> acl_filters[] = {
    {"association.association-id", association_values<&NetworkAclAssociation::NetworkAclAssociationId>},
    {"association.network-acl-id", association_values<&NetworkAclAssociation::NetworkAclId>},
    {"association.subnet-id", association_values<&NetworkAclAssociation::SubnetId>},
    {"default", [](const NetworkAcl& a, Values& out) { add_value(out, a.IsDefault); }},
    {"entry.cidr", entry_values<&NetworkAclEntry::CidrBlock>},
    {"entry.egress", entry_values<&NetworkAclEntry::Egress>},
    {"entry.icmp.code", icmp_values<&IcmpTypeCode::Code>},
    {"entry.icmp.type", icmp_values<&IcmpTypeCode::Type>},
    {"entry.ipv6-cidr", entry_values<&NetworkAclEntry::Ipv6CidrBlock>},
    {"entry.port-range.from", port_values<&PortRange::From>},
    {"entry.port-range.to", port_values<&PortRange::To>},
    {"entry.protocol", entry_values<&NetworkAclEntry::Protocol>},
    {"entry.rule-action", entry_values<&NetworkAclEntry::RuleAction>},
    {"entry.rule-number", entry_values<&NetworkAclEntry::RuleNumber>},
    {"network-acl-id", [](const NetworkAcl& a, Values& out) { add_value(out, a.NetworkAclId); }},
    {"owner-id", [](const NetworkAcl& a, Values& out) { add_value(out, a.OwnerId); }},
    {"vpc-id", [](const NetworkAcl& a, Values& out) { add_value(out, a.VpcId); }},
};

constexpr Narrowing<NetworkAclRecord> narrowed_by[] = {
    {"vpc-id", &network_acls_by_vpc},
    {"association.subnet-id", &network_acls_by_subnet},
};
constexpr ResourceListing<NetworkAclRecord, NetworkAcl> listing{
    "DescribeNetworkAcls", network_acl_kind, network_acls, network_acl_view, acl_filters, narrowed_by};

Result<DescribeNetworkAclsResult> describe_network_acls(Call& call, const DescribeNetworkAclsRequest& in) {
  DescribeNetworkAclsResult out;
  out.NetworkAcls = TRY(list_resources(call, listing, in, in.NetworkAclIds, out.NextToken));
  return out;
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_acl_keys(const Call& call, const NetworkAclRecord& acl, api::Requirement& need) {
  need.key("ec2:Vpc", arn_of(call, vpc_kind, acl.vpc_id));
}

}  // namespace

constinit const ResourceKind network_acl_kind{
    "acl-", "network-acl", "networkAcl ID", "networkAcl IDs",
    errors::InvalidNetworkAclIdMalformed, errors::InvalidNetworkAclIDNotFound,
    api::tagged_records<network_acls>, describe_record<network_acls, add_acl_keys>, "ec2:NetworkAclID"};

const api::Operations network_acls_operations = {
    op<ops::DescribeNetworkAcls>(describe_network_acls, on(any_in_region), read_only,
        takes("NextToken MaxResults NetworkAclIds Filters")),
};

}  // namespace haar::ec2
