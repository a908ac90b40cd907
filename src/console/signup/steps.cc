// The steps of a sign-up, in their order: what each form says, and what becomes of it.
#include <boost/json.hpp>

#include <exception>
#include <utility>

#include "auth/password.h"
#include "base/arn.h"
#include "base/log.h"
#include "console/session/cookies.h"
#include "console/signup/checks.h"
#include "console/signup/pages.h"
#include "console/signup/signup.h"
#include "events/log.h"
#include "services/account/activation.h"
#include "services/ec2/network/network.h"
#include "services/iam/account/account.h"
#include "services/iam/credentials/password_policy.h"

namespace haar::console {
namespace {

namespace s = signup_step;

constexpr std::size_t cookie_length = 48;
constexpr std::int64_t hour_seconds = 3600;
constexpr std::string_view too_many_codes = "Too many codes were sent there in the last hour. Try again later.";

std::string purpose_of(std::string_view what, const SignUpRecord& record) {
  return "sign-up " + std::string(what) + " " + record.email + " " + record.phone + " " + std::to_string(record.begun.micros);
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == text.npos ? std::string() : std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

// So many that are not over.
bool too_many_signups(const store::Reader& reader, const std::string& address, Timestamp now) {
  std::size_t recent = 0, all = 0;
  for (const auto& [key, record] : reader.find(signups, signup_by_address, address))
    recent += now.seconds() - record.begun.seconds() < hour_seconds ? 1 : 0;
  for ([[maybe_unused]] const auto& found : reader.scan(signups, store::prefix_of())) ++all;
  return recent >= signups_an_hour_max || all >= signups_max;
}

}  // namespace

// ---- 1: address, code, password -------------------------------------------------------------------

// Whether the address is an account's already is told to nobody but its reader: the mail says so in the code's place.
SignUp::Refusal SignUp::send_mail_code(store::Txn& txn, SignUpRecord& record) const {
  const account::Sending with = sending();
  if (!account::may_send(txn, record.email, with.now)) return {std::string(too_many_codes)};
  record.wrong_codes = 0;
  record.mail_code = {};
  if (iam::find_account_by_email(txn, record.email)) {
    account::send_mail(txn, with, {record.email, "You already have an AWS account",
                                   "Somebody began to sign up for AWS with this email address, which is the root user's of an "
                                   "account already. Sign in to it, or sign up with another address.\n"});
    return {};
  }
  const account::NewCode code = account::new_code(with.keyring, with.random, purpose_of("mail", record), with.now);
  record.mail_code = code.stored;
  account::send_mail(txn, with, {record.email, "AWS email verification code",
                                 "You are signing up for AWS. Your verification code is " + code.text +
                                     "\n\nIt is good for ten minutes. Who did not ask for it need not do anything.\n"});
  return {};
}

void SignUp::begin(const TurnPtr& turn) {
  const std::string email = trimmed(turn->fields["email"]), name = trimmed(turn->fields["name"]);
  const auto again = [turn, email, name](const std::string& error) {
    Page page = signup_begin_page(turn->visit, email, name, error);
    page.status = 400;
    turn->respond(answer(page, turn->visit));
  };
  for (const std::string& wrong : {check_email(email), check_account_name(name)}) {
    if (!wrong.empty()) return again(wrong);
  }
  const std::string cookie = random_text(parts_.env.random, alphabet_lower_alnum, cookie_length);
  const auto refusal = std::make_shared<Refusal>();
  const auto work = [this, turn, cookie, email, name, refusal](store::Txn& txn) {
    SignUpRecord record;
    record.step = s::code;
    record.email = email;
    record.account_name = name;
    record.source_address = turn->request.peer_address;
    record.begun = parts_.env.clock.now();
    *refusal = too_many_signups(txn, record.source_address, record.begun)
                   ? Refusal{"Too many sign-ups were begun here in the last hour. Try again later."}
                   : send_mail_code(txn, record);
    if (!refusal->text.empty()) return store::Keep::discard;
    txn.put(signups, signup_key(cookie), std::move(record));
    return store::Keep::commit;
  };
  const auto done = [this, turn, cookie, refusal, again](store::Outcome outcome) {
    if (outcome == store::Outcome::committed && refusal->text.empty())
      return turn->respond(redirect(signup_path, {set_cookie(signup_cookie, cookie, turn->request.tls, signup_kept_seconds)}));
    if (!refusal->text.empty()) return again(refusal->text);
    answer_step(turn, *refusal, outcome);
  };
  if (!parts_.db.submit(work, done)) answer_step(turn, {}, store::Outcome::unavailable);
}

void SignUp::restart(const TurnPtr& turn) {
  const std::string cookie(find_cookie(turn->request.headers, signup_cookie));
  const auto work = [cookie](store::Txn& txn) {
    if (cookie.empty() || txn.get(signups, signup_key(cookie)) == nullptr) return store::Keep::discard;
    txn.erase(signups, signup_key(cookie));
    return store::Keep::commit;
  };
  const auto done = [this, turn](store::Outcome outcome) {
    if (outcome != store::Outcome::committed) return answer_step(turn, {}, outcome);
    turn->respond(redirect(signup_path, {set_cookie(signup_cookie, "", turn->request.tls, 0)}));
  };
  if (!parts_.db.submit(work, done)) answer_step(turn, {}, store::Outcome::unavailable);
}

// A wrong one is kept count of; the fifth makes the code void.
SignUp::Refusal SignUp::check_code(SignUpRecord& record, const std::string& purpose, std::string_view text) const {
  const account::Sending with = sending();
  const bool spent = record.wrong_codes >= signup_wrong_codes_max;
  switch (spent ? account::CodeFit::wrong : account::check_code(with.keyring, record.mail_code, purpose, text, with.now)) {
    case account::CodeFit::right: record.mail_code = {}; record.wrong_codes = 0; return {};
    case account::CodeFit::expired: return {"That code has expired. Ask for a new one."};
    case account::CodeFit::wrong: break;
  }
  if (++record.wrong_codes < signup_wrong_codes_max) return {"That is not the code. Try once more.", true};
  record.mail_code = {};
  record.wrong_codes = signup_wrong_codes_max;
  return {"That is not the code, and there were too many wrong ones. Ask for a new one.", true};
}

void SignUp::take_mail_code(const TurnPtr& turn) {
  change(turn, s::code, [this, turn](store::Txn&, SignUpRecord& record) {
    Refusal refusal = check_code(record, purpose_of("mail", record), trimmed(turn->fields["code"]));
    if (refusal.text.empty()) record.step = s::password;
    return refusal;
  });
}

void SignUp::send_again(const TurnPtr& turn) {
  change(turn, s::code, [this](store::Txn& txn, SignUpRecord& record) { return send_mail_code(txn, record); });
}

void SignUp::take_password(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const SignUpRecord* record = find(reader, *turn);
  if (record == nullptr || record->step != s::password) return turn->respond(redirect(signup_path));
  const std::string password = turn->fields["password"];
  iam::AccountRecord account;
  account.name = record->account_name;
  account.email = record->email;
  if (password != turn->fields["again"]) return show_record(*turn, *record, "The two passwords are not the same.");
  if (const Result<void> good = iam::check_password(nullptr, &account, password); !good.ok())
    return show_record(*turn, *record, good.error().message);
  const auto busy = [turn] {
    turn->respond(problem(turn->visit, 503, "Please wait", "Many people are signing up at this moment. Try again.", signup_path));
  };
  const auto hash = [this, turn, password] {
    try {
      Result<std::string> hashed = auth::hash_password(password, parts_.env.random);
      if (!hashed.ok()) return answer_step(turn, {}, store::Outcome::unavailable);
      change(turn, s::password, [hashed = *hashed](store::Txn&, SignUpRecord& kept) {
        kept.password_hash = hashed;
        kept.step = s::contact;
        return Refusal{};
      });
    } catch (const std::exception& e) {
      log_error("a sign-up failed with an exception", {{"what", e.what()}});
    }
  };
  if (!pool_.post({turn->request.peer_address, turn->request.peer_address}, {hash, busy})) busy();
}

// ---- 2 and 3: who you are, how you would pay --------------------------------------------------------

void SignUp::take_contact(const TurnPtr& turn) {
  change(turn, s::contact, [this, turn](store::Txn&, SignUpRecord& record) -> Refusal {
    const Fields& said = turn->fields;
    account::ContactRecord contact;
    contact.full_name = trimmed(said["full-name"]);
    contact.company = trimmed(said["company"]);
    contact.address_line_1 = trimmed(said["address"]);
    contact.city = trimmed(said["city"]);
    contact.state = trimmed(said["state"]);
    contact.postal_code = trimmed(said["postal-code"]);
    contact.country = said["country"];
    contact.phone = trimmed(said["phone"]);
    // What was typed stays on the page.
    record.contact = contact;
    record.billing.use = said["use"] == "personal" ? "personal" : "business";
    if (std::string wrong = check_contact(contact); !wrong.empty()) return {std::move(wrong), true};
    if (!said.has("agree")) return {"Read the terms, and agree to them, to go on.", true};
    record.billing.agreed = parts_.env.clock.now();
    record.step = s::billing;
    return {};
  });
}

void SignUp::take_billing(const TurnPtr& turn) {
  change(turn, s::billing, [this, turn](store::Txn&, SignUpRecord& record) -> Refusal {
    const Fields& said = turn->fields;
    std::string wrong = check_card(trimmed(said["number"]), trimmed(said["expires"]), trimmed(said["holder"]),
                                   parts_.env.clock.now(), record.billing);
    if (!wrong.empty()) return {std::move(wrong)};
    record.step = s::identity;
    return {};
  });
}

// ---- 4: the telephone -----------------------------------------------------------------------------

void SignUp::take_identity(const TurnPtr& turn) {
  change(turn, s::identity, [this, turn](store::Txn& txn, SignUpRecord& record) -> Refusal {
    const account::Sending with = sending();
    const std::string phone = trimmed(turn->fields["phone"]);
    if (std::string wrong = check_phone(phone); !wrong.empty()) return {std::move(wrong)};
    if (!account::may_send(txn, phone, with.now)) return {std::string(too_many_codes)};
    record.phone = phone;
    record.wrong_codes = 0;
    record.step = s::phone;
    record.method = turn->fields["method"] == "sms" ? "sms" : "call";
    if (record.method == "sms") {
      const account::NewCode code = account::new_code(with.keyring, with.random, purpose_of("sms", record), with.now);
      record.mail_code = code.stored;
      account::send_sms(txn, with, phone, "Your AWS verification code is " + code.text + ". It is good for ten minutes.");
      return {};
    }
    const account::NewCode code = account::new_code(with.keyring, with.random, account::call_purpose(phone), with.now);
    record.call = account::place_call(txn, with, phone,
                                      "Hello. You are signing up for AWS. Please type the six digits that your browser shows.",
                                      code.stored)
                      .bytes();
    record.sealed_call_code = with.keyring.seal(code.text, record.call);
    return {};
  });
}

void SignUp::other_identity(const TurnPtr& turn) {
  change(turn, s::phone, [](store::Txn&, SignUpRecord& record) {
    record.step = s::identity;
    record.mail_code = {};
    record.call.clear();
    record.sealed_call_code.clear();
    return Refusal{};
  });
}

void SignUp::take_text_code(const TurnPtr& turn) {
  change(turn, s::phone, [this, turn](store::Txn&, SignUpRecord& record) {
    if (record.method != "sms") return Refusal{"A call was asked for: the code is typed on the telephone."};
    Refusal refusal = check_code(record, purpose_of("sms", record), trimmed(turn->fields["code"]));
    if (refusal.text.empty()) record.step = s::plan;
    return refusal;
  });
}

// ---- 5: the account -------------------------------------------------------------------------------

void SignUp::take_plan(const TurnPtr& turn) {
  change(turn, s::plan, [this, turn](store::Txn& txn, SignUpRecord& record) -> Refusal {
    const std::string& plan = turn->fields["plan"];
    if (plan != "basic" && plan != "developer" && plan != "business") return {"Choose a support plan."};
    record.billing.support_plan = plan;
    return make_account(txn, *turn, record);
  });
}

SignUp::Refusal SignUp::make_account(store::Txn& txn, const Turn& turn, SignUpRecord& record) const {
  const account::Sending with = sending();
  if (iam::find_account_by_email(txn, record.email))
    return {"The email address has become the root user's of another account meanwhile. Begin again with another one."};
  iam::AccountPlan plan;
  plan.wanted.name = record.account_name;
  plan.wanted.email = record.email;
  plan.root_password_hash = record.password_hash;
  const Result<iam::CreatedAccount> made = iam::create_account(txn, plan, with.now, with.random, with.keyring);
  if (!made.ok()) return {made.error().message};
  iam::AccountRecord account = *iam::find_account(txn, made->id);
  account.state = account::pending_activation;
  txn.put(iam::accounts, iam::account_key(made->id), std::move(account));
  ec2::begin_default_networks(txn, made->id);
  record.contact.phone_status = record.contact.phone == record.phone ? "VERIFIED" : "UNVERIFIED";
  txn.put(account::contacts, account::contact_key(made->id), record.contact);
  txn.put(account::billing, account::billing_key(made->id), record.billing);
  record.account_id = made->id.value;
  record.step = s::done;
  record.password_hash.clear();
  record_event(txn, turn, record);
  return {};
}

// AWS records nothing of a sign-up in the account that it makes; here its owner sees when and from where it came to be.
void SignUp::record_event(store::Txn& txn, const Turn& turn, const SignUpRecord& record) const {
  const Timestamp now = parts_.env.clock.now();
  const AccountId id(record.account_id);
  const std::string arn = make_arn(parts_.env.partition, "iam", "", id, "root");
  const std::string request = boost::json::serialize(boost::json::object{
      {"verifiedBy", record.method}, {"supportPlan", record.billing.support_plan}, {"use", record.billing.use}});
  const std::string event_id = events::event_id(now, parts_.env.random), request_id = uuid4(parts_.env.random);
  events::EventDraft event;
  event.time = now;
  event.id = event_id;
  event.request_id = request_id;
  event.source = "signup.haar.localhost";
  event.name = "SignUp";
  event.region = "us-east-1";
  event.account = record.account_id;
  event.identity.type = "Root";
  event.identity.principal_id = record.account_id;
  event.identity.arn = arn;
  event.identity.account = record.account_id;
  event.source_ip = turn.request.peer_address;
  event.user_agent = turn.request.header("user-agent").substr(0, 512);
  event.tls = turn.request.tls;
  event.request_parameters = request;
  event.event_type = "AwsServiceEvent";
  const std::vector<events::WrittenEvent> all{events::written(event)};
  events::append(txn, all, now);
}

}  // namespace haar::console
