// What is attached to what. https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
#include <algorithm>

#include "model/organizations/AttachPolicy.h"
#include "model/organizations/DetachPolicy.h"
#include "model/organizations/ListPoliciesForTarget.h"
#include "model/organizations/ListTargetsForPolicy.h"
#include "model/organizations/service.h"
#include "services/iam/account/account.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"
#include "services/organizations/policies.h"

namespace haar::organizations {
namespace {

Error no_such_target() { return errors::TargetNotFoundException("You specified a target that doesn't exist."); }

// What is attached to a root, OU or account; nullopt: there is no such target.
std::optional<std::vector<std::string>> attached_to(const Call& call, const OrganizationCaller& org_caller,
                                                    const PolicyType& type, const std::string& target) {
  if (const NodeRecord* node = find_node(call, org_caller, target)) return attached_ids(*org_caller.organization, *node, type);
  if (const MemberRecord* member = find_member(call, org_caller, target))
    return attached_ids(*org_caller.organization, *member, type);
  return std::nullopt;
}

void put_attached(Call& call, const OrganizationCaller& org_caller, const PolicyType& type, const std::string& target,
                  std::vector<std::string> ids) {
  if (const NodeRecord* found = find_node(call, org_caller, target)) {
    NodeRecord node = *found;
    set_attached_ids(*org_caller.organization, attachments_of(node, type), type, std::move(ids));
    call.txn.put(nodes, node_key(org_caller, target), std::move(node));
  } else {
    MemberRecord member = *find_member(call, org_caller, target);
    set_attached_ids(*org_caller.organization, attachments_of(member, type), type, std::move(ids));
    call.txn.put(members, member_key(AccountId(target)), std::move(member));
  }
  touch(call, org_caller);
}

Result<wire::Empty> attach_policy(Call& call, const AttachPolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  const PolicyRecord policy = TRY(need_policy(call, org_caller, in.PolicyId));
  const PolicyType& type = *TRY(need_policy_type(policy.type));
  std::optional<std::vector<std::string>> ids = attached_to(call, org_caller, type, in.TargetId);
  if (!ids) return no_such_target();
  if (!(org_caller.organization->*type.state).enabled)
    return errors::PolicyTypeNotEnabledException("This operation can be performed only for enabled policy types.");
  if (std::ranges::find(*ids, in.PolicyId) != ids->end())
    return errors::DuplicatePolicyAttachmentException("The selected policy is already attached to the specified target.");
  if (ids->size() >= attached_per_target_max)
    return constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                      "You have attached the maximum number of policies to the specified target.");
  ids->push_back(in.PolicyId);
  put_attached(call, org_caller, type, in.TargetId, std::move(*ids));
  return wire::Empty{};
}

Result<wire::Empty> detach_policy(Call& call, const DetachPolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  const PolicyRecord policy = TRY(need_policy(call, org_caller, in.PolicyId));
  const PolicyType& type = *TRY(need_policy_type(policy.type));
  std::optional<std::vector<std::string>> ids = attached_to(call, org_caller, type, in.TargetId);
  if (!ids) return no_such_target();
  const auto at = std::ranges::find(*ids, in.PolicyId);
  if (at == ids->end())
    return errors::PolicyNotAttachedException("The specified policy isn't attached to the specified target.");
  if (in.PolicyId == type.full_access_id && !type.full_access_detachable)
    return invalid_input("NON_DETACHABLE_POLICY", "You can't detach this AWS managed policy.");
  if (ids->size() == 1)
    return constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
                      "You cannot remove the last policy attached to the specified target. You must have at least one "
                      "attached at all times.");
  ids->erase(at);
  put_attached(call, org_caller, type, in.TargetId, std::move(*ids));
  return wire::Empty{};
}

Result<ListPoliciesForTargetResponse> list_for_target(Call& call, const ListPoliciesForTargetRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  // Of the types that haar lacks none is attached to anything.
  const PolicyType* type = find_policy_type(in.Filter);
  std::optional<std::vector<std::string>> ids =
      attached_to(call, org_caller, type != nullptr ? *type : *policy_types().front(), in.TargetId);
  if (!ids) return no_such_target();
  if (type == nullptr) ids->clear();
  Page page = TRY(Page::open(call, "ListPoliciesForTarget " + in.Filter + " " + in.TargetId, in));
  ListPoliciesForTargetResponse out;
  out.Policies.emplace();
  std::ranges::sort(*ids);
  for (const std::string& id : *ids) {
    if (page.before(id)) continue;
    if (!page.take(id)) break;
    out.Policies->push_back(policy_summary(call, org_caller, TRY(need_policy(call, org_caller, id))));
  }
  page.close(out);
  return out;
}

