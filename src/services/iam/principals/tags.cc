// Tags of users, roles and customer managed policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
#include "model/iam/ListPolicyTags.h"
#include "model/iam/ListRoleTags.h"
#include "model/iam/ListUserTags.h"
#include "model/iam/TagPolicy.h"
#include "model/iam/TagRole.h"
#include "model/iam/TagUser.h"
#include "model/iam/UntagPolicy.h"
#include "model/iam/UntagRole.h"
#include "model/iam/UntagUser.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/policies/managed_policies.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/tag_pages.h"

namespace haar::iam {
namespace {

// Service-linked roles carry tags as other roles do, so these do not ask whether the role is protected.
template <class Input>
Result<wire::Empty> tag_entity(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = *TRY(need_entity<Kind>(call, Kind::name_in(in)));
  TRY(add_tags(record.tags, in.Tags, TagCase::insensitive));
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

template <class Input>
Result<wire::Empty> untag_entity(Call& call, const Input& in) {
  using Kind = KindOf<Input>;
  auto record = *TRY(need_entity<Kind>(call, Kind::name_in(in)));
  remove_tags(record.tags, in.TagKeys, TagCase::insensitive);
  save(call, Kind::space(), std::move(record));
  return wire::Empty{};
}

template <class Operation>
Result<typename Operation::Output> list_entity_tags(Call& call, const typename Operation::Input& in) {
  using Kind = KindOf<typename Operation::Input>;
  const auto& record = *TRY(need_entity<Kind>(call, Kind::name_in(in)));
  Page page = TRY(Page::open(call, "ListTags " + record.unique_id, in));
  typename Operation::Output out;
  show_tags(page, record.tags, out);
  return out;
}

Result<wire::Empty> tag_policy(Call& call, const TagPolicyRequest& in) {
  PolicyRecord record = *TRY(need_customer_policy(call, in.PolicyArn));
  TRY(add_tags(record.tags, in.Tags, TagCase::sensitive));
  save(call, policies, std::move(record));
  return wire::Empty{};
}

Result<wire::Empty> untag_policy(Call& call, const UntagPolicyRequest& in) {
  PolicyRecord record = *TRY(need_customer_policy(call, in.PolicyArn));
  remove_tags(record.tags, in.TagKeys, TagCase::sensitive);
  save(call, policies, std::move(record));
  return wire::Empty{};
}

Result<ListPolicyTagsResponse> list_policy_tags(Call& call, const ListPolicyTagsRequest& in) {
  TRY(check_policy_arn(in.PolicyArn));
  const FoundPolicy found = find_policy(call.txn, call.partition(), call.account(), in.PolicyArn);
  if (!found) return policy_not_found(in.PolicyArn);
  Page page = TRY(Page::open(call, "ListPolicyTags " + in.PolicyArn, in));
  ListPolicyTagsResponse out;
  show_tags(page, found.customer != nullptr ? found.customer->tags : TagList{}, out);
  return out;
}

void needs_tag_policy(const Call& call, const TagPolicyRequest& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs).request_tags = tag_map(in.Tags);
}
void needs_untag_policy(const Call& call, const UntagPolicyRequest& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs).tag_keys = in.TagKeys;
}
void needs_list_policy_tags(const Call& call, const ListPolicyTagsRequest& in, Requirements& needs) {
  need_on_policy(call, in.PolicyArn, needs);
}

}  // namespace

const api::Operations tags_operations = {
    api::op<ops::TagUser>(tag_entity<TagUserRequest>, api::on(entity_resource), api::takes("UserName Tags")),
    api::op<ops::TagRole>(tag_entity<TagRoleRequest>, api::on(entity_resource), api::takes("RoleName Tags")),
    api::op<ops::UntagUser>(untag_entity<UntagUserRequest>, api::on(entity_resource), api::takes("UserName TagKeys")),
    api::op<ops::UntagRole>(untag_entity<UntagRoleRequest>, api::on(entity_resource), api::takes("RoleName TagKeys")),
    api::op<ops::ListUserTags>(list_entity_tags<ops::ListUserTags>, api::on(entity_resource), api::read_only,
        api::takes("UserName Marker MaxItems")),
    api::op<ops::ListRoleTags>(list_entity_tags<ops::ListRoleTags>, api::on(entity_resource), api::read_only,
        api::takes("RoleName Marker MaxItems")),
    api::op<ops::TagPolicy>(tag_policy, api::on(needs_tag_policy), api::takes("PolicyArn Tags")),
    api::op<ops::UntagPolicy>(untag_policy, api::on(needs_untag_policy), api::takes("PolicyArn TagKeys")),
    api::op<ops::ListPolicyTags>(list_policy_tags, api::on(needs_list_policy_tags), api::read_only,
        api::takes("PolicyArn Marker MaxItems")),
};

}  // namespace haar::iam
