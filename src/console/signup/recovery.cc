#include "console/signup/recovery.h"

#include <boost/json.hpp>

#include <exception>
#include <utility>

#include "auth/password.h"
#include "auth/sha256.h"
#include "base/encoding.h"
#include "base/log.h"
#include "console/session/cookies.h"
#include "console/signin/events.h"
#include "console/signup/checks.h"
#include "events/log.h"
#include "services/account/activation.h"
#include "services/iam/account/account.h"
#include "services/iam/credentials/fido_records.h"
#include "services/iam/credentials/mfa_records.h"
#include "services/iam/credentials/password_policy.h"
#include "store/key_space.h"

namespace haar::console {
namespace {

constexpr std::size_t cookie_length = 48;
constexpr std::string_view step_code = "code", step_password = "password", step_phone = "phone", step_done = "done";
constexpr std::string_view password_hint =
    "8 to 128 characters, with at least three of: lower case, upper case, digits, other characters";
constexpr std::string_view unavailable = "This cannot be stored now; nothing was changed. Try again.";

store::Key recovery_key(std::string_view cookie) {
  return store::key_of(account::operator_account, store::global, to_hex(auth::bytes_of(auth::sha256(cookie))));
}

std::string purpose_of(const RecoveryRecord& record) {
  return "recovery " + record.account + " " + std::to_string(record.begun.micros);
}

Page begin_page(const Visit& visit, const std::string& email, const std::string& error) {
  Page page{.title = "Root user recovery"};
  if (!error.empty()) page.body += alert(Alert::error, error);
  page.body += form(visit, "/signin/recover/begin",
                    field({.name = "email", .label = "Root user email address", .type = "email", .value = email,
                           .autocomplete = "username", .length_max = 64}),
                    choices("lost", "What was lost?",
                            {{"password", "The password", "a code is mailed, with which a new one is set"},
                             {"device", "The MFA device", "a code is mailed, and then the telephone of the account rings"}},
                            "password"),
                    submit("Send verification email"));
  page.body += el("p", {}, link("/signin", "Back to sign-in"));
  return page;
}

Html begin_again(const Visit& visit) {
  return form(visit, "/signin/recover/begin-again", el("button", {{"class", "small"}}, "Begin again"));
}

}  // namespace

const store::KeySpace<RecoveryRecord> recoveries{"console/recovery"};

web::Site Recovery::site() {
  return {.name = "recovery",
          .hosts = parts_.hosts,
          .routes = {{"GET", recovery_path}, {"GET", "/signin/recover/state"}, {"POST", "/signin/recover/begin"},
                     {"POST", "/signin/recover/begin-again"}, {"POST", "/signin/recover/code"},
                     {"POST", "/signin/recover/password"}, {"POST", "/signin/recover/call"}},
          .schemes = parts_.schemes,
          .body_bytes_max = signup_body_bytes_max,
          .handle = [this](const web::Site&, const web::Route& route, http::Request&& request, http::Respond respond) {
            serve(route, std::move(request), std::move(respond));
          }};
}

void Recovery::serve(const web::Route& route, http::Request&& request, http::Respond respond) {
  const TurnPtr turn = new_turn(std::move(request), std::move(respond), parts_.env.keyring, parts_.env.random);
  if (!read_fields(*turn, recovery_path)) return;
  if (route.path == recovery_path) return show(turn);
  if (route.path == "/signin/recover/state") return state(turn);
  if (route.path == "/signin/recover/begin") return begin(turn);
  if (route.path == "/signin/recover/code") return take_code(turn);
  if (route.path == "/signin/recover/password") return take_password(turn);
  if (route.path == "/signin/recover/call") return take_call(turn);
  turn->respond(redirect(recovery_path, {set_cookie(recovery_cookie, "", turn->request.tls, 0)}));
}

const RecoveryRecord* Recovery::find(const store::Reader& reader, const Turn& turn) const {
  const std::string_view cookie = find_cookie(turn.request.headers, recovery_cookie);
  const RecoveryRecord* record = cookie.empty() ? nullptr : reader.get(recoveries, recovery_key(cookie));
  return record == nullptr || is_forgotten(*record, parts_.env.clock.now()) ? nullptr : record;
}

std::string Recovery::call_state(const store::Reader& reader, const RecoveryRecord& record) const {
  const account::MessageRecord* call =
      record.call.empty() ? nullptr : reader.get(account::messages, store::Key::from_bytes(record.call));
  return call == nullptr || parts_.env.clock.now() >= call->call_code.expires ? "over" : call->call_state;
}

account::Sending Recovery::sending() const { return {parts_.env.random, parts_.env.keyring, parts_.env.clock.now()}; }

// ---- what is shown --------------------------------------------------------------------------------

void Recovery::show(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const RecoveryRecord* record = find(reader, *turn);
  if (record == nullptr) return turn->respond(answer(begin_page(turn->visit, turn->fields["email"], ""), turn->visit));
  show_record(*turn, *record, "");
}

void Recovery::show_record(const Turn& turn, const RecoveryRecord& record, const std::string& error) {
  Page page{.title = "Root user recovery"};
  page.status = error.empty() ? 200 : 400;
  if (!error.empty()) page.body += alert(Alert::error, error);
  if (record.step == step_code) {
    page.body += el("p", {}, "If ", el("strong", {}, record.email),
                    " is the address of a root user, a mail with a code is there now.");
    page.body += form(turn.visit, "/signin/recover/code",
                      field({.name = "code", .label = "Verification code", .autocomplete = "one-time-code",
                             .inputmode = "numeric", .length_max = 6, .focus = true}),
                      submit("Continue"));
  } else if (record.step == step_password) {
    page.body += form(turn.visit, "/signin/recover/password",
                      field({.name = "password", .label = "New root user password", .type = "password",
                             .hint = std::string(password_hint),
                             .autocomplete = "new-password", .length_max = 128, .focus = true}),
                      field({.name = "again", .label = "Confirm the password", .type = "password", .autocomplete = "new-password",
                             .length_max = 128}),
                      submit("Reset password"));
  } else if (record.step == step_phone) {
    const std::string told = call_state(store::Reader(parts_.db.local_snapshot()), record);
    const Result<std::string> code = parts_.env.keyring.open(record.sealed_call_code, record.call);
    page.script = "/assets/live.js";
    if (told == "confirmed") {
      page.body += alert(Alert::success, "The code was right.");
      page.body += form(turn.visit, "/signin/recover/call", submit("Remove the lost devices"));
    } else if (told == "over" || told == "rejected" || !code.ok()) {
      page.body += alert(Alert::warning, "The call is over.");
      page.body += form(turn.visit, "/signin/recover/call", submit("Call me now"));
    } else {
      page.body += el("p", {}, "The telephone of the account's primary contact rings. Type this code on its keypad:");
      page.body += el("p", {{"class", "code big"}}, *code);
      page.body += el("div", {{"data-poll", "/signin/recover/state"}, {"data-state", told}});
    }
  } else {
    page.body += alert(Alert::success, record.lost == "password"
                                           ? "The password is changed. Every session of the root user has ended."
                                           : "The root user has no MFA device any more: set up a new one at once.");
    page.body += link_button("/signin?kind=root&other=1", "Sign in to the console");
  }
  page.body += begin_again(turn.visit);
  turn.respond(answer(page, turn.visit));
}

void Recovery::state(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const RecoveryRecord* record = find(reader, *turn);
  http::Response response;
  response.headers.emplace_back("Content-Type", "application/json");
  add_security_headers(response.headers);
  response.body = boost::json::serialize(
      boost::json::object{{"state", record == nullptr ? std::string("none") : call_state(reader, *record)}});
  turn->respond(std::move(response));
}

// ---- the steps ------------------------------------------------------------------------------------

void Recovery::change(const TurnPtr& turn, std::string_view step, Work work) {
  const std::string cookie(find_cookie(turn->request.headers, recovery_cookie));
  const auto refusal = std::make_shared<Refusal>();
  const auto all = [this, turn, cookie, step, work = std::move(work), refusal](store::Txn& txn) {
    *refusal = {};
    const RecoveryRecord* found = find(txn, *turn);
    if (found == nullptr || found->step != step) return store::Keep::discard;
    RecoveryRecord record = *found;
    *refusal = work(txn, record);
    if (!refusal->text.empty() && !refusal->keep) return store::Keep::discard;
    txn.put(recoveries, recovery_key(cookie), std::move(record));
    return store::Keep::commit;
  };
  const auto done = [this, turn, refusal](store::Outcome outcome) {
    const std::string error = outcome == store::Outcome::committed ? refusal->text : std::string(unavailable);
    if (error.empty()) return turn->respond(redirect(recovery_path));
    const store::Reader reader(parts_.db.snapshot());
    const RecoveryRecord* record = find(reader, *turn);
    if (record == nullptr) return turn->respond(redirect(recovery_path));
    show_record(*turn, *record, error);
  };
  if (!parts_.db.submit(all, done)) done(store::Outcome::unavailable);
}

// The page is the same whether the address is a root user's or not.
void Recovery::begin(const TurnPtr& turn) {
  const std::string email = turn->fields["email"];
  const auto refuse = [turn, email](std::string_view error) {
    Page page = begin_page(turn->visit, email, std::string(error));
    page.status = 400;
    turn->respond(answer(page, turn->visit));
  };
  if (const std::string wrong = check_email(email); !wrong.empty()) return refuse(wrong);
  const std::string cookie = random_text(parts_.env.random, alphabet_lower_alnum, cookie_length);
  const auto refused = std::make_shared<bool>(false);
  const auto work = [this, turn, email, cookie, refused](store::Txn& txn) {
    const account::Sending with = sending();
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& found : txn.scan(recoveries, store::prefix_of())) ++count;
    *refused = count >= recoveries_max || !account::may_send(txn, email, with.now);
    if (*refused) return store::Keep::discard;
    RecoveryRecord record;
    record.step = step_code;
    record.lost = turn->fields["lost"] == "device" ? "device" : "password";
    record.email = email;
    record.begun = with.now;
    const std::optional<AccountId> id = iam::find_account_by_email(txn, email);
    const iam::AccountRecord* account = id ? iam::find_account(txn, *id) : nullptr;
    if (account != nullptr && account->state == account::active) {
      record.account = id->value;
      const account::NewCode code = account::new_code(with.keyring, with.random, purpose_of(record), with.now);
      record.code = code.stored;
      account::send_mail(txn, with, {email, "AWS root user recovery",
                                     "Somebody asked for a way back into the account " + id->value + " as its root user.\n\n"
                                     "Verification code: " + code.text + "\n\nIt is good for ten minutes. Whoever asks you for "
                                     "it wants your account: type it only on the page that you opened yourself.\n"});
      record_event(txn, *turn, record, record.lost == "password" ? "PasswordRecoveryRequested" : "MfaRecoveryRequested");
    } else {
      account::send_mail(txn, with, {email, "AWS root user recovery",
                                     "Somebody asked for a way back into an AWS account with this email address. There is "
                                     "none.\n"});
    }
    txn.put(recoveries, recovery_key(cookie), std::move(record));
    return store::Keep::commit;
  };
  const auto done = [turn, cookie, refused, refuse](store::Outcome outcome) {
    if (outcome == store::Outcome::committed && !*refused)
      return turn->respond(redirect(recovery_path, {set_cookie(recovery_cookie, cookie, turn->request.tls, recovery_seconds)}));
    refuse(*refused ? "Too many codes were sent there in the last hour. Try again later." : unavailable);
  };
  if (!parts_.db.submit(work, done)) done(store::Outcome::unavailable);
}

