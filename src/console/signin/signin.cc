#include "console/signin/signin.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "console/session/cookies.h"
#include "console/session/session_scheme.h"
#include "console/signin/account_name.h"
#include "console/signin/events.h"
#include "console/signin/guesses.h"
#include "services/iam/account/account.h"
#include "services/iam/credentials/mfa_devices.h"
#include "services/iam/principals/entities.h"

namespace haar::console {
namespace {

namespace json = boost::json;

constexpr std::size_t user_agent_max = 512;

// AWS's words, for whatever was wrong.
constexpr std::string_view wrong_login =
    "Your authentication information is incorrect. Please try again.";

WayBack way_back(const Fields& fields) { return {own_path(fields["return"], "")}; }

// The account and the user name that this browser has signed in with before.
Tried remembered(const http::Request& request) {
  Tried tried;
  const std::string_view value = find_cookie(request.headers, remembered_cookie);
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos) return tried;
  tried.account = tidy_account_name(percent_decode(value.substr(0, colon), false).value_or(""));
  tried.user = percent_decode(value.substr(colon + 1), false).value_or("");
  return tried;
}

std::string who_is(const store::Reader& reader, const LiveSession& session) {
  const api::Caller& who = *session.caller;
  const std::string at = " @ " + name_of_account(reader, who.account);
  if (who.type == api::CallerType::root) return "root user" + at;
  if (who.session && !who.session->name.empty()) return who.name + "/" + who.session->name + at;
  return who.name + at;
}

std::string_view kind_of(const api::Caller& caller) {
  switch (caller.type) {
    case api::CallerType::root: return "root";
    case api::CallerType::role_session: return "role";
    case api::CallerType::federated_user: return "federated";
    default: return "user";
  }
}

Browser browser_of(const http::Request& request) {
  return {request.peer_address, std::string(request.header("user-agent").substr(0, user_agent_max))};
}

void answer_json(const http::Respond& respond, int status, const json::object& body) {
  http::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  add_security_headers(response.headers);
  response.body = json::serialize(body);
  respond(std::move(response));
}

}  // namespace

const std::vector<SignIn::Place>& SignIn::places() {
  static const std::vector<Place> all{
      {"GET", "/signin", &SignIn::show},
      {"POST", "/signin", &SignIn::choose},
      {"POST", "/signin/root", &SignIn::root_login},
      {"POST", "/signin/user", &SignIn::user_login},
      {"POST", "/signin/out", &SignIn::sign_out},
      {"GET", "/console/api/session", &SignIn::session_json},
  };
  return all;
}

std::vector<web::Site> SignIn::sites() {
  web::Site site{.name = "signin",
                 .hosts = parts_.hosts,
                 .schemes = {std::make_shared<SessionScheme>(parts_.env, parts_.last_use)},
                 .body_bytes_max = signin_body_bytes_max};
  for (const Place& place : places()) site.routes.push_back({.methods = place.method, .path = place.path});
  site.handle = [this](const web::Site&, const web::Route& route, http::Request&& request, http::Respond respond) {
    serve(route, std::move(request), std::move(respond));
  };
  // ALIAS.signin.localhost: to the sign-in page of that account.
  web::Site aliases{.name = "signin_aliases", .hosts = {"*.signin.localhost"}, .routes = {{.methods = "GET HEAD", .path = "/"}}};
  aliases.handle = [this](const web::Site&, const web::Route&, http::Request&& request, const http::Respond& respond) {
    const std::string_view host = request.header("host");
    const std::size_t colon = host.rfind(':');
    std::string to(request.tls ? "https://" : "http://");
    to.append(parts_.hosts.front());
    if (colon != std::string_view::npos && host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos)
      to.append(host.substr(colon));
    to.append("/signin?account=").append(percent_encode(host.substr(0, host.find('.'))));
    respond(redirect(to));
  };
  return {std::move(site), std::move(aliases), page_assets(parts_.hosts)};
}

void SignIn::serve(const web::Route& route, http::Request&& request, http::Respond respond) {
  Visit visit = Visit::of(request, parts_.env.keyring, parts_.env.random);
  const TurnPtr turn = std::make_shared<Turn>(Turn{std::move(request), std::move(respond), std::move(visit)});
  const bool posted = turn->request.method == "POST";
  Result<Fields> fields = posted ? read_form(turn->request, turn->visit) : Fields::read(turn->request.query);
  if (!fields.ok()) {
    const std::string_view title = fields.error().http_status == 403 ? "This page is out of date" : "This cannot be read";
    return turn->respond(problem(turn->visit, fields.error().http_status, title, fields.error().message));
  }
  turn->fields = std::move(fields).value();
  for (const Place& place : places()) {
    if (place.path == route.path && place.method == turn->request.method) return (this->*place.step)(turn);
  }
}

