// Reaching values through the tables. Internal to src/wire and its tests.
#pragma once

#include "base/clock.h"
#include "wire/schema.h"
#include "wire/types.h"

namespace haar::wire {

template <class T>
const T& as(const void* value) {
  return *static_cast<const T*>(value);
}

// The member's value in a structure; null if it is optional and absent.
inline const void* find_value(const Member& member, const void* structure) {
  const void* at = static_cast<const char*>(structure) + member.offset;
  if (member.optional != nullptr) {
    if (!member.optional->has(at)) return nullptr;
    at = member.optional->get(at);
  }
  return member.box != nullptr ? member.box->get(at) : at;
}

// The place for the member's value in a structure; an optional becomes present.
inline void* make_value(const Member& member, void* structure) {
  void* at = static_cast<char*>(structure) + member.offset;
  if (member.optional != nullptr) at = member.optional->emplace(at);
  return member.box != nullptr ? member.box->get_mutable(at) : at;
}

// Calls each(key, value) for a map's entries.
template <class Each>
void visit_map(const Shape& shape, const void* map, Each&& each) {
  shape.map->visit(map, &each, [](void* context, const std::string& key, const void* value) {
    (*static_cast<std::remove_reference_t<Each>*>(context))(key, value);
  });
}

inline bool is_scalar(Kind kind) {
  return kind != Kind::structure && kind != Kind::list && kind != Kind::map;
}

}  // namespace haar::wire