Result<ListTargetsForPolicyResponse> list_targets(Call& call, const ListTargetsForPolicyRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  TRY(need_policy(call, org_caller, in.PolicyId));
  Page page = TRY(Page::open(call, "ListTargetsForPolicy " + in.PolicyId, in));
  ListTargetsForPolicyResponse out;
  out.Targets.emplace();
  // Sorted by id: accounts, OUs, the root.
  std::vector<Target> targets = targets_of(call, org_caller, in.PolicyId);
  std::ranges::sort(targets, {}, &Target::id);
  for (const Target& target : targets) {
    if (page.before(target.id)) continue;
    if (!page.take(target.id)) break;
    PolicyTargetSummary& view = out.Targets->emplace_back();
    view.TargetId = target.id;
    view.Arn = target_arn(call, home_of(org_caller), target.id);
    view.Name = target.name;
    view.Type = target.type;
  }
  page.close(out);
  return out;
}

// Attaching acts on the policy and on the target.
struct AttachNeeds {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    demand_policy(call, needs, Audience::delegates, in.PolicyId);
    Requirement& target = demand_target(call, needs, Audience::delegates, in.TargetId);
    const std::string_view type = type_of_policy(call, in.PolicyId);
    if (!type.empty()) target.key("organizations:PolicyType", std::string(type));
  }
};

void needs_list_policies_for_target(const Call& call, const ListPoliciesForTargetRequest& in, Requirements& needs) {
  demand_target(call, needs, Audience::administrators, in.TargetId).key("organizations:PolicyType", in.Filter);
}

void needs_list_targets_for_policy(const Call& call, const ListTargetsForPolicyRequest& in, Requirements& needs) {
  demand_policy(call, needs, Audience::administrators, in.PolicyId);
}

}  // namespace

std::vector<Target> targets_of(const Call& call, const OrganizationCaller& org_caller, std::string_view policy_id) {
  const std::string_view type_name = type_of_policy(call, policy_id);
  const PolicyType* type = find_policy_type(type_name);
  std::vector<Target> targets;
  if (type == nullptr) return targets;
  const auto add = [&](const auto& record, std::string id, std::string name, std::string kind) {
    const std::vector<std::string> ids = attached_ids(*org_caller.organization, record, *type);
    if (std::ranges::find(ids, policy_id) != ids.end()) targets.push_back({std::move(id), std::move(name), std::move(kind)});
  };
  const auto add_node = [&](const NodeRecord& node) {
    add(node, node.id, node.name, is_unit_id(node.id) ? "ORGANIZATIONAL_UNIT" : "ROOT");
  };
  const auto add_member = [&](const AccountId& id, const MemberRecord& member) {
    add(member, id.value, iam::find_account(call.txn, id)->name, "ACCOUNT");
  };
  // AWS's own policies are attached where nothing is written down, so everything has to be looked at.
  if (type_of_aws_policy(policy_id) != nullptr) {
    const store::Key all = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
    for (const auto& [key, node] : call.txn.scan(nodes, all)) add_node(node);
    for (const auto& [key, member] : call.txn.find(members, member_by_organization, org_caller.organization->id))
      add_member(key.account(), member);
    return targets;
  }
  for (const auto& [key, node] : call.txn.find(nodes, node_by_policy, policy_id)) add_node(node);
  for (const auto& [key, member] : call.txn.find(members, member_by_policy, policy_id)) add_member(key.account(), member);
  return targets;
}

const api::Operations attachments_operations = {
    api::op<ops::AttachPolicy>(attach_policy, api::on(AttachNeeds{}), api::takes("PolicyId TargetId")),
    api::op<ops::DetachPolicy>(detach_policy, api::on(AttachNeeds{}), api::takes("PolicyId TargetId")),
    api::op<ops::ListPoliciesForTarget>(list_for_target, api::on(needs_list_policies_for_target), api::read_only,
        api::takes("TargetId Filter NextToken MaxResults")),
    api::op<ops::ListTargetsForPolicy>(list_targets, api::on(needs_list_targets_for_policy), api::read_only,
        api::takes("PolicyId NextToken MaxResults")),
};

}  // namespace haar::organizations
