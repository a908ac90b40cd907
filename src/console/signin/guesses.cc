#include "console/signin/guesses.h"

#include <algorithm>

#include "auth/sha256.h"
#include "base/encoding.h"

namespace haar::console {
namespace {

GuessedAt named(std::string_view kind, std::string_view a, std::string_view b, std::uint32_t free) {
  std::string text(kind);
  text.append("\n").append(to_lower(a)).append("\n").append(to_lower(b));
  return {store::key_of(AccountId(""), store::global, auth::sha256_hex(text)), free};
}

}  // namespace

GuessedAt guesses_of_name(std::string_view account, std::string_view user) {
  return named("name", account, user, free_guesses_of_name);
}

GuessedAt guesses_of_address(std::string_view address) { return named("address", address, "", free_guesses_of_address); }

std::int64_t wait_after(std::uint32_t failures, std::uint32_t free) {
  if (failures < free) return 0;
  std::int64_t wait = guess_wait_seconds_first;
  for (std::uint32_t i = free; i < failures && wait < guess_wait_seconds_max; ++i) wait *= 2;
  return std::min(wait, guess_wait_seconds_max);
}

std::int64_t seconds_to_wait(const store::Reader& reader, const GuessedAt& at, Timestamp now) {
  const GuessRecord* record = reader.get(guesses, at.key);
  if (record == nullptr || is_forgotten(*record, now)) return 0;
  return std::max<std::int64_t>(0, record->last.seconds() + wait_after(record->failures, at.free) - now.seconds());
}

void note_failure(store::Txn& txn, const GuessedAt& at, Timestamp now) {
  GuessRecord record;
  const GuessRecord* stored = txn.get(guesses, at.key);
  if (stored != nullptr && !is_forgotten(*stored, now)) record = *stored;
  if (stored == nullptr && txn.count(guesses, {}) >= guesses_kept_max) {
    // Any will do: digests are in no order.
    for (const auto& [key, other] : txn.scan(guesses, {})) {
      txn.erase(guesses, key);
      break;
    }
  }
  ++record.failures;
  record.last = now;
  txn.put(guesses, at.key, std::move(record));
}

void forgive(store::Txn& txn, const GuessedAt& at) {
  if (txn.get(guesses, at.key) != nullptr) txn.erase(guesses, at.key);
}

}  // namespace haar::console
