// The bodies of KeySpace, for the file that defines a space: see store/space.h.
#pragma once

#include <utility>

#include "store/space.h"

namespace haar::store {

template <class R>
KeySpace<R>::KeySpace(std::string_view name, std::initializer_list<const Index<R>*> indexes)
    : SpaceBase(name), indexes_(indexes) {}

template <class R>
std::size_t KeySpace<R>::index_count() const {
  return indexes_.size();
}

template <class R>
void KeySpace<R>::index_terms(std::size_t index, const Row& row, Terms& out) const {
  indexes_[index]->terms(row.key, static_cast<const RecordRow<R>&>(row).record, out);
}

template <class R>
Result<Ref<const Row>> KeySpace<R>::decode_row(Key key, std::string_view bytes) const {
  return Ref<const Row>(make_ref<RecordRow<R>>(std::move(key), TRY(decode<R>(bytes))));
}

template <class R>
std::string KeySpace<R>::encode_record(const R& record) const {
  return encode(record);
}

template <class R>
Ref<const Row> KeySpace<R>::make_row(const Key& key, R&& record) const {
  return Ref<const Row>(make_ref<RecordRow<R>>(key, std::move(record)));
}

}  // namespace haar::store
