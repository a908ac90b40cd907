#include "events/activity.h"

#include <algorithm>

#include "events/found_blocks.h"
#include "events/lookup.h"

namespace haar::events {
namespace {

// Those of a block that are asked for; false: `each` has had enough.
bool show(const FoundBlock& found, const ActivityQuery& query, const std::function<bool(const Activity&)>& each) {
  const Result<EventBlock> block = store::decode<EventBlock>(found.row.value);
  if (!block.ok()) return true;
  bool more = true;
  for_each_position(found.runs, block->events.size(), [&](std::size_t index) {
    if (!more) return;
    const Result<Activity> event = view_activity(block->events[index]);
    if (event.ok() && event->time >= query.from && event->time <= query.to) more = each(*event);
  });
  return more;
}

}  // namespace

Result<void> for_each_activity(const store::Db& db, const ActivityQuery& query,
                               const std::function<bool(const Activity&)>& each) {
  for (const Shelf& shelf : TRY(shelves(db, query.account))) {
    if (!query.region.empty() && query.region != shelf.region) continue;
    const std::optional<Shelf::Span> span = TRY(shelf_span(db, shelf, query.from, query.to));
    if (!span) continue;
    auto blocks = TRY(FoundBlocks::open(db, shelf, {Attribute::principal, query.principal_arn}, span->from, span->to));
    while (blocks.newest()) {
      const std::optional<FoundBlock> found = TRY(blocks.take());
      if (found && !show(*found, query, each)) return {};
    }
  }
  return {};
}

}  // namespace haar::events
