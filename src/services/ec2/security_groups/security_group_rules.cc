// DescribeSecurityGroupRules; Authorize and Revoke, ingress and egress.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
#include <algorithm>

#include "model/ec2/AuthorizeSecurityGroupEgress.h"
#include "model/ec2/AuthorizeSecurityGroupIngress.h"
#include "model/ec2/DescribeSecurityGroupRules.h"
#include "model/ec2/RevokeSecurityGroupEgress.h"
#include "model/ec2/RevokeSecurityGroupIngress.h"
#include "model/ec2/service.h"
#include "services/ec2/permissions.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_lookup.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

using PermissionList = std::vector<IpPermission>;

// ---- DescribeSecurityGroupRules ------------------------------------------------------------------

constexpr FilterField<SecurityGroupRule> rule_filters[] = {
    {"group-id", [](const SecurityGroupRule& r, Values& out) { add_value(out, r.GroupId); }},
    {"security-group-rule-id", [](const SecurityGroupRule& r, Values& out) { add_value(out, r.SecurityGroupRuleId); }},
};

// EC2 looks at the form of the ids that this operation's filter names, which it does nowhere else.
Result<void> check_group_filter(const Filters& filters) {
  if (!filters) return {};
  for (const Filter& filter : *filters) {
    if (filter.Name != "group-id") continue;
    for (const std::string& id : filter.Values.value_or(Values{})) {
      if (id.find_first_of("*?") != std::string::npos || check_id(security_group_kind, id).ok()) continue;
      return errors::InvalidGroupIdMalformed("The security group ID '" + id + "' is malformed");
    }
  }
  return {};
}

constexpr Narrowing<SecurityGroupRuleRecord> narrowed_by[] = {
    {"group-id", &rules_by_group},
};
constexpr ResourceListing<SecurityGroupRuleRecord, SecurityGroupRule> listing{
    "DescribeSecurityGroupRules", security_group_rule_kind, security_group_rules, to_wire, rule_filters, narrowed_by};

Result<DescribeSecurityGroupRulesResult> describe_security_group_rules(Call& call,
                                                                       const DescribeSecurityGroupRulesRequest& in) {
  TRY(existing_ids(call, security_group_rule_kind, security_group_rules, in.SecurityGroupRuleIds));
  TRY(check_group_filter(in.Filters));
  DescribeSecurityGroupRulesResult out;
  out.SecurityGroupRules = TRY(list_resources(call, listing, in, in.SecurityGroupRuleIds, out.NextToken));
  return out;
}

// ---- what Authorize and Revoke have in common ----------------------------------------------------

// The parameters from before IpPermissions (CidrIp, FromPort, …), as the permissions that they stand for.
// AWS's page of AuthorizeSecurityGroupIngress: a source group's name alone opens all of TCP, UDP and ICMP.
template <class In>
PermissionList flat_permissions(const In& in) {
  PermissionList list;
  if (in.SourceSecurityGroupName && !in.SourceSecurityGroupName->empty()) {
    UserIdGroupPair pair;
    pair.GroupName = in.SourceSecurityGroupName;
    pair.UserId = in.SourceSecurityGroupOwnerId;
    for (const auto& [protocol, from, to] :
         {std::tuple("tcp", 0, 65535), std::tuple("udp", 0, 65535), std::tuple("icmp", -1, -1)}) {
      IpPermission permission;
      permission.IpProtocol = in.IpProtocol ? *in.IpProtocol : protocol;
      permission.FromPort = in.IpProtocol ? in.FromPort : from;
      permission.ToPort = in.IpProtocol ? in.ToPort : to;
      permission.UserIdGroupPairs.emplace().push_back(pair);
      list.push_back(std::move(permission));
      if (in.IpProtocol) break;
    }
  } else if (in.IpProtocol || in.CidrIp || in.FromPort || in.ToPort) {
    IpPermission permission;
    permission.IpProtocol = in.IpProtocol;
    permission.FromPort = in.FromPort;
    permission.ToPort = in.ToPort;
    if (in.CidrIp) permission.IpRanges.emplace().push_back({.Description = std::nullopt, .CidrIp = in.CidrIp});
    list.push_back(std::move(permission));
  }
  return list;
}

