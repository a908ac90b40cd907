// Tags of the root, OUs, accounts, policies and the resource policy.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_TagResource.html
#include <algorithm>

#include "api/kit/tags.h"
#include "model/organizations/ListTagsForResource.h"
#include "model/organizations/TagResource.h"
#include "model/organizations/UntagResource.h"
#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"

namespace haar::organizations {
namespace {

// Runs `change` on the tags of the resource and stores them; TargetNotFoundException without one.
template <class Change>
Result<void> edit_tags(Call& call, const OrganizationCaller& org_caller, const std::string& id, Change change) {
  const auto edit = [&](const auto& space, const store::Key& key, auto record) -> Result<void> {
    TRY(change(record.tags));
    call.txn.put(space, key, std::move(record));
    return {};
  };
  if (type_of_aws_policy(id) != nullptr)
    return invalid_input("TARGET_NOT_SUPPORTED", "You can't perform the specified operation on that target entity.");
  if (const NodeRecord* node = find_node(call, org_caller, id)) return edit(nodes, node_key(org_caller, id), *node);
  if (const MemberRecord* member = find_member(call, org_caller, id))
    return edit(members, member_key(AccountId(id)), *member);
  if (const PolicyRecord* policy = find_policy(call, org_caller, id)) return edit(policies, policy_key(org_caller, id), *policy);
  if (org_caller.delegation != nullptr && org_caller.delegation->id == id)
    return edit(resource_policies, key_in(org_caller, "resource-policy"), *org_caller.delegation);
  return errors::TargetNotFoundException("You specified a target that doesn't exist.");
}

Result<wire::Empty> tag_resource(Call& call, const TagResourceRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  TRY(edit_tags(call, org_caller, in.ResourceId, [&](TagList& tags) { return add_tags(tags, in.Tags); }));
  return wire::Empty{};
}

Result<wire::Empty> untag_resource(Call& call, const UntagResourceRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::delegates));
  TRY(edit_tags(call, org_caller, in.ResourceId, [&](TagList& tags) -> Result<void> {
    remove_tags(tags, in.TagKeys);
    return {};
  }));
  return wire::Empty{};
}

Result<ListTagsForResourceResponse> list_tags(Call& call, const ListTagsForResourceRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  const TagList* tags = tags_of(call, org_caller, in.ResourceId);
  if (tags == nullptr && type_of_aws_policy(in.ResourceId) == nullptr)
    return errors::TargetNotFoundException("You specified a target that doesn't exist.");
  Page page = TRY(Page::open(call, "ListTagsForResource " + in.ResourceId, in));
  ListTagsForResourceResponse out;
  out.Tags = api::page_of_tags<Tag>(page, tags == nullptr ? TagList() : *tags);
  page.close(out);
  return out;
}

template <Audience audience>
struct OnResource {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    Requirement& need = demand_target(call, needs, audience, in.ResourceId);
    if constexpr (requires { in.Tags; }) {
      for (const Tag& tag : in.Tags) need.request_tags.emplace(tag.Key, tag.Value);
    }
    if constexpr (requires { in.TagKeys; }) need.tag_keys = in.TagKeys;
  }
};

}  // namespace

// An organization's resources are the management account's.
void add_tagged(const Call& call, api::TaggedResources& out) {
  const std::optional<OrganizationCaller> org_caller = organization_caller(call);
  if (!org_caller || !org_caller->is_management) return;
  const Home home = home_of(*org_caller);
  const auto add = [&](const std::string& id, const TagList& tags) { out.add(target_arn(call, home, id), tag_map(tags)); };
  const store::Key all = store::prefix_of(org_caller->management, store::global, org_caller->organization->id);
  for (const auto& [key, node] : call.txn.scan(nodes, all)) add(node.id, node.tags);
  for (const auto& [key, policy] : call.txn.scan(policies, all)) add(policy.id, policy.tags);
  for (const auto& [key, member] : call.txn.find(members, member_by_organization, org_caller->organization->id))
    add(key.account().value, member.tags);
  if (org_caller->delegation != nullptr) add(org_caller->delegation->id, org_caller->delegation->tags);
}

const api::Operations tags_operations = {
    api::op<ops::TagResource>(tag_resource, api::on(OnResource<Audience::delegates>{}),
        api::takes("ResourceId Tags")),
    api::op<ops::UntagResource>(untag_resource, api::on(OnResource<Audience::delegates>{}),
        api::takes("ResourceId TagKeys")),
    api::op<ops::ListTagsForResource>(list_tags, api::on(OnResource<Audience::administrators>{}), api::read_only,
        api::takes("ResourceId NextToken")),
};

}  // namespace haar::organizations
