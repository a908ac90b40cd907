#include "services/iam/account/account.h"

#include <algorithm>

#include "auth/password.h"
#include "auth/sha256.h"
#include "base/encoding.h"
#include "services/iam/principals/entities.h"

namespace haar::iam {
namespace {

constexpr std::size_t account_name_max = 50, email_max = 254;

Error invalid(std::string message) { return {"ValidationError", std::move(message), 400}; }

Error conflict(const AccountId& account, std::string_view what) {
  return {"AccountConflict", "Account " + account.value + " exists already with another " + std::string(what) + ".", 409};
}

bool all_of(std::string_view text, bool (*fits)(char)) { return std::ranges::all_of(text, fits); }

Result<void> check_values(const NewAccount& wanted) {
  if (wanted.id && (wanted.id->value.size() != 12 || !all_of(wanted.id->value, [](char c) { return c >= '0' && c <= '9'; })))
    return invalid("An account id has twelve digits: \"" + wanted.id->value + "\" has not.");
  if (wanted.name.empty() || wanted.name.size() > account_name_max)
    return invalid("An account's name has 1 to 50 characters.");
  const std::size_t at = wanted.email.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == wanted.email.size() || wanted.email.size() > email_max ||
      wanted.email.find_first_of(" \t\r\n") != std::string::npos)
    return invalid("\"" + wanted.email + "\" is not an e-mail address.");
  if (!wanted.root_access_key) return {};
  const auto upper_alnum = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const NewAccessKey& key = *wanted.root_access_key;
  if (key.id.size() < 16 || key.id.size() > 128 || !key.id.starts_with("AKIA") || !all_of(key.id, upper_alnum))
    return invalid("An access key id is AKIA and at least twelve capital letters and digits.");
  if (key.secret.size() < 16 || key.secret.size() > 128) return invalid("A secret access key has 16 to 128 characters.");
  return {};
}

// The account that the values are about, if it exists.
std::optional<AccountId> existing(const store::Reader& reader, const NewAccount& wanted) {
  if (wanted.id) {
    if (find_account(reader, *wanted.id) != nullptr) return wanted.id;
    return std::nullopt;
  }
  return find_account_by_email(reader, wanted.email);
}

Result<void> check_same(const store::Reader& reader, const AccountId& account, const NewAccount& wanted,
                        const auth::Keyring* keyring) {
  const AccountRecord& record = *find_account(reader, account);
  if (record.name != wanted.name) return conflict(account, "name (\"" + record.name + "\")");
  if (to_lower(record.email) != to_lower(wanted.email)) return conflict(account, "e-mail address (" + record.email + ")");
  if (!wanted.root_access_key || keyring == nullptr) return {};
  const AccessKeyRecord* key = reader.get(access_keys, access_key_key(account, wanted.root_access_key->id));
  if (key == nullptr || key->owner_id != account.value) return {};
  const std::string secret = TRY(open_secret(account, *key, *keyring));
  if (!equal_constant_time(secret, wanted.root_access_key->secret))
    return conflict(account, "secret for the access key " + key->id);
  return {};
}

// Whatever the account, no other may have the address or the key.
Result<void> check_free(const store::Reader& reader, const std::optional<AccountId>& self, const NewAccount& wanted) {
  const std::optional<AccountId> owner = find_account_by_email(reader, wanted.email);
  if (owner && owner != self)
    return Error{"AccountConflict", "The e-mail address " + wanted.email + " belongs to account " + owner->value + ".", 409};
  if (!wanted.root_access_key) return {};
  const FoundAccessKey found = find_access_key(reader, wanted.root_access_key->id);
  if (found.record != nullptr && (!self || found.account != *self || found.record->owner_id != self->value))
    return Error{"AccountConflict", "The access key " + wanted.root_access_key->id + " belongs to somebody else.", 409};
  return {};
}

AccountId new_account_id(const store::Reader& reader, Random& random) {
  for (;;) {
    // AWS's ids are twelve digits; haar makes none that begins with 0, since too many tools drop it.
    AccountId id(random_text(random, "123456789", 1) + random_text(random, "0123456789", 11));
    if (find_account(reader, id) == nullptr) return id;
  }
}

std::size_t root_keys(const store::Reader& reader, const AccountId& account) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& found : reader.find(access_keys, access_key_by_owner, account.value)) ++count;
  return count;
}

// A digest of a seed's password that is of use to nobody without the key file, and that fits one account and one hash: whoever
// sets another password makes it void. It is quick to compute, which a hash of a password must not be; but a seed has its
// password in clear in a file beside it.
std::string seed_mark(const auth::Keyring& keyring, const AccountId& account, std::string_view hash, std::string_view password) {
  std::string message;
  for (const std::string_view part : {std::string_view(account.value), hash, password})
    message.append(std::to_string(part.size())).append(":").append(part);
  return to_hex(auth::bytes_of(auth::hmac_sha256(auth::bytes_of(keyring.derive("seed password")), message)));
}