Recovery::Refusal Recovery::call(store::Txn& txn, RecoveryRecord& record) const {
  const account::Sending with = sending();
  const account::ContactRecord* contact = txn.get(account::contacts, account::contact_key(AccountId(record.account)));
  if (contact == nullptr)
    return {"The account has no telephone number on record, so nobody can be called. The person who runs haar can help."};
  if (!account::may_send(txn, contact->phone, with.now)) return {"There were too many calls in the last hour. Try again later."};
  const account::NewCode code = account::new_code(with.keyring, with.random, account::call_purpose(contact->phone), with.now);
  record.call = account::place_call(txn, with, contact->phone,
                                    "Hello. You lost the device of an AWS root user. Please type the six digits that your "
                                    "browser shows.",
                                    code.stored)
                    .bytes();
  record.sealed_call_code = with.keyring.seal(code.text, record.call);
  record.step = step_phone;
  return {};
}

void Recovery::take_code(const TurnPtr& turn) {
  change(turn, step_code, [this, turn](store::Txn& txn, RecoveryRecord& record) -> Refusal {
    const account::Sending with = sending();
    const auto fit = record.wrong_codes >= signup_wrong_codes_max
                         ? account::CodeFit::wrong
                         : account::check_code(with.keyring, record.code, purpose_of(record), turn->fields["code"], with.now);
    if (fit == account::CodeFit::expired) return {"That code has expired. Begin again."};
    if (fit == account::CodeFit::wrong) {
      if (++record.wrong_codes < signup_wrong_codes_max) return {"That is not the code. Try once more.", true};
      record.wrong_codes = signup_wrong_codes_max;
      record.code = {};
      return {"That is not the code, and there were too many wrong ones. Begin again.", true};
    }
    record.code = {};
    record.step = step_password;
    return record.lost == "password" ? Refusal{} : call(txn, record);
  });
}

