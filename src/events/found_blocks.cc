#include "events/found_blocks.h"

#include <utility>

#include "events/key_range.h"

namespace haar::events {
namespace {

constexpr std::size_t lookups_read_at_once = 64;

}  // namespace

FoundBlocks::FoundBlocks(const store::Db& db, const Shelf& shelf, Condition condition, Timestamp from, Timestamp to)
    : db_(&db), shelf_(shelf), condition_(std::move(condition)), first_day_(day_of(from)), day_(day_of(to)),
      end_(behind(prefix(day_))) {}

Result<FoundBlocks> FoundBlocks::open(const store::Db& db, const Shelf& shelf, Condition condition, Timestamp from,
                                      Timestamp to) {
  FoundBlocks out(db, shelf, std::move(condition), from, to);
  TRY(out.fill());
  return out;
}

std::optional<Timestamp> FoundBlocks::newest() const {
  if (at_ == rows_.size()) return std::nullopt;
  return Timestamp{store::Key::from_bytes(rows_[at_].key).number(5)};
}

Result<std::optional<FoundBlock>> FoundBlocks::take() {
  const store::Entry& row = rows_[at_++];
  const store::Key key = store::Key::from_bytes(row.key);
  const BlockName name{shelf_.account, shelf_.region, {key.number(5)}, key.number(6)};
  Result<LookupRecord> positions = store::decode<LookupRecord>(row.value);
  const store::Key begin = name.key();
  auto block = TRY(db_->read_log(event_blocks, begin, store::Key::from_bytes(begin.bytes() + '\0'), 1, false));
  std::optional<FoundBlock> out;
  if (positions.ok() && !positions->runs.empty() && !block.empty() && !block.front().damaged)
    out = FoundBlock{name.newest.micros, name.sequence, std::move(block.front()), std::move(positions->runs)};
  if (at_ == rows_.size()) TRY(fill());
  return out;
}

store::Key FoundBlocks::prefix(std::int64_t day) const {
  return lookup_prefix(shelf_.account, shelf_.region, day, {condition_.attribute, condition_.value});
}

// From the day before on while a day has no more.
Result<void> FoundBlocks::fill() {
  rows_.clear();
  at_ = 0;
  while (day_ >= first_day_) {
    rows_ = TRY(db_->read_log(event_lookups, prefix(day_), end_, lookups_read_at_once, true));
    if (!rows_.empty()) end_ = store::Key::from_bytes(rows_.back().key);
    std::erase_if(rows_, [](const store::Entry& row) { return row.damaged; });
    if (!rows_.empty()) return {};
    end_ = behind(prefix(--day_));
  }
  return {};
}

}  // namespace haar::events
