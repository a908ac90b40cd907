// The order in which blocks came to lie in the log, for who carries events on without losing or doubling any: a block that
// came late may hold events that are older than those of blocks before it, but its number is greater than theirs.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "events/log.h"
#include "events/lookup.h"
#include "events/record.h"
#include "store/db.h"

namespace haar::events {

struct BlockName;

// Keys: (account, region, the block's sequence).
struct ArrivalRecord {
  static constexpr std::string_view record_name = "events.arrival";
  static constexpr std::uint32_t record_version = 1;

  Timestamp newest{};  // of the block's events: the other half of its name

  template <class V>
  void fields(V& v) {
    v(1, newest);
  }
};
extern const store::LogSpace<ArrivalRecord> event_arrivals;

store::Key arrival_key(const BlockName& name);

// Flushes what was recorded before, and answers a number: blocks with smaller ones are stored, and all that come have
// greater ones.
std::int64_t settle(Log& log);
// Blocks that come have greater numbers than this one: where an earlier process has used it, whatever the machine's clock
// says now.
void continue_after(std::int64_t sequence);

struct ArrivedBlock {
  std::int64_t sequence = 0;
  std::vector<std::string_view> events;
};
// Calls `each` for the shelf's blocks with numbers between `after` and `until`, both not included, in the order in which they
// came; ends at its first error. What the sweep has taken is left out.
Result<void> for_each_arrival(const store::Db& db, const Shelf& shelf, std::int64_t after, std::int64_t until,
                              const std::function<Result<void>(const ArrivedBlock&)>& each);

}  // namespace haar::events
