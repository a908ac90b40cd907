#include "events/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <queue>
#include <tuple>

#include "events/blocks.h"
#include "events/found_blocks.h"
#include "events/key_range.h"

namespace haar::events {
namespace {

constexpr std::size_t blocks_read_at_once = 2;
// In the outbox there is only what could not be moved; what is beyond this is not shown until it has been.
constexpr std::size_t outbox_rows_shown_max = store::log_page_rows_max;

// Where an event stands: the order of all events, newest first. What is equal in time is told apart by its block.
struct Place {
  std::int64_t time = 0, newest = 0, sequence = 0;
  std::uint32_t index = 0;
  std::string shelf;  // account/region

  [[nodiscard]] auto tied() const { return std::tie(time, newest, sequence, index, shelf); }
  bool operator<(const Place& other) const { return tied() < other.tied(); }
  [[nodiscard]] std::string text() const { return fmt::format("{}/{}/{}/{}/{}", time, newest, sequence, index, shelf); }
};

std::optional<Place> read_place(std::string_view text) {
  Place out;
  const auto number = [&](auto& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (error != std::errc{} || length >= text.size() || text[length] != '/') return false;
    text.remove_prefix(length + 1);
    return true;
  };
  if (!number(out.time) || !number(out.newest) || !number(out.sequence) || !number(out.index)) return std::nullopt;
  out.shelf = text;
  return out;
}

// An event that was found, in the bytes of its row.
struct Candidate {
  Place place;
  std::shared_ptr<const store::Entry> row;
  std::string_view event;
  bool operator<(const Candidate& other) const { return place < other.place; }
};
using Candidates = std::priority_queue<Candidate>;

// What every event is compared with.
class Filter {
 public:
  Filter(const Query& query, std::optional<Place> after) : query_(query), after_(std::move(after)) {}

  // Puts those of the row's events that are asked for; `positions` holds runs, empty: all.
  void take(const std::shared_ptr<const store::Entry>& row, Place place, const std::vector<std::uint32_t>& positions,
            Candidates& out) const {
    const Result<EventBlock> block = store::decode<EventBlock>(row->value);
    if (!block.ok()) return;
    const auto look = [&](std::size_t index) {
      if (index >= block->events.size()) return;
      const Result<EventView> view = view_event(block->events[index]);
      if (!view.ok() || !wanted(*view, !positions.empty())) return;
      place.time = view->time.micros;
      place.index = static_cast<std::uint32_t>(index);
      if (!after_ || place < *after_) out.push({place, row, block->events[index]});
    };
    if (positions.empty()) {
      for (std::size_t i = 0; i < block->events.size(); ++i) look(i);
    }
    for_each_position(positions, block->events.size(), look);
  }

 private:
  [[nodiscard]] bool wanted(const EventView& event, bool looked_up) const {
    if (event.time < query_.from || event.time > query_.to) return false;
    const auto first = query_.conditions.begin() + (looked_up ? 1 : 0);
    return std::all_of(first, query_.conditions.end(),
                       [&](const Condition& condition) { return matches(event, condition.attribute, condition.value); });
  }

  const Query& query_;
  const std::optional<Place> after_;
};

// The blocks of one shelf that may hold what is asked for, from the newest on.
class Blocks {
 public:
  virtual ~Blocks() = default;
  // Of the next block; nullopt: there is none.
  [[nodiscard]] virtual std::optional<Timestamp> newest() const = 0;
  // Puts what it holds, and goes on to the one after it.
  virtual Result<void> take(const Filter& filter, Candidates& out) = 0;
};

// All blocks, read with what they hold.
class AllBlocks final : public Blocks {
 public:
  static Result<std::unique_ptr<Blocks>> open(const store::Db& db, const Shelf& shelf, Timestamp from, Timestamp to) {
    auto out = std::unique_ptr<AllBlocks>(new AllBlocks(db, shelf, from, to));
    TRY(out->fill());
    return std::unique_ptr<Blocks>(std::move(out));
  }
  [[nodiscard]] std::optional<Timestamp> newest() const override {
    if (at_ == rows_.size()) return std::nullopt;
    return Timestamp{store::Key::from_bytes(rows_[at_]->key).number(2)};
  }
  Result<void> take(const Filter& filter, Candidates& out) override {
    const std::shared_ptr<const store::Entry> row = rows_[at_++];
    const store::Key key = store::Key::from_bytes(row->key);
    filter.take(row, {0, key.number(2), key.number(3), 0, shelf_}, {}, out);
    if (at_ < rows_.size()) return {};
    end_ = key;
    return fill();
  }

