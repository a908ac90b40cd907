// ModifySecurityGroupRules and UpdateSecurityGroupRuleDescriptions, ingress and egress.
#include <algorithm>
#include <set>

#include "model/ec2/ModifySecurityGroupRules.h"
#include "model/ec2/UpdateSecurityGroupRuleDescriptionsEgress.h"
#include "model/ec2/UpdateSecurityGroupRuleDescriptionsIngress.h"
#include "model/ec2/service.h"
#include "services/ec2/permissions.h"
#include "services/ec2/rows.h"
#include "services/ec2/security_groups/group_lookup.h"

namespace haar::ec2 {
namespace {

using api::Call;
using api::Requirements;

// A rule of this group, or AWS's error for one that is not.
Result<const SecurityGroupRuleRecord*> require_rule(const Call& call, const SecurityGroupRecord& group,
                                                    const std::string& id) {
  TRY(check_id(security_group_rule_kind, id));
  const SecurityGroupRuleRecord* rule = call.txn.get(security_group_rules, call.key(id));
  if (rule == nullptr || rule->group_id != group.id) return not_found(security_group_rule_kind, id);
  return rule;
}

// ---- ModifySecurityGroupRules --------------------------------------------------------------------

// Which of the four kinds of peer a rule has; a rule keeps its kind for life.
std::string_view peer_kind(const SecurityGroupRuleRecord& rule) {
  if (!rule.cidr_ipv4.empty()) return "an IPv4 CIDR";
  if (!rule.cidr_ipv6.empty()) return "an IPv6 CIDR";
  if (!rule.prefix_list_id.empty()) return "a prefix list ID";
  return "a referenced group ID";
}

std::string_view existing_kind(const SecurityGroupRuleRecord& rule) {
  if (!rule.cidr_ipv4.empty()) return "IPv4 CIDR";
  if (!rule.cidr_ipv6.empty()) return "IPv6 CIDR";
  if (!rule.prefix_list_id.empty()) return "prefix list ID";
  return "referenced group ID";
}

// What must be said of a rule. Authorize and Revoke have other words for it; these are AWS's for this operation, as
// https://github.com/getmoto/moto has them.
Result<void> check_complete(const SecurityGroupRuleRequest& wanted) {
  const int peers = wanted.CidrIpv4.has_value() + wanted.CidrIpv6.has_value() + wanted.PrefixListId.has_value() +
                    wanted.ReferencedGroupId.has_value();
  if (peers > 1) {
    return errors::InvalidParameterCombination(
        "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified");
  }
  if (peers < 1) {
    return errors::MissingParameter(
        "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId");
  }
  if (!wanted.IpProtocol || wanted.IpProtocol->empty()) {
    return errors::InvalidParameterValue(
        "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.");
  }
  const std::optional<std::string> protocol = canonical_protocol(*wanted.IpProtocol);
  if ((protocol == "tcp" || protocol == "udp") && (!wanted.FromPort || !wanted.ToPort)) {
    return errors::InvalidParameterValue("Invalid value for portRange. Must specify both from and to ports with TCP/UDP.");
  }
  return {};
}

// The rule that `wanted` describes in place of `old`: everything is replaced, but for id, tags and place.
Result<SecurityGroupRuleRecord> replacement(const Call& call, const SecurityGroupRecord& group,
                                            const SecurityGroupRuleRecord& old,
                                            const SecurityGroupRuleRequest& wanted) {
  SecurityGroupRuleRecord rule;
  rule.id = old.id;
  rule.group_id = old.group_id;
  rule.egress = old.egress;
  rule.tags = old.tags;
  rule.sequence = old.sequence;
  rule.description = wanted.Description;
  TRY(check_complete(wanted));
  TRY(check_rule_description(rule.description));
  TRY(set_protocol(rule, wanted.IpProtocol, {wanted.FromPort, wanted.ToPort}));
  if (wanted.CidrIpv4) TRY(set_cidr_ipv4(rule, *wanted.CidrIpv4));
  if (wanted.CidrIpv6) TRY(set_cidr_ipv6(rule, *wanted.CidrIpv6));
  if (wanted.PrefixListId) TRY(set_prefix_list(call, rule, *wanted.PrefixListId, Purpose::add));
  if (wanted.ReferencedGroupId) {
    UserIdGroupPair pair;
    pair.GroupId = wanted.ReferencedGroupId;
    TRY(set_peer_group(call, rule, group, pair, Purpose::add));
  }
  if (peer_kind(rule) != peer_kind(old)) {
    return errors::InvalidParameterValue("You may not specify " + std::string(peer_kind(rule)) + " for an existing " +
                                         std::string(existing_kind(old)) + " rule");
  }
  return rule;
}

// Compares what the group looks like afterwards: two updates of one call may swap two rules.
Result<void> check_no_duplicates(const Call& call, const SecurityGroupRecord& group,
                                 const std::vector<std::string>& changed) {
  const std::vector<const SecurityGroupRuleRecord*> rules = rules_of_group(call.txn, Place(call), group.id);
  for (const SecurityGroupRuleRecord* rule : rules) {
    if (std::find(changed.begin(), changed.end(), rule->id) == changed.end()) continue;
    for (const SecurityGroupRuleRecord* other : rules) {
      if (other != rule && same_traffic(*other, *rule)) return duplicate_rule(*rule);
    }
  }
  return {};
}

Result<ModifySecurityGroupRulesResult> modify_rules(Call& call, const ModifySecurityGroupRulesRequest& in) {
  const SecurityGroupRecord* group = TRY(require_group(call, in.GroupId, std::nullopt));
  std::vector<std::string> changed;
  for (const SecurityGroupRuleUpdate& update : in.SecurityGroupRules) {
    const SecurityGroupRuleRecord* old = TRY(require_rule(call, *group, update.SecurityGroupRuleId));
    if (std::find(changed.begin(), changed.end(), old->id) != changed.end()) {
      return errors::InvalidParameterValue("The same security group rule must not appear multiple times");
    }
    if (!update.SecurityGroupRule) {
      return errors::MissingParameter("The request must contain the parameter SecurityGroupRule");
    }
    const SecurityGroupRuleRecord rule = TRY(replacement(call, *group, *old, *update.SecurityGroupRule));
    changed.push_back(rule.id);
    call.txn.put(security_group_rules, call.key(rule.id), rule);
  }
  TRY(check_no_duplicates(call, *group, changed));
  // A rule may have come to name a larger prefix list.
  for (const bool egress : {false, true}) TRY(check_rule_count(call.txn, Place(call), group->id, egress));
  ModifySecurityGroupRulesResult out;
  out.Return = true;
  return out;
}

void needs_modify_security_group_rules(const Call& call, const ModifySecurityGroupRulesRequest& in, Requirements& needs) {
  need_resource(call, needs, security_group_kind, in.GroupId);
  for (const SecurityGroupRuleUpdate& update : in.SecurityGroupRules) {
    need_resource(call, needs, security_group_rule_kind, update.SecurityGroupRuleId);
    if (update.SecurityGroupRule && update.SecurityGroupRule->PrefixListId) {
      need_resource(call, needs, prefix_list_kind, *update.SecurityGroupRule->PrefixListId);
    }
  }
}

// ---- UpdateSecurityGroupRuleDescriptions ---------------------------------------------------------

void set_description(Call& call, const SecurityGroupRuleRecord& old, const std::optional<std::string>& description) {
  SecurityGroupRuleRecord rule = old;
  rule.description = description && !description->empty() ? description : std::nullopt;
  call.txn.put(security_group_rules, call.key(old.id), std::move(rule));
}

Result<void> describe_by_traffic(Call& call, const SecurityGroupRecord& group, bool egress,
                                 const std::vector<IpPermission>& permissions) {
  const std::vector<SecurityGroupRuleRecord> wanted =
      TRY(parse_permissions(call, group, egress, permissions, Purpose::find));
  const std::vector<const SecurityGroupRuleRecord*> present = rules_of_group(call.txn, Place(call), group.id);
  for (const SecurityGroupRuleRecord& rule : wanted) {
    TRY(check_rule_description(rule.description));
    const auto match = std::find_if(present.begin(), present.end(),
                                    [&](const SecurityGroupRuleRecord* old) { return same_traffic(*old, rule); });
    if (match == present.end()) {
      return errors::InvalidPermissionNotFound("The specified rule does not exist in this security group.");
    }
    set_description(call, **match, rule.description);
  }
  return {};
}

template <class In, class Out>
Result<Out> update_descriptions(Call& call, const In& in, bool egress) {
  const SecurityGroupRecord* group = TRY(require_group(call, in.GroupId, in.GroupName));
  const bool by_traffic = in.IpPermissions && !in.IpPermissions->empty();
  const bool by_ids = in.SecurityGroupRuleDescriptions && !in.SecurityGroupRuleDescriptions->empty();
  if (by_traffic && by_ids) {
    return errors::InvalidParameterCombination(
        "The parameter securityGroupRuleDescriptions cannot be used with the parameter ipPermissions");
  }
  if (!by_traffic && !by_ids) {
    return errors::MissingParameter("The request must contain the parameter ipPermissions");
  }
  if (by_traffic) TRY(describe_by_traffic(call, *group, egress, *in.IpPermissions));
  for (const SecurityGroupRuleDescription& item :
       in.SecurityGroupRuleDescriptions.value_or(std::vector<SecurityGroupRuleDescription>{})) {
    const std::string id = item.SecurityGroupRuleId.value_or("");
    const SecurityGroupRuleRecord* rule = TRY(require_rule(call, *group, id));
    if (rule->egress != egress) return not_found(security_group_rule_kind, id);
    TRY(check_rule_description(item.Description));
    set_description(call, *rule, item.Description);
  }
  Out out;
  out.Return = true;
  return out;
}

using UpdateIngress = UpdateSecurityGroupRuleDescriptionsIngressRequest;
using UpdateEgress = UpdateSecurityGroupRuleDescriptionsEgressRequest;

Result<UpdateSecurityGroupRuleDescriptionsIngressResult> update_ingress(Call& call, const UpdateIngress& in) {
  return update_descriptions<UpdateIngress, UpdateSecurityGroupRuleDescriptionsIngressResult>(call, in, false);
}

Result<UpdateSecurityGroupRuleDescriptionsEgressResult> update_egress(Call& call, const UpdateEgress& in) {
  return update_descriptions<UpdateEgress, UpdateSecurityGroupRuleDescriptionsEgressResult>(call, in, true);
}

template <class In>
void needs_update_descriptions(const Call& call, const In& in, Requirements& needs) {
  need_group(call, needs, in.GroupId, in.GroupName);
}

}  // namespace

const api::Operations rule_updates_operations = {
    op<ops::ModifySecurityGroupRules>(modify_rules, on(needs_modify_security_group_rules),
        takes("GroupId SecurityGroupRules")),
    op<ops::UpdateSecurityGroupRuleDescriptionsIngress>(update_ingress, on(needs_update_descriptions<UpdateIngress>),
        takes("GroupId GroupName IpPermissions SecurityGroupRuleDescriptions")),
    op<ops::UpdateSecurityGroupRuleDescriptionsEgress>(update_egress, on(needs_update_descriptions<UpdateEgress>),
        takes("GroupId GroupName IpPermissions SecurityGroupRuleDescriptions")),
};

}  // namespace haar::ec2
