// DescribeNetworkAcls.
#include "model/ec2/DescribeNetworkAcls.h"
#include "services/ec2/rows.h"

namespace haar::ec2 {
namespace {

using api::Call;

NetworkAcl acl_view(const Call& call, const NetworkAclRecord& record) {
  NetworkAcl view;
  view.NetworkAclId = record.id;
  view.VpcId = record.vpc_id;
  view.OwnerId = call.account().value;
  view.IsDefault = record.is_default;
  view.Tags = to_wire(record.tags);
  view.Entries.emplace();
  for (const NetworkAclEntryRecord& entry : record.entries) {
    NetworkAclEntry item;
    item.RuleNumber = entry.number;
    item.Egress = entry.egress;
    item.RuleAction = entry.allow ? "allow" : "deny";
    item.Protocol = entry.protocol;
    item.CidrBlock = entry.cidr;
    view.Entries->push_back(std::move(item));
  }
  view.Associations.emplace();
  for (const NetworkAclAssociationRecord& association : record.associations) {
    NetworkAclAssociation item;
    item.NetworkAclAssociationId = association.id;
    item.NetworkAclId = record.id;
    item.SubnetId = association.subnet_id;
    view.Associations->push_back(std::move(item));
  }
  return view;
}

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

Result<DescribeNetworkAclsResult> describe_network_acls(Call& call, const DescribeNetworkAclsRequest& in) {
  std::vector<NetworkAcl> list;
  for (const auto& [key, record] : call.txn.scan(network_acls, here(call))) list.push_back(acl_view(call, record));
  const auto id_of = [](const NetworkAcl& acl) { return *acl.NetworkAclId; };
  TRY(keep_ids(network_acl_kind, list, in.NetworkAclIds, id_of));
  TRY(apply_filters<NetworkAcl>(list, in.Filters, acl_filters));
  DescribeNetworkAclsResult out;
  const Listing listing = Listing{"DescribeNetworkAcls"}.with(in.NetworkAclIds).with(in.Filters);
  TRY(cut_page(call, listing, list, id_of, in.MaxResults, in.NextToken, out.NextToken));
  out.NetworkAcls = std::move(list);
  return out;
}

}  // namespace

const api::Operations network_acls_operations = {
    op<ops::DescribeNetworkAcls>(describe_network_acls, on(any_in_region), read_only,
        takes("NextToken MaxResults NetworkAclIds Filters")),
};

}  // namespace haar::ec2
