// Long-term access keys. The secret is in the record only under the keyring's seal, bound to the record's
// key, and is shown once: in the answer that creates it.
#pragma once

#include <string>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "services/iam/records.h"
#include "store/reader.h"

namespace haar::iam {

struct NewAccessKey {
  std::string id, secret;
};

inline store::Key access_key_key(const AccountId& account, std::string_view id) {
  return store::key_of(account, store::global, id);
}
// nullptr: no such key in any account. The account is key.account().
struct FoundAccessKey {
  const AccessKeyRecord* record = nullptr;
  AccountId account;
};
FoundAccessKey find_access_key(const store::Reader& reader, std::string_view id);

// owner_id: a user's unique id, or the account id for the root user.
NewAccessKey make_access_key(store::Txn& txn, const AccountId& account, const std::string& owner_id, Timestamp now,
                             Random& random, const auth::Keyring& keyring);
// Stores a key whose id and secret are given (seeds).
void put_access_key(store::Txn& txn, const AccountId& account, const std::string& owner_id, const NewAccessKey& key,
                    Timestamp now, const auth::Keyring& keyring);
Result<std::string> open_secret(const AccountId& account, const AccessKeyRecord& record, const auth::Keyring& keyring);

}  // namespace haar::iam