void Recovery::take_password(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const RecoveryRecord* record = find(reader, *turn);
  if (record == nullptr || record->step != step_password || record->lost != "password")
    return turn->respond(redirect(recovery_path));
  const std::string password = turn->fields["password"];
  if (password != turn->fields["again"]) return show_record(*turn, *record, "The two passwords are not the same.");
  const iam::AccountRecord* account = iam::find_account(reader, AccountId(record->account));
  if (const Result<void> good = iam::check_password(nullptr, account, password); !good.ok())
    return show_record(*turn, *record, good.error().message);
  const auto busy = [turn] {
    turn->respond(problem(turn->visit, 503, "Please wait", "Try again in a few seconds.", recovery_path));
  };
  const auto hash = [this, turn, password, busy] {
    try {
      Result<std::string> hashed = auth::hash_password(password, parts_.env.random);
      if (!hashed.ok()) return busy();
      change(turn, step_password, [this, turn, hashed = *hashed](store::Txn& txn, RecoveryRecord& kept) -> Refusal {
        const AccountId id(kept.account);
        const iam::AccountRecord* found = iam::find_account(txn, id);
        if (found == nullptr || found->state != account::active) return {"The account is not active any more."};
        iam::AccountRecord changed = *found;
        changed.root_password_hash = hashed;
        changed.seed_mark.clear();
        account::send_mail(txn, sending(), {changed.email, "Your root user password was changed",
                                            "The password of the root user of the account " + id.value + " was changed.\n"});
        txn.put(iam::accounts, iam::account_key(id), std::move(changed));
        kept.step = step_done;
        record_event(txn, *turn, kept, "PasswordRecoveryCompleted");
        return {};
      });
    } catch (const std::exception& e) {
      log_error("a recovery failed with an exception", {{"what", e.what()}});
    }
  };
  if (!pool_.post({turn->request.peer_address, turn->request.peer_address}, {hash, busy})) busy();
}

