#include "console/signin/signin.h"

#include <boost/json.hpp>

#include <exception>
#include <utility>

#include "base/encoding.h"
#include "base/log.h"
#include "console/session/cookies.h"
#include "console/session/session_scheme.h"
#include "console/signin/account_name.h"
#include "console/signin/events.h"
#include "services/iam/account/account.h"
#include "web/host.h"

namespace haar::console {
namespace {

namespace json = boost::json;

constexpr std::size_t user_agent_max = 512;

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

}  // namespace

void answer_json(const http::Respond& respond, int status, const json::object& body) {
  http::Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "application/json");
  add_security_headers(response.headers);
  response.body = json::serialize(body);
  respond(std::move(response));
}

std::string too_many_failures(std::int64_t seconds) {
  return "There were too many failed attempts. Try again in " + std::to_string(seconds) + " seconds.";
}

Browser browser_of(const http::Request& request) {
  return {request.peer_address, std::string(request.header("user-agent").substr(0, user_agent_max))};
}

api::Origin origin_of(const api::Environment& env, const http::Request& request) {
  api::Origin origin;
  origin.source_ip = request.peer_address;
  origin.user_agent = request.header("user-agent").substr(0, user_agent_max);
  origin.host = request.header("host");
  origin.request_id = uuid4(env.random);
  origin.tls = request.tls;
  origin.tls_version = request.tls_version;
  origin.tls_cipher = request.tls_cipher;
  return origin;
}

const std::vector<SignIn::Place>& SignIn::places() {
  static const std::vector<Place> all{
      {"GET", "/signin", &SignIn::show},
      {"POST", "/signin", &SignIn::choose},
      {"POST", "/signin/root", &SignIn::root_login},
      {"POST", "/signin/user", &SignIn::user_login},
      {"GET", "/signin/mfa", &SignIn::mfa_page},
      {"POST", "/signin/mfa", &SignIn::mfa_code},
      {"POST", "/signin/mfa/resync", &SignIn::mfa_resync},
      {"POST", "/signin/passkey/options", &SignIn::passkey_options},
      {"POST", "/signin/passkey", &SignIn::passkey},
      {"POST", "/console/webauthn/options", &SignIn::passkey_registration},
      {"POST", "/console/webauthn/register", &SignIn::passkey_register},
      {"GET", "/signin/password", &SignIn::password_page},
      {"POST", "/signin/password", &SignIn::new_password},
      {"POST", "/signin/out", &SignIn::sign_out},
      {"GET", "/signin/sessions", &SignIn::session_list},
      {"POST", "/signin/sessions", &SignIn::end_listed_session},
      {"POST", "/saml/choose", &SignIn::saml_choose},
      {"GET", "/signin/register-mfa", &SignIn::register_page},
      {"POST", "/signin/register-mfa/start", &SignIn::register_start},
      {"POST", "/signin/register-mfa", &SignIn::register_finish},
      {"GET", "/switchrole", &SignIn::role_form},
      {"POST", "/switchrole", &SignIn::switch_role},
      {"POST", "/switchrole/exit", &SignIn::exit_role},
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
    std::string to = web::origin_of(request, parts_.hosts.front());
    to.append("/signin?account=").append(percent_encode(host.substr(0, host.find('.'))));
    respond(redirect(to));
  };
  // What carries its credentials in itself, from any page and by any name: no cookie counts here.
  web::Site federation{.name = "signin_federation",
                       .routes = {{.methods = "GET POST", .path = "/federation"}, {.methods = "POST", .path = "/saml"}},
                       .body_bytes_max = signin_body_bytes_max};
  federation.handle = [this](const web::Site&, const web::Route& route, http::Request&& request, http::Respond respond) {
    serve_foreign(route.path == "/saml" ? &SignIn::saml : &SignIn::federation, std::move(request), std::move(respond));
  };
  web::Site own_federation = federation;
  own_federation.hosts = parts_.hosts;
  return {std::move(site), std::move(aliases), page_assets(parts_.hosts), std::move(federation), std::move(own_federation)};
}