template <class In>
Result<PermissionList> requested_permissions(const In& in) {
  PermissionList flat = flat_permissions(in);
  const bool listed = in.IpPermissions && !in.IpPermissions->empty();
  if (listed && !flat.empty()) {
    return errors::InvalidParameterCombination(
        "The parameter ipPermissions cannot be used with the parameters for a single rule");
  }
  return listed ? *in.IpPermissions : flat;
}

std::optional<std::string> name_of(const AuthorizeSecurityGroupIngressRequest& in) { return in.GroupName; }
std::optional<std::string> name_of(const RevokeSecurityGroupIngressRequest& in) { return in.GroupName; }
std::optional<std::string> name_of(const AuthorizeSecurityGroupEgressRequest&) { return std::nullopt; }
std::optional<std::string> name_of(const RevokeSecurityGroupEgressRequest&) { return std::nullopt; }

// ---- Authorize -----------------------------------------------------------------------------------

Result<std::vector<SecurityGroupRule>> add_rules(Call& call, const SecurityGroupRecord& group,
                                                 std::vector<SecurityGroupRuleRecord> rules, const Tags& tags) {
  const std::vector<const SecurityGroupRuleRecord*> present = rules_of_group(call.txn, Place(call), group.id);
  std::int64_t sequence = present.empty() ? 0 : present.back()->sequence;
  std::vector<SecurityGroupRule> added;
  for (SecurityGroupRuleRecord& rule : rules) {
    const bool duplicate = std::any_of(present.begin(), present.end(),
                                       [&](const SecurityGroupRuleRecord* old) { return same_traffic(*old, rule); });
    if (duplicate) return duplicate_rule(rule);
    rule.id = new_id(call, security_group_rule_kind);
    rule.sequence = ++sequence;
    rule.tags = tags;
    added.push_back(to_wire(call, rule));
    call.txn.put(security_group_rules, call.key(rule.id), rule);
  }
  return added;
}

// An error leaves no trace: the pipeline drops the transaction of a failed call.
template <class In, class Out>
Result<Out> authorize(Call& call, const In& in, bool egress) {
  const SecurityGroupRecord* group = TRY(require_group(call, in.GroupId, name_of(in)));
  const PermissionList permissions = TRY(requested_permissions(in));
  if (permissions.empty()) return errors::MissingParameter("The request must contain the parameter ipPermissions");
  const Tags tags = TRY(tags_to_create(in.TagSpecifications, security_group_rule_kind));
  std::vector<SecurityGroupRuleRecord> rules =
      TRY(parse_permissions(call, *group, egress, permissions, Purpose::add));
  Out out;
  out.SecurityGroupRules = TRY(add_rules(call, *group, std::move(rules), tags));
  TRY(check_rule_count(call.txn, Place(call), group->id, egress));
  out.Return = true;
  return out;
}

Result<AuthorizeSecurityGroupIngressResult> authorize_ingress(Call& call,
                                                              const AuthorizeSecurityGroupIngressRequest& in) {
  return authorize<AuthorizeSecurityGroupIngressRequest, AuthorizeSecurityGroupIngressResult>(call, in, false);
}

Result<AuthorizeSecurityGroupEgressResult> authorize_egress(Call& call, const AuthorizeSecurityGroupEgressRequest& in) {
  return authorize<AuthorizeSecurityGroupEgressRequest, AuthorizeSecurityGroupEgressResult>(call, in, true);
}