 private:
  AllBlocks(const store::Db& db, const Shelf& shelf, Timestamp from, Timestamp to)
      : db_(db), shelf_(shelf.account + "/" + shelf.region), begin_(store::join(shelf.account, shelf.region, from)),
        end_(store::join(shelf.account, shelf.region, to)) {}

  Result<void> fill() {
    rows_.clear();
    at_ = 0;
    if (!(begin_ < end_)) return {};
    for (;;) {
      std::vector<store::Entry> read = TRY(db_.read_log(event_blocks, begin_, end_, blocks_read_at_once, true));
      if (read.empty()) return {};
      end_ = store::Key::from_bytes(read.back().key);
      for (store::Entry& row : read) {
        if (!row.damaged) rows_.push_back(std::make_shared<const store::Entry>(std::move(row)));
      }
      if (!rows_.empty()) return {};
    }
  }

  const store::Db& db_;
  const std::string shelf_;
  const store::Key begin_;
  store::Key end_;
  std::vector<std::shared_ptr<const store::Entry>> rows_;
  std::size_t at_ = 0;
};

// The blocks under one term.
class BlocksOfTerm final : public Blocks {
 public:
  static Result<std::unique_ptr<Blocks>> open(const store::Db& db, const Shelf& shelf, Timestamp from, Timestamp to,
                                              Condition condition) {
    auto found = TRY(FoundBlocks::open(db, shelf, std::move(condition), from, to));
    return std::unique_ptr<Blocks>(new BlocksOfTerm(shelf, std::move(found)));
  }
  [[nodiscard]] std::optional<Timestamp> newest() const override { return found_.newest(); }
  Result<void> take(const Filter& filter, Candidates& out) override {
    std::optional<FoundBlock> block = TRY(found_.take());
    if (!block) return {};
    filter.take(std::make_shared<const store::Entry>(std::move(block->row)), {0, block->newest, block->sequence, 0, shelf_},
                block->runs, out);
    return {};
  }

 private:
  BlocksOfTerm(const Shelf& shelf, FoundBlocks found)
      : shelf_(shelf.account + "/" + shelf.region), found_(std::move(found)) {}

