#include "services/account/messages.h"

#include "base/encoding.h"
#include "store/key_space.h"

namespace haar::account {
namespace {

constexpr std::int64_t hour_seconds = 3600;

store::Key put_message(store::Txn& txn, const Sending& with, MessageRecord message, std::string_view text) {
  const store::Key key =
      store::key_of(operator_account, store::global, with.now, random_text(with.random, alphabet_lower_alnum, 8));
  message.created = message.due = with.now;
  message.sealed_text = with.keyring.seal(text, key.bytes());
  txn.put(messages, key, std::move(message));
  return key;
}

}  // namespace

const store::Index<MessageRecord> message_by_recipient{
    "by-recipient", [](const store::Key&, const MessageRecord& r, store::Terms& out) { out.add(to_lower(r.to)); }};
const store::Index<MessageRecord> message_by_delivery{
    "by-delivery", [](const store::Key&, const MessageRecord& r, store::Terms& out) {
      if (r.delivery == "queued") out.add(r.delivery);
    }};
const store::KeySpace<MessageRecord> messages{"account/message", {&message_by_recipient, &message_by_delivery}};

bool may_send(const store::Reader& reader, std::string_view to, Timestamp now) {
  std::size_t count = 0;
  for (const auto& [key, message] : reader.find(messages, message_by_recipient, to_lower(to)))
    count += now.seconds() - message.created.seconds() < hour_seconds ? 1 : 0;
  return count < messages_an_hour_max;
}

void send_mail(store::Txn& txn, const Sending& with, Mail mail) {
  MessageRecord message;
  message.kind = "mail";
  message.to = std::move(mail.to);
  message.subject = std::move(mail.subject);
  put_message(txn, with, std::move(message), mail.text);
}

void send_sms(store::Txn& txn, const Sending& with, std::string to, std::string text) {
  MessageRecord message;
  message.kind = "sms";
  message.to = std::move(to);
  put_message(txn, with, std::move(message), text);
}

store::Key place_call(store::Txn& txn, const Sending& with, std::string to, std::string text, OneTimeCode code) {
  MessageRecord message;
  message.kind = "call";
  message.to = std::move(to);
  message.call_state = "ringing";
  message.call_code = std::move(code);
  return put_message(txn, with, std::move(message), text);
}

void type_on_call(MessageRecord& call, const auth::Keyring& keyring, std::string_view keys, Timestamp now) {
  if (call.call_state != "answered") return;
  const CodeFit fit = check_code(keyring, call.call_code, call_purpose(call.to), keys, now);
  if (fit == CodeFit::right) {
    call.call_state = "confirmed";
  } else if (fit == CodeFit::expired || ++call.wrong_codes >= call_codes_max) {
    call.call_state = "rejected";
  }
}

std::string call_purpose(std::string_view to) { return "call " + std::string(to); }

std::optional<std::string> text_of(const auth::Keyring& keyring, const store::Key& key, const MessageRecord& message) {
  Result<std::string> text = keyring.open(message.sealed_text, key.bytes());
  if (!text.ok()) return std::nullopt;
  return std::move(text).value();
}

std::vector<store::Key> superfluous_messages(const store::Reader& reader, std::size_t most) {
  std::vector<store::Key> keys;
  for (const auto& [key, message] : reader.scan(messages, store::prefix_of())) keys.push_back(key);
  const std::size_t over = keys.size() > messages_kept_max ? keys.size() - messages_kept_max : 0;
  keys.resize(std::min(over, most));
  return keys;
}

}  // namespace haar::account