// ---- the pages ----------------------------------------------------------------------------------

void SignIn::show(const TurnPtr& turn) {
  const WayBack back = way_back(turn->fields);
  const store::Reader reader(parts_.db.local_snapshot());
  const std::string_view cookie = find_cookie(turn->request.headers, session_cookie);
  const bool other = turn->fields.has("other") || turn->fields.has("account");
  if (!cookie.empty() && !other) {
    const Result<LiveSession> live = find_session(parts_.env, reader, cookie);
    if (live.ok()) return turn->page(signed_in_page(turn->visit, back, who_is(reader, *live), ""));
  }
  Tried tried = other ? Tried{} : remembered(turn->request);
  if (turn->fields.has("account")) tried.account = tidy_account_name(turn->fields["account"]);
  if (!tried.account.empty()) return turn->page(user_page(turn->visit, back, tried, !tried.user.empty()));
  turn->page(choose_page(turn->visit, back, turn->fields["kind"] == "user" ? "user" : "root", tried));
}

void SignIn::choose(const TurnPtr& turn) {
  const WayBack back = way_back(turn->fields);
  Tried tried;
  tried.email = turn->fields["email"];
  tried.account = tidy_account_name(turn->fields["account"]);
  const bool root = turn->fields["kind"] != "user";
  if (root && tried.email.find('@') == std::string::npos) {
    tried.error = "Enter the email address of the account's root user.";
    return turn->page(choose_page(turn->visit, back, "root", tried));
  }
  if (!root && tried.account.empty()) {
    tried.error = "Enter an account ID of 12 digits, or an account alias.";
    return turn->page(choose_page(turn->visit, back, "user", tried));
  }
  turn->page(root ? root_password_page(turn->visit, back, tried) : user_page(turn->visit, back, tried, false));
}

// The session contract of the console's pages.
void SignIn::session_json(const TurnPtr& turn) {
  const store::Reader reader(parts_.db.local_snapshot());
  const std::string_view cookie = find_cookie(turn->request.headers, session_cookie);
  const Result<LiveSession> live = find_session(parts_.env, reader, cookie);
  if (!live.ok()) {
    return answer_json(turn->respond, live.error().http_status,
                       {{"code", live.error().code}, {"message", live.error().message}});
  }
  parts_.last_use.note(*live, parts_.env.clock.now());
  const api::Caller& caller = *live->caller;
  const iam::AccountRecord* account = iam::find_account(reader, caller.account);
  answer_json(turn->respond, 200,
              {{"account", caller.account.value},
               {"accountName", account != nullptr ? account->name : ""},
               {"alias", account != nullptr ? account->alias : ""},
               {"arn", caller.arn},
               {"kind", kind_of(caller)},
               {"name", caller.type == api::CallerType::root ? std::string("root") : caller.name},
               {"region", parts_.region},
               {"csrf", csrf_secret(parts_.env.keyring, cookie)},
               {"expires", live->expires.seconds()}});
}

void SignIn::sign_out(const TurnPtr& turn) {
  const std::string cookie(find_cookie(turn->request.headers, session_cookie));
  const auto work = [this, cookie](store::Txn& txn) {
    const Result<LiveSession> live = find_session(parts_.env, txn, cookie);
    if (!live.ok()) return store::Keep::discard;
    end_session(txn, live->account, live->record.id);
    return store::Keep::commit;
  };
  submit(turn, work, [this, turn] {
    Page page = signed_out_page();
    page.set_cookies.push_back(set_cookie(session_cookie, "", turn->request.tls, 0));
    turn->respond(answer(page, Visit::fresh(turn->request, parts_.env.random)));
  });
}

// ---- passwords ----------------------------------------------------------------------------------

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
  login.typed_account = login.tried.account;
  login.name.account = find_named_account(reader, login.tried.account).value_or(AccountId(""));
  login.name.user = login.tried.user;
  verify(turn, std::move(login), turn->fields["password"]);
}

// The same work whether or not anybody is called so: one hash of a password, on a thread that may wait.
void SignIn::verify(const TurnPtr& turn, Login login, std::string_view password) {
  const auto shared = std::make_shared<Login>(std::move(login));
  const auto busy = [this, turn, shared] {
    refuse_login(*turn, *shared, "Many people are signing in at this moment. Try again in a few seconds.");
  };
  const api::FairPool::Owner owner{shared->typed_account, turn->request.peer_address};
  const bool queued = pool_.post(owner, {[this, turn, shared, text = std::string(password)] {
                                           const store::Reader state(parts_.db.snapshot());
                                           decide(turn, shared, iam::verify_login(state, shared->name, text,
                                                                                  parts_.env.clock.now()));
                                         },
                                         busy});
  if (!queued) busy();
}