// The password of an account that is there already, against what the seed says.
Result<void> check_password(const AccountId& account, const AccountRecord& record, const std::string& password,
                            const auth::Keyring* seed_keyring, AccountPlan& plan) {
  if (record.root_password_hash.empty()) return conflict(account, "root password");
  if (seed_keyring != nullptr) plan.seed_mark = seed_mark(*seed_keyring, account, record.root_password_hash, password);
  if (!plan.seed_mark.empty() && equal_constant_time(plan.seed_mark, record.seed_mark)) return {};
  if (!auth::verify_password(password, record.root_password_hash)) return conflict(account, "root password");
  return {};
}

}  // namespace

Result<AccountPlan> plan_account(const store::Reader& reader, const NewAccount& wanted, Random& random,
                                 const auth::Keyring* seed_keyring) {
  TRY(check_values(wanted));
  AccountPlan plan;
  plan.wanted = wanted;
  plan.wanted.root_password.reset();
  const std::optional<AccountId> account = existing(reader, wanted);
  if (!account) {
    if (!wanted.root_password) return plan;
    plan.root_password_hash = TRY(auth::hash_password(*wanted.root_password, random));
    if (seed_keyring != nullptr && wanted.id)
      plan.seed_mark = seed_mark(*seed_keyring, *wanted.id, plan.root_password_hash, *wanted.root_password);
    return plan;
  }
  TRY(check_same(reader, *account, wanted, nullptr));
  const AccountRecord& record = *find_account(reader, *account);
  if (wanted.root_password) TRY(check_password(*account, record, *wanted.root_password, seed_keyring, plan));
  plan.root_password_hash = record.root_password_hash;
  return plan;
}

Result<CreatedAccount> create_account(store::Txn& txn, const AccountPlan& plan, Timestamp now, Random& random,
                                      const auth::Keyring& keyring) {
  const NewAccount& wanted = plan.wanted;
  CreatedAccount out;
  const std::optional<AccountId> account = existing(txn, wanted);
  TRY(check_free(txn, account ? account : wanted.id, wanted));
  if (account) {
    TRY(check_same(txn, *account, wanted, &keyring));
    // Only a plan that was made before the account came to be has a hash of its own.
    AccountRecord record = *find_account(txn, *account);
    if (record.root_password_hash != plan.root_password_hash && !plan.root_password_hash.empty())
      return conflict(*account, "root password");
    if (!plan.seed_mark.empty() && record.seed_mark != plan.seed_mark) {
      record.seed_mark = plan.seed_mark;
      txn.put(accounts, account_key(*account), std::move(record));
    }
    out.id = *account;
  } else {
    out.id = wanted.id ? *wanted.id : new_account_id(txn, random);
    out.created = true;
    AccountRecord record;
    record.name = wanted.name;
    record.email = wanted.email;
    record.root_password_hash = plan.root_password_hash;
    record.seed_mark = plan.seed_mark;
    record.created = now;
    txn.put(accounts, account_key(out.id), std::move(record));
  }
  if (!wanted.root_access_key) return out;
  if (txn.get(access_keys, access_key_key(out.id, wanted.root_access_key->id)) != nullptr) return out;
  if (root_keys(txn, out.id) >= access_keys_max) return over_quota("AccessKeysPerUser", access_keys_max);
  put_access_key(txn, out.id, out.id.value, *wanted.root_access_key, now, keyring);
  return out;
}

Result<NewAccessKey> create_root_access_key(store::Txn& txn, const AccountId& account, Timestamp now, Random& random,
                                            const auth::Keyring& keyring) {
  if (root_keys(txn, account) >= access_keys_max) return over_quota("AccessKeysPerUser", access_keys_max);
  return make_access_key(txn, account, account.value, now, random, keyring);
}

const AccountRecord* find_account(const store::Reader& reader, const AccountId& account) {
  return reader.get(accounts, account_key(account));
}

std::optional<AccountId> find_account_by_email(const store::Reader& reader, std::string_view email) {
  for (const auto& [key, record] : reader.find(accounts, account_by_email, to_lower(email))) return key.account();
  return std::nullopt;
}

std::vector<AccountId> list_accounts(const store::Reader& reader) {
  std::vector<AccountId> ids;
  for (const auto& [key, record] : reader.scan(accounts, store::prefix_of())) ids.push_back(key.account());
  return ids;
}

}  // namespace haar::iam