  const std::string shelf_;
  FoundBlocks found_;
};

// How few events an attribute leaves, about: the first is looked up, the others are compared.
void put_narrowest_first(std::vector<Condition>& conditions) {
  static constexpr Attribute order[] = {Attribute::event_id,   Attribute::resource_name, Attribute::access_key_id,
                                        Attribute::principal,  Attribute::user_name,     Attribute::event_name,
                                        Attribute::resource_type, Attribute::event_source, Attribute::read_only};
  std::ranges::stable_sort(conditions, {}, [](const Condition& condition) {
    return std::ranges::find(order, condition.attribute) - std::begin(order);
  });
}

// An id says when its event was.
void narrow_to_id(Query& query) {
  for (const Condition& condition : query.conditions) {
    if (condition.attribute != Attribute::event_id) continue;
    const std::int64_t at = milliseconds_of_event_id(condition.value).value_or(-1) * 1000;
    query.from = std::max(query.from, Timestamp{at});
    query.to = std::min(query.to, Timestamp{at + 999});
  }
}

Result<std::unique_ptr<Blocks>> open_blocks(const store::Db& db, const Shelf& shelf, const Query& query, const Shelf::Span& span) {
  if (query.conditions.empty() || query.conditions.front().attribute == Attribute::event_id)
    return AllBlocks::open(db, shelf, span.from, span.to);
  return BlocksOfTerm::open(db, shelf, span.from, span.to, query.conditions.front());
}

Result<void> take_from_outbox(const store::Db& db, const Query& query, const Filter& filter, Candidates& out) {
  for (store::Entry& row : TRY(db.read_log(event_outbox, {}, {}, outbox_rows_shown_max, true))) {
    const Result<EventBlock> block = store::decode<EventBlock>(row.value);
    if (row.damaged || !block.ok() || block->events.empty()) continue;
    const Result<EventView> first = view_event(block->events.front());
    if (!first.ok() || (!query.account.empty() && first->account != query.account) ||
        (!query.region.empty() && first->region != query.region))
      continue;
    Place place{0, first->time.micros, 0, 0, std::string(first->account) + "/" + std::string(first->region)};
    filter.take(std::make_shared<const store::Entry>(std::move(row)), std::move(place), {}, out);
  }
  return {};
}

}  // namespace

Result<std::vector<Shelf>> shelves(const store::Db& db, const std::string& account) {
  std::vector<Shelf> out;
  store::Key from, to;
  if (!account.empty()) {
    from = store::prefix_of(account);
    to = behind(from);
  }
  for (;;) {
    const auto rows = TRY(db.read_log(event_blocks, from, to, 1, false));
    if (rows.empty()) return out;
    const store::Key key = store::Key::from_bytes(rows.front().key);
    out.push_back({key.part(0), key.part(1)});
    from = behind(store::prefix_of(out.back().account, out.back().region));
  }
}

Result<std::optional<Shelf::Span>> shelf_span(const store::Db& db, const Shelf& shelf, Timestamp from,
                                              Timestamp until) {
  const store::Key prefix = store::prefix_of(shelf.account, shelf.region);
  const auto time_at = [&](bool newest) -> Result<std::optional<Timestamp>> {
    const auto rows = TRY(db.read_log(event_blocks, prefix, behind(prefix), 1, newest));
    if (rows.empty()) return std::optional<Timestamp>();
    return std::optional<Timestamp>(Timestamp{store::Key::from_bytes(rows.front().key).number(2)});
  };
  const std::optional<Timestamp> oldest = TRY(time_at(false)), newest = TRY(time_at(true));
  if (!oldest || !newest) return std::optional<Shelf::Span>();
  const std::int64_t to =
      until > *newest ? newest->micros : std::min(newest->micros, until.micros + block_span_micros_max);
  const Shelf::Span span{std::max(from, *oldest), {to + 1}};
  return span.from < span.to ? std::optional(span) : std::nullopt;
}

Result<Page> look_up(const store::Db& db, const Query& asked) {
  Query query = asked;
  put_narrowest_first(query.conditions);
  narrow_to_id(query);
  std::optional<Place> after;
  if (!query.after.empty() && !(after = read_place(query.after))) return Error{"InvalidMarker", "The marker is not valid."};
  const Filter filter(query, after);

  std::vector<Shelf> all;
  if (!query.account.empty() && !query.region.empty()) all.push_back({query.account, query.region});
  else all = TRY(shelves(db, query.account));
  std::vector<std::unique_ptr<Blocks>> open;
  for (const Shelf& shelf : all) {
    if (!query.region.empty() && shelf.region != query.region) continue;
    const Timestamp to{after ? std::min(query.to.micros, after->time) : query.to.micros};
    const std::optional<Shelf::Span> span = TRY(shelf_span(db, shelf, query.from, to));
    if (span) open.push_back(TRY(open_blocks(db, shelf, query, *span)));
  }
  Candidates found;
  TRY(take_from_outbox(db, query, filter, found));

  Page page;
  for (;;) {
    // A block is opened when the newest event that it may hold is not older than what has been found.
    const auto older = [](const auto& a, const auto& b) { return a->newest() < b->newest(); };
    const auto next = std::max_element(open.begin(), open.end(), older);
    const std::optional<Timestamp> newest = next == open.end() ? std::nullopt : (*next)->newest();
    if (newest && (found.empty() || newest->micros >= found.top().place.time)) {
      TRY((*next)->take(filter, found));
      continue;
    }
    if (found.empty()) {
      page.next.clear();
      return page;
    }
    if (page.events.size() == query.limit) break;
    page.events.push_back(TRY(read_event(found.top().event)));
    page.next = found.top().place.text();
    found.pop();
  }
  return page;
}

}  // namespace haar::events
