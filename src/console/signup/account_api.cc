#include "console/signup/account_api.h"

#include <boost/json.hpp>

#include <utility>

#include "api/kit/organization.h"
#include "api/kit/requirements.h"
#include "api/pipeline/authorize.h"
#include "base/encoding.h"
#include "console/page/page.h"
#include "console/session/cookies.h"
#include "console/session/session_scheme.h"
#include "console/signin/events.h"
#include "console/signin/signin.h"
#include "events/log.h"
#include "model/account/service.h"
#include "services/account/activation.h"
#include "services/account/records.h"
#include "services/iam/account/account.h"
#include "services/iam/account/settings.h"

namespace haar::console {
namespace {

namespace json = boost::json;

constexpr std::size_t body_bytes_max = 4 * 1024;
constexpr std::string_view account_path = "/console/account-api/account", usage_path = "/console/account-api/usage",
                           access_path = "/console/account-api/iam-access", close_path = "/console/account-api/close";

Error denied(std::string message) { return {"AccessDenied", std::move(message), 403}; }

bool is_root(const LiveSession& session) { return session.caller->type == api::CallerType::root; }

void answer(const http::Respond& respond, const Result<json::object>& result) {
  http::Response response;
  response.headers.emplace_back("Content-Type", "application/json");
  add_security_headers(response.headers);
  if (result.ok()) {
    response.body = json::serialize(*result);
  } else {
    response.status = result.error().http_status;
    response.body = json::serialize(json::object{{"code", result.error().code}, {"message", result.error().message}});
  }
  respond(std::move(response));
}

Result<json::object> body_of(const http::Request& request) {
  boost::system::error_code failure;
  const json::value body = json::parse(request.body, failure);
  if (failure || !body.is_object()) return Error{"InvalidRequest", "The body is no JSON object.", 400};
  return body.get_object();
}

}  // namespace

web::Site AccountApi::site() {
  return {.name = "account_api",
          .hosts = parts_.hosts,
          .routes = {{"GET", account_path}, {"GET", usage_path}, {"POST", access_path}, {"POST", close_path}},
          .schemes = {std::make_shared<SessionScheme>(parts_.env, parts_.last_use)},
          .body_bytes_max = body_bytes_max,
          .handle = [this](const web::Site& site, const web::Route& route, http::Request&& request,
                           const http::Respond& respond) {
            serve(site, route, std::move(request), respond);
          }};
}

void AccountApi::serve(const web::Site&, const web::Route& route, http::Request&& request, const http::Respond& respond) {
  const std::string_view cookie = find_cookie(request.headers, session_cookie);
  Result<LiveSession> session = find_session(parts_.env, store::Reader(parts_.db.local_snapshot()), cookie);
  if (!session.ok()) return answer(respond, session.error());
  parts_.last_use.note(*session, parts_.env.clock.now());
  if (route.path == account_path) return answer(respond, account(*session));
  if (route.path == usage_path) return answer(respond, usage(*session, request));
  if (!equal_constant_time(request.header(csrf_header), csrf_secret(parts_.env.keyring, cookie)))
    return answer(respond, Error{"MissingCsrfToken", "The header x-haar-csrf is missing, or is not this session's.", 403});
  Result<Change> wanted = change_of(route.path, *session, request);
  if (!wanted.ok()) return answer(respond, wanted.error());
  const std::string name = route.path == access_path ? "UpdateIAMAccessToBilling" : "CloseAccount";
  change(request, respond, std::move(*session), name, std::move(*wanted));
}

Result<json::object> AccountApi::account(const LiveSession& session) const {
  const store::Reader reader(parts_.db.local_snapshot());
  const AccountId& id = session.caller->account;
  const iam::AccountRecord* record = iam::find_account(reader, id);
  if (record == nullptr) return denied("The account is gone.");
  json::object out{{"account", id.value},
                   {"name", record->name},
                   {"state", record->state},
                   {"created", record->created.seconds()},
                   {"root", is_root(session)},
                   {"iamAccessToBilling", iam::settings_of(reader, id).iam_access_to_billing},
                   {"passwordSet", !record->root_password_hash.empty()}};
  if (!is_root(session)) return out;
  out["email"] = record->email;
  const account::BillingRecord* billing = reader.get(account::billing, account::billing_key(id));
  out["billing"] = nullptr;
  if (billing != nullptr)
    out["billing"] = json::object{{"cardHolder", billing->card_holder},   {"cardLastDigits", billing->card_last_digits},
                                  {"cardExpires", billing->card_expires}, {"use", billing->use},
                                  {"supportPlan", billing->support_plan}};
  return out;
}

// "By default, IAM users and roles do not have access"; once root has activated it, policies decide.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_billing.html
Result<json::object> AccountApi::usage(const LiveSession& session, const http::Request& request) const {
  const Timestamp now = parts_.env.clock.now();
  store::Txn txn(parts_.db.local_snapshot());
  const AccountId& id = session.caller->account;
  if (!is_root(session)) {
    if (!iam::settings_of(txn, id).iam_access_to_billing)
      return denied("The root user has not activated IAM access to billing information.");
    const api::Origin origin = origin_of(parts_.env, request);
    const api::Call call(parts_.env, txn, session.caller, origin, Region(std::string(signin_region)), now);
    api::Requirements needs("billing:GetBillingData", id);
    needs.need("*");
    std::vector<events::Evaluated> evaluated;
    TRY(api::authorize(call, account::service(), needs, evaluated));
  }
  json::array lines;
  double total = 0;
  for (const UsageLine& line : usage_of(parts_.db, id, parts_.prices, now)) {
    const double amount = line.quantity * line.price;
    total += amount;
    lines.push_back(json::object{{"service", line.service}, {"region", line.region}, {"unit", line.unit},
                                 {"quantity", line.quantity}, {"price", line.price}, {"amount", amount}});
  }
  return json::object{{"from", month_begin(now).seconds()}, {"to", now.seconds()}, {"currency", "USD"}, {"total", total},
                      {"lines", std::move(lines)}};
}

// ---- what root alone does ---------------------------------------------------------------------------

Result<AccountApi::Change> AccountApi::change_of(std::string_view path, const LiveSession& session,
                                                 const http::Request& request) const {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html
  if (!is_root(session)) return denied("Only the root user of the account can do this.");
  const json::object body = TRY(body_of(request));
  if (path == access_path) {
    const json::value* active = body.if_contains("active");
    if (active == nullptr || !active->is_bool()) return Error{"InvalidRequest", "\"active\" is true or false.", 400};
    return Change([active = active->get_bool(), id = session.caller->account](store::Txn& txn,
                                                                               iam::AccountRecord&) -> Result<json::object> {
      iam::AccountSettingsRecord settings = iam::settings_of(txn, id);
      settings.iam_access_to_billing = active;
      iam::put_settings(txn, id, std::move(settings));
      return json::object{{"iamAccessToBilling", active}};
    });
  }
  const json::value* said = body.if_contains("account");
  const AccountId id = session.caller->account;
  if (said == nullptr || !said->is_string() || std::string_view(said->get_string()) != id.value)
    return Error{"InvalidRequest", "To close the account, say its number as \"account\".", 400};
  return Change([this, id](store::Txn& txn, iam::AccountRecord& record) -> Result<json::object> {
    const auto place = parts_.env.organizations->find(txn, id);
    if (place && place->management)
      return denied("The management account of an organization cannot be closed before its organization is deleted.");
    record.state = std::string(account::suspended);
    account::send_mail(txn, {parts_.env.random, parts_.env.keyring, parts_.env.clock.now()},
                       {record.email, "Your AWS account is closed",
                        "The account \"" + record.name + "\" (" + id.value + ") is closed. Nobody signs in to it any more.\n"});
    return json::object{{"state", record.state}};
  });
}

void AccountApi::change(const http::Request& request, const http::Respond& respond, LiveSession session, std::string name,
                        Change change) {
  const auto result = std::make_shared<Result<json::object>>(Error{"InternalFailure", "The work did not run.", 500});
  const auto work = [this, request, session = std::move(session), name = std::move(name), change = std::move(change),
                     result](store::Txn& txn) {
    const AccountId& id = session.caller->account;
    const iam::AccountRecord* found = iam::find_account(txn, id);
    if (found == nullptr || found->state != account::active) {
      *result = denied("The account is not active.");
      return store::Keep::discard;
    }
    iam::AccountRecord record = *found;
    *result = change(txn, record);
    if (!result->ok()) return store::Keep::discard;
    txn.put(iam::accounts, iam::account_key(id), std::move(record));
    const Timestamp now = parts_.env.clock.now();
    const std::vector<events::WrittenEvent> all{
        signin_event(parts_.env, request, caller_identity(*session.caller), {.name = name}, now)};
    events::append(txn, all, now);
    return store::Keep::commit;
  };
  const auto done = [respond, result](store::Outcome outcome) {
    if (outcome == store::Outcome::committed) return answer(respond, *result);
    answer(respond, Error{"ServiceUnavailable", "This cannot be stored now; nothing was changed.", 503});
  };
  if (!parts_.db.submit(work, done)) done(store::Outcome::unavailable);
}

}  // namespace haar::console
