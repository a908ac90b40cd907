// Sign-up, as AWS's guides walk it: /billing/signup. One address shows whatever is next, so it can be left and gone on with;
// each step is a form of its own. The account is made with the last one, as PENDING_ACTIVATION, and becomes ACTIVE when its
// networks are there (control/new_accounts.h).
//
// What holds guessing back: a code is good for ten minutes and dies with the fifth wrong one; so many are sent to an address or
// a number within an hour (services/account/messages.h); so many sign-ups begin at one address within an hour.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-creating.html
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "api/kit/call.h"
#include "api/pipeline/fair_pool.h"
#include "console/page/turn.h"
#include "console/signup/records.h"
#include "events/log.h"
#include "store/db.h"
#include "web/site.h"

namespace haar::console {

inline constexpr std::string_view signup_cookie = "haar_signup", signup_path = "/billing/signup";
inline constexpr std::uint32_t signup_wrong_codes_max = 5;
inline constexpr std::size_t signups_an_hour_max = 30;  // at one address
inline constexpr std::size_t signups_max = 10'000;      // at once
inline constexpr std::size_t signup_body_bytes_max = 16 * 1024;
inline constexpr api::FairPool::Limits signup_pool_limits{.threads = 1,
                                                          .waiting_max = 64,
                                                          .waiting_per_account_max = 8,
                                                          .waiting_per_principal_max = 8,
                                                          .running_per_account_max = 1};

struct SignUpParts {
  const api::Environment& env;
  store::Db& db;
  std::vector<std::string> hosts;
  api::Schemes schemes;  // what makes the site ambient: the console's cookie
};

class SignUp {
 public:
  explicit SignUp(SignUpParts parts) : parts_(std::move(parts)), pool_("haar-signup", signup_pool_limits) {}

  // It outlives its site.
  web::Site site();

 private:
  using Step = void (SignUp::*)(const TurnPtr&);
  struct Place {
    std::string_view method, path;
    Step step;
  };
  static const std::vector<Place>& places();
  void serve(const web::Route& route, http::Request&& request, http::Respond respond);

  // The pages: signup.cc
  void show(const TurnPtr& turn);
  void state(const TurnPtr& turn);
  // The steps: steps.cc
  void begin(const TurnPtr& turn);
  void restart(const TurnPtr& turn);
  void take_mail_code(const TurnPtr& turn);
  void send_again(const TurnPtr& turn);
  void take_password(const TurnPtr& turn);
  void take_contact(const TurnPtr& turn);
  void take_billing(const TurnPtr& turn);
  void take_identity(const TurnPtr& turn);
  void other_identity(const TurnPtr& turn);
  void take_text_code(const TurnPtr& turn);
  void take_plan(const TurnPtr& turn);

  // Changes the record of a sign-up that is at `step`. What `work` returns is shown on the page instead, and nothing is kept but
  // what it says is to be (`keep` of Refusal).
  struct Refusal {
    std::string text;   // empty: none
    bool keep = false;  // a wrong code counts
  };
  using Work = std::function<Refusal(store::Txn& txn, SignUpRecord& record)>;
  void change(const TurnPtr& turn, std::string_view step, Work work);
  void answer_step(const TurnPtr& turn, const Refusal& refusal, store::Outcome outcome);
  void show_record(const Turn& turn, const SignUpRecord& record, const std::string& error);
  [[nodiscard]] SignUpRecord with_call(const store::Reader& reader, const SignUpRecord& record) const;
  [[nodiscard]] const SignUpRecord* find(const store::Reader& reader, const Turn& turn) const;
  [[nodiscard]] account::Sending sending() const;
  Refusal send_mail_code(store::Txn& txn, SignUpRecord& record) const;
  Refusal check_code(SignUpRecord& record, const std::string& purpose, std::string_view text) const;
  Refusal make_account(store::Txn& txn, const Turn& turn, SignUpRecord& record) const;
  void record_event(store::Txn& txn, const Turn& turn, const SignUpRecord& record) const;

  SignUpParts parts_;
  api::FairPool pool_;  // last: its threads end before anything above goes
};

}  // namespace haar::console
