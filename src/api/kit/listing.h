// A Describe of all records of a kind in this account and region, page by page, in the order of their keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/kit/paging.h"
#include "base/result.h"
#include "store/reader.h"

namespace haar::api {

// `wanted(record)` chooses, `show(record)` adds to the answer. Returns the marker of the next page, absent on
// the last one. `page` is the most that one answer holds.
template <class R, class Wanted, class Show>
Result<std::optional<std::string>> list_page(const Call& call, const Pager& pager, const store::KeySpace<R>& space,
                                             const std::optional<std::string>& marker, std::size_t page,
                                             Wanted wanted, Show show) {
  const store::Key after = store::Key::from_bytes(TRY(pager.after(marker)));
  std::size_t shown = 0;
  std::string last;
  for (const auto& [key, record] : call.txn.scan(space, store::prefix_of(call.account(), call.region()), after)) {
    if (!wanted(record)) continue;
    if (shown == page) return std::optional<std::string>(pager.marker(last));
    show(record);
    ++shown;
    last = key.bytes();
  }
  return std::optional<std::string>();
}

}  // namespace haar::api
