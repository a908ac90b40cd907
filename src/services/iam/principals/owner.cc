#include "services/iam/principals/owner.h"

#include "services/iam/credentials/login.h"

namespace haar::iam {

Result<Owner> credential_owner(const Call& call, const std::optional<std::string>& user_name) {
  if (!user_name && call.caller().type == api::CallerType::root) return Owner{call.account().value, ""};
  const std::string name = TRY(user_or_caller(call, user_name));
  const UserRecord& user = *TRY(need_entity<Users>(call, name));
  return Owner{user.unique_id, user.name};
}

std::optional<Owner> owner_by_id(const store::Reader& reader, const AccountId& account, const std::string& id) {
  if (id == account.value) return Owner{id, ""};
  for (const auto& [key, user] : reader.find(users, user_by_id, id)) return Owner{id, user.name};
  return std::nullopt;
}

User owner_view(const Call& call, const std::string& owner_id) {
  User view = root_view(call);
  for (const auto& [key, user] : call.txn.find(users, user_by_id, owner_id)) view = user_view(call, user, Detail::listed);
  view.PasswordLastUsed = password_last_used(call.txn, call.account(), owner_id);
  return view;
}

}  // namespace haar::iam
