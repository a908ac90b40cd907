#include "events/blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <unordered_map>

#include "events/arrivals.h"
#include "store/sums.h"

namespace haar::events {
namespace {

constexpr std::int64_t micros_per_day = 86'400'000'000;

// The value as it stands in keys.
std::string stored_value(std::string_view value) {
  if (value.size() <= lookup_value_bytes_max) return std::string(value);
  return fmt::format("{}#{:016x}", value.substr(0, lookup_value_bytes_max), store::xxh64(value, 0));
}

std::string stored_day(std::int64_t day) { return fmt::format("{:06}", std::max<std::int64_t>(day, 0)); }
std::string stored_attribute(Attribute attribute) { return {static_cast<char>('0' + static_cast<int>(attribute))}; }

// The keys of one block's lookups, which begin and end alike.
class LookupKeys {
 public:
  explicit LookupKeys(const BlockName& name)
      : begin_(day_prefix(name.account, name.region, day_of(name.newest)).bytes()),
        end_(store::key_detail::separator + store::join(name.newest, name.sequence).bytes()) {}
  [[nodiscard]] store::Key of(const Term& term) const {
    std::string bytes = begin_;
    bytes += store::join(stored_attribute(term.attribute), stored_value(term.value)).bytes();
    return store::Key::from_bytes(bytes + end_);
  }

 private:
  const std::string begin_, end_;
};

// The terms of a block's events with their positions.
class TermTable {
 public:
  void add(EventTerms&& event) {
    for (const Term& term : event.terms) note(term);
    if (!event.resources.empty()) resources_.push_back(std::move(event.resources));
    ++events_;
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::vector<std::pair<store::Key, LookupRecord>> rows(const BlockName& name, std::size_t rows_max) {
    const LookupKeys keys(name);
    std::vector<std::pair<store::Key, LookupRecord>> out;
    for (Entry& entry : entries_) {
      if (out.size() < rows_max) out.emplace_back(keys.of(entry.term), std::move(entry.positions));
    }
    return out;
  }

 private:
  struct Entry {
    Term term;
    std::uint32_t next = 0;  // the event after the last run
    LookupRecord positions;
  };
  struct Hash {
    std::size_t operator()(const Term& term) const {
      return std::hash<std::string_view>{}(term.value) * 31 + static_cast<std::size_t>(term.attribute);
    }
  };

  void note(const Term& term) {
    Entry& entry = entries_[position_of(term)];
    std::vector<std::uint32_t>& runs = entry.positions.runs;
    if (!runs.empty() && entry.next == events_) ++runs.back();
    else runs.insert(runs.end(), {events_ - entry.next, 1});
    entry.next = events_ + 1;
  }

  std::size_t position_of(const Term& term) {
    // Neighbours are mostly the same caller's, and alike.
    std::size_t& last = last_[static_cast<std::size_t>(term.attribute)];
    if (last < entries_.size() && entries_[last].term == term) return last;
    const auto [found, fresh] = positions_.try_emplace(term, entries_.size());
    if (fresh) entries_.push_back({term, 0, {}});
    return last = found->second;
  }

  std::uint32_t events_ = 0;
  std::vector<Entry> entries_;
  std::unordered_map<Term, std::size_t, Hash> positions_;
  std::array<std::size_t, attributes + 1> last_{};
  std::vector<std::vector<Resource>> resources_;  // that terms view into
};

class PieceMaker {
 public:
  void add(Unit&& unit) {
    std::vector<EventTerms> terms;
    std::size_t count = 0, bytes = 0;
    terms.reserve(unit.events.size());
    for (const Unit::Event& event : unit.events) {
      terms.push_back(terms_of(event.view));
      count += terms.back().terms.size();
      bytes += event.bytes.size();
    }
    if (!piece_.units.empty() && !fits(unit, count, bytes)) finish();
    if (piece_.units.empty()) oldest_ = unit.time;
    piece_.name.account = unit.account;
    piece_.name.region = unit.region;
    piece_.name.newest = unit.time;
    for (const Unit::Event& event : unit.events) piece_.block.events.push_back(event.bytes);
    for (EventTerms& event : terms) table_.add(std::move(event));
    bytes_ += bytes;
    moved_ += unit.outbox.has_value();
    piece_.units.push_back(std::move(unit));
  }

  std::vector<Piece> finished() {
    if (!piece_.units.empty()) finish();
    return std::move(pieces_);
  }

