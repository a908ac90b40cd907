// What an account asks of its users' passwords.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
#pragma once

#include <string_view>

#include "api/kit/requirements.h"
#include "base/result.h"
#include "services/iam/principals/entities.h"
#include "services/iam/credentials/login_records.h"

namespace haar::iam {

// The most earlier passwords that a policy can forbid to use again.
inline constexpr std::size_t remembered_passwords_max = 24;

// nullptr: the account has none of its own, so AWS's default one holds.
const PasswordPolicyRecord* find_password_policy(const store::Reader& reader, const AccountId& account);

// PasswordPolicyViolation names what is missing. `account`: its name and e-mail address are no passwords
// under the default policy.
Result<void> check_password(const PasswordPolicyRecord* policy, const AccountRecord* account, std::string_view password);

// "IAM applies the permissions at the account level for all users": where the policy says that users may
// change their passwords, a user needs no other permission for that and for reading the policy. Boundaries
// and explicit denials still count.
void grant_to_users(const Call& call, Requirement& need);

}  // namespace haar::iam
