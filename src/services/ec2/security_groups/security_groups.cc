// DescribeSecurityGroups, CreateSecurityGroup, DeleteSecurityGroup.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
#include <algorithm>

#include "model/ec2/CreateSecurityGroup.h"
#include "model/ec2/DeleteSecurityGroup.h"
#include "model/ec2/DescribeSecurityGroups.h"
#include "model/ec2/service.h"
#include "services/ec2/network/new_vpc.h"
#include "services/ec2/permissions.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_lookup.h"
#include "services/ec2/security_groups/group_vpcs.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

constexpr std::size_t name_max = 255;
constexpr std::string_view name_marks = ". _-:/()#,@[]+=&;{}!$*";

// ---- DescribeSecurityGroups ----------------------------------------------------------------------

SecurityGroup group_view(const Call& call, const SecurityGroupRecord& record) {
  SecurityGroup view;
  view.GroupId = record.id;
  view.GroupName = record.name;
  view.Description = record.description;
  view.VpcId = record.vpc_id;
  view.OwnerId = call.account().value;
  view.SecurityGroupArn = arn_of(call, security_group_kind, record.id);
  view.Tags = to_wire_if_any(record.tags);
  std::vector<const SecurityGroupRuleRecord*> ingress, egress;
  for (const SecurityGroupRuleRecord* rule : rules_of_group(call.txn, Place(call), record.id)) {
    (rule->egress ? egress : ingress).push_back(rule);
  }
  view.IpPermissions = to_permissions(ingress, record.vpc_id);
  view.IpPermissionsEgress = to_permissions(egress, record.vpc_id);
  show_peerings(call, record.vpc_id, *view.IpPermissions);
  show_peerings(call, record.vpc_id, *view.IpPermissionsEgress);
  return view;
}

using Permissions = std::optional<std::vector<IpPermission>> SecurityGroup::*;

template <Permissions side, auto member>
void permission_values(const SecurityGroup& group, Values& out) {
  for (const IpPermission& permission : *(group.*side)) add_value(out, permission.*member);
}
template <Permissions side, auto list, auto member>
void peer_values(const SecurityGroup& group, Values& out) {
  for (const IpPermission& permission : *(group.*side)) {
    for (const auto& peer : *(permission.*list)) add_value(out, peer.*member);
  }
}

constexpr Permissions in_side = &SecurityGroup::IpPermissions;
constexpr Permissions out_side = &SecurityGroup::IpPermissionsEgress;

constexpr FilterField<SecurityGroup> group_filters[] = {
    {"description", [](const SecurityGroup& g, Values& out) { add_value(out, g.Description); }},
    {"egress.ip-permission.cidr", peer_values<out_side, &IpPermission::IpRanges, &IpRange::CidrIp>},
    {"egress.ip-permission.from-port", permission_values<out_side, &IpPermission::FromPort>},
    {"egress.ip-permission.group-id", peer_values<out_side, &IpPermission::UserIdGroupPairs, &UserIdGroupPair::GroupId>},
    {"egress.ip-permission.group-name",
     peer_values<out_side, &IpPermission::UserIdGroupPairs, &UserIdGroupPair::GroupName>},
    {"egress.ip-permission.ipv6-cidr", peer_values<out_side, &IpPermission::Ipv6Ranges, &Ipv6Range::CidrIpv6>},
    {"egress.ip-permission.prefix-list-id",
     peer_values<out_side, &IpPermission::PrefixListIds, &PrefixListId::PrefixListId>},
    {"egress.ip-permission.protocol", permission_values<out_side, &IpPermission::IpProtocol>},
    {"egress.ip-permission.to-port", permission_values<out_side, &IpPermission::ToPort>},
    {"egress.ip-permission.user-id", peer_values<out_side, &IpPermission::UserIdGroupPairs, &UserIdGroupPair::UserId>},
    {"group-id", [](const SecurityGroup& g, Values& out) { add_value(out, g.GroupId); }},
    {"group-name", [](const SecurityGroup& g, Values& out) { add_value(out, g.GroupName); }},
    {"ip-permission.cidr", peer_values<in_side, &IpPermission::IpRanges, &IpRange::CidrIp>},
    {"ip-permission.from-port", permission_values<in_side, &IpPermission::FromPort>},
    {"ip-permission.group-id", peer_values<in_side, &IpPermission::UserIdGroupPairs, &UserIdGroupPair::GroupId>},
    {"ip-permission.group-name", peer_values<in_side, &IpPermission::UserIdGroupPairs, &UserIdGroupPair::GroupName>},
    {"ip-permission.ipv6-cidr", peer_values<in_side, &IpPermission::Ipv6Ranges, &Ipv6Range::CidrIpv6>},
    {"ip-permission.prefix-list-id", peer_values<in_side, &IpPermission::PrefixListIds, &PrefixListId::PrefixListId>},
    {"ip-permission.protocol", permission_values<in_side, &IpPermission::IpProtocol>},
    {"ip-permission.to-port", permission_values<in_side, &IpPermission::ToPort>},
    {"ip-permission.user-id", peer_values<in_side, &IpPermission::UserIdGroupPairs, &UserIdGroupPair::UserId>},
    {"owner-id", [](const SecurityGroup& g, Values& out) { add_value(out, g.OwnerId); }},
    {"vpc-id", [](const SecurityGroup& g, Values& out) { add_value(out, g.VpcId); }},
};

