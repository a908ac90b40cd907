// Organizational units and the tree. https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
#include "model/organizations/CreateOrganizationalUnit.h"
#include "model/organizations/DeleteOrganizationalUnit.h"
#include "model/organizations/DescribeOrganizationalUnit.h"
#include "model/organizations/ListChildren.h"
#include "model/organizations/ListOrganizationalUnitsForParent.h"
#include "model/organizations/ListParents.h"
#include "model/organizations/UpdateOrganizationalUnit.h"
#include "model/organizations/service.h"
#include "services/organizations/operations.h"
#include "services/organizations/page.h"

namespace haar::organizations {
namespace {

OrganizationalUnit unit_view(const Call& call, const OrganizationCaller& org_caller, const NodeRecord& node) {
  OrganizationalUnit view;
  view.Id = node.id;
  view.Arn = target_arn(call, home_of(org_caller), node.id);
  view.Name = node.name;
  view.Path = path_of(call, org_caller, node.id);
  return view;
}

// "ou-<the root's characters>-<eight>"
std::string new_unit_id(const Call& call, const OrganizationCaller& org_caller) {
  return new_id(call.random(), "ou-" + org_caller.organization->root_id.substr(2) + "-", 8);
}

Result<const NodeRecord*> need_unit(const Call& call, const OrganizationCaller& org_caller, const std::string& id) {
  const NodeRecord* node = find_node(call, org_caller, id);
  if (node == nullptr)
    return errors::OrganizationalUnitNotFoundException("You specified an organizational unit that doesn't exist.");
  return node;
}

Result<void> need_parent(const Call& call, const OrganizationCaller& org_caller, const std::string& id) {
  if (find_node(call, org_caller, id) != nullptr) return {};
  return errors::ParentNotFoundException("You specified parent that doesn't exist.");
}

// Units have unique names among those of their parent.
Result<void> check_name_free(const Call& call, const std::string& parent_id, const std::string& name) {
  for (const auto& [key, node] : call.txn.find(nodes, node_by_parent, parent_id)) {
    if (node.name == name)
      return errors::DuplicateOrganizationalUnitException("An OU with the same name already exists.");
  }
  return {};
}

// How many units lie above and including a node: none for the root.
std::size_t depth_of(const Call& call, const OrganizationCaller& org_caller, std::string id) {
  std::size_t depth = 0;
  for (; is_unit_id(id); ++depth) {
    const NodeRecord* node = find_node(call, org_caller, id);
    if (node == nullptr) break;
    id = node->parent_id;
  }
  return depth;
}

Result<CreateOrganizationalUnitResponse> create_unit(Call& call, const CreateOrganizationalUnitRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  TRY(need_parent(call, org_caller, in.ParentId));
  TRY(check_name_free(call, in.ParentId, in.Name));
  if (depth_of(call, org_caller, in.ParentId) >= unit_depth_max)
    return constraint("OU_DEPTH_LIMIT_EXCEEDED", "You have exceeded the number of levels of OUs in an organization.");
  const store::Key all = store::prefix_of(org_caller.management, store::global, org_caller.organization->id);
  // The root is one of the nodes.
  if (call.txn.count(nodes, all) > units_max)
    return constraint("OU_NUMBER_LIMIT_EXCEEDED", "You have exceeded the number of OUs in an organization.");
  NodeRecord node;
  node.id = new_unit_id(call, org_caller);
  node.name = in.Name;
  node.parent_id = in.ParentId;
  node.tags = TRY(new_tags(in.Tags));
  call.txn.put(nodes, node_key(org_caller, node.id), node);
  CreateOrganizationalUnitResponse out;
  out.OrganizationalUnit = unit_view(call, org_caller, node);
  return out;
}

Result<DescribeOrganizationalUnitResponse> describe_unit(Call& call, const DescribeOrganizationalUnitRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  DescribeOrganizationalUnitResponse out;
  out.OrganizationalUnit = unit_view(call, org_caller, *TRY(need_unit(call, org_caller, in.OrganizationalUnitId)));
  return out;
}

Result<UpdateOrganizationalUnitResponse> update_unit(Call& call, const UpdateOrganizationalUnitRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  NodeRecord node = *TRY(need_unit(call, org_caller, in.OrganizationalUnitId));
  if (in.Name && *in.Name != node.name) {
    TRY(check_name_free(call, node.parent_id, *in.Name));
    node.name = *in.Name;
  }
  UpdateOrganizationalUnitResponse out;
  out.OrganizationalUnit = unit_view(call, org_caller, node);
  call.txn.put(nodes, node_key(org_caller, node.id), node);
  return out;
}

Result<wire::Empty> delete_unit(Call& call, const DeleteOrganizationalUnitRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::management));
  const NodeRecord& node = *TRY(need_unit(call, org_caller, in.OrganizationalUnitId));
  const bool empty = call.txn.find(nodes, node_by_parent, node.id).empty() &&
                     call.txn.find(members, member_by_parent, node.id).empty();
  if (!empty)
    return errors::OrganizationalUnitNotEmptyException(
        "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and "
        "try the operation again.");
  call.txn.erase(nodes, node_key(org_caller, in.OrganizationalUnitId));
  return wire::Empty{};
}

