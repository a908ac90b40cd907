// Inline policies of users, groups and roles: the same for all three.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
#include <algorithm>

#include "model/iam/DeleteGroupPolicy.h"
#include "model/iam/DeleteRolePolicy.h"
#include "model/iam/DeleteUserPolicy.h"
#include "model/iam/GetGroupPolicy.h"
#include "model/iam/GetRolePolicy.h"
#include "model/iam/GetUserPolicy.h"
#include "model/iam/ListGroupPolicies.h"
#include "model/iam/ListRolePolicies.h"
#include "model/iam/ListUserPolicies.h"
#include "model/iam/PutGroupPolicy.h"
#include "model/iam/PutRolePolicy.h"
#include "model/iam/PutUserPolicy.h"
#include "model/iam/service.h"
#include "policy/document.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

auto find_inline(auto& policies_of_entity, std::string_view name) {
  return std::ranges::find(policies_of_entity, name, &InlinePolicyRecord::name);
}

template <class Kind>
Error no_such_inline(std::string_view name) {
  return errors::NoSuchEntity("The " + std::string(Kind::noun) + " policy with name " + std::string(name) +
                              " cannot be found.");
}

// The quota is on all inline policies of the entity together, white space not counted.
template <class Kind>
Result<void> check_inline_size(const typename Kind::Record& record) {
  std::size_t characters = 0;
  for (const InlinePolicyRecord& inline_policy : record.inline_policies)
    characters += policy::counted_size(inline_policy.document);
  if (characters <= Kind::inline_characters_max) return {};
  return errors::LimitExceeded("Maximum policy size of " + std::to_string(Kind::inline_characters_max) +
                               " bytes exceeded for " + std::string(Kind::noun) + " " + record.name);
}

template <class Input>
Result<wire::Empty> put_inline(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = TRY(edit_entity<Kind>(call, Kind::name_in(in)));
  TRY(policy::parse(in.PolicyDocument, policy::Kind::identity));
  const auto at = find_inline(record.inline_policies, in.PolicyName);
  if (at != record.inline_policies.end()) at->document = in.PolicyDocument;
  else record.inline_policies.push_back({in.PolicyName, in.PolicyDocument});
  TRY(check_inline_size<Kind>(record));
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

template <class Operation>
Result<typename Operation::Output> get_inline(Call& call, const typename Operation::Input& in) {
  using Kind = KindOf<typename Operation::Input>;
  const auto& record = *TRY(need_entity<Kind>(call, Kind::name_in(in)));
  const auto at = find_inline(record.inline_policies, in.PolicyName);
  if (at == record.inline_policies.end()) return no_such_inline<Kind>(in.PolicyName);
  typename Operation::Output out;
  if constexpr (requires { out.UserName; }) out.UserName = record.name;
  else if constexpr (requires { out.GroupName; }) out.GroupName = record.name;
  else out.RoleName = record.name;
  out.PolicyName = at->name;
  out.PolicyDocument = encoded_document(at->document);
  return out;
}

template <class Input>
Result<wire::Empty> delete_inline(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = TRY(edit_entity<Kind>(call, Kind::name_in(in)));
  const auto at = find_inline(record.inline_policies, in.PolicyName);
  if (at == record.inline_policies.end()) return no_such_inline<Kind>(in.PolicyName);
  record.inline_policies.erase(at);
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

template <class Operation>
Result<typename Operation::Output> list_inline(Call& call, const typename Operation::Input& in) {
  using Kind = KindOf<typename Operation::Input>;
  const auto& record = *TRY(need_entity<Kind>(call, Kind::name_in(in)));
  Page page = TRY(Page::open(call, "ListInlinePolicies " + record.unique_id, in));
  std::vector<std::string> names;
  for (const InlinePolicyRecord& inline_policy : record.inline_policies) names.push_back(inline_policy.name);
  std::ranges::sort(names);
  typename Operation::Output out;
  for (const std::string& name : names) {
    if (page.before(name)) continue;
    if (!page.take(name)) break;
    out.PolicyNames.push_back(name);
  }
  page.close(out);
  return out;
}

}  // namespace

const api::Operations inline_policies_operations = {
    api::op<ops::PutUserPolicy>(put_inline<PutUserPolicyRequest>, api::on(entity_resource),
        api::takes("UserName PolicyName PolicyDocument")),
    api::op<ops::PutGroupPolicy>(put_inline<PutGroupPolicyRequest>, api::on(entity_resource),
        api::takes("GroupName PolicyName PolicyDocument")),
    api::op<ops::PutRolePolicy>(put_inline<PutRolePolicyRequest>, api::on(entity_resource),
        api::takes("RoleName PolicyName PolicyDocument")),
    api::op<ops::GetUserPolicy>(get_inline<ops::GetUserPolicy>, api::on(entity_resource), api::read_only,
        api::takes("UserName PolicyName")),
    api::op<ops::GetGroupPolicy>(get_inline<ops::GetGroupPolicy>, api::on(entity_resource), api::read_only,
        api::takes("GroupName PolicyName")),
    api::op<ops::GetRolePolicy>(get_inline<ops::GetRolePolicy>, api::on(entity_resource), api::read_only,
        api::takes("RoleName PolicyName")),
    api::op<ops::DeleteUserPolicy>(delete_inline<DeleteUserPolicyRequest>, api::on(entity_resource),
        api::takes("UserName PolicyName")),
    api::op<ops::DeleteGroupPolicy>(delete_inline<DeleteGroupPolicyRequest>, api::on(entity_resource),
        api::takes("GroupName PolicyName")),
    api::op<ops::DeleteRolePolicy>(delete_inline<DeleteRolePolicyRequest>, api::on(entity_resource),
        api::takes("RoleName PolicyName")),
    api::op<ops::ListUserPolicies>(list_inline<ops::ListUserPolicies>, api::on(entity_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
    api::op<ops::ListGroupPolicies>(list_inline<ops::ListGroupPolicies>, api::on(entity_resource), api::read_only,
        api::takes("GroupName Marker MaxItems")),
    api::op<ops::ListRolePolicies>(list_inline<ops::ListRolePolicies>, api::on(entity_resource), api::read_only,
        api::takes("RoleName Marker MaxItems")),
};

}  // namespace haar::iam