// The rules are resources of their own only when the call tags them.
template <class In>
void authorize_needs(const Call& call, const In& in, Requirements& needs, std::string_view action) {
  need_group(call, needs, in.GroupId, name_of(in));
  const Tags tags = requested_tags(in.TagSpecifications);
  if (tags.empty()) return;
  need_new(call, needs, security_group_rule_kind).request_tags = tags;
  need_create_tags(call, needs, security_group_rule_kind, action, in.TagSpecifications);
}

void needs_authorize_security_group_ingress(const Call& call, const AuthorizeSecurityGroupIngressRequest& in,
                                            Requirements& needs) {
  authorize_needs(call, in, needs, "AuthorizeSecurityGroupIngress");
}

void needs_authorize_security_group_egress(const Call& call, const AuthorizeSecurityGroupEgressRequest& in, Requirements& needs) {
  authorize_needs(call, in, needs, "AuthorizeSecurityGroupEgress");
}

// ---- Revoke --------------------------------------------------------------------------------------

RevokedSecurityGroupRule revoked_view(const SecurityGroupRuleRecord& rule) {
  RevokedSecurityGroupRule view;
  show_rule(rule, view);
  view.ReferencedGroupId = if_any(rule.peer_group_id);
  return view;
}

struct Revocation {
  std::vector<const SecurityGroupRuleRecord*> found;
  std::vector<SecurityGroupRuleRecord> unknown;
};

// Ids of another group's rules, or of the other direction's, are unknown here.
Result<Revocation> find_by_ids(const Call& call, const SecurityGroupRecord& group, bool egress,
                               const std::vector<std::string>& ids) {
  Revocation revocation;
  std::vector<std::string> missing;
  for (const std::string& id : ids) {
    TRY(check_id(security_group_rule_kind, id));
    const SecurityGroupRuleRecord* rule = call.txn.get(security_group_rules, call.key(id));
    if (rule == nullptr || rule->group_id != group.id || rule->egress != egress) {
      missing.push_back(id);
    } else if (std::find(revocation.found.begin(), revocation.found.end(), rule) == revocation.found.end()) {
      revocation.found.push_back(rule);
    }
  }
  if (!missing.empty()) return not_found(security_group_rule_kind, missing);
  return revocation;
}

Revocation find_by_traffic(const Call& call, const SecurityGroupRecord& group,
                           const std::vector<SecurityGroupRuleRecord>& wanted) {
  Revocation revocation;
  const std::vector<const SecurityGroupRuleRecord*> present = rules_of_group(call.txn, Place(call), group.id);
  for (const SecurityGroupRuleRecord& rule : wanted) {
    const auto match = std::find_if(present.begin(), present.end(),
                                    [&](const SecurityGroupRuleRecord* old) { return same_traffic(*old, rule); });
    if (match != present.end()) {
      revocation.found.push_back(*match);
    } else {
      revocation.unknown.push_back(rule);
    }
  }
  return revocation;
}

template <class In>
Result<Revocation> find_revoked(const Call& call, const SecurityGroupRecord& group, const In& in, bool egress) {
  const PermissionList permissions = TRY(requested_permissions(in));
  const bool by_ids = in.SecurityGroupRuleIds && !in.SecurityGroupRuleIds->empty();
  if (by_ids && !permissions.empty()) {
    return errors::InvalidParameterCombination(
        "The parameter securityGroupRuleIds cannot be used with the parameter ipPermissions");
  }
  if (by_ids) return find_by_ids(call, group, egress, *in.SecurityGroupRuleIds);
  if (permissions.empty()) return errors::MissingParameter("The request must contain the parameter ipPermissions");
  return find_by_traffic(call, group, TRY(parse_permissions(call, group, egress, permissions, Purpose::find)));
}

std::vector<IpPermission> unknown_permissions(const Revocation& revocation) {
  std::vector<const SecurityGroupRuleRecord*> rules;
  for (const SecurityGroupRuleRecord& rule : revocation.unknown) rules.push_back(&rule);
  return to_permissions(rules);
}