struct SignIn::Decided {
  std::string error;  // for the person; empty: signed in
  std::optional<StartedSession> started;
};

void SignIn::decide(const TurnPtr& turn, const std::shared_ptr<Login>& login, const iam::LoginCheck& check) {
  const auto decided = std::make_shared<Decided>();
  const auto work = [this, turn, login, check, decided](store::Txn& txn) {
    *decided = {};
    settle(txn, *turn, *login, check, *decided);
    return store::Keep::commit;
  };
  submit(turn, work, [this, turn, login, decided] {
    if (!decided->started) return refuse_login(*turn, *login, decided->error);
    const bool tls = turn->request.tls;
    std::vector<std::string> cookies{set_cookie(session_cookie, decided->started->cookie, tls)};
    if (const auto visit = Visit::fresh(turn->request, parts_.env.random).set_cookie()) cookies.push_back(*visit);
    if (login->name.user) {
      const std::string value = percent_encode(login->tried.account) + ":" + percent_encode(*login->name.user);
      cookies.push_back(login->remember ? set_cookie(remembered_cookie, value, tls, remembered_seconds)
                                        : set_cookie(remembered_cookie, "", tls, 0));
    }
    turn->respond(redirect(own_path(turn->fields["return"], console_path), std::move(cookies)));
  });
}

void SignIn::settle(store::Txn& txn, const Turn& turn, const Login& login, const iam::LoginCheck& check, Decided& out) {
  const Timestamp now = parts_.env.clock.now();
  const GuessedAt name = guesses_of_name(login.typed_account, login.name.user.value_or(""));
  const GuessedAt address = guesses_of_address(turn.request.peer_address);
  const std::int64_t wait = std::max(seconds_to_wait(txn, name, now), seconds_to_wait(txn, address, now));
  if (wait > 0) {
    out.error = "There were too many failed attempts. Try again in " + std::to_string(wait) + " seconds.";
    return;
  }
  const AccountId& account = login.name.account;
  const bool known_account = iam::find_account(txn, account) != nullptr;
  if (!check.matches) {
    note_failure(txn, name, now);
    note_failure(txn, address, now);
    out.error = wrong_login;
    if (!known_account) return;
    const iam::UserRecord* user =
        login.name.user ? txn.get(iam::users, iam::entity_key(account, *login.name.user)) : nullptr;
    const bool unknown = login.name.user && user == nullptr;
    const EventIdentity who = !login.name.user ? root_identity(parts_.env, account)
                              : unknown        ? unknown_user(account)
                                               : user_identity(parts_.env, txn, account, user->unique_id);
    const SignInEvent failed{.name = "ConsoleLogin", .success = false,
                             .error = unknown ? "No username found in supplied account" : "Failed authentication",
                             .additional = console_login_data(turn.request, "")};
    events::append(txn, {signin_event(parts_.env, turn.request, who, failed, now)}, now);
    return;
  }
  if (iam::has_mfa_device(txn, check.owner_id) || check.reset_required || check.expired) {
    out.error = "This sign-in needs a further step, which this page does not have.";
    return;
  }
  forgive(txn, name);
  const std::string user_id = login.name.user ? check.owner_id : "";
  Result<StartedSession> started = start_session(
      parts_.env, txn,
      {account, user_id, "", browser_of(turn.request)}, now);
  if (!started.ok()) {
    out.error = wrong_login;
    return;
  }
  iam::note_password_use(txn, account, check.owner_id, now);
  const EventIdentity who =
      login.name.user ? user_identity(parts_.env, txn, account, user_id) : root_identity(parts_.env, account);
  events::append(txn, {signin_event(parts_.env, turn.request, who,
                                    {.name = "ConsoleLogin", .additional = console_login_data(turn.request, "")}, now)},
                 now);
  out.started = std::move(started).value();
}

void SignIn::refuse_login(const Turn& turn, const Login& login, std::string error) const {
  Tried tried = login.tried;
  tried.error = std::move(error);
  const WayBack back = way_back(turn.fields);
  turn.page(login.name.user ? user_page(turn.visit, back, tried, login.remember) : root_password_page(turn.visit, back, tried));
}

void SignIn::submit(const TurnPtr& turn, store::Db::Work work, std::function<void()> committed) {
  const auto unavailable = [turn] {
    turn->respond(problem(turn->visit, 503, "This cannot be stored now",
                          "Nothing was changed. The disk may be full. Try again."));
  };
  const auto done = [unavailable, committed = std::move(committed)](store::Outcome outcome) {
    if (outcome == store::Outcome::committed) committed();
    else unavailable();
  };
  if (!parts_.db.submit(std::move(work), done)) unavailable();
}

}  // namespace haar::console
