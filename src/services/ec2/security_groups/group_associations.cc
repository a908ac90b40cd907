// AssociateSecurityGroupVpc, DisassociateSecurityGroupVpc, DescribeSecurityGroupVpcAssociations, GetSecurityGroupsForVpc.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html
#include <algorithm>

#include "model/ec2/AssociateSecurityGroupVpc.h"
#include "model/ec2/DescribeSecurityGroupVpcAssociations.h"
#include "model/ec2/DisassociateSecurityGroupVpc.h"
#include "model/ec2/GetSecurityGroupsForVpc.h"
#include "model/ec2/service.h"
#include "services/ec2/require.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- AssociateSecurityGroupVpc -------------------------------------------------------------------

Result<AssociateSecurityGroupVpcResult> associate_group(Call& call, const AssociateSecurityGroupVpcRequest& in) {
  const SecurityGroupRecord* group = TRY(require(call, security_group_kind, security_groups, in.GroupId));
  const VpcRecord* vpc = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  // AWS's page has these rules; its words could not be found.
  if (group->is_default()) {
    return errors::InvalidParameterValue("The default security group '" + group->id + "' cannot be associated with a VPC.");
  }
  if (group_serves_vpc(call.txn, Place(call), *group, vpc->id)) {
    return errors::ResourceAlreadyAssociated("The security group '" + group->id + "' is already associated with VPC '" +
                                             vpc->id + "'");
  }
  if (find_security_group_by_name(call.txn, Place(call), vpc->id, group->name) != nullptr) {
    return errors::InvalidGroupDuplicate("The security group '" + group->name + "' already exists for VPC '" + vpc->id + "'");
  }
  call.txn.put(security_group_vpcs, call.key(group->id, vpc->id), {group->id, vpc->id});
  AssociateSecurityGroupVpcResult out;
  out.State = "associating";
  return out;
}

// ---- DisassociateSecurityGroupVpc ----------------------------------------------------------------

bool is_used_in(const Call& call, const std::string& group_id, const std::string& vpc_id) {
  const store::Key term = store::join(call.account(), call.region(), group_id);
  for (const auto& [key, interface] : call.txn.find(network_interfaces, interfaces_by_group, term)) {
    if (interface.vpc_id == vpc_id) return true;
  }
  return false;
}

Result<DisassociateSecurityGroupVpcResult> disassociate_group(Call& call, const DisassociateSecurityGroupVpcRequest& in) {
  TRY(require(call, security_group_kind, security_groups, in.GroupId));
  TRY(require(call, vpc_kind, vpcs, in.VpcId));
  const store::Key key = call.key(in.GroupId, in.VpcId);
  // AWS's words for both could not be found.
  if (call.txn.get(security_group_vpcs, key) == nullptr) {
    return errors::InvalidParameterValue("The security group '" + in.GroupId + "' is not associated with VPC '" + in.VpcId + "'");
  }
  if (is_used_in(call, in.GroupId, in.VpcId)) {
    return errors::DependencyViolation("resource " + in.GroupId + " has a dependent object");
  }
  call.txn.erase(security_group_vpcs, key);
  DisassociateSecurityGroupVpcResult out;
  out.State = "disassociating";
  return out;
}

template <class In>
void needs_group_and_vpc(const Call& call, const In& in, Requirements& needs) {
  need_resource(call, needs, security_group_kind, in.GroupId);
  need_resource(call, needs, vpc_kind, in.VpcId);
}

// ---- DescribeSecurityGroupVpcAssociations --------------------------------------------------------

using Association = SecurityGroupVpcAssociation;

constexpr FilterField<Association> association_filters[] = {
    {"group-id", [](const Association& a, Values& out) { add_value(out, a.GroupId); }},
    {"group-owner-id", [](const Association& a, Values& out) { add_value(out, a.GroupOwnerId); }},
    {"state", [](const Association& a, Values& out) { add_value(out, a.State); }},
    {"vpc-id", [](const Association& a, Values& out) { add_value(out, a.VpcId); }},
    {"vpc-owner-id", [](const Association& a, Values& out) { add_value(out, a.VpcOwnerId); }},
};

Association association_view(const Call& call, const SecurityGroupVpcRecord& record) {
  Association view;
  view.GroupId = record.group_id;
  view.GroupOwnerId = call.account().value;
  view.VpcId = record.vpc_id;
  view.VpcOwnerId = call.account().value;
  view.State = "associated";
  return view;
}

