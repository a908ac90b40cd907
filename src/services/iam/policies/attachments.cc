// Attaching managed policies to users, groups and roles: the same for all three.
#include <algorithm>
#include <set>

#include "model/iam/AttachGroupPolicy.h"
#include "model/iam/AttachRolePolicy.h"
#include "model/iam/AttachUserPolicy.h"
#include "model/iam/DetachGroupPolicy.h"
#include "model/iam/DetachRolePolicy.h"
#include "model/iam/DetachUserPolicy.h"
#include "model/iam/ListAttachedGroupPolicies.h"
#include "model/iam/ListAttachedRolePolicies.h"
#include "model/iam/ListAttachedUserPolicies.h"
#include "model/iam/ListEntitiesForPolicy.h"
#include "model/iam/service.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/managed_policies.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

// Seen on AWS for AttachUserPolicy and AttachRolePolicy, in words that other operations do not have.
Result<void> check_attached_arn(std::string_view arn) {
  if (!Arn::parse(arn)) return errors::ValidationError("Invalid ARN: Could not be parsed!");
  return check_policy_arn(arn);
}

// AttachUserPolicy, AttachGroupPolicy, AttachRolePolicy. Attaching what is attached succeeds.
template <class Input>
Result<wire::Empty> attach_policy(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = TRY(edit_entity<Kind>(call, Kind::name_in(in)));
  TRY(check_attached_arn(in.PolicyArn));
  const FoundPolicy policy = find_policy(call.txn, call.partition(), call.account(), in.PolicyArn);
  if (!policy) return not_attachable(in.PolicyArn);
  if (policy.aws != nullptr && !policy.aws->attachable_by_customers())
    return errors::PolicyNotAttachable("Cannot attach a Service Role Policy to a Customer Role.");
  if (std::ranges::find(record.attached_arns, in.PolicyArn) != record.attached_arns.end()) return wire::Empty{};
  if (record.attached_arns.size() >= attached_max) return over_quota(Kind::attached_quota, attached_max);
  record.attached_arns.push_back(in.PolicyArn);
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

template <class Input>
Result<wire::Empty> detach_policy(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = TRY(edit_entity<Kind>(call, Kind::name_in(in)));
  TRY(check_policy_arn(in.PolicyArn));
  if (std::erase(record.attached_arns, in.PolicyArn) == 0) return policy_not_found(in.PolicyArn);
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

// "/path/" of "arn:aws:iam::111122223333:policy/path/name".
std::string_view path_of(std::string_view arn) {
  const std::size_t first = arn.find('/');
  return arn.substr(first, arn.rfind('/') - first + 1);
}

std::string name_of(std::string_view arn) { return std::string(arn.substr(arn.rfind('/') + 1)); }

// Attached policies are listed by name. A customer's policy may have the name of one of AWS's.
std::string listing_key(std::string_view arn) {
  return to_lower(name_of(arn)) + (arn.find(":aws:policy/") == std::string_view::npos ? "" : "/aws");
}

template <class Operation>
Result<typename Operation::Output> list_attached(Call& call, const typename Operation::Input& in) {
  using Kind = KindOf<typename Operation::Input>;
  const auto& record = *TRY(need_entity<Kind>(call, Kind::name_in(in)));
  const std::string path_prefix = in.PathPrefix.value_or("/");
  Page page = TRY(Page::open(call, "ListAttachedPolicies " + record.unique_id + " " + path_prefix, in));
  std::vector<std::string> arns = record.attached_arns;
  std::ranges::sort(arns, {}, listing_key);
  typename Operation::Output out;
  out.AttachedPolicies.emplace();
  for (const std::string& arn : arns) {
    const std::string key = listing_key(arn);
    if (page.before(key) || !path_of(arn).starts_with(path_prefix)) continue;
    if (!page.take(key)) break;
    AttachedPolicy& view = out.AttachedPolicies->emplace_back();
    view.PolicyArn = arn;
    view.PolicyName = name_of(arn);
  }
  page.close(out);
  return out;
}

// One that carries a policy, or is bounded by it.
struct Carrier {
  std::string kind;  // "Group", "Role" or "User"
  std::string key;   // folded name
  std::string name, id;
  auto operator<=>(const Carrier&) const = default;
};

// Those of one kind, found by attachment or by boundary.
template <class Kind>
void add_carriers(const Call& call, const store::Index<typename Kind::Record>& index, const std::string& policy_arn,
                  std::string_view path_prefix, std::set<Carrier>& out) {
  for (const auto& [key, record] : call.txn.find(Kind::space(), index, store::join(call.account(), policy_arn))) {
    if (!record.path.starts_with(path_prefix)) continue;
    out.insert({std::string(Kind::title), to_lower(record.name), record.name, record.unique_id});
  }
}

std::set<Carrier> carriers_of(const Call& call, const ListEntitiesForPolicyRequest& in) {
  const std::string path_prefix = in.PathPrefix.value_or("/"), usage = in.PolicyUsageFilter.value_or("");
  std::set<Carrier> found;
  if (usage != "PermissionsBoundary") {
    add_carriers<Groups>(call, group_by_policy, in.PolicyArn, path_prefix, found);
    add_carriers<Roles>(call, role_by_policy, in.PolicyArn, path_prefix, found);
    add_carriers<Users>(call, user_by_policy, in.PolicyArn, path_prefix, found);
  }
  if (usage != "PermissionsPolicy") {
    add_carriers<Roles>(call, role_by_boundary, in.PolicyArn, path_prefix, found);
    add_carriers<Users>(call, user_by_boundary, in.PolicyArn, path_prefix, found);
  }
  if (in.EntityFilter) std::erase_if(found, [&](const Carrier& carrier) { return carrier.kind != *in.EntityFilter; });
  return found;
}

Result<ListEntitiesForPolicyResponse> list_entities_for_policy(Call& call, const ListEntitiesForPolicyRequest& in) {
  TRY(check_policy_arn(in.PolicyArn));
  if (!find_policy(call.txn, call.partition(), call.account(), in.PolicyArn)) return not_attachable(in.PolicyArn);
  Page page = TRY(Page::open(call, "ListEntitiesForPolicy " + in.PolicyArn + " " + in.EntityFilter.value_or("") + " " +
                                       in.PolicyUsageFilter.value_or("") + " " + in.PathPrefix.value_or("/"), in));
  ListEntitiesForPolicyResponse out;
  out.PolicyGroups.emplace();
  out.PolicyRoles.emplace();
  out.PolicyUsers.emplace();
  for (const Carrier& carrier : carriers_of(call, in)) {
    const std::string key = carrier.kind + "/" + carrier.key;
    if (page.before(key)) continue;
    if (!page.take(key)) break;
    if (carrier.kind == "Group") out.PolicyGroups->push_back({carrier.name, carrier.id});
    else if (carrier.kind == "Role") out.PolicyRoles->push_back({carrier.name, carrier.id});
    else out.PolicyUsers->push_back({carrier.name, carrier.id});
  }
  page.close(out);
  return out;
}

void needs_list_entities_for_policy(const Call& call, const ListEntitiesForPolicyRequest& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs);
}

}  // namespace

