// Looking events up: by one attribute or none, within a time, newest first, page by page.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "events/attributes.h"
#include "store/db.h"

namespace haar::events {

struct Condition {
  Attribute attribute;
  std::string value;
};

struct Query {
  std::string account{}, region{};  // empty: of all
  // All must hold. The narrowest is looked up, the others are compared with what is found.
  std::vector<Condition> conditions{};
  Timestamp from{}, to{std::numeric_limits<std::int64_t>::max()};  // both included
  std::size_t limit = 50;
  std::string after{};  // a page's `next`: go on from there
};

struct Page {
  std::vector<EventRecord> events;  // newest first
  std::string next;                 // empty: there are no more
};

// Error InvalidMarker: `after` is none of a page's. What was recorded but not flushed is not found.
Result<Page> look_up(const store::Db& db, const Query& query);

// An account's events in a region.
struct Shelf {
  std::string account, region;

  struct Span {
    Timestamp from, to;  // the latter not included
  };
};
// The shelves that hold blocks, in order; of one account if that is given.
Result<std::vector<Shelf>> shelves(const store::Db& db, const std::string& account);
// The newest times of the shelf's first and last blocks, cut to what is asked for; a block may be newer than the newest
// event that is wanted of it. nullopt: there is none.
Result<std::optional<Shelf::Span>> shelf_span(const store::Db& db, const Shelf& shelf, Timestamp from, Timestamp until);

}  // namespace haar::events
