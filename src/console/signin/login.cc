// The password: of the root user of an e-mail address, or of a user of an account.
#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "console/session/cookies.h"
#include "console/signin/account_name.h"
#include "console/signin/guesses.h"
#include "console/signin/signin.h"
#include "services/iam/account/account.h"
#include "services/iam/principals/entities.h"

namespace haar::console {

void SignIn::root_login(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  Login login;
  login.tried.email = turn->fields["email"];
  login.typed_account = login.tried.email;
  login.name.account = iam::find_account_by_email(reader, login.tried.email).value_or(AccountId(""));
  verify(turn, std::move(login), turn->fields["password"]);
}

void SignIn::user_login(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  Login login;
  login.tried.account = tidy_account_name(turn->fields["account"]);
  login.tried.user = turn->fields["user"];
  login.remember = turn->fields.has("remember");
  const std::optional<AccountId> account = find_named_account(reader, login.tried.account);
  // An alias is no second name to guess under.
  login.typed_account = account ? account->value : login.tried.account;
  login.name.account = account.value_or(AccountId(""));
  login.name.user = login.tried.user;
  verify(turn, std::move(login), turn->fields["password"]);
}

// The same work whether or not anybody is called so: one hash of a password, on a thread that may wait.
void SignIn::verify(const TurnPtr& turn, Login login, std::string_view password) {
  const auto shared = std::make_shared<Login>(std::move(login));
  later(turn, shared->typed_account, [this, turn, shared, text = std::string(password)] {
    const store::Reader state(parts_.db.snapshot());
    decide(turn, shared, iam::verify_login(state, shared->name, text, parts_.env.clock.now()));
  });
}

void SignIn::decide(const TurnPtr& turn, const std::shared_ptr<Login>& login, const iam::LoginCheck& check) {
  const auto out = std::make_shared<Outcome>();
  const auto work = [this, turn, login, check, out](store::Txn& txn) {
    *out = {};
    settle(txn, *turn, *login, check, *out);
    return store::Keep::commit;
  };
  transact(turn, work, [this, turn, login, out] {
    if (!out->error.empty()) return refuse_login(*turn, *login, out->error);
    if (login->name.user) {
      const bool tls = turn->request.tls;
      const std::string value = percent_encode(login->tried.account) + ":" + percent_encode(*login->name.user);
      out->cookies.push_back(login->remember ? set_cookie(remembered_cookie, value, tls, remembered_seconds)
                                             : set_cookie(remembered_cookie, "", tls, 0));
    }
    go_on(*turn, *out);
  });
}

// Whether it was right counts only for who need not wait: of guesses that are made at once, the first few alone are heard.
void SignIn::settle(store::Txn& txn, const Turn& turn, const Login& login, const iam::LoginCheck& check, Outcome& out) {
  const Timestamp now = parts_.env.clock.now();
  Flow flow;
  flow.account = login.name.account;
  flow.record.principal_id = check.owner_id;
  flow.record.user_name = login.name.user.value_or("");
  flow.record.typed_account = login.typed_account;
  flow.record.created = now;
  flow.record.return_path = own_path(turn.fields["return"], "");
  if (const std::int64_t wait = wait_of(txn, turn, flow); wait > 0) {
    out.error = too_many_failures(wait);
    return;
  }
  if (!check.matches) {
    out.error = wrong_login;
    note_guess(txn, turn, flow);
    return note_failed_login(txn, turn, login);
  }
  if (check.locked) {
    out.error = "Your password has expired. Ask your administrator to set a new one.";
    return note_failed_login(txn, turn, login);
  }
  flow.record.needs_password = check.reset_required || check.expired;
  flow.record.password_mark = password_mark(txn, flow.account, flow.record.principal_id);
  advance(txn, turn, flow, out);
}

void SignIn::note_failed_login(store::Txn& txn, const Turn& turn, const Login& login) {
  const AccountId& account = login.name.account;
  if (iam::find_account(txn, account) == nullptr) return;  // nobody's log would tell of it
  const iam::UserRecord* user = login.name.user ? txn.get(iam::users, iam::entity_key(account, *login.name.user)) : nullptr;
  const bool unknown = login.name.user && user == nullptr;
  const EventIdentity who = !login.name.user ? root_identity(parts_.env, account)
                            : unknown        ? unknown_user(account)
                                             : user_identity(parts_.env, txn, account, user->unique_id);
  append(txn, turn, who,
         {.name = "ConsoleLogin", .success = false,
          .error = unknown ? "No username found in supplied account" : "Failed authentication",
          .additional = console_login_data(turn.request, "")});
}

void SignIn::refuse_login(const Turn& turn, const Login& login, std::string error) const {
  Tried tried = login.tried;
  tried.error = std::move(error);
  const WayBack back = way_back(turn);
  turn.page(login.name.user ? user_page(turn.visit, back, tried, login.remember) : root_password_page(turn.visit, back, tried));
}

}  // namespace haar::console
