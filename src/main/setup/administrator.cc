#include "main/setup/administrator.h"

#include <functional>

#include "events/log.h"
#include "model/iam/AddUserToGroup.h"
#include "model/iam/AttachGroupPolicy.h"
#include "model/iam/CreateAccessKey.h"
#include "model/iam/CreateGroup.h"
#include "model/iam/CreateUser.h"
#include "model/iam/DeleteAccessKey.h"
#include "model/iam/GetGroup.h"
#include "model/iam/GetUser.h"
#include "model/iam/ListAccessKeys.h"
#include "services/iam/account/account.h"

namespace haar::main {
namespace {

constexpr std::string_view group_name = "Administrators";
constexpr std::string_view administrator_access = "arn:aws:iam::aws:policy/AdministratorAccess";
// The operator's own doing, as events show it.
constexpr std::string_view invoker = "haar operator";

std::shared_ptr<const api::Caller> root_of(const api::Environment& env, const AccountId& account) {
  auto root = std::make_shared<api::Caller>();
  root->type = api::CallerType::root;
  root->account = account;
  root->unique_id = account.value;
  root->arn = root->principal_arn = make_arn(env.partition, "iam", "", account, "root");
  return root;
}

template <class T>
Result<bool> found(const Result<T>& answer) {
  if (answer.ok()) return true;
  if (answer.error().code == "NoSuchEntity") return false;
  return answer.error();
}

Result<AdministratorKey> make(api::Call& call, const std::string& user) {
  const api::Invoker as_root{std::string(invoker), nullptr};
  iam::GetUserRequest find;
  find.UserName = user;
  if (TRY(found(call.invoke<iam::ops::GetUser>(as_root, find)))) return AdministratorKey{};

  iam::GetGroupRequest find_group;
  find_group.GroupName = group_name;
  if (!TRY(found(call.invoke<iam::ops::GetGroup>(as_root, find_group)))) {
    iam::CreateGroupRequest group;
    group.GroupName = group_name;
    TRY(call.invoke<iam::ops::CreateGroup>(as_root, group));
    iam::AttachGroupPolicyRequest attach;
    attach.GroupName = group_name;
    attach.PolicyArn = administrator_access;
    TRY(call.invoke<iam::ops::AttachGroupPolicy>(as_root, attach));
  }
  iam::CreateUserRequest create;
  create.UserName = user;
  TRY(call.invoke<iam::ops::CreateUser>(as_root, create));
  iam::AddUserToGroupRequest join;
  join.GroupName = group_name;
  join.UserName = user;
  TRY(call.invoke<iam::ops::AddUserToGroup>(as_root, join));
  iam::CreateAccessKeyRequest key;
  key.UserName = user;
  const auto made = TRY(call.invoke<iam::ops::CreateAccessKey>(as_root, key));
  return AdministratorKey{true, made.AccessKey.AccessKeyId, made.AccessKey.SecretAccessKey};
}

Result<AdministratorKey> make_key(api::Call& call, const std::string& user, const std::string& replace) {
  const api::Invoker as_root{std::string(invoker), nullptr};
  if (!replace.empty()) {
    iam::DeleteAccessKeyRequest lost;
    lost.UserName = user;
    lost.AccessKeyId = replace;
    TRY(call.invoke<iam::ops::DeleteAccessKey>(as_root, lost));
  }
  iam::CreateAccessKeyRequest create;
  create.UserName = user;
  const auto made = call.invoke<iam::ops::CreateAccessKey>(as_root, create);
  if (made.ok()) return AdministratorKey{true, made->AccessKey.AccessKeyId, made->AccessKey.SecretAccessKey};
  if (made.error().code != "LimitExceeded") return made.error();
  iam::ListAccessKeysRequest list;
  list.UserName = user;
  const auto keys = TRY(call.invoke<iam::ops::ListAccessKeys>(as_root, list));
  Error error = made.error();
  error.message = "The user " + user + " has the two access keys that AWS allows:";
  for (const auto& key : keys.AccessKeyMetadata) error.message += " " + key.AccessKeyId.value_or("");
  return error;
}

// Runs iam's operations as the account's root user, in one transaction, with their events.
Result<AdministratorKey> as_operator(store::Db& db, const api::Environment& env, const AccountId& account,
                                     const std::function<Result<AdministratorKey>(api::Call&)>& work) {
  if (iam::find_account(store::Reader(db.snapshot()), account) == nullptr)
    return Error{"NoSuchEntity", "There is no account " + account.value + "."};
  api::Origin origin;
  origin.source_ip = "127.0.0.1";
  origin.user_agent = invoker;
  origin.request_id = uuid4(env.random);
  const Error not_stored{"ServiceUnavailable", "This could not be stored; is the disk full?", 503, Fault::receiver};
  Result<AdministratorKey> result = not_stored;  // of work that never ran
  const store::Outcome outcome = db.submit_and_wait([&](store::Txn& txn) {
    const Timestamp now = env.clock.now();
    api::Call call(env, txn, root_of(env, account), origin, Region("us-east-1"), now);
    std::vector<events::WrittenEvent> inner;
    call.inner_events = &inner;
    result = work(call);
    if (!result.ok() || !result->created) return store::Keep::discard;
    events::append(txn, inner, now);
    return store::Keep::commit;
  });
  // What was discarded was refused, or was there already: nothing failed to be stored.
  const bool kept = result.ok() && result->created;
  return kept && outcome != store::Outcome::committed ? not_stored : result;
}

}  // namespace

Result<AdministratorKey> make_administrator(store::Db& db, const api::Environment& env, const AccountId& account,
                                            const std::string& user) {
  return as_operator(db, env, account, [&](api::Call& call) { return make(call, user); });
}

Result<AdministratorKey> make_access_key(store::Db& db, const api::Environment& env, const AccountId& account,
                                         const std::string& user, const std::string& replace) {
  return as_operator(db, env, account, [&](api::Call& call) { return make_key(call, user, replace); });
}

}  // namespace haar::main
