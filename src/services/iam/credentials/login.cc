#include "services/iam/credentials/login.h"

#include "auth/password.h"
#include "services/iam/principals/entities.h"
#include "services/iam/credentials/password_policy.h"

namespace haar::iam {
namespace {

// An Argon2id hash of nobody's password, so that an unknown name takes as long as a known one.
const std::string& decoy_hash() {
  static const std::string hash = [] {
    const Result<std::string> made = auth::hash_password(random_text(system_random(), alphabet_secret, 40), system_random());
    return made.ok() ? *made : std::string();
  }();
  return hash;
}

struct Candidate {
  std::string owner_id, hash;
  bool reset_required = false;
};

Candidate find_candidate(const store::Reader& state, const LoginName& name) {
  const AccountRecord* account = state.get(accounts, account_key(name.account));
  if (account == nullptr || account->state != "ACTIVE") return {};
  if (!name.user) return {name.account.value, account->root_password_hash, false};
  const UserRecord* user = state.get(users, entity_key(name.account, *name.user));
  if (user == nullptr) return {};
  const LoginProfileRecord* profile = state.get(login_profiles, login_profile_key(name.account, user->unique_id));
  if (profile == nullptr) return {};
  return {user->unique_id, profile->password_hash, profile->reset_required};
}

}  // namespace

LoginCheck verify_login(const store::Reader& state, const LoginName& name, std::string_view password, Timestamp now) {
  const Candidate candidate = find_candidate(state, name);
  const bool known = !candidate.hash.empty();
  const bool right = auth::verify_password(password, known ? candidate.hash : decoy_hash());
  LoginCheck check;
  if (!known || !right) return check;
  check.matches = true;
  check.owner_id = candidate.owner_id;
  check.reset_required = candidate.reset_required;
  if (!name.user) return check;
  const PasswordFacts facts = password_facts(state, name.account, candidate.owner_id);
  check.expired = facts.expires && *facts.expires <= now;
  const PasswordPolicyRecord* policy = find_password_policy(state, name.account);
  check.locked = check.expired && policy != nullptr && policy->hard_expiry;
  return check;
}

void note_password_use(store::Txn& txn, const AccountId& account, const std::string& owner_id, Timestamp now) {
  LastUsedRecord used;
  used.time = now;
  used.service = "signin";
  txn.put(last_used, password_used_key(account, owner_id), std::move(used));
}

std::optional<Timestamp> password_last_used(const store::Reader& reader, const AccountId& account,
                                            std::string_view owner_id) {
  const LastUsedRecord* used = reader.get(last_used, password_used_key(account, owner_id));
  if (used == nullptr) return std::nullopt;
  return used->time;
}

PasswordFacts password_facts(const store::Reader& reader, const AccountId& account, std::string_view owner_id) {
  static constexpr std::int64_t day_seconds = 86'400;
  PasswordFacts facts;
  const LoginProfileRecord* profile = reader.get(login_profiles, login_profile_key(account, owner_id));
  if (profile == nullptr || profile->password_hash.empty()) return facts;
  facts.enabled = true;
  facts.changed = profile->changed;
  const PasswordPolicyRecord* policy = find_password_policy(reader, account);
  if (policy != nullptr && policy->max_age_days > 0)
    facts.expires = profile->changed.plus_seconds(policy->max_age_days * day_seconds);
  return facts;
}

}  // namespace haar::iam
