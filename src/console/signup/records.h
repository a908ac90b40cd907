// A sign-up on its way: what has been said and shown so far. It belongs to the browser that holds its cookie, and to no
// account until the last step makes one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "services/account/messages.h"
#include "services/account/records.h"
#include "store/space.h"

namespace haar::console {

// What is asked for next.
namespace signup_step {
inline constexpr std::string_view code = "code", password = "password", contact = "contact", billing = "billing",
                                  identity = "identity", phone = "phone", plan = "plan", done = "done";
}

struct SignUpRecord {
  static constexpr std::string_view record_name = "console.sign-up";
  static constexpr std::uint32_t record_version = 1;

  std::string step, email, account_name, source_address;
  Timestamp begun{};
  account::OneTimeCode mail_code;  // also of the text message
  std::uint32_t wrong_codes = 0;
  std::string password_hash;
  account::ContactRecord contact;
  account::BillingRecord billing;
  std::string phone, method;       // call, sms
  std::string call;                // the key of the call's record, as bytes
  std::string sealed_call_code;    // which the page shows
  std::string account_id;          // once it is made

  template <class V>
  void fields(V& v) {
    v(1, step), v(2, email), v(3, account_name), v(4, source_address), v(5, begun), v(6, mail_code), v(7, wrong_codes);
    v(8, password_hash), v(9, contact), v(10, billing), v(11, phone), v(12, method), v(13, call), v(14, sealed_call_code);
    v(15, account_id);
  }
};

// A sign-up can be gone on with for so long; then it begins anew.
inline constexpr std::int64_t signup_kept_seconds = 24 * 3600;
// (operator, global, digest of the cookie)
extern const store::Index<SignUpRecord> signup_by_address;
extern const store::KeySpace<SignUpRecord> signups;
store::Key signup_key(std::string_view cookie);

inline bool is_forgotten(const SignUpRecord& record, Timestamp now) {
  return record.begun.plus_seconds(signup_kept_seconds) <= now;
}

}  // namespace haar::console