void SignIn::serve(const web::Route& route, http::Request&& request, http::Respond respond) {
  const TurnPtr turn = new_turn(std::move(request), std::move(respond), parts_.env.keyring, parts_.env.random);
  const bool posted = turn->request.method == "POST";
  Result<Fields> fields = posted ? read(turn->request, turn->visit) : Fields::read(turn->request.query);
  if (!fields.ok()) {
    const std::string_view title = fields.error().http_status == 403 ? "This page is out of date" : "This cannot be read";
    return turn->respond(problem(turn->visit, fields.error().http_status, title, fields.error().message));
  }
  turn->fields = std::move(fields).value();
  for (const Place& place : places()) {
    if (place.path == route.path && place.method == turn->request.method) return (this->*place.step)(turn);
  }
}

// Of other pages and of programs: nothing proves that a page of ours was shown.
void SignIn::serve_foreign(Step step, http::Request&& request, http::Respond respond) {
  const TurnPtr turn = new_turn(std::move(request), std::move(respond), parts_.env.keyring, parts_.env.random);
  Result<Fields> fields = Fields::read(turn->request.method == "POST" ? turn->request.body : turn->request.query);
  if (!fields.ok()) return turn->respond(problem(turn->visit, 400, "This cannot be read", fields.error().message));
  turn->fields = std::move(fields).value();
  (this->*step)(turn);
}

// A form of ours, or what the console's own scripts send: they carry the session's second secret in a header.
Result<Fields> SignIn::read(const http::Request& request, const Visit& visit) const {
  const std::string_view secret = request.header(csrf_header);
  if (secret.empty()) return read_form(request, visit);
  const std::string_view cookie = find_cookie(request.headers, session_cookie);
  if (cookie.empty() || !equal_constant_time(secret, csrf_secret(parts_.env.keyring, cookie)))
    return Error{"ForeignForm", "The header x-haar-csrf is not this session's.", 403};
  // What is sent as JSON is read by who takes it.
  if (to_lower(request.header("content-type")).starts_with("application/json")) return Fields{};
  return Fields::read(request.body);
}

// ---- the pages ----------------------------------------------------------------------------------

void SignIn::show(const TurnPtr& turn) {
  const WayBack back = way_back(*turn);
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
  const WayBack back = way_back(*turn);
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
               {"clientAddress", turn->request.peer_address},
               {"expires", live->expires.seconds()},
               {"signedInAs", live->signed_in->arn},
               {"switchedRole", live->record.switched.has_value()},
               {"roles", known_roles(reader, *live)}});
}

void SignIn::sign_out(const TurnPtr& turn) {
  const std::string cookie(find_cookie(turn->request.headers, session_cookie));
  const auto work = [this, cookie](store::Txn& txn) {
    const Result<LiveSession> live = find_session(parts_.env, txn, cookie, WhichSession::signed_in);
    if (!live.ok()) return store::Keep::discard;
    end_session(txn, live->account, live->record.id);
    return store::Keep::commit;
  };
  transact(turn, work, [this, turn] {
    Page page = signed_out_page();
    page.set_cookies.push_back(set_cookie(session_cookie, "", turn->request.tls, 0));
    turn->respond(answer(page, Visit::fresh(turn->request, parts_.env.random)));
  });
}

void SignIn::transact(const TurnPtr& turn, store::Db::Work work, std::function<void()> committed) {
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

void SignIn::later(const TurnPtr& turn, const std::string& for_whom, std::function<void()> work) {
  const auto busy = [turn] {
    turn->respond(problem(turn->visit, 503, "Please wait",
                          "Many people are signing in at this moment. Try again in a few seconds."));
  };
  const auto guarded = [turn, work = std::move(work)] {
    try {
      work();
    } catch (const std::exception& e) {
      log_error("a sign-in failed with an exception", {{"what", e.what()}});
      turn->respond(problem(turn->visit, 500, "Something went wrong", "Nothing was changed. haar's log says more."));
    }
  };
  if (!pool_.post({for_whom, turn->request.peer_address}, {guarded, busy})) busy();
}

}  // namespace haar::console
