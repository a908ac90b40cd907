// The administrator that a set-up makes: what the guides' "Create an administrative user" ends with.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html
#pragma once

#include <string>

#include "api/call.h"
#include "store/db.h"

namespace haar::main {

struct AdministratorKey {
  bool created = false;  // false: the user was there; id and secret are then empty
  std::string id, secret;
};

// The group Administrators with AdministratorAccess, the user in it, and a first access key: each only if it
// is not there, through iam's own operations as the account's root user, in one transaction. Recorded like
// any other calls. Error: NoSuchEntity for an unknown account.
Result<AdministratorKey> make_administrator(store::Db& db, const api::Environment& env,
                                            const AccountId& account, const std::string& user);

}  // namespace haar::main
