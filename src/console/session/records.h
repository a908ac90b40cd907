// What is kept of browsers that are signed in. A session is stored, unlike temporary credentials, since it can be listed and
// ended. What it acts with are temporary credentials all the same: their claims say who it is, and they are checked
// against the live principal with every request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "store/space.h"

namespace haar::console {

enum class SignedInAs : std::uint8_t { root = 0, user = 1, role = 2, federated = 3 };

// Temporary credentials that a session acts with. The token is sealed in itself, and the secret key is derived from it.
struct HeldCredentials {
  std::string access_key_id, token;
  Timestamp expires{};

  template <class V>
  void fields(V& v) {
    v(1, access_key_id), v(2, token), v(3, expires);
  }
};

// A role that the person has switched to, until they switch back.
struct SwitchedRole {
  HeldCredentials credentials;
  AccountId account;
  std::string role_name, display_name, color;

  template <class V>
  void fields(V& v) {
    v(1, credentials), v(2, account), v(3, role_name), v(4, display_name), v(5, color);
  }
};

struct SessionRecord {
  static constexpr std::string_view record_name = "console.session";
  static constexpr std::uint32_t record_version = 1;

  std::string id;             // names it in lists; of no use to sign in
  std::string cookie_digest;  // SHA-256 of the cookie, in hexadecimal: the cookie itself is 256 random bits
  SignedInAs kind = SignedInAs::user;
  std::string principal_id;   // the user's or role's unique id, or the account id for root
  HeldCredentials credentials;
  Timestamp created{}, last_used{}, expires{};
  std::string mfa_serial;     // of the device that was asked for; empty: none was
  std::string password_mark;  // says which password it was (sessions.cc); empty: none
  std::string source_ip, user_agent;
  std::optional<SwitchedRole> switched;

  template <class V>
  void fields(V& v) {
    v(1, id), v(2, cookie_digest), v(3, kind), v(4, principal_id), v(5, credentials), v(6, created), v(7, last_used);
    v(8, expires), v(9, mfa_serial), v(10, password_mark), v(11, source_ip), v(12, user_agent), v(13, switched);
  }
};

// (account of who signed in, global, id)
inline store::Key session_key(const AccountId& account, std::string_view id) {
  return store::key_of(account, store::global, id);
}
extern const store::Index<SessionRecord> session_by_cookie;
// (account, principal's id)
extern const store::Index<SessionRecord> session_by_principal;
extern const store::KeySpace<SessionRecord> sessions;

}  // namespace haar::console