Result<DescribeSecurityGroupVpcAssociationsResult> describe_associations(Call& call,
                                                                         const DescribeSecurityGroupVpcAssociationsRequest& in) {
  const api::FilterSet<Association> filters = TRY(read_filters<Association>(in.Filters, association_filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  api::Page page = TRY(api::Page::open(call, page_rules, listing_name("DescribeSecurityGroupVpcAssociations", in.Filters, {}),
                                       in.NextToken, size));
  DescribeSecurityGroupVpcAssociationsResult out;
  out.SecurityGroupVpcAssociations.emplace();
  for (const auto& [key, record] : call.txn.scan(security_group_vpcs, here(call), store::Key::from_bytes(page.after()))) {
    Association item = association_view(call, record);
    if (!filters.match(item)) continue;
    if (!page.take(key.bytes())) break;
    out.SecurityGroupVpcAssociations->push_back(std::move(item));
  }
  out.NextToken = page.next();
  return out;
}

// ---- GetSecurityGroupsForVpc ---------------------------------------------------------------------

constexpr FilterField<SecurityGroupForVpc> group_filters[] = {
    {"description", [](const SecurityGroupForVpc& g, Values& out) { add_value(out, g.Description); }},
    {"group-id", [](const SecurityGroupForVpc& g, Values& out) { add_value(out, g.GroupId); }},
    {"group-name", [](const SecurityGroupForVpc& g, Values& out) { add_value(out, g.GroupName); }},
    {"owner-id", [](const SecurityGroupForVpc& g, Values& out) { add_value(out, g.OwnerId); }},
    {"primary-vpc-id", [](const SecurityGroupForVpc& g, Values& out) { add_value(out, g.PrimaryVpcId); }},
};

SecurityGroupForVpc group_for_vpc_view(const Call& call, const SecurityGroupRecord& group) {
  SecurityGroupForVpc view;
  view.GroupId = group.id;
  view.GroupName = group.name;
  view.Description = group.description;
  view.OwnerId = call.account().value;
  view.PrimaryVpcId = group.vpc_id;
  view.Tags = to_wire_if_any(group.tags);
  return view;
}

// The VPC's own groups and those that were associated with it, in the order of their ids.
std::vector<const SecurityGroupRecord*> groups_for(const Call& call, const std::string& vpc_id) {
  std::vector<const SecurityGroupRecord*> groups;
  const store::Key term = store::join(call.account(), call.region(), vpc_id);
  for (const auto& [key, group] : call.txn.find(security_groups, security_groups_by_vpc, term)) groups.push_back(&group);
  for (const auto& [key, association] : call.txn.find(security_group_vpcs, group_vpcs_by_vpc, term)) {
    if (const auto* group = find_security_group(call.txn, Place(call), association.group_id)) groups.push_back(group);
  }
  std::ranges::sort(groups, {}, [](const SecurityGroupRecord* group) -> const std::string& { return group->id; });
  return groups;
}

Result<GetSecurityGroupsForVpcResult> get_groups(Call& call, const GetSecurityGroupsForVpcRequest& in) {
  TRY(require(call, vpc_kind, vpcs, in.VpcId));
  const api::FilterSet<SecurityGroupForVpc> filters = TRY(read_filters<SecurityGroupForVpc>(in.Filters, group_filters));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  const std::string name = listing_name("GetSecurityGroupsForVpc", in.Filters, std::vector{in.VpcId});
  api::Page page = TRY(api::Page::open(call, page_rules, name, in.NextToken, size));
  GetSecurityGroupsForVpcResult out;
  out.SecurityGroupForVpcs.emplace();
  for (const SecurityGroupRecord* group : groups_for(call, in.VpcId)) {
    if (page.before(group->id)) continue;
    SecurityGroupForVpc item = group_for_vpc_view(call, *group);
    if (!filters.match(item)) continue;
    if (!page.take(group->id)) break;
    out.SecurityGroupForVpcs->push_back(std::move(item));
  }
  out.NextToken = page.next();
  return out;
}

void needs_get_groups(const Call& call, const GetSecurityGroupsForVpcRequest& in, Requirements& needs) {
  need_resource(call, needs, vpc_kind, in.VpcId);
}

}  // namespace

const api::Operations group_associations_operations = {
    op<ops::AssociateSecurityGroupVpc>(associate_group, on(needs_group_and_vpc<AssociateSecurityGroupVpcRequest>),
        takes("GroupId VpcId")),
    op<ops::DisassociateSecurityGroupVpc>(disassociate_group, on(needs_group_and_vpc<DisassociateSecurityGroupVpcRequest>),
        takes("GroupId VpcId")),
    op<ops::DescribeSecurityGroupVpcAssociations>(describe_associations, on(any_in_region), read_only,
        takes("Filters NextToken MaxResults")),
    op<ops::GetSecurityGroupsForVpc>(get_groups, on(needs_get_groups), read_only, takes("VpcId NextToken MaxResults Filters")),
};

}  // namespace haar::ec2
