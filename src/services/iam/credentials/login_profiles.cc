// Console passwords. https://docs.aws.amazon.com/IAM/latest/APIReference/API_LoginProfile.html
//
// Argon2id takes tens of milliseconds, so passwords are hashed, and compared with the ones that are stored,
// before the transaction. The transaction looks whether these are still the ones that were compared; if not,
// the caller is told to try again.
#include <algorithm>

#include "auth/password.h"
#include "model/iam/ChangePassword.h"
#include "model/iam/CreateLoginProfile.h"
#include "model/iam/DeleteLoginProfile.h"
#include "model/iam/GetLoginProfile.h"
#include "model/iam/UpdateLoginProfile.h"
#include "services/iam/credentials/login.h"
#include "services/iam/credentials/password_policy.h"
#include "services/iam/credentials/signin_duration.h"
#include "services/iam/operations.h"
#include "services/iam/principals/owner.h"

namespace haar::iam {
namespace {

const LoginProfileRecord* find_profile(const store::Reader& reader, const AccountId& account, const std::string& owner_id) {
  return reader.get(login_profiles, login_profile_key(account, owner_id));
}

Error no_profile(const std::string& name) {
  return errors::NoSuchEntity("Login Profile for User " + name + " cannot be found.");
}

// A session of sts:AssumeRoot: the root user of a member account, for one task. Only such a session may leave
// UserName out and so mean the root user; root itself changes its password in the console.
bool is_root_task(const Call& call) {
  const api::Caller& caller = call.caller();
  return caller.type == api::CallerType::root && caller.session && caller.session->assumed_root;
}

Result<Owner> profile_owner(const Call& call, const std::optional<std::string>& user_name) {
  if (!user_name && is_root_task(call)) return Owner{call.account().value, ""};
  const std::string name = TRY(user_or_caller(call, user_name));
  const UserRecord& user = *TRY(need_entity<Users>(call, name));
  return Owner{user.unique_id, user.name};
}

bool is_root(const Call& call, const Owner& owner) { return owner.id == call.account().value; }

// ---- before the transaction ---------------------------------------------------------------------

struct HashedPassword {
  std::string hash;  // empty: none was given
  // What was there when it was compared: the hashes, newest first, and which of them it matches.
  std::vector<std::string> compared;
  std::size_t compared_max = 0;
  bool used_before = false;
  bool old_matches = false;
};

// The newest `count` hashes of a profile, the present one first.
std::vector<std::string> newest_hashes(const LoginProfileRecord* profile, std::size_t count) {
  std::vector<std::string> hashes;
  if (profile == nullptr || count == 0) return hashes;
  hashes.push_back(profile->password_hash);
  for (const std::string& hash : profile->earlier_hashes) {
    if (hashes.size() < count) hashes.push_back(hash);
  }
  return hashes;
}

std::size_t reuse_count(const store::Reader& reader, const AccountId& account) {
  const PasswordPolicyRecord* policy = find_password_policy(reader, account);
  return policy == nullptr ? 0 : static_cast<std::size_t>(policy->reuse_count);
}

const LoginProfileRecord* profile_by_name(const store::Reader& reader, const AccountId& account, const std::string& name) {
  const UserRecord* user = reader.get(users, entity_key(account, name));
  return user == nullptr ? nullptr : find_profile(reader, account, user->unique_id);
}

Result<HashedPassword> hash_new(const api::Preparation& at, const std::string& user_name, const std::string& password) {
  HashedPassword out;
  out.hash = TRY(auth::hash_password(password, at.env.random));
  const AccountId& account = at.caller.account;
  out.compared_max = reuse_count(at.state, account);
  out.compared = newest_hashes(profile_by_name(at.state, account, user_name), out.compared_max);
  out.used_before = std::ranges::any_of(
      out.compared, [&](const std::string& hash) { return auth::verify_password(password, hash); });
  return out;
}

Result<HashedPassword> prepare_create(const api::Preparation& at, const CreateLoginProfileRequest& in) {
  HashedPassword out;
  if (in.Password) out.hash = TRY(auth::hash_password(*in.Password, at.env.random));
  return out;
}

Result<HashedPassword> prepare_update(const api::Preparation& at, const UpdateLoginProfileRequest& in) {
  if (!in.Password) return HashedPassword{};
  return hash_new(at, in.UserName, *in.Password);
}

// The old password is compared with the present hash, whatever the policy asks to be remembered.
Result<HashedPassword> prepare_change(const api::Preparation& at, const ChangePasswordRequest& in) {
  HashedPassword out = TRY(hash_new(at, at.caller.name, in.NewPassword));
  const LoginProfileRecord* profile = profile_by_name(at.state, at.caller.account, at.caller.name);
  out.old_matches = profile != nullptr && auth::verify_password(in.OldPassword, profile->password_hash);
  if (out.compared.empty() && profile != nullptr) out.compared.push_back(profile->password_hash);
  return out;
}

// ---- in the transaction -------------------------------------------------------------------------

// What was compared with the new password is still what is stored.
Result<void> check_compared(const Call& call, const LoginProfileRecord& profile, const HashedPassword& given) {
  const std::size_t wanted = reuse_count(call.txn, call.account());
  const std::vector<std::string> now = newest_hashes(&profile, std::max<std::size_t>(given.compared.size(), wanted));
  if (now == given.compared && wanted <= given.compared_max) return {};
  return errors::EntityTemporarilyUnmodifiable("The login profile was changed at the same time. Try again.");
}

// The new password takes the present one's place.
Result<void> set_password(const Call& call, LoginProfileRecord& profile, const std::string& password,
                          const HashedPassword& given) {
  TRY(check_password(find_password_policy(call.txn, call.account()), call.txn.get(accounts, account_key(call.account())),
                     password));
  TRY(check_compared(call, profile, given));
  // AWS's text for a password that was used before, as users have met it.
  if (given.used_before) return errors::PasswordPolicyViolation("Password does not conform to the account password policy.");
  profile.earlier_hashes.insert(profile.earlier_hashes.begin(), profile.password_hash);
  if (profile.earlier_hashes.size() >= remembered_passwords_max) profile.earlier_hashes.resize(remembered_passwords_max - 1);
  profile.password_hash = given.hash;
  profile.changed = call.now();
  return {};
}

LoginProfile profile_view(const LoginProfileRecord& profile, const std::string& user_name) {
  LoginProfile view;
  view.UserName = user_name;
  view.CreateDate = profile.created;
  view.PasswordResetRequired = profile.reset_required;
  if (profile.max_signin_seconds != 0) view.MaxSigninSessionDuration = profile.max_signin_seconds;
  return view;
}

void put_profile(Call& call, LoginProfileRecord profile) {
  const store::Key key = login_profile_key(call.account(), profile.owner_id);
  call.txn.put(login_profiles, key, std::move(profile));
}

// For the root user: "this parameter must be omitted when you make the request with an AssumeRoot session".
// The profile lets root set a password by recovering it.
Result<void> check_root_profile(Call& call, const CreateLoginProfileRequest& in) {
  if (in.Password) return errors::ValidationError("Password must not be specified for the root user.");
  // "This setting is not supported for the root user."
  if (in.MaxSigninSessionDuration)
    return errors::ValidationError("MaxSigninSessionDuration must not be specified for the root user.");
  const AccountRecord* account = call.txn.get(accounts, account_key(call.account()));
  if ((account != nullptr && !account->root_password_hash.empty()) ||
      find_profile(call.txn, call.account(), call.account().value) != nullptr)
    return errors::EntityAlreadyExists("Login Profile for user root already exists.");
  return {};
}

Result<CreateLoginProfileResponse> create_login_profile(Call& call, const CreateLoginProfileRequest& in,
                                                        const HashedPassword& given) {
  const Owner owner = TRY(profile_owner(call, in.UserName));
  LoginProfileRecord profile;
  profile.owner_id = owner.id;
  if (is_root(call, owner)) {
    TRY(check_root_profile(call, in));
  } else {
    if (!in.Password)
      return errors::ValidationError("1 validation error detected: Value null at 'password' failed to satisfy "
                                     "constraint: Member must not be null");
    if (find_profile(call.txn, call.account(), owner.id) != nullptr)
      return errors::EntityAlreadyExists("Login Profile for user " + owner.name + " already exists.");
    TRY(check_password(find_password_policy(call.txn, call.account()),
                       call.txn.get(accounts, account_key(call.account())), *in.Password));
    profile.password_hash = given.hash;
    profile.max_signin_seconds = in.MaxSigninSessionDuration.value_or(0);
  }
  profile.created = profile.changed = call.now();
  profile.reset_required = in.PasswordResetRequired.value_or(false);
  CreateLoginProfileResponse out;
  out.LoginProfile = profile_view(profile, owner.name);
  put_profile(call, std::move(profile));
  return out;
}

Result<wire::Empty> update_login_profile(Call& call, const UpdateLoginProfileRequest& in, const HashedPassword& given) {
  const UserRecord& user = *TRY(need_entity<Users>(call, in.UserName));
  const LoginProfileRecord* stored = find_profile(call.txn, call.account(), user.unique_id);
  if (stored == nullptr) return no_profile(user.name);
  LoginProfileRecord profile = *stored;
  if (in.Password) TRY(set_password(call, profile, *in.Password, given));
  if (in.PasswordResetRequired) profile.reset_required = *in.PasswordResetRequired;
  TRY(change_signin_seconds(in, profile.max_signin_seconds));
  put_profile(call, std::move(profile));
  return wire::Empty{};
}

Result<GetLoginProfileResponse> get_login_profile(Call& call, const GetLoginProfileRequest& in) {
  const Owner owner = TRY(profile_owner(call, in.UserName));
  const LoginProfileRecord* profile = find_profile(call.txn, call.account(), owner.id);
  GetLoginProfileResponse out;
  if (profile != nullptr) {
    out.LoginProfile = profile_view(*profile, owner.name);
    return out;
  }
  const AccountRecord* account = call.txn.get(accounts, account_key(call.account()));
  if (!is_root(call, owner) || account == nullptr || account->root_password_hash.empty())
    return no_profile(is_root(call, owner) ? "root" : owner.name);
  out.LoginProfile.CreateDate = account->created;
  out.LoginProfile.PasswordResetRequired = false;
  return out;
}

Result<wire::Empty> delete_login_profile(Call& call, const DeleteLoginProfileRequest& in) {
  const Owner owner = TRY(profile_owner(call, in.UserName));
  bool found = find_profile(call.txn, call.account(), owner.id) != nullptr;
  if (found) call.txn.erase(login_profiles, login_profile_key(call.account(), owner.id));
  const AccountRecord* stored = call.txn.get(accounts, account_key(call.account()));
  if (is_root(call, owner) && stored != nullptr && !stored->root_password_hash.empty()) {
    AccountRecord account = *stored;
    account.root_password_hash.clear();
    call.txn.put(accounts, account_key(call.account()), std::move(account));
    found = true;
  }
  if (!found) return no_profile(is_root(call, owner) ? "root" : owner.name);
  return wire::Empty{};
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html: of the user who calls. What AWS
// says of a wrong old password is not on the page; AccessDenied is what its console reports.
Result<wire::Empty> change_password(Call& call, const ChangePasswordRequest& in, const HashedPassword& given) {
  const api::CallerType type = call.caller().type;
  if (type != api::CallerType::user && type != api::CallerType::user_session)
    return errors::InvalidUserType("Only IAM Users can change their own password");
  const UserRecord& user = *TRY(need_entity<Users>(call, call.caller().name));
  const LoginProfileRecord* stored = find_profile(call.txn, call.account(), user.unique_id);
  if (stored == nullptr) return no_profile(user.name);
  LoginProfileRecord profile = *stored;
  TRY(check_compared(call, profile, given));
  if (!given.old_matches) return errors::AccessDenied("The old password was incorrect.");
  TRY(set_password(call, profile, in.NewPassword, given));
  profile.reset_required = false;
  put_profile(call, std::move(profile));
  return wire::Empty{};
}

// The caller's own user; for others the handler says that they are none.
void needs_change_password(const Call& call, const ChangePasswordRequest&, Requirements& needs) {
  grant_to_users(call, need_on_user_or_caller(call, std::nullopt, needs));
}

}  // namespace

const api::Operations login_profiles_operations = {
    api::op<ops::CreateLoginProfile>(create_login_profile, api::on(owner_resource), api::prepare(prepare_create),
        api::takes("UserName Password PasswordResetRequired MaxSigninSessionDuration")),
    api::op<ops::UpdateLoginProfile>(update_login_profile, api::on(entity_resource), api::prepare(prepare_update),
        api::takes("UserName Password PasswordResetRequired MaxSigninSessionDuration ResetMaxSigninSessionDuration")),
    api::op<ops::GetLoginProfile>(get_login_profile, api::on(owner_resource), api::read_only, api::takes("UserName")),
    api::op<ops::DeleteLoginProfile>(delete_login_profile, api::on(owner_resource), api::takes("UserName")),
    api::op<ops::ChangePassword>(change_password, api::on(needs_change_password), api::prepare(prepare_change),
        api::takes("OldPassword NewPassword")),
};

}  // namespace haar::iam
