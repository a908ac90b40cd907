#include "services/iam/credentials/password_policy.h"

#include <algorithm>
#include <vector>

#include "model/iam/DeleteAccountPasswordPolicy.h"
#include "model/iam/GetAccountPasswordPolicy.h"
#include "model/iam/SimulateCustomPolicy.h"
#include "model/iam/UpdateAccountPasswordPolicy.h"
#include "model/iam/service.h"
#include "policy/document.h"
#include "services/iam/operations.h"

namespace haar::iam {
namespace {

constexpr std::int32_t default_minimum_length = 8;
constexpr int default_classes = 3;  // of four

// The four classes of characters. Symbols are those of AWS's page, not every character that is no letter.
struct CharacterClass {
  std::string_view name, characters;
  bool PasswordPolicyRecord::*required;
};
constexpr CharacterClass classes[] = {
    {"uppercase letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", &PasswordPolicyRecord::require_upper},
    {"lowercase letter", "abcdefghijklmnopqrstuvwxyz", &PasswordPolicyRecord::require_lower},
    {"number", "0123456789", &PasswordPolicyRecord::require_numbers},
    {"symbol", "!@#$%^&*()_+-=[]{}|'", &PasswordPolicyRecord::require_symbols},
};

// The password's bytes are UTF-8; its characters are what is counted.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string joined(const std::vector<std::string>& wishes) {
  std::string text;
  for (const std::string& wish : wishes) text += (text.empty() ? "" : ", ") + wish;
  return text;
}

std::string length_wish(std::int32_t length) { return "Password should have a minimum length of " + std::to_string(length); }

Result<void> check_default(const AccountRecord* account, std::string_view password) {
  if (characters(password) < default_minimum_length)
    return errors::PasswordPolicyViolation(length_wish(default_minimum_length));
  std::vector<std::string> missing;
  for (const CharacterClass& c : classes) {
    if (password.find_first_of(c.characters) == std::string_view::npos)
      missing.push_back("Password should have at least one " + std::string(c.name));
  }
  const int short_of = static_cast<int>(missing.size()) - (static_cast<int>(std::size(classes)) - default_classes);
  if (short_of > 0)
    return errors::PasswordPolicyViolation("Password should meet " + std::to_string(short_of) +
                                           " more of the following requirements: " + joined(missing));
  const std::string folded = to_lower(password);
  if (account != nullptr && (folded == to_lower(account->name) || folded == to_lower(account->email)))
    return errors::PasswordPolicyViolation("Password should not be identical to your AWS account name or email address");
  return {};
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html: what is left out
// goes back to its default.
Result<wire::Empty> update_account_password_policy(Call& call, const UpdateAccountPasswordPolicyRequest& in) {
  PasswordPolicyRecord policy;
  policy.minimum_length = in.MinimumPasswordLength.value_or(policy.minimum_length);
  policy.require_symbols = in.RequireSymbols.value_or(false);
  policy.require_numbers = in.RequireNumbers.value_or(false);
  policy.require_upper = in.RequireUppercaseCharacters.value_or(false);
  policy.require_lower = in.RequireLowercaseCharacters.value_or(false);
  policy.users_may_change = in.AllowUsersToChangePassword.value_or(false);
  policy.max_age_days = in.MaxPasswordAge.value_or(0);
  policy.reuse_count = in.PasswordReusePrevention.value_or(0);
  policy.hard_expiry = in.HardExpiry.value_or(false);
  call.txn.put(password_policies, password_policy_key(call.account()), policy);
  return wire::Empty{};
}

Error no_policy(const Call& call) {
  return errors::NoSuchEntity("The Password Policy with domain name " + call.account().value + " cannot be found.");
}

Result<GetAccountPasswordPolicyResponse> get_account_password_policy(Call& call, const wire::Empty&) {
  const PasswordPolicyRecord* policy = find_password_policy(call.txn, call.account());
  if (policy == nullptr) return no_policy(call);
  GetAccountPasswordPolicyResponse out;
  PasswordPolicy& view = out.PasswordPolicy;
  view.MinimumPasswordLength = policy->minimum_length;
  view.RequireSymbols = policy->require_symbols;
  view.RequireNumbers = policy->require_numbers;
  view.RequireUppercaseCharacters = policy->require_upper;
  view.RequireLowercaseCharacters = policy->require_lower;
  view.AllowUsersToChangePassword = policy->users_may_change;
  view.ExpirePasswords = policy->max_age_days > 0;
  if (policy->max_age_days > 0) view.MaxPasswordAge = policy->max_age_days;
  if (policy->reuse_count > 0) view.PasswordReusePrevention = policy->reuse_count;
  view.HardExpiry = policy->hard_expiry;
  return out;
}

Result<wire::Empty> delete_account_password_policy(Call& call, const wire::Empty&) {
  if (find_password_policy(call.txn, call.account()) == nullptr) return no_policy(call);
  call.txn.erase(password_policies, password_policy_key(call.account()));
  return wire::Empty{};
}

void needs_get_account_password_policy(const Call& call, const wire::Empty&, Requirements& needs) {
  grant_to_users(call, needs.need("*"));
}

}  // namespace

const PasswordPolicyRecord* find_password_policy(const store::Reader& reader, const AccountId& account) {
  return reader.get(password_policies, password_policy_key(account));
}

Result<void> check_password(const PasswordPolicyRecord* policy, const AccountRecord* account, std::string_view password) {
  if (policy == nullptr) return check_default(account, password);
  std::vector<std::string> missing;
  if (characters(password) < static_cast<std::size_t>(policy->minimum_length))
    missing.push_back(length_wish(policy->minimum_length));
  for (const CharacterClass& c : classes) {
    if (policy->*c.required && password.find_first_of(c.characters) == std::string_view::npos)
      missing.push_back("Password should have at least one " + std::string(c.name));
  }
  if (!missing.empty()) return errors::PasswordPolicyViolation(joined(missing));
  return {};
}

void grant_to_users(const Call& call, Requirement& need) {
  const api::Caller& caller = call.caller();
  if (caller.type != api::CallerType::user && caller.type != api::CallerType::user_session) return;
  const PasswordPolicyRecord* policy = find_password_policy(call.txn, call.account());
  if (policy == nullptr || !policy->users_may_change) return;
  // Said as a policy of the resource that names the user: that is how an allowance beside the identity
  // policies is decided.
  const std::string text = R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":")" +
                           caller.principal_arn + R"("},"Action":["iam:ChangePassword","iam:GetAccountPasswordPolicy"],)"
                           R"("Resource":"*"}]})";
  Result<std::shared_ptr<const policy::Document>> document = policy::parse(text, policy::Kind::resource);
  assert(document.ok() && "names of users need no escapes");
  if (!document.ok()) return;
  need.resource_policy =
      policy::PolicySet::build({root_arn(call.partition(), call.account()), policy::SourceType::resource,
                                std::move(document).value()});
}

const api::Operations password_policy_operations = {
    api::op<ops::UpdateAccountPasswordPolicy>(update_account_password_policy, api::any_resource,
        api::takes("MinimumPasswordLength RequireSymbols RequireNumbers RequireUppercaseCharacters "
                   "RequireLowercaseCharacters AllowUsersToChangePassword MaxPasswordAge PasswordReusePrevention "
                   "HardExpiry")),
    api::op<ops::GetAccountPasswordPolicy>(get_account_password_policy, api::on(needs_get_account_password_policy),
                                           api::read_only),
    api::op<ops::DeleteAccountPasswordPolicy>(delete_account_password_policy, api::any_resource),
};

}  // namespace haar::iam
