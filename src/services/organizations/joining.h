// How accounts come into an organization and leave it, step by step where it is more than a call does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "services/organizations/records.h"
#include "store/reader.h"

namespace haar::organizations {

// The caller writes the organization, with its count of accounts, itself.
struct Joining {
  AccountId management;
  const OrganizationRecord& organization;
  AccountId account;
  std::string method;  // CREATED, INVITED
  TagList tags;
};
// Under the root, with AWS's own policies attached.
void join(store::Txn& txn, const Joining& joining, Timestamp now);

// ---- CreateAccount, after its answer --------------------------------------------------------------

// What CreateAccount began goes on outside of any request, in transactions that can be repeated after a crash:
// make_account, then whatever other services give a new account, then finish_request.
std::vector<store::Key> requests_in_progress(const store::Reader& reader);

// Makes the account with its role for the management account, its service-linked role and its place under the
// root, all in this transaction; or ends the request as FAILED with AWS's reason.
struct MadeAccount {
  AccountId id;          // empty: the request is not, or no longer, in progress
  bool created = false;  // false: an earlier transaction made it
};
MadeAccount make_account(store::Txn& txn, const Partition& partition, const store::Key& request, Timestamp now,
                         Random& random, const auth::Keyring& keyring);
// SUCCEEDED, for a request whose account exists.
void finish_request(store::Txn& txn, const store::Key& request, Timestamp now);

// ---- DeleteOrganization, after its answer ---------------------------------------------------------

// Erases what is left of organizations that exist no more, as much as fits into one transaction. False: nothing
// was left.
bool sweep(store::Txn& txn);
// Whether it would erase anything.
bool has_leftovers(const store::Reader& reader);

}  // namespace haar::organizations