constexpr Narrowing<SecurityGroupRecord> narrowed_by[] = {
    {"vpc-id", &security_groups_by_vpc},
};
constexpr ResourceListing<SecurityGroupRecord, SecurityGroup> listing{
    "DescribeSecurityGroups", security_group_kind, security_groups, group_view, group_filters, narrowed_by};

// GroupNames works for groups of the default VPC only.
Result<DescribeSecurityGroupsResult> describe_security_groups(Call& call, const DescribeSecurityGroupsRequest& in) {
  TRY(existing_ids(call, security_group_kind, security_groups, in.GroupIds));
  const std::vector<std::string> names = in.GroupNames.value_or(std::vector<std::string>());
  for (const std::string& name : names) (void)TRY(require_group(call, std::nullopt, name));
  const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
  const auto wanted = [&](const SecurityGroupRecord& group) {
    return names.empty() || (group.vpc_id == vpc->id && std::ranges::find(names, group.name) != names.end());
  };
  DescribeSecurityGroupsResult out;
  const std::string name = listing_name(listing.operation, in.Filters, in.GroupIds, in.GroupNames);
  out.SecurityGroups = TRY(list_resources(call, listing, in, in.GroupIds, name, wanted, out.NextToken));
  return out;
}

// ---- CreateSecurityGroup -------------------------------------------------------------------------

bool has_allowed_characters(std::string_view text) {
  return text.size() <= name_max && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  name_marks.find(c) != std::string_view::npos;
         });
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html#security-group-basics
Result<void> check_name(const std::string& name) {
  if (name.empty()) return errors::MissingParameter("The request must contain the parameter GroupName");
  const std::string invalid = "Value (" + name + ") for parameter GroupName is invalid. ";
  if (name.starts_with("sg-")) {
    return errors::InvalidParameterValue(invalid + "Group names may not be in the format sg-*.");
  }
  if (!is_ascii(name)) {
    return errors::InvalidParameterValue(invalid + "Character sets beyond ASCII are not supported.");
  }
  if (!has_allowed_characters(name)) {
    return errors::InvalidParameterValue(
        "Invalid security group name. Valid names are strings less than 256 characters from the following set:  "
        "a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*");
  }
  if (name == "default") return errors::InvalidParameterValue("Cannot use reserved security group name: default");
  return {};
}

Result<void> check_description(const std::string& description) {
  if (description.empty()) return errors::MissingParameter("The request must contain the parameter GroupDescription");
  if (!is_ascii(description)) {
    return errors::InvalidParameterValue("Value (" + description + ") for parameter GroupDescription is invalid. " +
                                         "Character sets beyond ASCII are not supported.");
  }
  if (!has_allowed_characters(description)) {
    return errors::InvalidParameterValue(
        "Invalid security group description. Valid descriptions are strings less than 256 characters from the "
        "following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*");
  }
  return {};
}

Result<const VpcRecord*> vpc_for_group(const Call& call, const std::optional<std::string>& vpc_id) {
  if (vpc_id && !vpc_id->empty()) {
    TRY(check_id(vpc_kind, *vpc_id));
    const VpcRecord* vpc = find_vpc(call.txn, Place(call), *vpc_id);
    if (vpc == nullptr) return not_found(vpc_kind, *vpc_id);
    return vpc;
  }
  const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
  if (vpc == nullptr) return errors::VPCIdNotSpecified("No default VPC for this user");
  return vpc;
}

// A new group lets out everything, and lets in nothing.
void add_default_egress(Call& call, const VpcRecord& vpc, const std::string& group_id) {
  for (const bool ipv6 : {false, true}) {
    if (ipv6 && vpc.ipv6_cidrs.empty()) continue;
    const SecurityGroupRuleRecord rule = all_egress_rule(call.random(), group_id, ipv6, ipv6 ? 2 : 1);
    call.txn.put(security_group_rules, call.key(rule.id), rule);
  }
}

