#include "console/signup/signup.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "console/session/cookies.h"
#include "console/signup/pages.h"
#include "services/account/activation.h"
#include "services/iam/account/account.h"

namespace haar::console {

const std::vector<SignUp::Place>& SignUp::places() {
  static const std::vector<Place> all{
      {"GET", "/billing/signup", &SignUp::show},
      {"GET", "/billing/signup/state", &SignUp::state},
      {"POST", "/billing/signup/begin", &SignUp::begin},
      {"POST", "/billing/signup/restart", &SignUp::restart},
      {"POST", "/billing/signup/code", &SignUp::take_mail_code},
      {"POST", "/billing/signup/resend", &SignUp::send_again},
      {"POST", "/billing/signup/password", &SignUp::take_password},
      {"POST", "/billing/signup/contact", &SignUp::take_contact},
      {"POST", "/billing/signup/billing", &SignUp::take_billing},
      {"POST", "/billing/signup/identity", &SignUp::take_identity},
      {"POST", "/billing/signup/other", &SignUp::other_identity},
      {"POST", "/billing/signup/text-code", &SignUp::take_text_code},
      {"POST", "/billing/signup/plan", &SignUp::take_plan},
  };
  return all;
}

web::Site SignUp::site() {
  web::Site site{.name = "signup", .hosts = parts_.hosts, .schemes = parts_.schemes, .body_bytes_max = signup_body_bytes_max};
  for (const Place& place : places()) site.routes.push_back({.methods = place.method, .path = place.path});
  site.handle = [this](const web::Site&, const web::Route& route, http::Request&& request, http::Respond respond) {
    serve(route, std::move(request), std::move(respond));
  };
  return site;
}

void SignUp::serve(const web::Route& route, http::Request&& request, http::Respond respond) {
  const TurnPtr turn = new_turn(std::move(request), std::move(respond), parts_.env.keyring, parts_.env.random);
  if (!read_fields(*turn, signup_path)) return;
  for (const Place& place : places()) {
    if (place.path == route.path && place.method == turn->request.method) return (this->*place.step)(turn);
  }
}

// Null: the browser has none, or it is over.
const SignUpRecord* SignUp::find(const store::Reader& reader, const Turn& turn) const {
  const std::string_view cookie = find_cookie(turn.request.headers, signup_cookie);
  const SignUpRecord* record = cookie.empty() ? nullptr : reader.get(signups, signup_key(cookie));
  return record == nullptr || is_forgotten(*record, parts_.env.clock.now()) ? nullptr : record;
}

void SignUp::show(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const SignUpRecord* record = find(reader, *turn);
  if (record == nullptr) return turn->respond(answer(signup_begin_page(turn->visit, "", "", ""), turn->visit));
  show_record(*turn, *record, "");
}

// The state of a call counts only while its sign-up waits for it: a confirmed one leads on.
SignUpRecord SignUp::with_call(const store::Reader& reader, const SignUpRecord& record) const {
  SignUpRecord now = record;
  if (record.step != signup_step::phone || record.method != "call") return now;
  const account::MessageRecord* call = reader.get(account::messages, store::Key::from_bytes(record.call));
  if (call != nullptr && call->call_state == "confirmed") now.step = signup_step::plan;
  return now;
}

void SignUp::show_record(const Turn& turn, const SignUpRecord& record, const std::string& error) {
  const store::Reader reader(parts_.db.local_snapshot());
  const SignUpRecord shown = with_call(reader, record);
  SignUpView view{.record = shown, .error = error};
  if (shown.step == signup_step::phone && shown.method == "call") {
    const account::MessageRecord* call = reader.get(account::messages, store::Key::from_bytes(shown.call));
    const bool waits = call != nullptr && parts_.env.clock.now() < call->call_code.expires;
    view.call_state = waits ? call->call_state : "";
    const Result<std::string> code = parts_.env.keyring.open(shown.sealed_call_code, shown.call);
    view.call_code = code.ok() ? *code : "";
  }
  if (shown.step == signup_step::done) {
    const iam::AccountRecord* account = iam::find_account(reader, AccountId(shown.account_id));
    view.active = account != nullptr && account->state == account::active;
  }
  Page page = signup_page(turn.visit, view);
  if (!error.empty()) page.status = 400;
  turn.respond(answer(page, turn.visit));
}

// What the waiting pages ask: the page is loaded again when it differs.
void SignUp::state(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const SignUpRecord* record = find(reader, *turn);
  std::string told = "none";
  if (record != nullptr && record->step == signup_step::done) {
    const iam::AccountRecord* account = iam::find_account(reader, AccountId(record->account_id));
    told = account != nullptr && account->state == account::active ? "active" : "pending";
  } else if (record != nullptr && record->step == signup_step::phone && record->method == "call") {
    const account::MessageRecord* call = reader.get(account::messages, store::Key::from_bytes(record->call));
    told = call == nullptr || parts_.env.clock.now() >= call->call_code.expires ? "" : call->call_state;
  } else if (record != nullptr) {
    told = record->step;
  }
  http::Response response;
  response.headers.emplace_back("Content-Type", "application/json");
  add_security_headers(response.headers);
  response.body = boost::json::serialize(boost::json::object{{"state", told}});
  turn->respond(std::move(response));
}

// ---- changing it ----------------------------------------------------------------------------------

account::Sending SignUp::sending() const { return {parts_.env.random, parts_.env.keyring, parts_.env.clock.now()}; }

void SignUp::change(const TurnPtr& turn, std::string_view step, Work work) {
  const std::string cookie(find_cookie(turn->request.headers, signup_cookie));
  const auto refusal = std::make_shared<Refusal>();
  const auto all = [this, turn, cookie, step, work = std::move(work), refusal](store::Txn& txn) {
    *refusal = {};
    const SignUpRecord* found = find(txn, *turn);
    if (found == nullptr) return store::Keep::discard;
    SignUpRecord record = with_call(txn, *found);
    // Of an older page, or sent twice: whatever is next is shown.
    if (record.step != step) return store::Keep::discard;
    *refusal = work(txn, record);
    if (!refusal->text.empty() && !refusal->keep) return store::Keep::discard;
    txn.put(signups, signup_key(cookie), std::move(record));
    return store::Keep::commit;
  };
  const auto done = [this, turn, refusal](store::Outcome outcome) { answer_step(turn, *refusal, outcome); };
  if (!parts_.db.submit(all, done)) answer_step(turn, {}, store::Outcome::unavailable);
}

void SignUp::answer_step(const TurnPtr& turn, const Refusal& refusal, store::Outcome outcome) {
  if (outcome != store::Outcome::committed)
    return turn->respond(problem(turn->visit, 503, "This cannot be stored now",
                                 "Nothing was changed. The disk may be full. Try again.", signup_path));
  if (refusal.text.empty()) return turn->respond(redirect(signup_path));
  // Neither what was typed nor the address: who reads the log is not to learn codes or people from it.
  log_info("a step of a sign-up was refused", {{"path", turn->request.path}, {"from", turn->request.peer_address}});
  const store::Reader reader(parts_.db.snapshot());
  const SignUpRecord* record = find(reader, *turn);
  if (record == nullptr) return turn->respond(redirect(signup_path));
  show_record(*turn, *record, refusal.text);
}

}  // namespace haar::console
