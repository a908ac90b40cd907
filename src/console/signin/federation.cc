// A broker's way into the console: temporary credentials for a sign-in token, and the token for a session of a browser.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html
#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/kit/identity.h"
#include "auth/session_token.h"
#include "auth/sha256.h"
#include "base/base64url.h"
#include "base/encoding.h"
#include "console/session/cookies.h"
#include "console/signin/signin.h"
#include "web/host.h"

namespace haar::console {
namespace {

namespace json = boost::json;

// "The sign-in token is valid for 15 minutes after it is created."
constexpr std::int64_t token_seconds = 900;
constexpr std::int64_t duration_min = 900, duration_max = 43'200;
constexpr std::string_view token_purpose = "console sign-in token";

struct SignInToken {
  HeldCredentials credentials;
  std::int64_t until = 0;

  [[nodiscard]] std::string seal(const auth::Keyring& keyring) const {
    const json::array parts{credentials.access_key_id, credentials.token, credentials.expires.micros, until};
    return to_base64url(keyring.seal(json::serialize(parts), token_purpose));
  }
  static std::optional<SignInToken> open(const auth::Keyring& keyring, std::string_view text) {
    const Result<std::string> plain = keyring.open(from_base64url(text).value_or(""), token_purpose);
    if (!plain.ok()) return std::nullopt;
    const json::array parts = json::parse(*plain).as_array();
    return SignInToken{{std::string(parts.at(0).as_string()), std::string(parts.at(1).as_string()), {parts.at(2).as_int64()}},
                       parts.at(3).as_int64()};
  }
};

Error bad_request(std::string_view why) { return {"InvalidRequest", std::string(why), 400}; }

// sessionId, sessionKey and sessionToken of the Session parameter, proved to be a session of haar's that lives.
Result<auth::OpenedSession> open_credentials(const api::Environment& env, const store::Reader& reader, std::string_view session,
                                             std::string& access_key_id) {
  json::error_code error;
  const json::value parsed = json::parse(session, error);
  if (error || !parsed.is_object()) return bad_request("Session must be JSON with sessionId, sessionKey and sessionToken.");
  const auto part = [&](std::string_view name) {
    const json::value* value = parsed.get_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  access_key_id = part("sessionId");
  const Result<auth::OpenedSession> opened =
      auth::open_session(env.keyring, access_key_id, part("sessionToken"), env.clock.now(), auth::Family::query);
  if (!opened.ok() || !equal_constant_time(opened->secret_access_key, part("sessionKey")))
    return bad_request("The credentials are not valid, or have expired.");
  // Of GetSessionToken's users and of AssumeRoot there is no console session to be had in this way.
  if (opened->claims.type != auth::SessionType::assumed_role && opened->claims.type != auth::SessionType::federated_user)
    return bad_request("The credentials must be of AssumeRole or its kin, or of GetFederationToken.");
  TRY(env.identities.find_session(reader, opened->claims, access_key_id));
  return opened;
}

// A role's session in the console may outlast the credentials; a federated user's, and a chained role's, may not.
Result<HeldCredentials> credentials_for(const api::Environment& env, const auth::OpenedSession& opened,
                                        const std::string& access_key_id, const std::string& token, const std::string& duration) {
  if (duration.empty()) return HeldCredentials{access_key_id, token, opened.claims.expires_at};
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(duration.data(), duration.data() + duration.size(), seconds);
  if (error != std::errc{} || end != duration.data() + duration.size() || seconds < duration_min || seconds > duration_max)
    return bad_request("SessionDuration must be from 900 to 43200 seconds.");
  if (opened.claims.type != auth::SessionType::assumed_role || opened.claims.chained)
    return bad_request("SessionDuration is for credentials of a role that was not assumed by role chaining.");
  auth::SessionClaims claims = opened.claims;
  claims.expires_at = env.clock.now().plus_seconds(seconds);
  const auth::SessionCredentials made = TRY(auth::mint_session(env.keyring, claims, env.random));
  return HeldCredentials{made.access_key_id, made.session_token, made.expiration};
}

}  // namespace

// Any Host, any origin: the credentials stand in the request, and no cookie is looked at.
void SignIn::federation(const TurnPtr& turn) {
  const std::string& action = turn->fields["Action"];
  if (action == "getSigninToken") return signin_token(turn);
  if (action == "login") return token_login(turn);
  answer_json(turn->respond, 400, {{"code", "InvalidRequest"}, {"message", "Action must be getSigninToken or login."}});
}

void SignIn::signin_token(const TurnPtr& turn) {
  const auto refused = [turn](const Error& error) {
    answer_json(turn->respond, error.http_status, {{"code", error.code}, {"message", error.message}});
  };
  const store::Reader reader(parts_.db.local_snapshot());
  std::string id;
  const Result<auth::OpenedSession> opened = open_credentials(parts_.env, reader, turn->fields["Session"], id);
  if (!opened.ok()) return refused(opened.error());
  const json::value session = json::parse(turn->fields["Session"]);
  const std::string token(session.at("sessionToken").as_string());
  const Result<HeldCredentials> held = credentials_for(parts_.env, *opened, id, token, turn->fields["SessionDuration"]);
  if (!held.ok()) return refused(held.error());
  const Timestamp now = parts_.env.clock.now();
  const auto caller = parts_.env.identities.find_session(reader, opened->claims, id);
  parts_.log.record(signin_event(parts_.env, turn->request, caller_identity(**caller),
                                 {.name = "GetSigninToken", .additional = {{"MobileVersion", "No"}, {"MFAUsed", "No"}}}, now));
  answer_json(turn->respond, 200, {{"SigninToken", SignInToken{*held, now.seconds() + token_seconds}.seal(parts_.env.keyring)}});
}

// The browser is brought to the console's own name first: cookies are set there alone.
void SignIn::token_login(const TurnPtr& turn) {
  const std::string_view host = turn->request.header("host");
  const bool own = std::ranges::any_of(parts_.hosts, [&](const auto& name) { return web::names_host(host, name); });
  const std::string base = web::origin_of(turn->request, parts_.hosts.front());
  if (!own) return turn->respond(redirect(base + "/federation?" + turn->request.query));
  const std::optional<SignInToken> token = SignInToken::open(parts_.env.keyring, turn->fields["SigninToken"]);
  const auto bad = [turn] {
    turn->respond(problem(turn->visit, 400, "This link cannot be used",
                          "The sign-in token is not valid, was used already, or is older than 15 minutes. Ask for a new one."));
  };
  if (!token || token->until < parts_.env.clock.now().seconds()) return bad();
  // A destination elsewhere is no destination.
  const std::string& wanted = turn->fields["Destination"];
  const std::string path = wanted.starts_with(base + "/") ? wanted.substr(base.size()) : wanted;
  begin_role_session(turn, token->credentials, own_path(path, console_path), bad,
                     auth::sha256_hex(turn->fields["SigninToken"]));
}

// `used_once`: what may begin one session and no second; empty: it is seen to elsewhere.
void SignIn::begin_role_session(const TurnPtr& turn, const HeldCredentials& credentials, const std::string& next,
                                const std::function<void()>& failed, const std::string& used_once) {
  const auto out = std::make_shared<Outcome>();
  const auto work = [this, turn, credentials, next, used_once, out](store::Txn& txn) {
    *out = {};
    const Timestamp now = parts_.env.clock.now();
    const store::Key used = store::key_of(AccountId(""), store::global, used_once);
    out->error = "used";
    if (!used_once.empty() && txn.get(used_tokens, used) != nullptr) return store::Keep::discard;
    const Result<StartedSession> started = start_role_session(parts_.env, txn, credentials, browser_of(turn->request), now);
    if (!started.ok()) return store::Keep::discard;
    const Result<LiveSession> live = find_session(parts_.env, txn, started->cookie);
    if (!live.ok()) return store::Keep::discard;
    if (!used_once.empty()) txn.put(used_tokens, used, UsedTokenRecord{now.plus_seconds(token_seconds)});
    append(txn, *turn, caller_identity(*live->caller),
           {.name = "ConsoleLogin", .additional = console_login_data(turn->request, "")});
    *out = {};
    out->cookies.push_back(set_cookie(session_cookie, started->cookie, turn->request.tls));
    out->rotate = true;
    out->next = next;
    return store::Keep::commit;
  };
  transact(turn, work, [this, turn, out, failed] {
    if (!out->error.empty()) return failed();
    go_on(*turn, *out);
  });
}

}  // namespace haar::console
