#include "services/iam/views.h"

#include "model/iam/service.h"
#include "services/iam/principals/trust.h"

namespace haar::iam {

User user_view(const Call& call, const UserRecord& user, Detail detail) {
  User view;
  view.Path = user.path;
  view.UserName = user.name;
  view.UserId = user.unique_id;
  view.Arn = arn_of(call, user);
  view.CreateDate = user.created;
  if (detail != Detail::listed) {
    view.PermissionsBoundary = boundary_view(user.boundary_arn);
    view.Tags = tag_view_if_any(user.tags);
  }
  return view;
}

User root_view(const Call& call) {
  User view;
  view.Path = "/";
  view.UserId = call.account().value;
  view.Arn = root_arn(call.partition(), call.account());
  if (const AccountRecord* account = call.txn.get(accounts, account_key(call.account())))
    view.CreateDate = account->created;
  return view;
}

Group group_view(const Call& call, const GroupRecord& group) {
  Group view;
  view.Path = group.path;
  view.GroupName = group.name;
  view.GroupId = group.unique_id;
  view.Arn = arn_of(call, group);
  view.CreateDate = group.created;
  return view;
}

Role role_view(const Call& call, const RoleRecord& role, Detail detail) {
  Role view;
  view.Path = role.path;
  view.RoleName = role.name;
  view.RoleId = role.unique_id;
  view.Arn = arn_of(call, role);
  view.CreateDate = role.created;
  view.AssumeRolePolicyDocument = encoded_document(shown_trust(call.txn, call.partition(), role.trust));
  if (detail == Detail::contained) return view;
  if (detail != Detail::created) {
    view.MaxSessionDuration = role.max_session_seconds;
    if (role.max_signin_seconds != 0) view.MaxSigninSessionDuration = role.max_signin_seconds;
    if (role.has_description) view.Description = role.description;
  }
  if (detail != Detail::listed) {
    view.PermissionsBoundary = boundary_view(role.boundary_arn);
    view.Tags = tag_view_if_any(role.tags);
  }
  if (detail == Detail::full) {
    RoleLastUsed& used = view.RoleLastUsed.emplace();
    const store::Key key = store::key_of(call.account(), store::global, role.unique_id);
    if (const LastUsedRecord* last = call.txn.get(last_used, key)) {
      used.LastUsedDate = last->time;
      used.Region = last->region;
    }
  }
  return view;
}

Result<std::string> user_or_caller(const Call& call, const std::optional<std::string>& name) {
  if (name) return *name;
  const api::CallerType type = call.caller().type;
  if (type == api::CallerType::user || type == api::CallerType::user_session) return call.caller().name;
  return errors::ValidationError("Must specify userName when calling with non-User credentials");
}

Requirement& need_on_user_or_caller(const Call& call, const std::optional<std::string>& name, Requirements& needs) {
  if (!name && call.caller().type == api::CallerType::root)
    return needs.need(root_arn(call.partition(), call.account()));
  // A role session without UserName names nobody; it is told so by the handler if it may ask at all.
  const Result<std::string> user = user_or_caller(call, name);
  return need_on_entity<Users>(call, user.ok() ? *user : std::string(), needs);
}

}  // namespace haar::iam
