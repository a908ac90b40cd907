#include "console/operator/operator_site.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

#include "base/base64url.h"
#include "base/encoding.h"
#include "console/operator/operator_pages.h"
#include "console/session/cookies.h"

namespace haar::console {
namespace {

using account::MessageRecord;

constexpr std::size_t body_bytes_max = 16 * 1024, keys_max = 32;
constexpr std::string_view wrong_link =
    "This link was used before, or is too old, or is none. Run  haar console  for a new one.";

// The operator's cookie, as the router sees it: what a browser sends by itself is good for this host and origin alone.
class OperatorCookie final : public api::Scheme {
 public:
  [[nodiscard]] bool recognises(const auth::RequestView& request) const override {
    return !find_cookie(request, operator_cookie).empty();
  }
  Result<void> identify(const auth::RequestView&, const store::Reader&, api::Identified&) const override {
    return Error{"AccessDenied", "The operator is no principal.", 403};
  }
  [[nodiscard]] bool ambient() const override { return true; }
};

}  // namespace

const std::vector<OperatorSite::Place>& OperatorSite::places() {
  static const std::vector<Place> all{
      {"GET", "/", &OperatorSite::mailbox},
      {"GET", "/open", &OperatorSite::open_by_link, true},
      {"POST", "/open", &OperatorSite::open_by_password, true},
      {"POST", "/leave", &OperatorSite::leave},
      {"GET", "/mail", &OperatorSite::mail},
      {"GET", "/telephone", &OperatorSite::telephone},
      {"GET", "/telephone/call", &OperatorSite::call},
      {"POST", "/telephone/answer", &OperatorSite::answer_call},
      {"POST", "/telephone/keys", &OperatorSite::press_keys},
      {"POST", "/telephone/hang-up", &OperatorSite::hang_up},
      {"GET", "/state", &OperatorSite::state},
  };
  return all;
}

web::Site OperatorSite::site() {
  web::Site site{.name = "operator",
                 .hosts = {std::string(operator_host)},
                 .schemes = {std::make_shared<OperatorCookie>()},
                 .body_bytes_max = body_bytes_max};
  for (const Place& place : places()) site.routes.push_back({.methods = place.method, .path = place.path});
  site.handle = [this](const web::Site&, const web::Route& route, http::Request&& request, http::Respond respond) {
    serve(route, std::move(request), std::move(respond));
  };
  return site;
}

void OperatorSite::serve(const web::Route& route, http::Request&& request, http::Respond respond) {
  const TurnPtr turn = new_turn(std::move(request), std::move(respond), env_.keyring, env_.random);
  // A route that ends in / stands for all below it.
  if (turn->request.path != route.path)
    return turn->respond(problem(turn->visit, 404, "There is no such page", "This host has a mailbox and a telephone.", "/"));
  const auto place = std::ranges::find_if(places(), [&](const Place& p) {
    return p.path == route.path && p.method == turn->request.method;
  });
  const bool inside = door_.is_open(find_cookie(turn->request.headers, operator_cookie), env_.clock.now());
  if (!inside && !place->open) return show_door(turn, turn->request.method == "GET" ? 200 : 403, "");
  if (!read_fields(*turn, "/")) return;
  (this->*place->step)(turn);
}

// ---- in and out -----------------------------------------------------------------------------------

void OperatorSite::show_door(const TurnPtr& turn, int status, const std::string& error) {
  Page page = door_page(turn->visit, door_.has_password(), error);
  page.status = status;
  turn->page(page);
}

void OperatorSite::let_in(const TurnPtr& turn, const std::optional<std::string>& cookie, std::string_view refusal) {
  if (!cookie) return show_door(turn, 403, std::string(refusal));
  turn->respond(redirect("/", {set_cookie(operator_cookie, *cookie, turn->request.tls)}));
}

void OperatorSite::open_by_link(const TurnPtr& turn) {
  let_in(turn, door_.open_by_link(turn->fields["token"], env_.clock.now()), wrong_link);
}

void OperatorSite::open_by_password(const TurnPtr& turn) {
  const Timestamp now = env_.clock.now();
  const std::string attempt = uuid4(env_.random);
  constexpr std::string_view counted = "operator";
  if (!attempts_.may_try(std::string(counted), attempt, now))
    return let_in(turn, std::nullopt, "There were too many failed attempts. Try again in five minutes.");
  const std::optional<std::string> cookie = door_.open_by_password(turn->fields["password"], now);
  if (cookie) attempts_.succeeded(std::string(counted));
  else attempts_.failed(std::string(counted), attempt, now);
  let_in(turn, cookie, "This is not the operator's password.");
}

void OperatorSite::leave(const TurnPtr& turn) {
  door_.close(find_cookie(turn->request.headers, operator_cookie));
  turn->respond(redirect("/", {set_cookie(operator_cookie, "", turn->request.tls, 0)}));
}

// ---- what there is --------------------------------------------------------------------------------

namespace {

std::string message_id(const store::Key& key) { return to_base64url(key.bytes()); }

std::vector<ShownMessage> newest_messages(const store::Reader& reader, std::string_view kinds) {
  std::vector<ShownMessage> all;
  for (const auto& [key, message] : reader.scan(account::messages, store::prefix_of())) {
    if (kinds.find(message.kind) != std::string_view::npos) all.push_back({message_id(key), message});
  }
  std::ranges::reverse(all);
  if (all.size() > messages_shown_max) all.resize(messages_shown_max);
  return all;
}

}  // namespace

std::optional<store::Key> OperatorSite::key_of(const Turn& turn, std::string_view kind) const {
  const std::optional<std::string> bytes = from_base64url(turn.fields["id"]);
  const store::Reader reader(db_.local_snapshot());
  if (bytes) {
    store::Key key = store::Key::from_bytes(*bytes);
    const MessageRecord* message = reader.get(account::messages, key);
    if (message != nullptr && message->kind == kind) return key;
  }
  turn.respond(problem(turn.visit, 404, "There is no such message", "It may have been thrown away: the newest thousand are kept.",
                       "/"));
  return std::nullopt;
}

void OperatorSite::mailbox(const TurnPtr& turn) {
  turn->page(mailbox_page(turn->visit, newest_messages(store::Reader(db_.local_snapshot()), "mail")));
}

void OperatorSite::mail(const TurnPtr& turn) {
  const std::optional<store::Key> key = key_of(*turn, "mail");
  if (!key) return;
  const store::Reader reader(db_.local_snapshot());
  const MessageRecord& message = *reader.get(account::messages, *key);
  turn->page(mail_page(turn->visit, message, account::text_of(env_.keyring, *key, message).value_or("(it cannot be read)")));
}

void OperatorSite::telephone(const TurnPtr& turn) {
  const store::Reader reader(db_.local_snapshot());
  std::vector<ShownMessage> all = newest_messages(reader, "call sms");
  for (ShownMessage& one : all) {
    if (one.message.kind != "sms") continue;
    const store::Key key = store::Key::from_bytes(*from_base64url(one.id));
    one.text = account::text_of(env_.keyring, key, one.message).value_or("(it cannot be read)");
  }
  turn->page(telephone_page(turn->visit, all));
}

void OperatorSite::call(const TurnPtr& turn) {
  const std::optional<store::Key> key = key_of(*turn, "call");
  if (!key) return;
  const store::Reader reader(db_.local_snapshot());
  const MessageRecord& message = *reader.get(account::messages, *key);
  turn->page(call_page(turn->visit, message_id(*key), message,
                       account::text_of(env_.keyring, *key, message).value_or("(it cannot be read)"),
                       turn->fields["wrong"] == "1"));
}

void OperatorSite::state(const TurnPtr& turn) {
  const store::Reader reader(db_.local_snapshot());
  std::size_t count = 0, ringing = 0;
  for (const auto& [key, message] : reader.scan(account::messages, store::prefix_of())) {
    ++count;
    ringing += message.call_state == "ringing" ? 1 : 0;
  }
  http::Response response;
  response.headers.emplace_back("Content-Type", "application/json");
  add_security_headers(response.headers);
  response.body = boost::json::serialize(boost::json::object{{"state", std::to_string(count) + "/" + std::to_string(ringing)}});
  turn->respond(std::move(response));
}

// ---- the telephone --------------------------------------------------------------------------------

void OperatorSite::change(const TurnPtr& turn, std::function<void(MessageRecord&)> work) {
  const std::optional<store::Key> key = key_of(*turn, "call");
  if (!key) return;
  const auto wrong = std::make_shared<bool>(false);
  const auto change = [key = *key, work = std::move(work), wrong](store::Txn& txn) {
    const MessageRecord* found = txn.get(account::messages, key);
    if (found == nullptr) return store::Keep::discard;
    MessageRecord message = *found;
    work(message);
    *wrong = message.wrong_codes > found->wrong_codes;
    txn.put(account::messages, key, std::move(message));
    return store::Keep::commit;
  };
  const std::string back = "/telephone/call?id=" + message_id(*key);
  const auto done = [turn, back, wrong](store::Outcome outcome) {
    if (outcome == store::Outcome::committed) return turn->respond(redirect(back + (*wrong ? "&wrong=1" : "")));
    turn->respond(problem(turn->visit, 503, "This cannot be stored now", "Nothing was changed. Try again.", "/telephone"));
  };
  if (!db_.submit(change, done)) done(store::Outcome::unavailable);
}

void OperatorSite::answer_call(const TurnPtr& turn) {
  change(turn, [](MessageRecord& message) {
    if (message.call_state == "ringing") message.call_state = "answered";
  });
}

void OperatorSite::hang_up(const TurnPtr& turn) {
  change(turn, [](MessageRecord& message) {
    if (message.call_state == "ringing" || message.call_state == "answered") message.call_state = "rejected";
  });
}

void OperatorSite::press_keys(const TurnPtr& turn) {
  std::string keys = turn->fields["keys"].substr(0, keys_max);
  std::erase_if(keys, [](char c) { return c < '0' || c > '9'; });
  change(turn, [this, keys](MessageRecord& message) { account::type_on_call(message, env_.keyring, keys, env_.clock.now()); });
}

}  // namespace haar::console