 private:
  [[nodiscard]] bool fits(const Unit& unit, std::size_t terms, std::size_t bytes) const {
    return piece_.name.account == unit.account && piece_.name.region == unit.region &&
           unit.time.micros - oldest_.micros <= block_span_micros_max &&
           piece_.block.events.size() + unit.events.size() <= block_events_max && bytes_ + bytes <= block_bytes_max &&
           table_.size() + terms + moved_ + 3 <= block_operations_max;
  }

  void finish() {
    piece_.name.sequence = next_sequence();
    piece_.lookups = table_.rows(piece_.name, block_operations_max - 1);
    pieces_.push_back(std::exchange(piece_, {}));
    table_ = {};
    bytes_ = moved_ = 0;
  }

  std::vector<Piece> pieces_;
  Piece piece_;
  TermTable table_;
  Timestamp oldest_{};
  std::size_t bytes_ = 0, moved_ = 0;
};

}  // namespace

store::Key BlockName::key() const { return store::join(account, region, newest, sequence); }

store::Key BlockName::lookup_key(const Term& term) const { return LookupKeys(*this).of(term); }

store::Key lookup_prefix(std::string_view account, std::string_view region, std::int64_t day, const Term& term) {
  return store::prefix_of(account, region, stored_day(day), stored_attribute(term.attribute), stored_value(term.value));
}

store::Key day_prefix(std::string_view account, std::string_view region, std::int64_t day) {
  return store::prefix_of(account, region, stored_day(day));
}

std::int64_t day_of(Timestamp time) { return time.micros / micros_per_day; }

std::size_t add_units(std::span<const std::string_view> events, std::vector<Unit>& out) {
  const std::size_t before = out.size();
  for (const std::string_view event : events) {
    const Result<EventView> view = view_event(event);
    if (!view.ok()) continue;
    auto unit = std::find_if(out.begin() + static_cast<std::ptrdiff_t>(before), out.end(), [&](const Unit& one) {
      return one.account == view->account && one.region == view->region;
    });
    if (unit == out.end()) {
      out.push_back({view->account, view->region, view->time, {}, {}, 0});
      unit = out.end() - 1;
    }
    unit->time = std::max(unit->time, view->time);
    unit->events.push_back({event, *view});
  }
  return out.size() - before;
}

void Piece::write(store::Txn& txn) const {
  txn.append(event_blocks, name.key(), block);
  txn.append(event_arrivals, arrival_key(name), ArrivalRecord{name.newest});
  for (const auto& [key, positions] : lookups) txn.append(event_lookups, key, positions);
  std::vector<const Unit*> moved;
  for (const Unit& unit : units) {
    if (unit.outbox) moved.push_back(&unit);
  }
  // In order, so that the store can take them as one range.
  std::sort(moved.begin(), moved.end(), [](const Unit* a, const Unit* b) { return *a->outbox < *b->outbox; });
  for (const Unit* unit : moved) txn.erase(event_outbox, *unit->outbox, unit->outbox_revision);
}

std::vector<store::Key> lookup_keys(const BlockName& name, const EventBlock& block) {
  TermTable table;
  for (const std::string_view event : block.events) {
    const Result<EventView> view = view_event(event);
    table.add(view.ok() ? terms_of(*view) : EventTerms{});
  }
  std::vector<store::Key> out;
  for (auto& [key, positions] : table.rows(name, block_operations_max - 1)) out.push_back(std::move(key));
  return out;
}

std::vector<Piece> pieces_of(std::vector<Unit> units) {
  // Numbers are compared instead of names: there are many events and few accounts.
  struct Order {
    std::size_t shelf;
    std::int64_t time;
    std::size_t unit;
    auto operator<=>(const Order&) const = default;
  };
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> shelves;
  std::vector<Order> order;
  order.reserve(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const bool as_before = i > 0 && units[i].account == units[i - 1].account && units[i].region == units[i - 1].region;
    const std::size_t shelf = as_before ? order.back().shelf
                                        : shelves.try_emplace({units[i].account, units[i].region}, shelves.size()).first->second;
    order.push_back({shelf, units[i].time.micros, i});
  }
  std::sort(order.begin(), order.end());
  PieceMaker maker;
  for (const Order& next : order) maker.add(std::move(units[next.unit]));
  return maker.finished();
}

namespace {
std::atomic<std::int64_t>& sequence_counter() {
  static std::atomic<std::int64_t> next{SystemClock{}.wall().micros};
  return next;
}
}  // namespace

std::int64_t next_sequence() { return sequence_counter().fetch_add(1); }

void continue_after(std::int64_t sequence) {
  std::int64_t next = sequence_counter().load();
  while (next <= sequence && !sequence_counter().compare_exchange_weak(next, sequence + 1)) {}
}

}  // namespace haar::events
