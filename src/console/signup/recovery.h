// Root's way back in: a forgotten password by a code that is mailed; a lost device by that code and a telephone call to the
// number of the account's primary contact, on whose keypad the code of the page is typed. The password is asked for at the next
// sign-in all the same. /signin/recover shows whatever is next.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_lost-or-broken.html
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/pipeline/fair_pool.h"
#include "console/page/turn.h"
#include "console/signup/signup.h"
#include "services/account/messages.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::console {

struct RecoveryRecord {
  static constexpr std::string_view record_name = "console.recovery";
  static constexpr std::uint32_t record_version = 1;

  std::string step;  // code, password, phone, done
  std::string lost;  // password, device
  std::string email, account;  // the account is empty where the address is none's
  Timestamp begun{};
  account::OneTimeCode code;
  std::uint32_t wrong_codes = 0;
  std::string call, sealed_call_code;

  template <class V>
  void fields(V& v) {
    v(1, step), v(2, lost), v(3, email), v(4, account), v(5, begun), v(6, code), v(7, wrong_codes), v(8, call);
    v(9, sealed_call_code);
  }
};

inline constexpr std::string_view recovery_cookie = "haar_recovery", recovery_path = "/signin/recover";
inline constexpr std::int64_t recovery_seconds = 3600;
inline constexpr std::size_t recoveries_max = 10'000;
// (operator, global, digest of the cookie)
extern const store::KeySpace<RecoveryRecord> recoveries;

inline bool is_forgotten(const RecoveryRecord& record, Timestamp now) {
  return record.begun.plus_seconds(recovery_seconds) <= now;
}

class Recovery {
 public:
  explicit Recovery(SignUpParts parts) : parts_(std::move(parts)), pool_("haar-recover", signup_pool_limits) {}

  // It outlives its site.
  web::Site site();

 private:
  void serve(const web::Route& route, http::Request&& request, http::Respond respond);

  void show(const TurnPtr& turn);
  void state(const TurnPtr& turn);
  void begin(const TurnPtr& turn);
  void take_code(const TurnPtr& turn);
  void take_password(const TurnPtr& turn);
  void take_call(const TurnPtr& turn);

  struct Refusal {
    std::string text;
    bool keep = false;
  };
  using Work = std::function<Refusal(store::Txn& txn, RecoveryRecord& record)>;
  void change(const TurnPtr& turn, std::string_view step, Work work);
  void show_record(const Turn& turn, const RecoveryRecord& record, const std::string& error);
  [[nodiscard]] const RecoveryRecord* find(const store::Reader& reader, const Turn& turn) const;
  [[nodiscard]] std::string call_state(const store::Reader& reader, const RecoveryRecord& record) const;
  [[nodiscard]] account::Sending sending() const;
  Refusal call(store::Txn& txn, RecoveryRecord& record) const;
  void record_event(store::Txn& txn, const Turn& turn, const RecoveryRecord& record, std::string_view name) const;

  SignUpParts parts_;
  api::FairPool pool_;  // last: its threads end before anything above goes
};

}  // namespace haar::console
