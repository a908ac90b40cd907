// How records that carry tags are reached by what treats all kinds of resource alike: tagging, and listing by tags.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "api/kit/call.h"
#include "api/kit/requirements.h"

namespace haar::api {

using TagChange = std::function<Result<void>(TagMap&)>;
using TagVisit = std::function<void(const std::string& name, const TagMap&)>;

// The records of one kind in the call's account and region, by the last part of their keys.
struct TaggedRecords {
  // The tags of one; null: it does not exist.
  const TagMap* (*find)(const Call& call, std::string_view name);
  // Whether it exists and operations on tags take it as it is.
  bool (*usable)(const Call& call, std::string_view name);
  // Applies the change to the tags of one and stores it; false for one that is not usable.
  Result<bool> (*change)(Call& call, std::string_view name, const TagChange& change);
  // All of them, in the order of their keys.
  void (*each)(const Call& call, const TagVisit& visit);
};

namespace tagged_records_detail {
template <class Record>
const std::string& name_of(const Record& record) {
  if constexpr (requires { record.id; }) return record.id;
  else return record.name;
}
}  // namespace tagged_records_detail

inline constexpr auto always_usable = [](const Call&, const store::Key&, const auto&) { return true; };

// The TaggedRecords of a key space; `is_usable(call, key, record)`: whether operations on tags take one as it is.
template <const auto& space, auto is_usable = always_usable>
inline constexpr TaggedRecords tagged_records{
    .find = [](const Call& call, std::string_view name) -> const TagMap* {
      const auto* record = call.txn.get(space, call.key(name));
      return record == nullptr ? nullptr : &record->tags;
    },
    .usable =
        [](const Call& call, std::string_view name) {
          const store::Key key = call.key(name);
          const auto* record = call.txn.get(space, key);
          return record != nullptr && is_usable(call, key, *record);
        },
    .change = [](Call& call, std::string_view name, const TagChange& change) -> Result<bool> {
      const store::Key key = call.key(name);
      const auto* found = call.txn.get(space, key);
      if (found == nullptr || !is_usable(call, key, *found)) return false;
      auto changed = *found;
      TRY(change(changed.tags));
      if (changed.tags != found->tags) call.txn.put(space, key, std::move(changed));
      return true;
    },
    .each =
        [](const Call& call, const TagVisit& visit) {
          for (const auto& [key, record] : call.txn.scan(space, store::prefix_of(call.account(), call.region())))
            visit(tagged_records_detail::name_of(record), record.tags);
        }};

}  // namespace haar::api
