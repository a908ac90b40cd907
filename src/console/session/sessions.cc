#include "console/session/sessions.h"

#include <algorithm>
#include <utility>

#include "api/kit/identity.h"
#include "auth/sha256.h"
#include "base/base64url.h"
#include "base/encoding.h"
#include "services/iam/account/account.h"
#include "services/iam/credentials/login_records.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/principals/entities.h"

namespace haar::console {
namespace {

constexpr std::size_t cookie_bytes = 32, id_digits = 20;

Error not_signed_in() { return {"NotSignedIn", "You are not signed in, or your session has ended. Sign in again.", 401}; }

Error role_ended() {
  return {"RoleSessionEnded", "Your session with this role has ended. Switch back, or switch to the role again.", 401};
}

bool is_root(const AccountId& account, std::string_view principal_id) { return principal_id == account.value; }

std::int64_t session_seconds(const store::Reader& reader, const AccountId& account, const std::string& user_id) {
  const iam::LoginProfileRecord* profile = reader.get(iam::login_profiles, iam::login_profile_key(account, user_id));
  return profile != nullptr && profile->max_signin_seconds > 0 ? profile->max_signin_seconds : session_seconds_default;
}

const iam::UserRecord* find_user(const store::Reader& reader, const AccountId& account, std::string_view id) {
  for (const auto& [key, user] : reader.find(iam::users, iam::user_by_id, id)) {
    if (key.account() == account) return &user;
  }
  return nullptr;
}

// One more begins: the oldest beyond the bound end.
void make_room(store::Txn& txn, const AccountId& account, const std::string& principal_id) {
  std::vector<std::pair<Timestamp, std::string>> known;
  for (const auto& [key, record] : txn.find(sessions, session_by_principal, store::join(account, principal_id)))
    known.emplace_back(record.created, record.id);
  if (known.size() < sessions_per_principal_max) return;
  std::ranges::sort(known);
  known.resize(known.size() + 1 - sessions_per_principal_max);
  for (const auto& [created, id] : known) end_session(txn, account, id);
}

StartedSession store_session(const api::Environment& env, store::Txn& txn, const AccountId& account, SessionRecord record) {
  StartedSession out;
  out.cookie = new_cookie(env.random);
  record.id = random_text(env.random, alphabet_lower_alnum, id_digits);
  record.cookie_digest = auth::sha256_hex(out.cookie);
  record.last_used = record.created;
  make_room(txn, account, record.principal_id);
  out.record = record;
  const store::Key key = session_key(account, record.id);
  txn.put(sessions, key, std::move(record));
  return out;
}

// Whom credentials make, marked as a console's.
Result<std::shared_ptr<const api::Caller>> caller_of(const api::Environment& env, const store::Reader& reader,
                                                     const HeldCredentials& held) {
  const auth::OpenedSession opened =
      TRY(auth::open_session(env.keyring, held.access_key_id, held.token, env.clock.now(), auth::Family::query));
  const std::shared_ptr<const api::Caller> plain =
      TRY(env.identities.find_session(reader, opened.claims, held.access_key_id));
  auto marked = std::make_shared<api::Caller>(*plain);
  if (marked->session) marked->session->console = true;
  return std::shared_ptr<const api::Caller>(std::move(marked));
}

// What has happened since to who signed in.
bool still_holds(const store::Reader& reader, const AccountId& account, const SessionRecord& record) {
  if (!record.mfa_serial.empty() && !iam::owns_mfa_device(reader, account, record.principal_id, record.mfa_serial)) return false;
  return record.password_mark.empty() ||
         equal_constant_time(record.password_mark, password_mark(reader, account, record.principal_id));
}

Result<auth::SessionClaims> claims_of(const api::Environment& env, const store::Reader& reader, const AccountId& account,
                                      const std::string& user_id, std::optional<Timestamp> mfa_at, Timestamp now,
                                      std::int64_t seconds) {
  auth::SessionClaims claims;
  claims.type = auth::SessionType::session_token;
  claims.partition = env.partition;
  claims.account = account;
  if (user_id.empty()) {
    claims.principal_arn = make_arn(env.partition, "iam", "", account, "root");
    claims.principal_id = account.value;
  } else {
    const iam::UserRecord* user = find_user(reader, account, user_id);
    if (user == nullptr) return Error{"NoSuchEntity", "The user is gone.", 404};
    claims.principal_arn = iam::arn_of(env.partition, account, *user);
    claims.principal_id = user->unique_id;
  }
  claims.issued_at = now;
  claims.expires_at = now.plus_seconds(seconds);
  claims.mfa_at = mfa_at;
  claims.issuer_id = claims.principal_id;
  return claims;
}

}  // namespace

std::string new_cookie(Random& random) {
  std::string bytes(cookie_bytes, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return to_base64url(bytes);
}

std::string password_mark(const store::Reader& reader, const AccountId& account, const std::string& principal_id) {
  std::string hash;
  if (is_root(account, principal_id)) {
    const iam::AccountRecord* record = iam::find_account(reader, account);
    if (record != nullptr) hash = record->root_password_hash;
  } else {
    const iam::LoginProfileRecord* profile = reader.get(iam::login_profiles, iam::login_profile_key(account, principal_id));
    if (profile != nullptr) hash = profile->password_hash;
  }
  return auth::sha256_hex("password of a session\n" + hash);
}

Result<std::shared_ptr<const api::Caller>> console_caller(const api::Environment& env, const store::Reader& reader,
                                                          const AccountId& account, const std::string& user_id,
                                                          std::optional<Timestamp> mfa_at) {
  const auth::SessionClaims claims =
      TRY(claims_of(env, reader, account, user_id, mfa_at, env.clock.now(), session_seconds_default));
  const auth::SessionCredentials made = TRY(auth::mint_session(env.keyring, claims, env.random));
  return caller_of(env, reader, {made.access_key_id, made.session_token, made.expiration});
}

Result<StartedSession> start_session(const api::Environment& env, store::Txn& txn, const NewSession& wanted, Timestamp now) {
  const bool root = wanted.user_id.empty();
  const std::int64_t seconds = root ? session_seconds_default : session_seconds(txn, wanted.account, wanted.user_id);
  const std::optional<Timestamp> mfa_at = wanted.mfa_serial.empty() ? std::nullopt : std::optional(now);
  const auth::SessionClaims claims = TRY(claims_of(env, txn, wanted.account, wanted.user_id, mfa_at, now, seconds));
  const auth::SessionCredentials made = TRY(auth::mint_session(env.keyring, claims, env.random));
  SessionRecord record;
  record.kind = root ? SignedInAs::root : SignedInAs::user;
  record.principal_id = claims.principal_id;
  record.credentials = {made.access_key_id, made.session_token, made.expiration};
  record.created = now;
  record.expires = claims.expires_at;
  record.mfa_serial = wanted.mfa_serial;
  record.password_mark = password_mark(txn, wanted.account, claims.principal_id);
  record.source_ip = wanted.browser.source_ip;
  record.user_agent = wanted.browser.user_agent;
  return store_session(env, txn, wanted.account, std::move(record));
}

Result<StartedSession> start_role_session(const api::Environment& env, store::Txn& txn, const HeldCredentials& credentials,
                                          const Browser& browser, Timestamp now) {
  const auth::OpenedSession opened =
      TRY(auth::open_session(env.keyring, credentials.access_key_id, credentials.token, now, auth::Family::query));
  SessionRecord record;
  record.kind = opened.claims.type == auth::SessionType::assumed_role ? SignedInAs::role : SignedInAs::federated;
  record.principal_id = opened.claims.principal_id;
  record.credentials = credentials;
  record.created = now;
  record.expires = credentials.expires;
  record.source_ip = browser.source_ip;
  record.user_agent = browser.user_agent;
  return store_session(env, txn, opened.claims.account, std::move(record));
}

Result<LiveSession> find_session(const api::Environment& env, const store::Reader& reader, std::string_view cookie,
                                 WhichSession which) {
  if (cookie.empty()) return not_signed_in();
  for (const auto& [key, record] : reader.find(sessions, session_by_cookie, auth::sha256_hex(cookie))) {
    const AccountId account = key.account();
    if (record.expires <= env.clock.now() || !still_holds(reader, account, record)) return not_signed_in();
    Result<std::shared_ptr<const api::Caller>> signed_in = caller_of(env, reader, record.credentials);
    if (!signed_in.ok()) return not_signed_in();
    LiveSession live{account, record, *signed_in, *signed_in, record.expires};
    if (!record.switched || which == WhichSession::signed_in) return live;
    Result<std::shared_ptr<const api::Caller>> role = caller_of(env, reader, record.switched->credentials);
    if (!role.ok()) return role_ended();
    live.caller = std::move(role).value();
    live.expires = std::min(record.expires, record.switched->credentials.expires);
    return live;
  }
  return not_signed_in();
}

std::vector<SessionRecord> sessions_of(const api::Environment& env, const store::Reader& reader, const AccountId& account,
                                       std::string_view principal_id) {
  std::vector<SessionRecord> out;
  for (const auto& [key, record] : reader.find(sessions, session_by_principal, store::join(account, principal_id))) {
    if (record.expires > env.clock.now() && still_holds(reader, account, record)) out.push_back(record);
  }
  std::ranges::sort(out, [](const SessionRecord& a, const SessionRecord& b) { return a.created > b.created; });
  return out;
}

void end_session(store::Txn& txn, const AccountId& account, std::string_view id) {
  const store::Key key = session_key(account, id);
  if (txn.get(sessions, key) != nullptr) txn.erase(sessions, key);
}

std::string csrf_secret(const auth::Keyring& keyring, std::string_view cookie) {
  return to_hex(auth::bytes_of(auth::hmac_sha256(auth::bytes_of(keyring.derive("console csrf")), cookie)));
}

void LastUse::note(const LiveSession& session, Timestamp now) {
  if (now < session.record.last_used.plus_seconds(last_used_every_seconds)) return;
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < waiting_max) waiting_[session_key(session.account, session.record.id)] = now;
}

void LastUse::flush(store::Txn& txn) {
  const std::lock_guard lock(mutex_);
  flushing_ = waiting_;
  for (const auto& [key, time] : flushing_) {
    const SessionRecord* stored = txn.get(sessions, key);
    if (stored == nullptr || stored->last_used >= time) continue;
    SessionRecord record = *stored;
    record.last_used = time;
    txn.put(sessions, key, std::move(record));
  }
}

void LastUse::flushed() {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, time] : std::exchange(flushing_, {})) {
    const auto at = waiting_.find(key);
    if (at != waiting_.end() && at->second == time) waiting_.erase(at);
  }
}

}  // namespace haar::console
