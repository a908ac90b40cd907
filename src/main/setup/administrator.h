// The administrator that a set-up makes: what the guides' "Create an administrative user" ends with.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/getting-set-up.html
#pragma once

#include <string>

#include "api/kit/call.h"
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

// Another access key for a user, when the first one's secret is lost: with `replace`, that key of the user's is
// deleted first. Errors: iam's own; LimitExceeded (two keys exist) has their ids in its message.
Result<AdministratorKey> make_access_key(store::Db& db, const api::Environment& env, const AccountId& account,
                                         const std::string& user, const std::string& replace);

}  // namespace haar::main
