// What iam keeps of passwords: login profiles and the account's password policy.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/iam/records.h"

namespace haar::iam {

// A user's console password. The root user's is in the account's record; a profile of root without a hash
// says that an AssumeRoot session has allowed root to set a password anew.
struct LoginProfileRecord {
  static constexpr std::string_view record_name = "iam.login-profile";
  static constexpr std::uint32_t record_version = 1;

  std::string owner_id;                     // the user's unique id, or the account id for root
  std::string password_hash;                // Argon2id
  std::vector<std::string> earlier_hashes;  // newest first; as many as a policy can ask for
  Timestamp created{}, changed{};
  bool reset_required = false;
  std::int32_t max_signin_seconds = 0;      // of a session in the console; 0: not set

  template <class V>
  void fields(V& v) {
    v(1, owner_id), v(2, password_hash), v(3, earlier_hashes), v(4, created), v(5, changed), v(6, reset_required);
    v(7, max_signin_seconds);
  }
};

struct PasswordPolicyRecord {
  static constexpr std::string_view record_name = "iam.password-policy";
  static constexpr std::uint32_t record_version = 1;

  std::int32_t minimum_length = 6;
  bool require_symbols = false, require_numbers = false, require_upper = false, require_lower = false;
  bool users_may_change = false;
  std::int32_t max_age_days = 0;  // 0: passwords do not expire
  std::int32_t reuse_count = 0;   // 0: passwords may be used again
  bool hard_expiry = false;

  template <class V>
  void fields(V& v) {
    v(1, minimum_length), v(2, require_symbols), v(3, require_numbers), v(4, require_upper), v(5, require_lower);
    v(6, users_may_change), v(7, max_age_days), v(8, reuse_count), v(9, hard_expiry);
  }
};

// (account, global, owner's id)
inline store::Key login_profile_key(const AccountId& account, std::string_view owner_id) {
  return store::key_of(account, store::global, owner_id);
}
extern const store::KeySpace<LoginProfileRecord> login_profiles;

// (account, global, "password-policy"): one record each, or none.
inline store::Key password_policy_key(const AccountId& account) {
  return store::key_of(account, store::global, "password-policy");
}
extern const store::KeySpace<PasswordPolicyRecord> password_policies;

// In `last_used`: when the owner last signed in with a password.
inline store::Key password_used_key(const AccountId& account, std::string_view owner_id) {
  return store::key_of(account, store::global, owner_id, "password");
}

}  // namespace haar::iam
