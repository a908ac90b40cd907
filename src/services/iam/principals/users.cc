// Users. https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteUser.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListUsers.h"
#include "model/iam/UpdateUser.h"
#include "model/iam/service.h"
#include "services/iam/credentials/key_records.h"
#include "services/iam/credentials/login.h"
#include "services/iam/credentials/login_records.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/operations.h"
#include "services/iam/page.h"
#include "services/iam/listing.h"
#include "services/iam/policies/boundaries.h"
#include "services/iam/principals/entities.h"
#include "services/iam/usage/last_used.h"
#include "services/iam/views.h"

namespace haar::iam {
namespace {

Result<CreateUserResponse> create_user(Call& call, const CreateUserRequest& in) {
  if (find_entity<Users>(call, in.UserName) != nullptr)
    return errors::EntityAlreadyExists("User with name " + in.UserName + " already exists.");
  if (call.txn.count(users, store::prefix_of(call.account(), store::global)) >= users_max)
    return over_quota("UsersPerAccount", users_max);
  UserRecord user;
  user.name = in.UserName;
  user.path = in.Path.value_or("/");
  user.unique_id = iam_unique_id(call.random(), "AIDA");
  user.created = call.now();
  if (in.PermissionsBoundary) {
    TRY(check_boundary(call, *in.PermissionsBoundary));
    user.boundary_arn = *in.PermissionsBoundary;
  }
  if (in.Tags) TRY(add_tags(user.tags, *in.Tags, TagCase::insensitive));
  CreateUserResponse out;
  out.User = user_view(call, user, Detail::full);
  save(call, users, std::move(user));
  return out;
}

Result<GetUserResponse> get_user(Call& call, const GetUserRequest& in) {
  GetUserResponse out;
  if (!in.UserName && call.caller().type == api::CallerType::root) {
    out.User = root_view(call);
    out.User.PasswordLastUsed = password_last_used(call.txn, call.account(), call.account().value);
    return out;
  }
  const std::string name = TRY(user_or_caller(call, in.UserName));
  const UserRecord& user = *TRY(need_entity<Users>(call, name));
  out.User = user_view(call, user, Detail::full);
  out.User.PasswordLastUsed = password_last_used(call.txn, call.account(), user.unique_id);
  return out;
}

Result<ListUsersResponse> list_users(Call& call, const ListUsersRequest& in) {
  return list_by_path<ListUsersResponse>(
      call, "ListUsers", users, in,
      [&](ListUsersResponse& out, const UserRecord& user) {
        out.Users.push_back(user_view(call, user, Detail::listed));
        out.Users.back().PasswordLastUsed = password_last_used(call.txn, call.account(), user.unique_id);
      });
}

Result<wire::Empty> update_user(Call& call, const UpdateUserRequest& in) {
  UserRecord user = TRY(edit_entity<Users>(call, in.UserName));
  const store::Key old_key = entity_key(call.account(), user.name);
  if (in.NewUserName) {
    const store::Key new_key = entity_key(call.account(), *in.NewUserName);
    // Names are told apart without their case, so another spelling of the own name is taken too: by its owner.
    if (*in.NewUserName != user.name && call.txn.get(users, new_key) != nullptr)
      return errors::EntityAlreadyExists("User with name " + *in.NewUserName + " already exists.");
    if (new_key != old_key) call.txn.erase(users, old_key);
    user.name = *in.NewUserName;
  }
  if (in.NewPath) user.path = *in.NewPath;
  save(call, users, std::move(user));
  return wire::Empty{};
}

// What AWS wants to be gone first, in its words and in the order in which it names them.
Result<void> check_nothing_left(const Call& call, const UserRecord& user) {
  if (call.txn.get(login_profiles, login_profile_key(call.account(), user.unique_id)) != nullptr)
    return errors::DeleteConflict("Cannot delete entity, must delete login profile first.");
  if (!call.txn.find(access_keys, access_key_by_owner, user.unique_id).empty())
    return errors::DeleteConflict("Cannot delete entity, must delete access keys first.");
  if (has_mfa_device(call.txn, user.unique_id))
    return errors::DeleteConflict("Cannot delete entity, must delete MFA device first.");
  if (!call.txn.find(signing_certificates, signing_certificate_by_owner, user.unique_id).empty())
    return errors::DeleteConflict("Cannot delete entity, must delete certificates first.");
  if (!call.txn.find(ssh_keys, ssh_key_by_owner, user.unique_id).empty() ||
      !call.txn.find(service_credentials, service_credential_by_owner, user.unique_id).empty())
    return errors::DeleteConflict("Cannot delete entity, must remove referenced objects first.");
  if (!user.attached_arns.empty())
    return errors::DeleteConflict("Cannot delete entity, must detach all policies first.");
  if (!user.inline_policies.empty())
    return errors::DeleteConflict("Cannot delete entity, must delete policies first.");
  if (!user.group_ids.empty())
    return errors::DeleteConflict("Cannot delete entity, must remove users from group first.");
  return {};
}

Result<wire::Empty> delete_user(Call& call, const DeleteUserRequest& in) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  TRY(check_nothing_left(call, user));
  call.txn.erase(last_used, password_used_key(call.account(), user.unique_id));
  forget_uses(call.txn, call.account(), user.unique_id);
  call.txn.erase(users, entity_key(call.account(), user.name));
  return wire::Empty{};
}

// A renamed or moved user must be allowed under both names.
void needs_update_user(const Call& call, const UpdateUserRequest& in, Requirements& needs) {
  const UserRecord* user = find_entity<Users>(call, in.UserName);
  Requirement& need = need_on_entity<Users>(call, in.UserName, needs);
  const std::string old_arn = need.resource;
  const std::string path = in.NewPath.value_or(user != nullptr ? user->path : "/");
  const std::string name = in.NewUserName.value_or(user != nullptr ? user->name : in.UserName);
  const std::string new_arn = entity_arn(call.partition(), call.account(), "user", path, name);
  if (new_arn != old_arn) needs.need(new_arn);
}

void needs_get_user(const Call& call, const GetUserRequest& in, Requirements& needs) {
  need_on_user_or_caller(call, in.UserName, needs);
}

}  // namespace

const api::Operations users_operations = {
    api::op<ops::CreateUser>(create_user, api::on(need_new_entity<Users, CreateUserRequest>),
        api::takes("Path UserName PermissionsBoundary Tags")),
    api::op<ops::GetUser>(get_user, api::on(needs_get_user), api::read_only, api::takes("UserName")),
    api::op<ops::ListUsers>(list_users, api::on(need_listing<Users, ListUsersRequest>), api::read_only,
        api::takes("PathPrefix Marker MaxItems")),
    api::op<ops::UpdateUser>(update_user, api::on(needs_update_user), api::takes("UserName NewPath NewUserName")),
    api::op<ops::DeleteUser>(delete_user, api::on(entity_resource), api::takes("UserName")),
};

}  // namespace haar::iam
