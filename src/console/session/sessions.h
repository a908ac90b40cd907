// Browser sessions: begun at sign-in, found by the cookie, ended by the person, by time, or by what happens to the one who
// signed in. A session acts with temporary credentials, and yields the Caller that these would.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kit/call.h"
#include "auth/session_token.h"
#include "console/session/records.h"
#include "store/reader.h"

namespace haar::console {

// "By default, the session expires after 12 hours": of users and root.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/console_controlling-access.html
inline constexpr std::int64_t session_seconds_default = 12 * 3600;
// Of one user, root or role at once; the oldest ends when one more begins.
inline constexpr std::size_t sessions_per_principal_max = 100;
// "Last used" is written no more often.
inline constexpr std::int64_t last_used_every_seconds = 300;

struct Browser {
  std::string source_ip, user_agent;
};

// Who has proved who they are.
struct NewSession {
  AccountId account;
  std::string user_id;     // the user's unique id; empty: the root user
  std::string mfa_serial;  // of the device that was asked for; empty: none was
  Browser browser;
};
struct StartedSession {
  std::string cookie;  // the value of haar_session: told once
  SessionRecord record;
};
// In the transaction that notes the sign-in. NoSuchEntity: the user is gone.
Result<StartedSession> start_session(const api::Environment& env, store::Txn& txn, const NewSession& wanted, Timestamp now);
// The same for the account's root user, whose password has just been set or verified.
inline Result<StartedSession> start_root_session(const api::Environment& env, store::Txn& txn, const AccountId& account,
                                                 const Browser& browser, Timestamp now) {
  return start_session(env, txn, {account, "", "", browser}, now);
}
// A role that an identity provider, or who asked for a sign-in token, has given credentials of.
Result<StartedSession> start_role_session(const api::Environment& env, store::Txn& txn, const HeldCredentials& credentials,
                                          const Browser& browser, Timestamp now);

struct LiveSession {
  AccountId account;  // of who signed in
  SessionRecord record;
  // Whom its requests act as: the role that was switched to, or who signed in.
  std::shared_ptr<const api::Caller> caller;
  std::shared_ptr<const api::Caller> signed_in;
  Timestamp expires{};  // of what it acts with
};
// As whom: with the role that was switched to, or as who signed in, whatever has become of that role.
enum class WhichSession : std::uint8_t { acting, signed_in };
// The session of a cookie. NotSignedIn (401): there is none, or it has ended. RoleSessionEnded (401): the role that was
// switched to cannot be acted as any more; nothing is done as somebody else until the person has switched back.
Result<LiveSession> find_session(const api::Environment& env, const store::Reader& reader, std::string_view cookie,
                                 WhichSession which = WhichSession::acting);

// Sessions of one principal, newest first; those that are over are left out.
std::vector<SessionRecord> sessions_of(const api::Environment& env, const store::Reader& reader, const AccountId& account,
                                       std::string_view principal_id);
void end_session(store::Txn& txn, const AccountId& account, std::string_view id);

// 256 random bits, as the value of a cookie.
std::string new_cookie(Random& random);
// Which password the principal has now: a digest of the hash that is stored, so whoever sets another one changes it.
std::string password_mark(const store::Reader& reader, const AccountId& account, const std::string& principal_id);
// The user, or root (an empty id), as a session of the console that begins now would be: for what sign-in itself asks of
// the API on the person's behalf.
Result<std::shared_ptr<const api::Caller>> console_caller(const api::Environment& env, const store::Reader& reader,
                                                          const AccountId& account, const std::string& user_id,
                                                          std::optional<Timestamp> mfa_at);

// What a request that changes something carries beside the cookie: x-haar-csrf.
std::string csrf_secret(const auth::Keyring& keyring, std::string_view cookie);

// When sessions were last used: kept in memory, and written with the log of events.
class LastUse {
 public:
  void note(const LiveSession& session, Timestamp now);
  void flush(store::Txn& txn);
  void flushed();

 private:
  static constexpr std::size_t waiting_max = 10'000;
  std::mutex mutex_;
  std::map<store::Key, Timestamp> waiting_, flushing_;
};

}  // namespace haar::console