const api::Operations attachments_operations = {
    api::op<ops::AttachUserPolicy>(attach_policy<AttachUserPolicyRequest>, api::on(entity_resource),
        api::takes("UserName PolicyArn")),
    api::op<ops::AttachGroupPolicy>(attach_policy<AttachGroupPolicyRequest>, api::on(entity_resource),
        api::takes("GroupName PolicyArn")),
    api::op<ops::AttachRolePolicy>(attach_policy<AttachRolePolicyRequest>, api::on(entity_resource),
        api::takes("RoleName PolicyArn")),
    api::op<ops::DetachUserPolicy>(detach_policy<DetachUserPolicyRequest>, api::on(entity_resource),
        api::takes("UserName PolicyArn")),
    api::op<ops::DetachGroupPolicy>(detach_policy<DetachGroupPolicyRequest>, api::on(entity_resource),
        api::takes("GroupName PolicyArn")),
    api::op<ops::DetachRolePolicy>(detach_policy<DetachRolePolicyRequest>, api::on(entity_resource),
        api::takes("RoleName PolicyArn")),
    api::op<ops::ListAttachedUserPolicies>(list_attached<ops::ListAttachedUserPolicies>, api::on(entity_resource),
        api::read_only, api::takes("UserName PathPrefix Marker MaxItems")),
    api::op<ops::ListAttachedGroupPolicies>(list_attached<ops::ListAttachedGroupPolicies>, api::on(entity_resource),
        api::read_only, api::takes("GroupName PathPrefix Marker MaxItems")),
    api::op<ops::ListAttachedRolePolicies>(list_attached<ops::ListAttachedRolePolicies>, api::on(entity_resource),
        api::read_only, api::takes("RoleName PathPrefix Marker MaxItems")),
    api::op<ops::ListEntitiesForPolicy>(list_entities_for_policy, api::on(needs_list_entities_for_policy),
        api::read_only, api::takes("PolicyArn EntityFilter PathPrefix PolicyUsageFilter Marker MaxItems")),
};

}  // namespace haar::iam
