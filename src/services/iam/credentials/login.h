// Signing in with a password, for the pages that ask for one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "store/reader.h"

namespace haar::iam {

// Whose password it is: a user's by name, or the root user's.
struct LoginName {
  AccountId account;
  std::optional<std::string> user;  // absent: the root user
};

struct LoginCheck {
  // False for a wrong password, an unknown account or user, and one without a password: none of them is told
  // from the others, and all take as long. What follows is set for a right one only.
  bool matches = false;
  std::string owner_id;         // the user's unique id, or the account id for root
  bool reset_required = false;  // an administrator wants a new password to be chosen now
  bool expired = false;         // older than the account's policy allows
  // Expired, and HardExpiry: only an administrator can set a new one.
  bool locked = false;
};

// Takes tens of milliseconds: call it on a worker thread, with a published state.
LoginCheck verify_login(const store::Reader& state, const LoginName& name, std::string_view password, Timestamp now);

// The owner signed in with a password: PasswordLastUsed, and password_last_used of the credential report.
void note_password_use(store::Txn& txn, const AccountId& account, const std::string& owner_id, Timestamp now);
// nullopt: never.
std::optional<Timestamp> password_last_used(const store::Reader& reader, const AccountId& account,
                                            std::string_view owner_id);

struct PasswordFacts {
  bool enabled = false;
  Timestamp changed{};
  std::optional<Timestamp> expires;  // by the account's policy
};
// Of a user (by unique id).
PasswordFacts password_facts(const store::Reader& reader, const AccountId& account, std::string_view owner_id);

}  // namespace haar::iam