Result<CreateSecurityGroupResult> create_security_group(Call& call, const CreateSecurityGroupRequest& in) {
  std::string name = in.GroupName;
  name.erase(name.find_last_not_of(' ') + 1);  // AWS trims spaces at the end, and only there
  TRY(check_name(name));
  TRY(check_description(in.Description));
  SecurityGroupRecord group;
  group.tags = TRY(tags_to_create(in.TagSpecifications, security_group_kind));
  const VpcRecord* vpc = TRY(vpc_for_group(call, in.VpcId));
  if (find_security_group_by_name(call.txn, Place(call), vpc->id, name) != nullptr) {
    return errors::InvalidGroupDuplicate("The security group '" + name + "' already exists for VPC '" + vpc->id + "'");
  }
  if (call.txn.count(security_groups, here(call)) >= groups_per_region.value()) {
    return errors::SecurityGroupLimitExceeded("The maximum number of security groups for VPC '" + vpc->id +
                                              "' has been reached.");
  }
  group.id = new_id(call, security_group_kind);
  group.name = name;
  group.description = in.Description;
  group.vpc_id = vpc->id;
  group.created_at = call.now();
  call.txn.put(security_groups, call.key(group.id), group);
  add_default_egress(call, *vpc, group.id);

  CreateSecurityGroupResult out;
  out.GroupId = group.id;
  out.SecurityGroupArn = arn_of(call, security_group_kind, group.id);
  out.Tags = to_wire_if_any(group.tags);
  return out;
}

void needs_create_security_group(const Call& call, const CreateSecurityGroupRequest& in, Requirements& needs) {
  need_new(call, needs, security_group_kind).request_tags = requested_tags(in.TagSpecifications);
  const VpcRecord* vpc = find_default_vpc(call.txn, Place(call));
  const bool named = in.VpcId && !in.VpcId->empty();
  if (named || vpc != nullptr) need_resource(call, needs, vpc_kind, named ? *in.VpcId : vpc->id);
  need_create_tags(call, needs, security_group_kind, "CreateSecurityGroup", in.TagSpecifications);
}

// ---- DeleteSecurityGroup -------------------------------------------------------------------------

// An interface that carries the group, a further VPC that it serves, or a rule of another group that names it. A rule of a
// peered VPC's group does not keep it: it becomes stale.
bool has_dependents(const Call& call, const SecurityGroupRecord& group) {
  const store::Key term = store::join(call.account(), call.region(), group.id);
  if (!call.txn.find(network_interfaces, interfaces_by_group, term).empty()) return true;
  for (const auto& [key, rule] : call.txn.find(security_group_rules, rules_by_peer_group, term)) {
    if (rule.group_id == group.id) continue;
    const SecurityGroupRecord* other = find_security_group(call.txn, Place(key.account(), call.region()), rule.group_id);
    if (other != nullptr && group_serves_vpc(call.txn, Place(call), group, other->vpc_id)) return true;
  }
  return !call.txn.scan(security_group_vpcs, store::prefix_of(call.account(), call.region(), group.id)).empty();
}

Result<DeleteSecurityGroupResult> delete_security_group(Call& call, const DeleteSecurityGroupRequest& in) {
  const SecurityGroupRecord* group = TRY(require_group(call, in.GroupId, in.GroupName));
  if (group->is_default()) {
    return errors::CannotDelete("the specified group: \"" + group->id + "\" name: \"" + group->name +
                                "\" cannot be deleted by a user");
  }
  if (has_dependents(call, *group)) {
    return errors::DependencyViolation("resource " + group->id + " has a dependent object");
  }
  const std::string id = group->id;
  for (const SecurityGroupRuleRecord* rule : rules_of_group(call.txn, Place(call), id)) {
    call.txn.erase(security_group_rules, call.key(rule->id));
  }
  call.txn.erase(security_groups, call.key(id));
  DeleteSecurityGroupResult out;
  out.Return = true;
  out.GroupId = id;
  return out;
}

void needs_delete_security_group(const Call& call, const DeleteSecurityGroupRequest& in, Requirements& needs) {
  need_group(call, needs, in.GroupId, in.GroupName);
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html#amazonec2-resources-for-iam-policies
void add_group_keys(const Call& call, const SecurityGroupRecord& group, api::Requirement& need) {
  need.key("ec2:Vpc", arn_of(call, vpc_kind, group.vpc_id));
}

}  // namespace

constinit const ResourceKind security_group_kind{
    "sg-", "security-group", "security group", "security groups",
    errors::InvalidGroupIdMalformed, errors::InvalidGroupNotFound,
    api::tagged_records<security_groups>, describe_record<security_groups, add_group_keys>, "ec2:SecurityGroupID"};

const api::Operations security_groups_operations = {
    op<ops::DescribeSecurityGroups>(describe_security_groups, on(any_in_region), read_only,
        takes("GroupIds GroupNames NextToken MaxResults Filters")),
    op<ops::CreateSecurityGroup>(create_security_group, on(needs_create_security_group),
        takes("Description GroupName VpcId TagSpecifications")),
    op<ops::DeleteSecurityGroup>(delete_security_group, on(needs_delete_security_group), takes("GroupId GroupName")),
};

}  // namespace haar::ec2
