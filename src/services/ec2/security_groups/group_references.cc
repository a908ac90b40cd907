// DescribeSecurityGroupReferences, DescribeStaleSecurityGroups: rules that name groups of peered VPCs.
// https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
#include <algorithm>
#include <set>
#include <tuple>

#include "model/ec2/DescribeSecurityGroupReferences.h"
#include "model/ec2/DescribeStaleSecurityGroups.h"
#include "model/ec2/service.h"
#include "services/ec2/permissions.h"
#include "services/ec2/require.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// ---- DescribeSecurityGroupReferences -------------------------------------------------------------

using Reference = std::tuple<std::string, std::string, std::string>;  // group, VPC that refers to it, peering connection

// The VPCs on the other side of a peering connection whose rules name the group.
void add_references(const Call& call, const SecurityGroupRecord& group, std::set<Reference>& out) {
  const store::Key term = store::join(call.account(), call.region(), group.id);
  for (const auto& [key, rule] : call.txn.find(security_group_rules, rules_by_peer_group, term)) {
    const SecurityGroupRecord* referring = find_security_group(call.txn, Place(key.account(), call.region()), rule.group_id);
    if (referring == nullptr || referring->vpc_id == group.vpc_id) continue;
    const PeeringRecord* peering =
        find_peering_between(call.txn, Place(call), group.vpc_id, key.account(), referring->vpc_id);
    if (peering != nullptr) out.emplace(group.id, referring->vpc_id, peering->id);
  }
}

Result<DescribeSecurityGroupReferencesResult> describe_references(Call& call, const DescribeSecurityGroupReferencesRequest& in) {
  std::set<Reference> references;
  for (const std::string& id : TRY(existing_ids(call, security_group_kind, security_groups, in.GroupId))) {
    add_references(call, *find_security_group(call.txn, Place(call), id), references);
  }
  DescribeSecurityGroupReferencesResult out;
  out.SecurityGroupReferenceSet.emplace();
  for (const auto& [group, vpc, peering] : references) {
    SecurityGroupReference& item = out.SecurityGroupReferenceSet->emplace_back();
    item.GroupId = group;
    item.ReferencingVpcId = vpc;
    item.VpcPeeringConnectionId = peering;
  }
  return out;
}

void needs_describe_references(const Call& call, const DescribeSecurityGroupReferencesRequest& in, Requirements& needs) {
  for (const std::string& id : in.GroupId) need_resource(call, needs, security_group_kind, id);
  // A call that names nothing must not slip through for want of a requirement.
  if (in.GroupId.empty()) need_new(call, needs, security_group_kind);
}

// ---- DescribeStaleSecurityGroups -----------------------------------------------------------------

using StalePermissions = std::optional<std::vector<StaleIpPermission>>;

StalePermissions stale_permissions(const std::vector<const SecurityGroupRuleRecord*>& rules) {
  if (rules.empty()) return std::nullopt;
  std::vector<StaleIpPermission> out;
  for (IpPermission& permission : to_permissions(rules)) {
    StaleIpPermission& item = out.emplace_back();
    item.IpProtocol = permission.IpProtocol;
    item.FromPort = permission.FromPort;
    item.ToPort = permission.ToPort;
    item.UserIdGroupPairs = std::move(permission.UserIdGroupPairs);
  }
  return out;
}

// nullopt: no rule of the group is stale.
std::optional<StaleSecurityGroup> stale_view(const Call& call, const SecurityGroupRecord& group) {
  std::vector<const SecurityGroupRuleRecord*> ingress, egress;
  for (const SecurityGroupRuleRecord* rule : rules_of_group(call.txn, Place(call), group.id)) {
    if (is_stale(call.txn, Place(call), group, *rule)) (rule->egress ? egress : ingress).push_back(rule);
  }
  if (ingress.empty() && egress.empty()) return std::nullopt;
  StaleSecurityGroup view;
  view.GroupId = group.id;
  view.GroupName = group.name;
  view.Description = group.description;
  view.VpcId = group.vpc_id;
  view.StaleIpPermissions = stale_permissions(ingress);
  view.StaleIpPermissionsEgress = stale_permissions(egress);
  return view;
}

Result<DescribeStaleSecurityGroupsResult> describe_stale_groups(Call& call, const DescribeStaleSecurityGroupsRequest& in) {
  const VpcRecord* vpc = TRY(require(call, vpc_kind, vpcs, in.VpcId));
  const std::size_t size = TRY(api::page_size(page_rules, in.MaxResults));
  api::Page page = TRY(api::Page::open(call, page_rules, "DescribeStaleSecurityGroups/" + vpc->id, in.NextToken, size));
  DescribeStaleSecurityGroupsResult out;
  out.StaleSecurityGroupSet.emplace();
  const store::Key term = store::join(call.account(), call.region(), vpc->id);
  for (const auto& [key, group] : call.txn.find(security_groups, security_groups_by_vpc, term)) {
    if (page.before(key.bytes())) continue;
    std::optional<StaleSecurityGroup> item = stale_view(call, group);
    if (!item) continue;
    if (!page.take(key.bytes())) break;
    out.StaleSecurityGroupSet->push_back(*std::move(item));
  }
  out.NextToken = page.next();
  return out;
}

}  // namespace

const api::Operations group_references_operations = {
    op<ops::DescribeSecurityGroupReferences>(describe_references, on(needs_describe_references), read_only, takes("GroupId")),
    op<ops::DescribeStaleSecurityGroups>(describe_stale_groups, on(any_in_region), read_only,
        takes("MaxResults NextToken VpcId")),
};

}  // namespace haar::ec2
