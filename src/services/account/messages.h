// What haar sends to people: mail, text messages and telephone calls. Each is a record, written in the transaction that
// sends it, so nothing is sent of what was not committed. The operator's mailbox and telephone show all of them
// (src/console/operator); who has configured a mail server has mail sent on to it from there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/names.h"
#include "services/account/one_time_code.h"
#include "store/reader.h"

namespace haar::account {

// The newest that are kept; the oldest go.
inline constexpr std::size_t messages_kept_max = 1'000;
// To one address or number within an hour, whoever makes haar send them.
inline constexpr std::size_t messages_an_hour_max = 10;

struct MessageRecord {
  static constexpr std::string_view record_name = "account.message";
  static constexpr std::uint32_t record_version = 1;

  std::string kind;         // mail, sms, call
  std::string to, subject;  // an address or a number; only mail has a subject
  std::string sealed_text;  // by the keyring, with the record's key as associated data: it can hold a code
  Timestamp created{};
  // Sending on: "queued", "sent", "failed".
  std::string delivery = "queued";
  std::uint32_t attempts = 0;
  Timestamp due{};      // when the next attempt is made
  std::string problem;  // of the last attempt
  // Of a call: ringing, answered, confirmed (the right code was typed), rejected (wrong ones were, or the time is over).
  std::string call_state;
  OneTimeCode call_code;
  std::uint32_t wrong_codes = 0;

  template <class V>
  void fields(V& v) {
    v(1, kind), v(2, to), v(3, subject), v(4, sealed_text), v(5, created), v(6, delivery), v(7, attempts), v(8, due);
    v(9, problem), v(10, call_state), v(11, call_code), v(12, wrong_codes);
  }
};

// They belong to no tenant: (operator, global, time, random).
inline const AccountId operator_account{"operator"};
extern const store::Index<MessageRecord> message_by_recipient;
extern const store::Index<MessageRecord> message_by_delivery;
extern const store::KeySpace<MessageRecord> messages;

// What sending takes, beside the transaction.
struct Sending {
  Random& random;
  const auth::Keyring& keyring;
  Timestamp now;
};

// False: so much was sent to this address or number in the last hour that no more is sent now.
bool may_send(const store::Reader& reader, std::string_view to, Timestamp now);

struct Mail {
  std::string to, subject, text;
};
void send_mail(store::Txn& txn, const Sending& with, Mail mail);
void send_sms(store::Txn& txn, const Sending& with, std::string to, std::string text);
// A call that asks for `code` on its keypad. The key of its record.
store::Key place_call(store::Txn& txn, const Sending& with, std::string to, std::string text, OneTimeCode code);
inline constexpr std::uint32_t call_codes_max = 3;  // wrong ones; then the call is over
// Who answered it has typed this: the call is confirmed, or has one more wrong code, or is over.
void type_on_call(MessageRecord& call, const auth::Keyring& keyring, std::string_view keys, Timestamp now);
// The purpose of every code that is typed on a telephone: that one telephone.
std::string call_purpose(std::string_view to);

// In clear; nullopt: it was sealed under another key.
std::optional<std::string> text_of(const auth::Keyring& keyring, const store::Key& key, const MessageRecord& message);

// The oldest beyond messages_kept_max, at most `most`.
std::vector<store::Key> superfluous_messages(const store::Reader& reader, std::size_t most);

}  // namespace haar::account
