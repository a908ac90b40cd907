// The blocks of one account and region that hold events under one term, from the newest on: day by day, by their lookups.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "events/blocks.h"
#include "events/lookup.h"
#include "store/db.h"

namespace haar::events {

// In which of a block's events something is found, of `count` that it has: calls look(position).
template <class Look>
void for_each_position(const std::vector<std::uint32_t>& runs, std::size_t count, Look look) {
  std::size_t at = 0;
  for (std::size_t run = 0; run + 1 < runs.size(); run += 2) {
    at += runs[run];
    for (const std::size_t end = at + runs[run + 1]; at < end; ++at) {
      if (at >= count) return;
      look(at);
    }
  }
}

struct FoundBlock {
  std::int64_t newest = 0, sequence = 0;  // what names it
  store::Entry row;
  std::vector<std::uint32_t> runs;
};

class FoundBlocks {
 public:
  // Of blocks that end between `from` and `to`, whole days.
  static Result<FoundBlocks> open(const store::Db& db, const Shelf& shelf, Condition condition, Timestamp from, Timestamp to);

  // Of the next block; nullopt: there is none.
  [[nodiscard]] std::optional<Timestamp> newest() const;
  // The next block; nullopt for one that the sweep has just taken, or the disk has damaged. newest() says whether there is
  // another.
  Result<std::optional<FoundBlock>> take();

 private:
  FoundBlocks(const store::Db& db, const Shelf& shelf, Condition condition, Timestamp from, Timestamp to);
  [[nodiscard]] store::Key prefix(std::int64_t day) const;
  Result<void> fill();

  const store::Db* db_;
  Shelf shelf_;
  Condition condition_;
  std::int64_t first_day_, day_;
  store::Key end_;
  std::vector<store::Entry> rows_;
  std::size_t at_ = 0;
};

}  // namespace haar::events
