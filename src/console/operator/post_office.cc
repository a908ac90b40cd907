#include "console/operator/post_office.h"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>

#include "base/encoding.h"
#include "base/log.h"
#include "base/loop_guard.h"
#include "http/transfer.h"

namespace haar::console {
namespace {

namespace json = boost::json;
using account::MessageRecord;

constexpr std::size_t pruned_at_once = 50, sent_in_a_turn = 50, mail_line_bytes = 76;
constexpr auto look_again = std::chrono::seconds(5);
// What waited so long for a mail server, since there was none, is not sent to anybody any more.
constexpr std::int64_t too_old_seconds = 24 * 3600;

// One line, without what could begin another.
std::string one_line(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

}  // namespace

std::int64_t delivery_pause_seconds(std::uint32_t attempts) {
  static constexpr std::int64_t pauses[] = {10, 60, 300, 1800, 7200};
  return pauses[std::min<std::size_t>(attempts == 0 ? 0 : attempts - 1, std::size(pauses) - 1)];
}

std::string mail_text(std::string_view from, const account::Mail& mail, Timestamp now, std::string_view message_id) {
  std::string out;
  const auto field = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(one_line(value)).append("\r\n");
  };
  field("Date", format_http_date(now).replace(26, 3, "+0000"));
  field("From", from);
  field("To", mail.to);
  field("Subject", "=?UTF-8?B?" + to_base64(mail.subject) + "?=");
  field("Message-ID", "<" + std::string(message_id) + "@haar.localhost>");
  field("MIME-Version", "1.0");
  field("Content-Type", "text/plain; charset=utf-8");
  field("Content-Transfer-Encoding", "base64");
  out += "\r\n";
  const std::string coded = to_base64(mail.text);
  for (std::size_t at = 0; at < coded.size(); at += mail_line_bytes) out.append(coded, at, mail_line_bytes).append("\r\n");
  return out;
}

PostOffice::PostOffice(const api::Environment& env, store::Db& db, PostOptions options)
    : env_(env), db_(db), options_(std::move(options)) {}

PostOffice::~PostOffice() { stop(); }

void PostOffice::start() { thread_ = Thread("haar-post", [this] { run(); }); }

void PostOffice::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void PostOffice::changed(const std::vector<store::Changed>& changes) {
  const bool ours = std::ranges::any_of(changes, [](const auto& c) { return c.space == account::messages.name(); });
  if (!ours) return;
  const std::lock_guard lock(mutex_);
  awake_ = true;
  wake_.notify_one();
}

void PostOffice::run() {
  LoopGuard guard("haar-post");
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, look_again, [this] { return awake_ || stopping_; });
      if (stopping_) return;
      awake_ = false;
    }
    guard.turn([this] { turn(); });
    guard.rest();
  }
}

void PostOffice::turn() {
  prune();
  if (!options_.smtp && options_.webhook.empty()) return;
  const store::Reader reader(db_.snapshot());
  const Timestamp now = env_.clock.now();
  std::size_t sent = 0;
  for (const auto& [key, message] : reader.find(account::messages, account::message_by_delivery, "queued")) {
    if (message.due > now) continue;
    if (++sent > sent_in_a_turn) break;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    deliver(key, message);
  }
}

void PostOffice::deliver(const store::Key& key, const MessageRecord& message) {
  if (message.created.plus_seconds(too_old_seconds) < env_.clock.now() && message.attempts == 0)
    return note(key, Error{"TooOld", "it waited for a mail server for more than a day"});
  note(key, send(key, message));
}

Result<void> PostOffice::send(const store::Key& key, const MessageRecord& message) const {
  const std::optional<std::string> text = account::text_of(env_.keyring, key, message);
  if (!text) return Error{"Unreadable", "it was written under another key file"};
  if (!options_.webhook.empty()) TRY(tell_webhook(message, *text));
  if (message.kind != "mail" || !options_.smtp) return {};
  const std::string whole =
      mail_text(options_.from, {message.to, message.subject, *text}, env_.clock.now(), to_hex(key.part(3)));
  return http::send_smtp(*options_.smtp, options_.from, message.to, whole);
}

Result<void> PostOffice::tell_webhook(const MessageRecord& message, const std::string& text) const {
  http::Request request;
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = json::serialize(json::object{
      {"kind", message.kind}, {"to", message.to}, {"subject", message.subject}, {"text", text}});
  http::TransferOptions options;
  options.total_timeout = std::chrono::seconds(20);
  options.response_bytes_max = 64 * 1024;
  const http::Response answer = TRY(http::transfer(options_.webhook, request, options));
  if (answer.status < 300) return {};
  return Error{"WebhookRefused", "the webhook answered " + std::to_string(answer.status)};
}

void PostOffice::note(const store::Key& key, const Result<void>& sent) {
  const Timestamp now = env_.clock.now();
  bool given_up = false;
  std::string kind;
  db_.submit_and_wait([&](store::Txn& txn) {
    const MessageRecord* found = txn.get(account::messages, key);
    if (found == nullptr || found->delivery != "queued") return store::Keep::discard;
    MessageRecord message = *found;
    kind = message.kind;
    ++message.attempts;
    message.problem = sent.ok() ? "" : sent.error().message;
    given_up = !sent.ok() && (message.attempts >= delivery_attempts_max || sent.error().code == "TooOld");
    if (sent.ok()) message.delivery = "sent";
    else if (given_up) message.delivery = "failed";
    else message.due = now.plus_seconds(delivery_pause_seconds(message.attempts));
    txn.put(account::messages, key, std::move(message));
    return store::Keep::commit;
  });
  if (sent.ok()) return;
  log_warning(given_up ? "a message could not be sent on, and is given up" : "a message could not be sent on; it is tried again",
              {{"kind", kind}, {"reason", sent.error().message}});
}

void PostOffice::prune() {
  if (account::superfluous_messages(store::Reader(db_.snapshot()), 1).empty()) return;
  db_.submit_and_wait([](store::Txn& txn) {
    for (const store::Key& key : account::superfluous_messages(txn, pruned_at_once)) txn.erase(account::messages, key);
    return txn.touched() ? store::Keep::commit : store::Keep::discard;
  });
}

}  // namespace haar::console
