#include "events/retention.h"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>

#include "events/arrivals.h"
#include "events/blocks.h"
#include "events/key_range.h"
#include "events/lookup.h"

namespace haar::events {
namespace {

// Of the time that a log covers which is too large, the part that goes before its size is looked at again.
constexpr std::int64_t parts = 16;
// Lookups that were left behind by a version that looked for other terms, erased in one transaction.
constexpr std::size_t leftovers_a_step = 100;

class Sweep {
 public:
  Sweep(store::Db& db, const Bounds& bounds) : db_(db), bounds_(bounds), steps_left_(bounds.steps_max) {}

  Result<bool> run(Timestamp now) {
    const std::vector<Shelf> all = TRY(shelves(db_, {}));
    TRY(erase_before(all, now.plus_seconds(-bounds_.seconds_max)));
    while (steps_left_ > 0 && !TRY(within_bounds())) {
      const std::optional<Timestamp> oldest = TRY(oldest_of(all));
      if (!oldest) break;
      const std::int64_t part = std::max<std::int64_t>((now.micros - oldest->micros) / parts, 1'000'000);
      TRY(erase_before(all, {oldest->micros + part}));
    }
    return steps_left_ > 0;
  }

 private:
  [[nodiscard]] Result<bool> within_bounds() const {
    store::LogUsage all;
    for (const store::SpaceBase* space : std::initializer_list<const store::SpaceBase*>{&event_blocks, &event_lookups,
                                                                                       &event_arrivals}) {
      const store::LogUsage usage = TRY(db_.log_usage(*space));
      all.bytes += usage.bytes;
      all.rows += usage.rows;
    }
    return all.bytes <= bounds_.bytes_max && all.rows <= bounds_.rows_max;
  }

  [[nodiscard]] Result<std::optional<Timestamp>> oldest_of(const std::vector<Shelf>& all) const {
    std::optional<Timestamp> out;
    for (const Shelf& shelf : all) {
      const auto rows = TRY(read(shelf, std::nullopt, 1));
      if (rows.empty()) continue;
      const Timestamp time{store::Key::from_bytes(rows.front().key).number(2)};
      out = out ? std::min(*out, time) : time;
    }
    return out;
  }

  // The shelf's oldest blocks, those whose events are all older than `before`.
  [[nodiscard]] Result<std::vector<store::Entry>> read(const Shelf& shelf, std::optional<Timestamp> before,
                                                       std::size_t limit) const {
    const store::Key from = store::prefix_of(shelf.account, shelf.region);
    const store::Key to = before ? store::join(shelf.account, shelf.region, *before) : behind(from);
    return db_.read_log(event_blocks, from, to, limit, false);
  }

  Result<void> erase_before(const std::vector<Shelf>& all, Timestamp before) {
    for (const Shelf& shelf : all) {
      bool any = false;
      for (std::size_t count = blocks_a_step; count == blocks_a_step && steps_left_ > 0; --steps_left_) {
        const std::vector<store::Entry> blocks = TRY(read(shelf, before, blocks_a_step));
        count = blocks.size();
        if (blocks.empty()) break;
        any = true;
        TRY(erase(blocks));
      }
      if (any) TRY(erase_leftovers(shelf, day_of(before)));
    }
    return {};
  }

  static Result<void> done(store::Outcome outcome) {
    // A conflict: another has swept it.
    if (outcome == store::Outcome::committed || outcome == store::Outcome::conflict) return {};
    return Error{"ServiceUnavailable", "old events cannot be erased now: " + std::string(store::outcome_name(outcome)), 503};
  }

  Result<void> erase(const std::vector<store::Entry>& blocks) {
    std::vector<std::future<store::Outcome>> answers;
    for (const store::Entry& block : blocks) {
      auto answer = std::make_shared<std::promise<store::Outcome>>();
      answers.push_back(answer->get_future());
      const bool taken = db_.submit([&block](store::Txn& txn) { return erase_block(txn, block), store::Keep::commit; },
                                    [answer](store::Outcome outcome) { answer->set_value(outcome); },
                                    {.may_use_reserve = true});
      if (!taken) answer->set_value(store::Outcome::unavailable);
    }
    Result<void> all = {};
    for (auto& answer : answers) {
      if (Result<void> one = done(answer.get()); !one.ok()) all = std::move(one);
    }
    return all;
  }

  static void erase_block(store::Txn& txn, const store::Entry& row) {
    const store::Key key = store::Key::from_bytes(row.key);
    const std::string account = key.part(0), region = key.part(1);
    const BlockName name{account, region, {key.number(2)}, key.number(3)};
    txn.erase(event_blocks, key, row.revision);
    txn.erase(event_arrivals, arrival_key(name));
    const Result<EventBlock> block = store::decode<EventBlock>(row.value);
    if (row.damaged || !block.ok()) return;
    for (const store::Key& lookup : lookup_keys(name, *block)) txn.erase(event_lookups, lookup);
  }

  // Of days that have no blocks any more.
  Result<void> erase_leftovers(const Shelf& shelf, std::int64_t before_day) {
    const store::Key from = store::prefix_of(shelf.account, shelf.region);
    const store::Key to = day_prefix(shelf.account, shelf.region, before_day);
    while (steps_left_ > 0) {
      const auto oldest = TRY(read(shelf, std::nullopt, 1));
      if (!oldest.empty() && day_of({store::Key::from_bytes(oldest.front().key).number(2)}) < before_day) return {};
      const auto rows = TRY(db_.read_log(event_lookups, from, to, leftovers_a_step, false));
      if (rows.empty()) return {};
      --steps_left_;
      TRY(done(db_.submit_and_wait([&](store::Txn& txn) {
        for (const store::Entry& row : rows) txn.erase(event_lookups, store::Key::from_bytes(row.key));
        return store::Keep::commit;
      }, {.may_use_reserve = true})));
    }
    return {};
  }

  store::Db& db_;
  const Bounds& bounds_;
  int steps_left_;
};

}  // namespace

Result<bool> sweep(store::Db& db, Timestamp now, const Bounds& bounds) { return Sweep(db, bounds).run(now); }

}  // namespace haar::events
