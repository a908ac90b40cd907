// From events that wait to rows of the log: blocks of events of one account and region, and the rows by which they are
// found. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/attributes.h"
#include "events/record.h"
#include "store/db.h"

namespace haar::events {

// What one block holds.
inline constexpr std::size_t block_events_max = 512;
// Unless its one event is larger. On its way into the store a block is copied several times, and from 64 KiB on malloc asks
// the kernel for each copy (http/give_back.h): larger blocks cost the writer's thread six times as much.
inline constexpr std::size_t block_bytes_max = 56u << 10;
// From its oldest to its newest event. Readers count on it.
inline constexpr std::int64_t block_span_micros_max = 1'000'000;
// The block's row, the rows by which it is found and those of the outbox that it takes in: less than a transaction of
// etcd's holds, so that they can be one everywhere.
inline constexpr std::size_t block_operations_max = 120;
// Longer values are found by their beginning and a hash.
inline constexpr std::size_t lookup_value_bytes_max = 200;

// What names a block: account, region, the time of its newest event, and a number that no other block has.
struct BlockName {
  std::string_view account, region;
  Timestamp newest{};
  std::int64_t sequence = 0;

  [[nodiscard]] store::Key key() const;
  // Where the block is found under the term.
  [[nodiscard]] store::Key lookup_key(const Term& term) const;
};

// Every key of a block's lookups under one term and day begins so.
store::Key lookup_prefix(std::string_view account, std::string_view region, std::int64_t day, const Term& term);
// All lookups of a day begin so.
store::Key day_prefix(std::string_view account, std::string_view region, std::int64_t day);
std::int64_t day_of(Timestamp time);

// Events that are stored together or not at all: one that waited, or those of an outbox row.
struct Unit {
  struct Event {
    std::string_view bytes;
    EventView view;
  };
  std::string_view account, region;
  Timestamp time{};  // of the newest
  std::vector<Event> events;
  std::optional<store::Key> outbox;  // the row that holds them until they are in a block
  Revision outbox_revision = 0;
};
// Adds one for each account and region among the events, views into them; what cannot be read is left out. Returns how
// many.
std::size_t add_units(std::span<const std::string_view> events, std::vector<Unit>& out);

// One transaction's work.
struct Piece {
  BlockName name;
  EventBlock block;
  std::vector<std::pair<store::Key, LookupRecord>> lookups;
  std::vector<Unit> units;

  void write(store::Txn& txn) const;
};

// The keys of all lookups of the block.
std::vector<store::Key> lookup_keys(const BlockName& name, const EventBlock& block);
// Everything views into what the units view.
std::vector<Piece> pieces_of(std::vector<Unit> units);

// A number that no block of this process had, and that grows; a later process begins beyond it.
std::int64_t next_sequence();

}  // namespace haar::events
