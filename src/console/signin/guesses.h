// Guesses are slow: who was wrong a few times has to wait, longer with every further failure. Counted for the name that was
// tried, whether anybody is called so or not, and for the address that it came from; kept in the store, so that a restart
// forgives nobody. (AWS delays too, and no page of its says how.)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/names.h"
#include "console/signin/guess_records.h"
#include "store/reader.h"

namespace haar::console {

// Failures without a wait: of a name, and of an address, which many may share.
inline constexpr std::uint32_t free_guesses_of_name = 5, free_guesses_of_address = 50;
inline constexpr std::int64_t guess_wait_seconds_first = 15, guess_wait_seconds_max = 900;
// Without a failure for so long, all is forgiven.
inline constexpr std::int64_t guesses_kept_seconds = 3600;
// Names and addresses that are remembered; one more puts another out.
inline constexpr std::size_t guesses_kept_max = 10'000;

// What is counted together.
struct GuessedAt {
  store::Key key;
  std::uint32_t free = free_guesses_of_name;
};
// Of a person's password or codes: "111122223333", "ana"; of root, "" for the user. Unknown accounts have names too.
GuessedAt guesses_of_name(std::string_view account, std::string_view user);
GuessedAt guesses_of_address(std::string_view address);

// The seconds from the last of so many failures until the next try. Pure.
std::int64_t wait_after(std::uint32_t failures, std::uint32_t free);
// How many seconds from now; 0: try.
std::int64_t seconds_to_wait(const store::Reader& reader, const GuessedAt& at, Timestamp now);
void note_failure(store::Txn& txn, const GuessedAt& at, Timestamp now);
void forgive(store::Txn& txn, const GuessedAt& at);

inline bool is_forgotten(const GuessRecord& record, Timestamp now) {
  return record.last.plus_seconds(guesses_kept_seconds) < now;
}

}  // namespace haar::console