// Confirmed: root's devices are taken off. Over: another call.
void Recovery::take_call(const TurnPtr& turn) {
  change(turn, step_phone, [this, turn](store::Txn& txn, RecoveryRecord& record) -> Refusal {
    const std::string told = call_state(txn, record);
    if (told == "over" || told == "rejected") return call(txn, record);
    if (told != "confirmed") return {"The code was not typed yet."};
    std::vector<std::pair<store::Key, iam::MfaDeviceRecord>> devices;
    for (const auto& [key, device] : txn.find(iam::mfa_devices, iam::mfa_device_by_owner, record.account))
      devices.emplace_back(key, device);
    for (auto& [key, device] : devices) {
      device.owner_id.clear();
      device.enabled = {};
      txn.put(iam::mfa_devices, key, std::move(device));
    }
    std::vector<store::Key> passkeys;
    for (const auto& [key, device] : txn.find(iam::fido_devices, iam::fido_device_by_owner, record.account))
      passkeys.push_back(key);
    for (const store::Key& key : passkeys) txn.erase(iam::fido_devices, key);
    account::send_mail(txn, sending(), {record.email, "The MFA devices of your root user were removed",
                                        "The root user of the account " + record.account + " has no MFA device any more.\n"});
    record.step = step_done;
    record_event(txn, *turn, record, "MfaRecoveryCompleted");
    return {};
  });
}

// PasswordRecoveryRequested and PasswordRecoveryCompleted are AWS's; what it calls those of a lost device was not found.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
void Recovery::record_event(store::Txn& txn, const Turn& turn, const RecoveryRecord& record, std::string_view name) const {
  const Timestamp now = parts_.env.clock.now();
  const std::vector<events::WrittenEvent> all{
      signin_event(parts_.env, turn.request, root_identity(parts_.env, AccountId(record.account)), {.name = name}, now)};
  events::append(txn, all, now);
}

}  // namespace haar::console
