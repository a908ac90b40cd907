// Roles. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
#include "model/iam/CreateRole.h"
#include "model/iam/DeleteRole.h"
#include "model/iam/GetRole.h"
#include "model/iam/ListRoles.h"
#include "model/iam/UpdateAssumeRolePolicy.h"
#include "model/iam/UpdateRole.h"
#include "model/iam/UpdateRoleDescription.h"
#include "policy/service_rules.h"
#include "services/iam/credentials/signin_duration.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/listing.h"
#include "services/iam/policies/boundaries.h"
#include "services/iam/principals/entities.h"
#include "services/iam/principals/instance_profile_records.h"
#include "services/iam/principals/trust.h"
#include "services/iam/usage/last_used.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

// Policies of organizations customarily exempt what lies under the paths of AWS's own roles, by its ARN.
Result<void> check_path(const std::optional<std::string>& path) {
  const std::optional<policy::ServiceRule> rule = policy::reserved_path(path.value_or("/"));
  return rule ? Result<void>(errors::InvalidInput(rule->message)) : Result<void>();
}

Result<CreateRoleResponse> create_role(Call& call, const CreateRoleRequest& in) {
  TRY(check_path(in.Path));
  if (find_entity<Roles>(call, in.RoleName) != nullptr)
    return errors::EntityAlreadyExists("Role with name " + in.RoleName + " already exists.");
  RoleRecord role;
  role.trust = TRY(stored_trust(call.txn, call.partition(), in.AssumeRolePolicyDocument));
  if (call.txn.count(roles, store::prefix_of(call.account(), store::global)) >= roles_max)
    return over_quota("RolesPerAccount", roles_max);
  role.name = in.RoleName;
  role.path = in.Path.value_or("/");
  role.unique_id = iam_unique_id(call.random(), "AROA");
  role.created = call.now();
  role.has_description = in.Description.has_value() && !in.Description->empty();
  role.description = in.Description.value_or("");
  if (in.MaxSessionDuration) role.max_session_seconds = *in.MaxSessionDuration;
  if (in.MaxSigninSessionDuration) role.max_signin_seconds = *in.MaxSigninSessionDuration;
  if (in.PermissionsBoundary) {
    TRY(check_boundary(call, *in.PermissionsBoundary));
    role.boundary_arn = *in.PermissionsBoundary;
  }
  if (in.Tags) TRY(add_tags(role.tags, *in.Tags, TagCase::insensitive));
  CreateRoleResponse out;
  out.Role = role_view(call, role, Detail::created);
  save(call, roles, std::move(role));
  return out;
}

Result<GetRoleResponse> get_role(Call& call, const GetRoleRequest& in) {
  GetRoleResponse out;
  out.Role = role_view(call, *TRY(need_entity<Roles>(call, in.RoleName)), Detail::full);
  return out;
}

Result<ListRolesResponse> list_roles(Call& call, const ListRolesRequest& in) {
  return list_by_path<ListRolesResponse>(
      call, "ListRoles", roles, in,
      [&](ListRolesResponse& out, const RoleRecord& role) {
        out.Roles.push_back(role_view(call, role, Detail::listed));
      });
}

// Of a service-linked role only the description may be changed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html
Result<UpdateRoleResponse> update_role(Call& call, const UpdateRoleRequest& in) {
  RoleRecord role = *TRY(need_entity<Roles>(call, in.RoleName));
  if (in.MaxSessionDuration) {
    TRY(check_modifiable(role));
    role.max_session_seconds = *in.MaxSessionDuration;
  }
  if (in.MaxSigninSessionDuration || in.ResetMaxSigninSessionDuration.value_or(false)) TRY(check_modifiable(role));
  TRY(change_signin_seconds(in, role.max_signin_seconds));
  if (in.Description) {
    role.description = *in.Description;
    role.has_description = true;
  }
  save(call, roles, std::move(role));
  return UpdateRoleResponse{};
}

Result<UpdateRoleDescriptionResponse> update_role_description(Call& call, const UpdateRoleDescriptionRequest& in) {
  RoleRecord role = *TRY(need_entity<Roles>(call, in.RoleName));
  role.description = in.Description;
  role.has_description = true;
  UpdateRoleDescriptionResponse out;
  out.Role = role_view(call, role, Detail::created);
  out.Role->Description = role.description;
  save(call, roles, std::move(role));
  return out;
}

Result<wire::Empty> update_assume_role_policy(Call& call, const UpdateAssumeRolePolicyRequest& in) {
  RoleRecord role = TRY(edit_entity<Roles>(call, in.RoleName));
  role.trust = TRY(stored_trust(call.txn, call.partition(), in.PolicyDocument));
  save(call, roles, std::move(role));
  return wire::Empty{};
}

Result<wire::Empty> delete_role(Call& call, const DeleteRoleRequest& in) {
  const RoleRecord& role = *TRY(need_entity<Roles>(call, in.RoleName));
  TRY(check_modifiable(role));
  if (!role.attached_arns.empty())
    return errors::DeleteConflict("Cannot delete entity, must detach all policies first.");
  if (!role.inline_policies.empty())
    return errors::DeleteConflict("Cannot delete entity, must delete policies first.");
  if (!call.txn.find(instance_profiles, instance_profile_by_role, store::join(role.unique_id)).empty())
    return errors::DeleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  forget_uses(call.txn, call.account(), role.unique_id);
  call.txn.erase(roles, entity_key(call.account(), role.name));
  return wire::Empty{};
}

}  // namespace

const api::Operations roles_operations = {
    api::op<ops::CreateRole>(create_role, api::on(need_new_entity<Roles, CreateRoleRequest>),
        api::takes("Path RoleName AssumeRolePolicyDocument Description MaxSessionDuration MaxSigninSessionDuration "
                   "PermissionsBoundary Tags")),
    api::op<ops::GetRole>(get_role, api::on(entity_resource), api::read_only, api::takes("RoleName")),
    api::op<ops::ListRoles>(list_roles, api::on(need_listing<Roles, ListRolesRequest>), api::read_only,
        api::takes("PathPrefix Marker MaxItems")),
    api::op<ops::UpdateRole>(update_role, api::on(entity_resource),
        api::takes("RoleName Description MaxSessionDuration MaxSigninSessionDuration ResetMaxSigninSessionDuration")),
    api::op<ops::UpdateRoleDescription>(update_role_description, api::on(entity_resource),
        api::takes("RoleName Description")),
    api::op<ops::UpdateAssumeRolePolicy>(update_assume_role_policy, api::on(entity_resource),
        api::takes("RoleName PolicyDocument")),
    api::op<ops::DeleteRole>(delete_role, api::on(entity_resource), api::takes("RoleName")),
};

}  // namespace haar::iam
