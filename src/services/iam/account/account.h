// Accounts: how they come to be, and how they are found. Called by the operator's side (seeds, set-up,
// sign-up), not by AWS's API. What other services make in a new account (ec2's default VPCs) is called by
// the composition root.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "base/result.h"
#include "services/iam/credentials/access_keys.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::iam {

struct NewAccount {
  std::optional<AccountId> id;               // absent: one is made
  std::string name, email;
  std::optional<std::string> root_password;  // in clear; absent: nobody signs in as root
  // Absent: root has no access key.
  std::optional<NewAccessKey> root_access_key;
};

// A checked NewAccount. Passwords take tens of milliseconds, so they are hashed, or compared with what is
// stored, before the transaction.
struct AccountPlan {
  NewAccount wanted;  // without the password
  std::string root_password_hash;
  std::string seed_mark;
};
// ValidationError names what is wrong with a value; AccountConflict (409) says in what an existing account
// differs. `reader`: any recent state.
// `seed_keyring`: a seed says the values again at every start, so the account keeps a mark of its password, by which the next
// start knows it without hashing; nullptr: they are said once.
Result<AccountPlan> plan_account(const store::Reader& reader, const NewAccount& wanted, Random& random,
                                 const auth::Keyring* seed_keyring = nullptr);

struct CreatedAccount {
  AccountId id;
  bool created = false;  // false: it was there, just so
};
// Idempotent: the same values change nothing. Conflicts as above: between plan and transaction somebody may
// have come first.
Result<CreatedAccount> create_account(store::Txn& txn, const AccountPlan& plan, Timestamp now, Random& random,
                                      const auth::Keyring& keyring);

// LimitExceeded if root has two keys already.
Result<NewAccessKey> create_root_access_key(store::Txn& txn, const AccountId& account, Timestamp now, Random& random,
                                            const auth::Keyring& keyring);

const AccountRecord* find_account(const store::Reader& reader, const AccountId& account);
// Addresses are compared without case.
std::optional<AccountId> find_account_by_email(const store::Reader& reader, std::string_view email);
// In order of their ids.
std::vector<AccountId> list_accounts(const store::Reader& reader);

}  // namespace haar::iam
