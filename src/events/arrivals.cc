#include "events/arrivals.h"

#include <fmt/format.h>

#include "events/blocks.h"

namespace haar::events {
namespace {

constexpr std::size_t arrivals_read_at_once = 64;

}  // namespace

const store::LogSpace<ArrivalRecord> event_arrivals{"events/arrival"};

store::Key arrival_key(const BlockName& name) { return store::join(name.account, name.region, name.sequence); }

// What another thread's flush is storing meanwhile may have smaller numbers: it is over when the second one begins.
std::int64_t settle(Log& log) {
  log.flush_now();
  const std::int64_t number = next_sequence();
  log.flush_now();
  return number;
}

Result<void> for_each_arrival(const store::Db& db, const Shelf& shelf, std::int64_t after, std::int64_t until,
                              const std::function<Result<void>(const ArrivedBlock&)>& each) {
  const store::Key end = store::join(shelf.account, shelf.region, until);
  for (store::Key from = store::join(shelf.account, shelf.region, after + 1); from < end;) {
    const auto rows = TRY(db.read_log(event_arrivals, from, end, arrivals_read_at_once, false));
    for (const store::Entry& row : rows) {
      const Result<ArrivalRecord> arrival = store::decode<ArrivalRecord>(row.value);
      if (row.damaged || !arrival.ok()) continue;
      const BlockName name{shelf.account, shelf.region, arrival->newest, store::Key::from_bytes(row.key).number(2)};
      const store::Key key = name.key();
      const auto found = TRY(db.read_log(event_blocks, key, store::Key::from_bytes(key.bytes() + '\0'), 1, false));
      if (found.empty() || found.front().damaged) continue;
      const Result<EventBlock> block = store::decode<EventBlock>(found.front().value);
      if (block.ok()) TRY(each({name.sequence, block->events}));
    }
    if (rows.size() < arrivals_read_at_once) return {};
    from = store::Key::from_bytes(rows.back().key + '\0');
  }
  return {};
}

}  // namespace haar::events
