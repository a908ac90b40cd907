// One page of a listing: of the records of a key space, in the order of their keys, or of a list in memory. What an
// answer shows of an item is made for the items of the page only.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "api/kit/paging.h"
#include "store/reader.h"

namespace haar::api {

inline constexpr auto any_record = [](const auto&) { return true; };

// Of `found`, pairs of a key and a record in the order of their keys after page.after(): `wanted(record)` chooses,
// `show(record)` adds to the answer.
template <class Found, class Wanted, class Show>
void list_page(Page& page, const Found& found, Wanted wanted, Show show) {
  for (const auto& [key, record] : found) {
    if (!wanted(record)) continue;
    if (!page.take(key.bytes())) break;
    show(record);
  }
}

// Of all records of a kind in this account and region.
template <class R, class Wanted, class Show>
void list_page(const Call& call, Page& page, const store::KeySpace<R>& space, Wanted wanted, Show show) {
  const store::Key here = store::prefix_of(call.account(), call.region());
  list_page(page, call.txn.scan(space, here, store::Key::from_bytes(page.after())), wanted, show);
}

// Of a list in memory that is in another order than that of its places: what stands after the last item of the page
// before. A place that is gone meanwhile ends the listing.
template <class T, class PlaceOf, class Wanted, class Show>
void list_page(Page& page, const std::vector<T>& items, PlaceOf place_of, Wanted wanted, Show show) {
  bool skipping = !page.after().empty();
  for (const T& item : items) {
    const std::string place = place_of(item);
    if (skipping) {
      skipping = place != page.after();
      continue;
    }
    if (!wanted(item)) continue;
    if (!page.take(place)) break;
    show(item);
  }
}

}  // namespace haar::api