// AWS's page of RevokeSecurityGroupIngress: "For a default VPC, if the values you specify do not match the
// existing rule's values, no error is returned, and the output describes the security group rules that were
// not revoked. For a non-default VPC […] an InvalidPermission.NotFound client error is returned, and no rules
// are revoked."
template <class In, class Out>
Result<Out> revoke(Call& call, const In& in, bool egress) {
  const SecurityGroupRecord* group = TRY(require_group(call, in.GroupId, name_of(in)));
  const Revocation revocation = TRY(find_revoked(call, *group, in, egress));
  Out out;
  if (!revocation.unknown.empty()) {
    const VpcRecord* vpc = find_vpc(call.txn, Place(call), group->vpc_id);
    if (vpc == nullptr || !vpc->is_default) {
      return errors::InvalidPermissionNotFound("The specified rule does not exist in this security group.");
    }
    out.UnknownIpPermissions = unknown_permissions(revocation);
  }
  out.RevokedSecurityGroupRules.emplace();
  for (const SecurityGroupRuleRecord* rule : revocation.found) {
    out.RevokedSecurityGroupRules->push_back(revoked_view(*rule));
    call.txn.erase(security_group_rules, call.key(rule->id));
  }
  out.Return = true;
  return out;
}

Result<RevokeSecurityGroupIngressResult> revoke_ingress(Call& call, const RevokeSecurityGroupIngressRequest& in) {
  return revoke<RevokeSecurityGroupIngressRequest, RevokeSecurityGroupIngressResult>(call, in, false);
}

Result<RevokeSecurityGroupEgressResult> revoke_egress(Call& call, const RevokeSecurityGroupEgressRequest& in) {
  return revoke<RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult>(call, in, true);
}

template <class In>
void needs_revoke_rules(const Call& call, const In& in, Requirements& needs) {
  need_group(call, needs, in.GroupId, name_of(in));
}

}  // namespace

constinit const ResourceKind security_group_rule_kind{
    "sgr-", "security-group-rule", "security group rule ID", "security group rule IDs",
    errors::InvalidSecurityGroupRuleIdMalformed, errors::InvalidSecurityGroupRuleIdNotFound,
    api::tagged_records<security_group_rules>, describe_record<security_group_rules, no_more_keys>, ""};

const api::Operations security_group_rules_operations = {
    op<ops::DescribeSecurityGroupRules>(describe_security_group_rules, on(any_in_region), read_only,
        takes("Filters SecurityGroupRuleIds NextToken MaxResults")),
    op<ops::AuthorizeSecurityGroupIngress>(authorize_ingress, on(needs_authorize_security_group_ingress),
        takes("CidrIp FromPort GroupId GroupName IpPermissions IpProtocol SourceSecurityGroupName "
              "SourceSecurityGroupOwnerId ToPort TagSpecifications")),
    op<ops::AuthorizeSecurityGroupEgress>(authorize_egress, on(needs_authorize_security_group_egress),
        takes("TagSpecifications GroupId SourceSecurityGroupName SourceSecurityGroupOwnerId IpProtocol FromPort "
              "ToPort CidrIp IpPermissions")),
    op<ops::RevokeSecurityGroupIngress>(revoke_ingress, on(needs_revoke_rules<RevokeSecurityGroupIngressRequest>),
        takes("CidrIp FromPort GroupId GroupName IpPermissions IpProtocol SourceSecurityGroupName "
              "SourceSecurityGroupOwnerId ToPort SecurityGroupRuleIds")),
    op<ops::RevokeSecurityGroupEgress>(revoke_egress, on(needs_revoke_rules<RevokeSecurityGroupEgressRequest>),
        takes("SecurityGroupRuleIds GroupId SourceSecurityGroupName SourceSecurityGroupOwnerId IpProtocol FromPort "
              "ToPort CidrIp IpPermissions")),
};

}  // namespace haar::ec2
