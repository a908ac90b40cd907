// A sign-in that is under way: the password was right, and more is asked for.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "store/space.h"

namespace haar::console {

struct FlowRecord {
  static constexpr std::string_view record_name = "console.flow";
  static constexpr std::uint32_t record_version = 1;

  std::string cookie_digest;   // as a session's
  std::string principal_id;    // the user's unique id, or the account id for root
  std::string user_name;       // empty: root
  std::string typed_account;   // by which failures are counted
  std::string password_mark;   // of the password that was right: with another one the flow is over
  bool needs_password = false; // a new password is to be chosen
  std::string mfa_serial;      // of the device that was verified; empty: none was
  std::string challenge;       // that a passkey is to sign, once; empty: none was asked for
  std::string return_path;
  Timestamp created{};

  template <class V>
  void fields(V& v) {
    v(1, cookie_digest), v(2, principal_id), v(3, user_name), v(4, typed_account), v(5, password_mark);
    v(6, needs_password), v(7, mfa_serial), v(8, challenge), v(9, return_path), v(10, created);
  }
};

// (account, global, digest of the cookie)
extern const store::Index<FlowRecord> flow_by_cookie;
// (account, principal's id)
extern const store::Index<FlowRecord> flow_by_principal;
extern const store::KeySpace<FlowRecord> flows;

}  // namespace haar::console