Result<ListOrganizationalUnitsForParentResponse> list_units(Call& call, const ListOrganizationalUnitsForParentRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  TRY(need_parent(call, org_caller, in.ParentId));
  Page page = TRY(Page::open(call, "ListOrganizationalUnitsForParent " + in.ParentId, in));
  ListOrganizationalUnitsForParentResponse out;
  out.OrganizationalUnits.emplace();
  for (const auto& [key, node] : call.txn.find(nodes, node_by_parent, store::join(in.ParentId),
                                               store::Key::from_bytes(page.after()))) {
    if (!page.take(key.bytes())) break;
    out.OrganizationalUnits->push_back(unit_view(call, org_caller, node));
  }
  page.close(out);
  return out;
}

// Empty: no such child.
std::string parent_of(const Call& call, const OrganizationCaller& org_caller, const std::string& child_id) {
  if (const MemberRecord* member = find_member(call, org_caller, child_id)) return member->parent_id;
  const NodeRecord* node = is_unit_id(child_id) ? find_node(call, org_caller, child_id) : nullptr;
  return node == nullptr ? std::string() : node->parent_id;
}

Result<ListParentsResponse> list_parents(Call& call, const ListParentsRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  const std::string parent = parent_of(call, org_caller, in.ChildId);
  if (parent.empty()) return errors::ChildNotFoundException("You specified a child that doesn't exist.");
  Page page = TRY(Page::open(call, "ListParents " + in.ChildId, in));
  ListParentsResponse out;
  out.Parents.emplace();
  if (page.after().empty()) out.Parents->push_back({parent, is_unit_id(parent) ? "ORGANIZATIONAL_UNIT" : "ROOT"});
  page.close(out);
  return out;
}

Result<ListChildrenResponse> list_children(Call& call, const ListChildrenRequest& in) {
  const OrganizationCaller org_caller = TRY(enter(call, Audience::administrators));
  TRY(need_parent(call, org_caller, in.ParentId));
  Page page = TRY(Page::open(call, "ListChildren " + in.ChildType + " " + in.ParentId, in));
  ListChildrenResponse out;
  out.Children.emplace();
  const store::Key after = store::Key::from_bytes(page.after());
  if (in.ChildType == "ACCOUNT") {
    for (const auto& [key, member] : call.txn.find(members, member_by_parent, store::join(in.ParentId), after)) {
      if (!page.take(key.bytes())) break;
      out.Children->push_back({key.account().value, "ACCOUNT"});
    }
  } else {
    for (const auto& [key, node] : call.txn.find(nodes, node_by_parent, store::join(in.ParentId), after)) {
      if (!page.take(key.bytes())) break;
      out.Children->push_back({node.id, "ORGANIZATIONAL_UNIT"});
    }
  }
  page.close(out);
  return out;
}

template <Audience audience>
struct OnUnit {
  template <class Input>
  void operator()(const Call& call, const Input& in, Requirements& needs) const {
    demand_target(call, needs, audience, in.OrganizationalUnitId);
  }
};

void needs_list_parents(const Call& call, const ListParentsRequest& in, Requirements& needs) {
  demand_target(call, needs, Audience::administrators, in.ChildId);
}

}  // namespace

const api::Operations units_operations = {
    api::op<ops::CreateOrganizationalUnit>(create_unit, api::on(on_parent<Audience::management>),
        api::takes("ParentId Name Tags")),
    api::op<ops::DescribeOrganizationalUnit>(describe_unit, api::on(OnUnit<Audience::administrators>{}),
        api::read_only, api::takes("OrganizationalUnitId")),
    api::op<ops::UpdateOrganizationalUnit>(update_unit, api::on(OnUnit<Audience::management>{}),
        api::takes("OrganizationalUnitId Name")),
    api::op<ops::DeleteOrganizationalUnit>(delete_unit, api::on(OnUnit<Audience::management>{}),
        api::takes("OrganizationalUnitId")),
    api::op<ops::ListOrganizationalUnitsForParent>(list_units, api::on(on_parent<Audience::administrators>),
        api::read_only, api::takes("ParentId NextToken MaxResults")),
    api::op<ops::ListParents>(list_parents, api::on(needs_list_parents), api::read_only,
        api::takes("ChildId NextToken MaxResults")),
    api::op<ops::ListChildren>(list_children, api::on(on_parent<Audience::administrators>), api::read_only,
        api::takes("ParentId ChildType NextToken MaxResults")),
};

}  // namespace haar::organizations
